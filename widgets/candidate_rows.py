"""What a grid of candidates shows: the list as a whole, and each candidate, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final, Self

from widgets.thumbnails import Picture
from workbench.errors import UsageError
from workbench.faces.quality import Verdict
from workbench.governance.days import years_before
from workbench.governance.entries import AGEING_YEARS
from workbench.rate_words import NOT_FRAMES

if TYPE_CHECKING:
    from workbench.retrospective.candidate_lists import Candidate, CandidateList

__all__ = ["CandidateRow", "ListHead", "age_words", "head_words", "row_words"]

AS_LONG: Final = "The list is as long where nobody on it is the person."
AS_GOOD: Final = "No candidate is as good a result as any."
RATES: Final = f"Where it is told how rare a score is, that was {NOT_FRAMES}."


@dataclass(frozen=True, slots=True, kw_only=True)
class ListHead:
    """What has to be said of a candidate list.

    Attributes:
        collection: name of what was searched.
        references: that it holds.
        length: candidates that were asked for.
        full_scan: whether every reference was compared.
        stated: that in a sentence, as `CandidateList.stated` says it.
        scored_by: what scored, and the unit.
        at: when it was searched; with its zone.
    """

    collection: str
    references: int
    length: int
    full_scan: bool
    stated: str
    scored_by: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse a time without a zone."""
        if self.at.tzinfo is None:
            msg = "the time of a search needs its zone: give a datetime that has one."
            raise UsageError(msg)

    @classmethod
    def of(cls, found: CandidateList, *, collection: str, at: datetime) -> Self:
        """Return what is said of a list.

        Args:
            found: the list.
            collection: name of what was searched.
            at: when.
        """
        return cls(
            collection=collection,
            references=found.references,
            length=found.length,
            full_scan=found.full_scan,
            stated=found.stated,
            scored_by=f"{found.matcher}, {found.unit}",
            at=at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """One candidate of a list.

    Attributes:
        candidate: its id.
        rank: from 1.
        thumbnail: JPEG bytes, or what reads them once they are looked at.
        score: finite, in the unit of the list.
        gap: to the score of the next one; `None` for the last.
        meaning: what the score means, in words.
        quality: verdict on the image.
        reasons: for that verdict, sentences.
        image_date: when it was taken, if that is known.
        category: what the image was taken as, for instance custody.
        source: where it comes from.
    """

    candidate: str
    rank: int
    thumbnail: Picture = field(repr=False)
    score: float
    gap: float | None
    meaning: str
    quality: Verdict
    reasons: tuple[str, ...] = ()
    image_date: date | None = None
    category: str = "unknown"
    source: str = "unknown"

    def __post_init__(self) -> None:
        """Refuse what could not be shown."""
        if self.rank < 1 or not math.isfinite(self.score):
            msg = (
                f"{self.candidate}: a candidate has a rank from 1 and a finite score, not "
                f"{self.rank} and {self.score}."
            )
            raise UsageError(msg)

    @classmethod
    def of(cls, found: Candidate, *, thumbnail: Picture, quality: Verdict, **more: Any) -> Self:  # noqa: ANN401 - the other fields
        """Return the row of a candidate.

        Args:
            found: the candidate; its id is `candidate-<rank>`.
            thumbnail: of its reference.
            quality: of its reference.
            **more: the other fields, all of them about the image.
        """
        return cls(
            candidate=f"candidate-{found.rank}",
            rank=found.rank,
            score=found.score,
            gap=found.gap,
            meaning=found.meaning.text,
            thumbnail=thumbnail,
            quality=quality,
            **more,
        )


def head_words(head: ListHead) -> dict[str, Any]:
    """Return what stands above the candidates."""
    return {
        "collection": head.collection,
        "references": head.references,
        "length": head.length,
        "full_scan": head.full_scan,
        "stated": head.stated,
        "scored_by": head.scored_by,
        "at": f"{head.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        "as_long": AS_LONG,
        "as_good": AS_GOOD,
        "rates": RATES,
    }


def row_words(row: CandidateRow, on: date, *, hidden: bool) -> dict[str, Any]:
    """Return a candidate in words; scores that are hidden do not leave the kernel.

    Args:
        row: the candidate.
        on: the day on which it is looked at.
        hidden: whether score, gap and meaning are left out.
    """
    scored = {"score": row.score, "gap": row.gap, "meaning": row.meaning}
    return {
        "id": row.candidate,
        "rank": row.rank,
        "quality": row.quality.value,
        "reasons": list(row.reasons),
        "date": "date unknown" if row.image_date is None else row.image_date.isoformat(),
        "age": age_words(row.image_date, on),
        "ageing": row.image_date is None or row.image_date < years_before(on, AGEING_YEARS),
        "category": row.category,
        "source": row.source,
        **({} if hidden else scored),
    }


def age_words(taken: date | None, on: date) -> str:
    """Return how old an image is in words, in whole years and months.

    Args:
        taken: when it was taken, if that is known.
        on: the day on which it is looked at.
    """
    if taken is None:
        return "age unknown"
    if taken > on:
        return "dated after this day: the date is wrong"
    months = 12 * (on.year - taken.year) + on.month - taken.month - (on.day < taken.day)
    years, rest = divmod(months, 12)
    parts = [_counted(years, "year"), _counted(rest, "month")]
    said = " ".join(part for part in parts if part)
    return f"{said} old" if said else "less than a month old"


def _counted(number: int, what: str) -> str:
    return "" if number == 0 else f"{number} {what}" + ("" if number == 1 else "s")
