"""Openings of locked test sets: once for each policy, and on record with who, when and why.

Whoever looks at a test set and then chooses has tuned on it. So it is opened for one policy, whose
threshold was chosen before on other people and is fixed by the opening, and no test is opened for
the same policy again: a set that lost one row has another digest, and is the set that was looked
at. Another policy may open the same set; `place` says how often that has been done, since each look
costs it some worth, and `earlier` for which policies. Both are of the same rows and of the same
data set.
"""

from __future__ import annotations

from typing import Self

from pydantic import PositiveInt, model_validator

from workbench.governance.moments import spoken
from workbench.governance.policy_choice import ChosenThreshold, Digest
from workbench.governance.record import Record
from workbench.governance.setups import Matcher, RuntimeClass
from workbench.governance.text import Identifier, Line, Moment, Prose

__all__ = ["EarlierOpening", "Opening"]


class EarlierOpening(Record):
    """An opening of the same test, or of another part of its data set, before another.

    Attributes:
        policy_id: id of the policy that it was opened for.
        opened_by: account that opened it.
        opened_at: when.
        matcher: whose threshold was fixed; `None` where none was.
        runtime: in which numbers its encoders run; `None` likewise.
        threshold: that was fixed; `None` likewise.
    """

    policy_id: Identifier
    opened_by: Line
    opened_at: Moment
    matcher: Matcher | None = None
    runtime: RuntimeClass | None = None
    threshold: float | None = None

    @property
    def words(self) -> str:
        """For which policy, with which matcher, by whom and when."""
        fixed = ""
        if self.matcher is not None and self.threshold is not None:
            fixed = f" with matcher {self.matcher} {self.runtime}, threshold {self.threshold:g}"
        return (
            f"for policy {self.policy_id}{fixed}, by {self.opened_by} at {spoken(self.opened_at)}"
        )


class Opening(Record):
    """A locked test set that was opened.

    Attributes:
        policy_id: id of the policy that it was opened for.
        digest: of the protocol of the test set.
        data_set: name of its images.
        justification: why it was opened.
        opened_by: account that opened it.
        opened_at: when.
        place: which opening of this test set it is, for whatever policy; 1 for the first. Of the
            same rows, or of a data set of the same name.
        chosen: the threshold that it fixed; `None` of openings before that was asked for.
        earlier: those before it, as far as they are of the same rows or name.
    """

    policy_id: Identifier
    digest: Digest
    data_set: Line
    justification: Prose
    opened_by: Line
    opened_at: Moment
    place: PositiveInt
    chosen: ChosenThreshold | None = None
    earlier: tuple[EarlierOpening, ...] = ()

    @model_validator(mode="after")
    def _is_of_others(self) -> Self:
        if self.chosen is not None and self.chosen.tuning.digest == self.digest:
            msg = "the threshold must be chosen on other people than those of the locked test"
            raise ValueError(msg)
        return self

    @property
    def words(self) -> str:
        """Who opened it when, in words, and for which policies it was opened before."""
        said = f"opened by {self.opened_by} at {spoken(self.opened_at)}"
        if self.place == 1:
            return f"{said}, for the first time"
        before = self.place - 1
        times = "once" if before == 1 else f"{before} times"
        named = "; ".join(one.words for one in self.earlier)
        return (
            f"{said}; it, or another part of its data set, had been opened {times} before"
            f"{f': {named}' if named else ', for other policies'}"
        )

    @property
    def again_words(self) -> str:
        """What is said of it where its test is searched with it: that these people were opened."""
        before = "; ".join(one.words for one in (self.as_earlier(), *reversed(self.earlier)))
        return f"was opened before: {before}"

    def as_earlier(self) -> EarlierOpening:
        """Return what a later opening says of it."""
        chosen = self.chosen
        return EarlierOpening(
            policy_id=self.policy_id,
            opened_by=self.opened_by,
            opened_at=self.opened_at,
            matcher=None if chosen is None else chosen.matcher,
            runtime=None if chosen is None else chosen.runtime,
            threshold=None if chosen is None else chosen.threshold,
        )

    def is_before(self, other: Opening) -> bool:
        """Return whether it is an earlier opening of the same rows, or data set, as another.

        Case does not tell data sets apart.
        """
        return (
            self.policy_id != other.policy_id
            and (self.opened_at, self.place) < (other.opened_at, other.place)
            and (self.digest == other.digest or self.data_set.lower() == other.data_set.lower())
        )
