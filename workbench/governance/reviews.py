"""How two examiners come to what a search says: each blind to the other, none of them alone.

A `Review` is a value: the examinations of one search, folded in order.

- The first examiner puts a candidate forward with a graded conclusion, or none of them. Until the
  second has concluded, nobody who may still be asked sees what the first said.
- Where both say the same of the same candidate, that is what the search says.
- Where they differ, a third examiner, who is shown neither, may conclude: if that is what one of
  the two said, it is what the search says; otherwise the search is inconclusive. Without a third
  it may be left as inconclusive, with a reason.
- What was concluded is never taken back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple, Self

from pydantic import model_validator

from workbench.errors import IllegalMoveError, NotPermittedError
from workbench.governance.checklists import Checklist
from workbench.governance.conclusions import Conclusion
from workbench.governance.people import same_person
from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Identifier, Line, Moment, Reason

__all__ = [
    "BLIND_SOURCE",
    "SCORES_SEEN",
    "Examination",
    "Review",
    "ReviewState",
    "Said",
    "SeenReview",
    "Surrender",
]

BLIND_SOURCE: Final = Source(
    text="A second examiner concludes without knowing what the first concluded",
    where="what is known of the bias that a first conclusion gives; no procedure was read for it",
    standing=Standing.OWN_CHOICE,
)
SCORES_SEEN: Final = MappingProxyType(
    {
        True: "shown before concluding",
        False: "not shown before concluding",
        None: "whether they were shown before is not recorded",
    }
)
"""What is said of scores, by `Examination.scores_seen`."""
_PAIR: Final = 2
_MOST: Final = 3


class Said(NamedTuple):
    """What a search says, or one examiner.

    Attributes:
        candidate: id of the candidate that it is about; `None` where it is about none.
        conclusion: the grade.
    """

    candidate: str | None
    conclusion: Conclusion


class Examination(Record):
    """What one examiner concluded of a search.

    Attributes:
        by: who.
        candidate: id of the candidate that is put forward; `None` where none is.
        conclusion: what the images say.
        checklist: what was compared; needed wherever there is a candidate.
        reason: why, in words.
        at: when it was saved.
        scores_seen: whether whoever concluded had been shown scores before; `None` where that was
            not recorded.
        aware_of: ids of other searches with the probe of which they knew what another had said;
            `None` where that was not recorded.
    """

    by: Line
    candidate: Identifier | None
    conclusion: Conclusion
    checklist: Checklist | None
    reason: Reason
    at: Moment
    scores_seen: bool | None = None
    aware_of: tuple[Identifier, ...] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        about = self.conclusion.is_about_a_candidate
        if about and self.candidate is None:
            msg = f"{self.conclusion} is about a candidate: name it, or conclude no-candidate"
            raise ValueError(msg)
        if not about and self.candidate is not None:
            msg = f"{self.conclusion} is about no candidate: leave the candidate out"
            raise ValueError(msg)
        if about and self.checklist is None:
            msg = "the checklist is missing: say what was compared before concluding"
            raise ValueError(msg)
        return self

    @property
    def said(self) -> Said:
        """What it says, without who said it and why."""
        return Said(self.candidate, self.conclusion)


class Surrender(Record):
    """That a search on which two examiners differ is left as inconclusive.

    Attributes:
        by: who left it so.
        reason: why no third examiner is asked.
        at: when.
    """

    by: Line
    reason: Reason
    at: Moment


class ReviewState(StrEnum):
    """How far the examination of a search is."""

    OPEN = "open"
    DISPUTED = "disputed"
    CONCLUDED = "concluded"


@dataclass(frozen=True)
class Review:
    """What examiners have said of one search. Grow it by `with_examination` and `surrendered`.

    One that breaks a rule cannot be made, however it is made.

    Attributes:
        search: id of the search.
        examinations: those saved, in order.
        surrender: that it was left as inconclusive.

    Raises:
        IllegalMoveError: when an examination comes after the search was concluded, or is left as
            inconclusive though nobody differs.
        NotPermittedError: when an examiner concludes twice.
    """

    search: str
    examinations: tuple[Examination, ...] = ()
    surrender: Surrender | None = None

    def __post_init__(self) -> None:
        """Tell the history again, each step under the rules."""
        for place, examination in enumerate(self.examinations):
            _require(Review(self.search, self.examinations[:place]), examination.by)
        if self.surrender is not None and self._of_the_two() is not ReviewState.DISPUTED:
            msg = (
                f"search {self.search}: only one on which two examiners differ is left as "
                "inconclusive. Conclude it instead."
            )
            raise IllegalMoveError(msg)

    @property
    def state(self) -> ReviewState:
        """How far it is."""
        return ReviewState.CONCLUDED if self.surrender is not None else self._of_the_two()

    @property
    def owed(self) -> int:
        """How many more examinations it needs; 0 once it is concluded."""
        if self.state is ReviewState.CONCLUDED:
            return 0
        return 1 if self.state is ReviewState.DISPUTED else _PAIR - len(self.examinations)

    @property
    def outcome(self) -> Said | None:
        """What the search says; `None` while nobody can tell."""
        if self.state is not ReviewState.CONCLUDED:
            return None
        said = Counter(one.said for one in self.examinations)
        agreed = [one for one, count in said.items() if count >= _PAIR]
        if self.surrender is None and agreed:
            return agreed[0]
        named = {one.candidate for one in self.examinations}
        return Said(named.pop() if len(named) == 1 else None, Conclusion.INCONCLUSIVE)

    def has_examined(self, actor: str) -> bool:
        """Return whether `actor` concluded."""
        return any(same_person(one.by, actor) for one in self.examinations)

    def visible_to(self, actor: str) -> tuple[Examination, ...]:
        """Return the examinations that `actor` may see: all once theirs is saved or it is over.

        Until then whoever might still be asked sees none.
        """
        over = self.state is ReviewState.CONCLUDED
        return self.examinations if over or self.has_examined(actor) else ()

    def require_examination_by(self, actor: str) -> None:
        """Raise unless `actor` may conclude now; the message tells nothing of the others.

        Raises:
            IllegalMoveError: when it is concluded.
            NotPermittedError: when `actor` has concluded already.
        """
        _require(self, actor)

    def with_examination(self, examination: Examination) -> Self:
        """Return the review with one more examination; raises as `require_examination_by`."""
        self.require_examination_by(examination.by)
        return replace(self, examinations=(*self.examinations, examination))

    def surrendered(self, surrender: Surrender) -> Self:
        """Return the review left as inconclusive.

        Raises:
            IllegalMoveError: when nobody differs, or it is concluded.
        """
        if self.state is ReviewState.CONCLUDED:
            msg = f"search {self.search} is concluded, and stays so."
            raise IllegalMoveError(msg)
        return replace(self, surrender=surrender)

    def _of_the_two(self) -> ReviewState:
        said = [one.said for one in self.examinations]
        if len(said) < _PAIR:
            return ReviewState.OPEN
        if len(said) == _MOST or said[0] == said[1]:
            return ReviewState.CONCLUDED
        return ReviewState.DISPUTED


@dataclass(frozen=True)
class SeenReview(Review):
    """A review as far as one person may see it, who is told how far it is all the same.

    Attributes:
        stands: how far it is, with what is not shown.
    """

    stands: ReviewState = ReviewState.OPEN

    @property
    def state(self) -> ReviewState:
        """How far it is."""
        return self.stands


def _require(review: Review, actor: str) -> None:
    if not review.owed:
        msg = (
            f"search {review.search} is concluded. What changes it is another search, with what is "
            "new about it."
        )
        raise IllegalMoveError(msg)
    if review.has_examined(actor):
        msg = (
            f"{actor} has concluded on search {review.search} already, and it cannot be changed; "
            "the next examination must be another person's."
        )
        raise NotPermittedError(msg)
