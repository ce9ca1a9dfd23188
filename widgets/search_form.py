"""What a search on a page asks for, and the words that follow what is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from widgets.form_panel import Action, Field
from workbench.governance.searches import DEFAULT_LENGTH, LONGEST_LENGTH, GalleryChoice

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.footage_views import FootageView
    from workbench.bench.search_views import SearchView

__all__ = [
    "FULL_SCAN",
    "SEARCH",
    "Target",
    "busy_words",
    "done_words",
    "fields_of",
    "footage_words",
    "is_of_everyone",
    "number_of",
    "ready_words",
    "scan_of",
    "targets_of",
]

SEARCH: Final = Action("search", "Search", first=True, disabled=True)
FULL_SCAN: Final = Action("full-scan", "Full scan with the same probe", first=True)
_FOOTAGE: Final = "the footage of the case"
_SCANS: Final = (
    (GalleryChoice.EXACT.value, "Full scan (every reference; needed for a conclusion)"),
    (
        GalleryChoice.TRIAGE.value,
        "Triage (of a large collection faster; loses people, see the list)",
    ),
)
_PROBE, _EVERYONE = "probe", "everyone"
_WHO: Final = (
    (_PROBE, "the probe above"),
    (
        _EVERYONE,
        "everyone of the case: each probe it was searched with, and the one above if it is ready",
    ),
)
_LENGTH: Final = Field(
    "length",
    "Length of the list",
    "number",
    str(DEFAULT_LENGTH),
    least=1,
    most=LONGEST_LENGTH,
)
_REASON: Final = Field(
    "reason",
    "Why this search is made",
    "area",
    placeholder="A sentence; it is kept in the log and stands in the report.",
    most=1000,
)


@dataclass(frozen=True, slots=True)
class Target:
    """What can be searched in.

    Attributes:
        value: of it in the form; that of footage is no name of a collection.
        words: for people.
        collection: its name; `None` for footage.
        footage: ids; none for all that is indexed.
    """

    value: str
    words: str
    collection: str | None = None
    footage: tuple[str, ...] = ()


def targets_of(bench: Workbench, case: str) -> list[Target]:
    """Return what a case can be searched in now.

    Raises:
        NotPermittedError: when the role may not list collections or footage.
        UnknownRecordError: when there is no such case.
    """
    ready = [one for one in bench.collections.list() if one.state == "ready"]
    found = [
        Target(
            one.record.name,
            (
                f"collection {one.record.name}: {one.counts.references:,} references of "
                f"{one.counts.subjects:,} people"
            ),
            one.record.name,
        )
        for one in ready
    ]
    indexed = [one for one in bench.footage.list(case) if one.state == "indexed"]
    files = "1 file" if len(indexed) == 1 else f"{len(indexed)} files"
    if indexed:
        found.append(Target(_FOOTAGE, f"{_FOOTAGE}: {files}"))
    if len(indexed) > 1:
        found += [
            Target(f"footage {one.id}", f"{words} alone", footage=(one.id,))
            for one, words in zip(indexed, footage_words(indexed), strict=True)
        ]
    return found


def footage_words(pieces: Sequence[FootageView]) -> list[str]:
    """Return what tells pieces of footage apart: the file, and its id where two share a name."""
    names = [one.footage.name for one in pieces]
    return [
        f"footage {name} ({one.id})" if names.count(name) > 1 else f"footage {name}"
        for name, one in zip(names, pieces, strict=True)
    ]


def fields_of(
    known: tuple[Field, ...], targets: list[Target], target: Target | None
) -> tuple[Field, ...]:
    """Return the fields for what is searched in; what was filled in stays.

    Args:
        known: fields as they are, if any.
        targets: that can be chosen.
        target: that is chosen.
    """
    before = {one.name: one for one in known}
    options = tuple((one.value, one.words) for one in targets)
    value = "" if target is None else target.value
    found = [Field("target", "Search in", "select", value, options)]
    if target is not None and target.collection is not None:
        # Whatever the settings say: only a full scan is ever concluded on.
        scan = Field("scan", "How", "select", GalleryChoice.EXACT.value, _SCANS)
        found.append(before.get("scan", scan))
    elif target is not None:
        found.append(before.get("who", Field("who", "Search for", "select", _PROBE, _WHO)))
    return (*found, before.get("length", _LENGTH), before.get("reason", _REASON))


def scan_of(values: Mapping[str, str]) -> GalleryChoice:
    """Return how a collection is gone through, as it is chosen; a full scan else."""
    return GalleryChoice(values.get("scan", GalleryChoice.EXACT))


def is_of_everyone(values: Mapping[str, str]) -> bool:
    """Return whether footage is searched with each probe of the case."""
    return values.get("who") == _EVERYONE


def number_of(text: str) -> int:
    """Return a length as it was typed; 0, which is refused, for what is no number."""
    return int(text) if text.strip().isdigit() else 0


def busy_words(target: Target | None, scan: GalleryChoice) -> str:
    """Return what is done while a search is made."""
    if target is not None and target.collection is None:
        return "Searching. Every look that the index keeps of the footage is compared."
    if scan is GalleryChoice.TRIAGE:
        return "Searching by triage. Of a large collection not every reference is compared."
    return "Searching. Every reference is compared."


def ready_words(*, probe: bool, targets: bool, everyone: bool) -> str:
    """Return what has to be done before a search, or that nothing has.

    Args:
        probe: whether one is ready.
        targets: whether there is anything to search in.
        everyone: whether each probe of the case is searched with.
    """
    if not targets:
        return "There is no collection and no indexed footage to search in."
    if everyone:
        with_it = ", and with the one above" if probe else "; none has to be ready above"
        return f"It is searched with each probe of the case{with_it}. Say why, and search."
    if probe:
        return "The probe is ready. Say why, and search."
    return "Prepare a probe above, and choose to search with it."


def done_words(views: Sequence[SearchView]) -> str:
    """Return what searches came to, and what is done with them next; the first is shown."""
    view = views[0]
    record = view.record
    if len(views) > 1:
        return (
            f"{len(views)} searches of {record.target_name} were made, one for each probe of the "
            "case, and are with the examiners now. Shown is the one with the probe of "
            f"{record.asked.origin}; each stands in the list of searches of the examination."
        )
    listed = "1 candidate" if record.candidates == 1 else f"{record.candidates} candidates"
    made = f"Searched {record.target_name} at {view.at:%Y-%m-%d %H:%M:%S} UTC: {listed}."
    if not record.full_scan:
        return (
            f"{made} This was triage: not every reference was compared, and nobody concludes on "
            "it. Examiners are given the probe's candidates only after a full scan."
        )
    return (
        f"{made} The search is with the examiners now: two of them conclude, each apart from the "
        "other. Who the candidates are on record as stands in the report."
    )
