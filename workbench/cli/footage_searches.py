"""Searches of footage in words: everyone of a case, and the pairs of two pieces of footage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.text import Text

from workbench.cli.candidates import NOBODY, meaning_of, measured_lines, plain_candidates
from workbench.cli.console import example, printable, say_json, stdout
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Justification
from workbench.cli.tables import show_pairs, show_table
from workbench.governance.conclusions import LEAD_ONLY

if TYPE_CHECKING:
    from workbench.bench.search_views import PairsFinding, SearchFinding
    from workbench.governance.searches import ProbeFacts
    from workbench.retrospective.pairs_document import PairEntry

__all__ = ["PAIRS_EXAMPLE", "pairs", "say_everyone", "say_pairs"]

PAIRS_EXAMPLE = example('workbench case pairs search-4a1f -j "reading what was found last week"')
NO_PAIR: Final = "No pair reached the threshold."
_EACH: Final = "The whole list of each: workbench review show SEARCH."
_NEXT: Final = (
    "A pair is a suggestion to look. Search with one of the two (--appearance ID), and examiners "
    "conclude on that."
)


def pairs(
    search: Annotated[
        str, typer.Argument(metavar="SEARCH", help="Id of the search, or a part of it.")
    ],
    *,
    justification: Justification,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Show the pairs of a search that compared two pieces of footage, by ids and times."""
    with opened(bench) as workbench:
        whole = workbench.whole_id("search", search)
        found = workbench.searches.pairs(whole, justification=justification)
    say_pairs(found, as_json=as_json)


def say_pairs(found: PairsFinding, *, as_json: bool) -> None:
    """Write how two pieces of footage were compared, and the pairs; no picture."""
    view, record = found.view, found.view.record
    entries = found.document.pairs
    if as_json:
        left_out = {"first": {"picture"}, "second": {"picture"}}
        listed = [
            {**one.model_dump(mode="json", exclude=left_out), "seen": _sides(found, one)}
            for one in entries
        ]
        say_json({**view.plain(), "pairs": listed, "means": LEAD_ONLY})
        return
    compared = record.pairs
    show_pairs(
        (
            ("search", view.id),
            ("case", view.case),
            ("by", f"{view.actor}, {view.at:%Y-%m-%d %H:%M} UTC"),
            ("what", record.kind.words),
            (
                "compared",
                "\n".join(
                    f"{one} ({printable(name)})"
                    for one, name in zip(record.target, found.files, strict=True)
                ),
            ),
            ("comparisons", compared and f"{compared.comparisons:,}"),
            ("reason", record.reason),
            ("matcher", f"{record.matcher}, scores in {record.unit} ({record.calibration})"),
            ("encoders", "\n".join(record.encoders)),
            ("pairs", compared and f"{len(entries)} of {compared.above} shown"),
        )
    )
    if entries:
        show_table(
            ("rank", "one", "seen", "the other", "seen", "score", "false pairs at that score"),
            [
                (
                    one.rank,
                    one.first.appearance,
                    _sides(found, one)[0],
                    one.second.appearance,
                    _sides(found, one)[1],
                    f"{one.score:.2f} {record.unit}",
                    one.meaning,
                )
                for one in entries
            ],
            whole=("rank", "one", "the other"),
        )
    for line in (record.stated, _NEXT if entries else NO_PAIR, LEAD_ONLY):
        stdout().print(Text(line))


def _sides(found: PairsFinding, pair: PairEntry) -> list[str]:
    """Return where each of a pair is seen, and from when to when."""
    return [printable(found.seen[one.appearance]) for one in (pair.first, pair.second)]


def _probe(probe: ProbeFacts) -> str:
    """Return which probe it was; what was said of it before with who said it, and where."""
    lines = [printable(probe.origin)]
    if probe.frames > 1:
        lines.append(f"{probe.frames} pictures")
    if probe.by_hand is not None:
        lines.append("eyes placed by hand")
    if probe.earlier is not None:
        lines.append(f"first searched with {probe.earlier.told}")
    return "\n".join(lines)


def say_everyone(found: Sequence[SearchFinding], *, as_json: bool) -> None:
    """Write the searches for everyone of a case: of each the candidate that is most like them."""
    if as_json:
        listed: list[dict[str, Any]] = [
            {**one.view.plain(), "candidates": plain_candidates(one)} for one in found
        ]
        say_json({"searches": listed, "means": LEAD_ONLY})
        return
    rows = []
    for one in found:
        best = next(iter(one.document.candidates), None)
        rows.append(
            (
                one.view.id,
                _probe(one.view.record.asked),
                best and f"{best.subject}\n{printable(one.where(best))}",
                best and f"{best.score:.2f} {one.view.record.unit}",
                best and meaning_of(best),
            )
        )
    show_table(("search", "probe", "most like it", "score", "meaning"), rows, whole=("search",))
    measured = measured_lines(each for one in found for each in one.document.candidates[:1])
    stated = dict.fromkeys(one.view.record.stated for one in found)
    for line in (*measured, *stated, _EACH, NOBODY, LEAD_ONLY):
        stdout().print(Text(line))
