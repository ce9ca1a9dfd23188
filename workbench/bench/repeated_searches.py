"""Other searches of a case with the same probe: what came of them, and who knew of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from workbench.bench.context import Acting, Context
from workbench.bench.search_access import review_state
from workbench.bench.search_looks import was_told
from workbench.errors import VaultError
from workbench.governance.conclusions import Conclusion
from workbench.governance.repeated_searches import (
    asks_nothing_new,
    refuse_repeat,
    share_a_probe,
    was_shown_others,
)
from workbench.governance.reviews import Examination, Review, ReviewState
from workbench.records.searches import SearchRow, review_of, searches_of

if TYPE_CHECKING:
    from workbench.reports.search_parts import Another
    from workbench.retrospective.search_document import FacePlace

__all__ = ["known_before", "other_searches"]


def known_before(context: Context, acting: Acting, row: SearchRow) -> tuple[str, ...]:
    """Return the other searches with the probe of which whoever acts knows what another said.

    Raises:
        NotPermittedError: when they concluded on one that went through all that this one did.
    """
    known = []
    for other in _with_the_probe(acting, row):
        review = review_of(acting.connection, other.id)
        concluded = was_shown_others(review, acting.name)
        if not concluded and not (review.examinations and was_told(acting, other.id)):
            continue
        if not _same_face(context, acting, row, other):
            continue
        if concluded and asks_nothing_new(row.record, other.record):
            refuse_repeat(acting.name, row.id, other.id)
        known.append(other.id)
    return tuple(known)


def other_searches(
    context: Context, acting: Acting, row: SearchRow, review: Review
) -> Iterator[Another]:
    """Return the other searches of the case with a picture of the same probe, for a report.

    How often somebody was looked for, what was done to the probe each time and what examiners made
    of it belongs to what the one that is reported is worth.

    Args:
        context: the bench.
        acting: whoever makes the report.
        row: the search that is reported.
        review: of it.
    """
    from workbench.reports.search_parts import Another  # noqa: PLC0415 - loads OpenCV

    for other in _with_the_probe(acting, row):
        seen = review_of(acting.connection, other.id)
        state = review_state(context, acting.connection, seen)
        over = state is ReviewState.CONCLUDED
        both = [one for one in review.examinations if over and seen.has_examined(one.by)]
        knew = [one.by for one in review.examinations if other.id in (one.aware_of or ())]
        before = [one.by for one in both if one.aware_of is None and _came_after(seen, one)]
        if before and _same_face(context, acting, row, other):
            knew += before
        yield Another(
            id=other.id,
            at=other.at,
            by=other.actor,
            what=_what(other),
            review=_stands(other, seen, state),
            examined=tuple(one.by for one in both),
            knew=tuple(knew),
        )


def _with_the_probe(acting: Acting, row: SearchRow) -> Iterator[SearchRow]:
    for one in searches_of(acting.connection, row.case):
        if one.id != row.id and share_a_probe(row.record, one.record):
            yield one


def _came_after(review: Review, examination: Examination) -> bool:
    """Return whether somebody could read another's of a search before they concluded elsewhere.

    Told from moments, of an examination that was saved before it was recorded.
    """
    before = [one for one in review.examinations if one.at <= examination.at]
    return was_shown_others(Review(review.search, tuple(before)), examination.by)


def _what(row: SearchRow) -> str:
    probe = row.record.asked
    how = "an enhanced copy" if probe.log.is_enhanced else "the picture as it came"
    pictures = f", {probe.frames} pictures joined" if probe.frames > 1 else ""
    target = f"{row.record.target_name}, {row.record.gallery}"
    return f"{target}; with {how}{pictures}, said to be from {probe.origin}"


def _stands(row: SearchRow, review: Review, state: ReviewState) -> str:
    """Return how far the examination of a search is and what came of it, in words."""
    if not row.record.full_scan:
        return "triage, on which nobody concludes"
    if state is ReviewState.OPEN:
        return "not concluded"
    if state is ReviewState.DISPUTED:
        return "two examiners differ, and it is not concluded"
    said = review.outcome
    if review.surrender is not None or said is None:
        return "two examiners differed; left as inconclusive"
    count = [one.said for one in review.examinations].count(said)
    if count < len(review.examinations) - 1:
        return "three examiners each said something else; inconclusive"
    agreed = count == len(review.examinations)
    how = "two examiners said the same" if agreed else "two examiners differed, and a third decided"
    about = "" if said.candidate is None else f"of its {said.candidate}: "
    return f"{how}; {about}{_small(said.conclusion)}"


def _small(conclusion: Conclusion) -> str:
    words = conclusion.words
    return f"{words[:1].lower()}{words[1:].rstrip('.')}"


def _same_face(context: Context, acting: Acting, one: SearchRow, other: SearchRow) -> bool:
    """Return whether two searches may have meant the same face of a picture that both have.

    They did not where, in each picture that both have, the eyes lie apart.
    """
    first, second = one.record.asked, other.record.asked
    if first.appearance is not None and first.appearance == second.appearance:
        return True
    try:
        mine, theirs = (_places(context, acting, row) for row in (one, other))
    except VaultError:  # it cannot be told that they are two
        return True
    return any(_may_be_one(mine[name], theirs[name]) for name in mine.keys() & theirs.keys())


def _places(context: Context, acting: Acting, row: SearchRow) -> dict[str, FacePlace | None]:
    """Return where the face is in each picture as it came, by the SHA-256 of its file."""
    from workbench.retrospective.search_document import decode_search  # noqa: PLC0415

    sealed = context.vault.get(acting.connection, row.object_id)
    document = decode_search(sealed, source=f"search {row.id}")
    places = (document.original, *(one.place for one in document.others))
    return dict(zip_longest(row.record.asked.every_picture, places[: row.record.asked.frames]))


def _may_be_one(one: FacePlace | None, other: FacePlace | None) -> bool:
    """Return whether the middles between the eyes are nearer than the eyes are apart."""
    if one is None or other is None or one.eyes is None or other.eyes is None:
        return True
    (right, left), (right_, left_) = one.eyes, other.eyes
    apart = max(abs(complex(*right) - complex(*left)), abs(complex(*right_) - complex(*left_)))
    moved = (complex(*right) + complex(*left) - complex(*right_) - complex(*left_)) / 2
    return abs(moved) < apart
