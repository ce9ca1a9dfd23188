"""The candidates of a search in words: never with a picture, and never as a percentage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from workbench.cli.console import printable, stdout
from workbench.cli.tables import show_pairs, show_table
from workbench.governance.conclusions import LEAD_ONLY
from workbench.governance.quality_words import judged
from workbench.governance.searches import SearchKind, candidate_id

if TYPE_CHECKING:
    from workbench.bench.search_views import SearchFinding
    from workbench.governance.searches import ProbeFacts, SearchRecord
    from workbench.retrospective.search_document import CandidateEntry

__all__ = ["NOBODY", "meaning_of", "measured_lines", "plain_candidates", "show_finding"]

NOBODY: Final = (
    "The list is as long where the person is not among them: no candidate is as good a result as "
    "any."
)
_DATA: Final = "the data below"
"""What stands in a row for what is the same in all of them."""
_SCORED: Final = frozenset({"score", "gap", "meaning", "reference"})
_PICTURED: Final = {"picture", "eyes"}


def plain_candidates(found: SearchFinding, *, scores: bool = True) -> list[dict[str, Any]]:
    """Return the candidates as values that JSON can hold, without their pictures.

    Args:
        found: the search.
        scores: whether scores and what they mean are among it.
    """
    left_out = _PICTURED if scores else _PICTURED | _SCORED
    return [
        {
            "id": candidate_id(one.rank),
            **one.model_dump(mode="json", exclude=left_out),
            "seen": None if one.time_s is None else found.where(one),
        }
        for one in found.document.candidates
    ]


def show_finding(found: SearchFinding, *, scores: bool = True) -> None:
    """Write how a search was made and whom it put forward.

    Args:
        found: the search.
        scores: whether scores and what they mean are shown.
    """
    view, record = found.view, found.view.record
    quality = record.asked.quality
    show_pairs(
        (
            ("search", view.id),
            ("case", view.case),
            ("by", f"{view.actor}, {view.at:%Y-%m-%d %H:%M} UTC"),
            ("what", record.kind.words),
            ("searched", record.target_name),
            ("compared", _compared(record)),
            ("reason", record.reason),
            ("probe", record.asked.origin),
            ("kind", "not recorded" if record.asked.kind is None else record.asked.kind.words),
            ("appearance", record.asked.appearance),
            ("pictures", _pictures(record.asked)),
            ("same person", record.asked.same_person),
            ("enhancement", record.asked.log.describe()),
            ("eyes", None if record.asked.by_hand is None else record.asked.by_hand.describe()),
            ("quality", judged(quality.verdict, quality.reasons)),
            ("eyes apart", f"{quality.eye_distance_px:.0f} px"),
            ("override", quality.override),
            ("said before", None if record.asked.earlier is None else record.asked.earlier.told),
            ("gallery", f"{record.gallery} ({', '.join(sorted(set(record.precision.values())))})"),
            ("matcher", f"{record.matcher}, scores in {record.unit} ({record.calibration})"),
            ("encoders", "\n".join(record.encoders)),
            ("examination", view.stands),
        )
    )
    document = found.document
    columns = ("rank", "subject", "score", "gap", "meaning", "quality", "image date", "source")
    rows = [
        (
            one.rank,
            one.subject,
            f"{one.score:.2f} {record.unit}",
            None if one.gap is None else f"{one.gap:.2f}",
            meaning_of(one),
            judged(one.verdict, one.reasons),
            one.image_date,
            printable(found.where(one)),
        )
        for one in document.candidates
    ]
    kept = [place for place, name in enumerate(columns) if scores or name not in _SCORED]
    show_table(
        [columns[place] for place in kept],
        [[row[place] for place in kept] for row in rows],
        whole=("rank", "subject"),
    )
    measured = measured_lines(document.candidates) if scores else []
    for line in (*measured, record.stated, NOBODY, LEAD_ONLY):
        stdout().print(Text(line))


def meaning_of(one: CandidateEntry) -> str:
    """Return what a score means, but for the data, which `measured_lines` names once."""
    return one.meaning.text.replace(one.meaning.measured_on, _DATA)


def measured_lines(candidates: Iterable[CandidateEntry]) -> list[str]:
    """Return on what was measured what the scores of candidates mean."""
    data = dict.fromkeys(one.meaning.measured_on for one in candidates)
    return [f"The data of what scores mean: {one}." for one in data if one]


def _pictures(probe: ProbeFacts) -> str | None:
    """Return how many pictures were joined, and what was found of each but the first."""
    if probe.frames == 1:
        return None
    told = [one.describe(number) for number, one in enumerate(probe.others, 2)]
    return "\n".join((str(probe.frames), *told))


def _compared(record: SearchRecord) -> str:
    if record.kind is SearchKind.COLLECTION:
        return f"{record.references:,} references of {record.subjects:,} people"
    return f"{record.references:,} looks at {record.subjects:,} appearances"
