"""From a report of a search to what its template prints: rows, cells and pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workbench.governance import review_words
from workbench.governance.categories import LegalBasis
from workbench.governance.checklists import Component, Seen
from workbench.governance.image_sources import ImageSource
from workbench.governance.reviews import SCORES_SEEN, Examination
from workbench.matching.confidence import ScoreMeaning
from workbench.reports.page import Picture
from workbench.reports.search_parts import Considered, FacePicture, Probe, SearchedCollection
from workbench.reports.search_pictures import Side, side_by_side, whole, withheld
from workbench.reports.search_report import SearchReport
from workbench.reports.wording import in_table, meaning_lines

__all__ = [
    "Cell",
    "Comparison",
    "Examiner",
    "Part",
    "Row",
    "Step",
    "as_it_came",
    "brief",
    "comparisons",
    "counted",
    "examiners",
    "interval",
    "is_collection",
    "notices",
    "outcome_words",
    "probe_pictures",
    "rows",
    "steps",
]

_NOT_MEASURED: Final = "not measured"
_INTERVAL: Final = re.compile("95 % interval (.+?) to (.+?);")
_SEEN: Final = {
    Seen.SIMILAR: "similar",
    Seen.DIFFERENT: "different",
    Seen.NOT_VISIBLE: "not visible",
}
_LEFT_OUT: Final = "not looked at"
_EXPLAINED: Final = {one.value: one.explanation for one in (*ImageSource, *LegalBasis)}


@dataclass(frozen=True, slots=True)
class Examiner:
    """An examination, and which one it was.

    Attributes:
        title: `Examiner 1`.
        told: what was said.
        scores: whether scores were shown before, in words.
    """

    title: str
    told: Examination
    scores: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one examiner saw of one part."""

    seen: str
    note: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the face, as each examiner saw it."""

    name: str
    cells: Sequence[Cell]
    differs: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What examiners said of one candidate.

    Attributes:
        candidate: the candidate; `None` for what was noted about none.
        sides: probe and candidate.
        equal: whether these are at equal scale.
        examiners: who examined this candidate.
        parts: of the checklist; empty where nobody filled one in.
        unseen: parts of which none of them said anything, in words.
    """

    candidate: Considered | None
    sides: tuple[Side, Side] | None
    equal: bool
    examiners: Sequence[Examiner]
    parts: Sequence[Part]
    unseen: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list of candidates."""

    considered: Considered
    picture: Picture | None
    put_forward: bool
    meaning: str
    interval: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an enhancement."""

    kind: str
    parameters: Sequence[tuple[str, str]]
    before: str
    after: str


def brief(meaning: ScoreMeaning) -> str:
    """Return a meaning for a cell, whose column says the rest for all of them.

    >>> brief(ScoreMeaning(1.0, 9, None, None, None, None, "not measured: x", "", False))
    'not measured'
    """
    if not meaning.measured:
        return _NOT_MEASURED
    short = in_table(meaning_lines(meaning)[0]).rpartition("; ")[2]
    return short.removesuffix(f" for {meaning.n_references:,} references")


def interval(meaning: ScoreMeaning) -> str:
    """Return the 95 % interval of a meaning for a cell; empty where it says nothing more.

    >>> interval(ScoreMeaning(1.0, 9, None, None, None, None, "not measured: x", "", False))
    ''
    """
    found = _INTERVAL.match(meaning_lines(meaning)[1])
    if found is None or {found[1], found[2]} == {brief(meaning)}:
        return ""
    return f"{found[1]} to {found[2]}"


def notices(report: SearchReport) -> tuple[str, ...]:
    """Return what whoever reads a report has to know before all else, in sentences."""
    probe, found = report.probe, []
    if report.decision is None:
        found.append(
            "The case is provisional: nobody has decided on it yet. If it is refused, or nobody "
            "authorises it in time, what was found must not be used and is destroyed."
        )
    elif not report.decision.granted:
        found.append("The case was refused. What was found must not be used.")
    if not report.found.full_scan:
        found.append(report.found.stated)
    if probe.log.is_enhanced:
        found.append("The search used an enhanced copy of the probe, not the original.")
    if probe.by_hand is not None:
        found.append(
            "The eyes of the face in the probe were placed by hand: "
            + ("no face was found there." if probe.by_hand.found is None else "see section 2.")
        )
    if probe.override is not None and probe.rejected:
        found.append(
            f"{_which(probe)} judged too poor to search with (reject), and was let pass by "
            f"{probe.override.by}."
        )
    if probe.may_differ:
        said = "" if probe.same_person is None else f" {probe.same_person.by} joined them."
        found.append(f"{probe.may_differ}{said} See section 2.")
    return tuple(found)


def _which(probe: Probe) -> str:
    if not probe.further:
        return "The probe was"
    numbers = ", ".join(map(str, probe.rejected))
    each = "Picture" if len(probe.rejected) == 1 else "Each of pictures"
    return f"{each} {numbers} of the probe was"


def outcome_words(report: SearchReport) -> str:
    """Return what the search says, as a sentence."""
    review = report.review
    return review_words.outcome_words(report.outcome, review.examinations, review.surrender)


def examiners(report: SearchReport) -> tuple[Examiner, ...]:
    """Return the examinations in their order."""
    told = report.review.examinations
    return tuple(
        Examiner(f"Examiner {number}", one, SCORES_SEEN[one.scores_seen])
        for number, one in enumerate(told, 1)
    )


def comparisons(report: SearchReport) -> tuple[Comparison, ...]:
    """Return what was said of each candidate that was put forward, by rank, and of none."""
    everybody = examiners(report)
    named = [one for one in report.considered if one.id in report.put_forward]
    made = [_comparison(report, one, everybody) for one in named]
    rest = [one for one in everybody if one.told.candidate is None]
    parts = _parts(rest)
    if parts:
        unseen = _unseen(parts)
        made.append(Comparison(None, None, equal=False, examiners=rest, parts=parts, unseen=unseen))
    return tuple(made)


def rows(report: SearchReport) -> tuple[Row, ...]:
    """Return every candidate; of those whom nobody put forward no picture can be recognised."""
    return tuple(_row(report, one) for one in report.considered)


def steps(report: SearchReport) -> tuple[Step, ...]:
    """Return what was done to the probe, in order."""
    made = []
    for step in report.probe.log.steps:
        values = step.operation.plain()
        kind = str(values.pop("kind"))
        told = [
            (name, f"{one:g}" if isinstance(one, float) else str(one))
            for name, one in values.items()
        ]
        made.append(Step(kind, told, step.before, step.after))
    return tuple(made)


def probe_pictures(report: SearchReport) -> tuple[Picture, ...]:
    """Return the probe as it came, as it was searched with if enhanced, and what was joined."""
    probe = report.probe
    came = "As it came" if probe.cut_from is None else "As it was cut from the footage"
    original = whole(probe.original, "The probe as it came", f"{came}{_size(probe.original)}")
    further = tuple(
        whole(one.picture, f"Picture {at} of the probe", f"Picture {at}{_size(one.picture)}")
        for at, one in enumerate(probe.further, 2)
        if one.picture is not None
    )
    if not probe.log.is_enhanced:
        return (original, *further)
    searched = whole(
        probe.picture, "The copy that was searched with", f"Searched with{_size(probe.picture)}"
    )
    return (original, searched, *further)


def as_it_came(report: SearchReport) -> str:
    """Return how small the face was before it was enhanced; empty where that is not known."""
    probe = report.probe
    apart = probe.original.eyes_px
    if apart is None or not probe.log.is_enhanced:
        return ""
    return f" Before it was enhanced: {apart:.0f} px between the eyes."


def _size(picture: FacePicture) -> str:
    height, width = picture.image.shape[:2]
    others = 0 if picture.bystanders is None else len(picture.bystanders)
    hidden = f"; faces of other people hidden: {others}" if others else ""
    return f", {width} x {height} px{hidden}."


def _comparison(
    report: SearchReport, considered: Considered, everybody: Sequence[Examiner]
) -> Comparison:
    who = [one for one in everybody if one.told.candidate == considered.id]
    sides, equal = None, False
    if considered.picture is not None:
        alts = ("The face of the probe", f"The picture of {considered.id}")
        one, other, equal = side_by_side(report.probe.picture, considered.picture, alts)
        sides = one, other
    parts = _parts(who)
    return Comparison(considered, sides, equal, who, parts, _unseen(parts))


def _unseen(parts: Sequence[Part]) -> str:
    said = {one.name for one in parts}
    return "; ".join(one.words for one in Component if one.words not in said)


def _parts(who: Sequence[Examiner]) -> tuple[Part, ...]:
    lists = [one.told.checklist for one in who]
    if not any(lists):
        return ()
    made = []
    for part in Component:
        marks = [None if one is None else one.marks.get(part) for one in lists]
        if not any(marks):
            continue
        cells = [
            Cell(_LEFT_OUT, "") if mark is None else Cell(_SEEN[mark.seen], mark.note or "")
            for mark in marks
        ]
        seen = {mark.seen for mark in marks if mark is not None}
        differs = {Seen.SIMILAR, Seen.DIFFERENT} <= seen
        made.append(Part(part.words, cells, differs))
    return tuple(made)


def _row(report: SearchReport, one: Considered) -> Row:
    forward = one.id in report.put_forward
    picture = None
    if one.picture is not None:
        if forward:
            picture = whole(one.picture, f"Picture of {one.id}", "")
        else:
            picture = withheld(one.picture.image)
    meaning = one.candidate.meaning
    return Row(one, picture, forward, brief(meaning), interval(meaning))


def counted(counts: Mapping[str, int]) -> tuple[tuple[str, str, str], ...]:
    """Return counts, largest first: of what, what that is, and the count with its whole."""
    of = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(
        (name.replace("-", " "), _EXPLAINED.get(name, ""), f"{count:,} of {of:,}")
        for name, count in ordered
    )


def is_collection(report: SearchReport) -> bool:
    """Whether a collection was searched, and no footage."""
    return isinstance(report.searched, SearchedCollection)
