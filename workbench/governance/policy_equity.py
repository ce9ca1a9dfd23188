"""The comparison of groups that a policy carries: on whom, with what, and what could be told.

Groups are those that a labelled set names. It holds counts and no person. That no difference was
found is never told as if there were none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final, Literal, Self

from pydantic import Field, PositiveInt, model_validator

from workbench.governance.counted_errors import CountedErrors
from workbench.governance.outcomes import Count
from workbench.governance.policy_choice import Digest
from workbench.governance.record import Record
from workbench.governance.setups import Setup
from workbench.governance.text import Line, Moment, Prose

__all__ = ["EQUITY_TOLERANCE", "ComparedGroups", "EquityEvidence", "GroupRate"]

EQUITY_TOLERANCE: Final = 0.0005
"""How far a policy's threshold may lie from one at which groups were compared, in the unit of the
scores: half of the third decimal, to which people write thresholds. The product's own choice."""

_NO_PROOF: Final = "that a difference was not found does not mean there is none"
_KINDS: Final = {"FPIR": "non-mated searches", "FNIR": "mated searches"}


class GroupRate(Record):
    """One rate of one group.

    Attributes:
        rate: of people who are not on the list (FPIR), or of those who are (FNIR).
        group: as the labelled set names it.
        people: of it whom the rate is of.
        searches: of them.
        suppressed: why it is not told; `None` where it is.
        errors: searches that erred; `None` where suppressed.
    """

    rate: Literal["FPIR", "FNIR"]
    group: Line
    people: Count
    searches: Count
    suppressed: Line | None = None
    errors: Count | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        faults = (
            (self.people > self.searches, "there cannot be more people than searches"),
            (
                (self.errors is None) != (self.suppressed is not None),
                "a rate has its errors, or the reason why it is suppressed",
            ),
            (
                self.errors is not None and not 0 < self.searches >= self.errors,
                f"{self.errors} errors of {self.searches} searches cannot be",
            ),
        )
        for is_fault, msg in faults:
            if is_fault:
                raise ValueError(msg)
        return self

    @property
    def counted(self) -> CountedErrors | None:
        """Its errors; `None` where suppressed."""
        if self.errors is None:
            return None
        return CountedErrors(count=self.errors, trials=self.searches)

    @property
    def words(self) -> str:
        """The rate with its interval, its bound, or why it is suppressed."""
        if self.counted is None:
            return (
                f"{self.rate} suppressed ({self.suppressed}; {self.people:,} people, "
                f"{self.searches:,} {_KINDS[self.rate]})"
            )
        return f"{self.counted.words(self.rate, _KINDS[self.rate])} of {self.people:,} people"


class ComparedGroups(Record):
    """Groups at one threshold.

    Attributes:
        threshold: in the unit of the scores.
        times: how many times as high the FPIR was to be as at the threshold that was named.
        comparisons: that were made.
        differences: of them, those that found one.
        rates: both rates of each group.
    """

    threshold: float
    times: Annotated[float, Field(ge=1.0)]
    comparisons: Count
    differences: Count
    rates: Annotated[tuple[GroupRate, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.differences > self.comparisons:
            msg = f"{self.differences} differences of {self.comparisons} comparisons cannot be"
            raise ValueError(msg)
        if self.comparisons and not self.is_compared:
            msg = "comparisons of fewer than two groups cannot be"
            raise ValueError(msg)
        return self

    @property
    def told(self) -> tuple[GroupRate, ...]:
        """The rates that are not suppressed."""
        return tuple(one for one in self.rates if one.suppressed is None)

    @property
    def is_compared(self) -> bool:
        """Whether one and the same rate is told of two groups or more."""
        return any(sum(one.rate == kind for one in self.told) > 1 for kind in _KINDS)

    def words(self) -> str:
        """Return every rate of every group."""
        groups = dict.fromkeys(one.group for one in self.rates)
        return ". ".join(
            f"{group}: {'; '.join(one.words for one in self.rates if one.group == group)}"
            for group in groups
        )


class EquityEvidence(Record):
    """A comparison of groups, as a folder of `workbench evaluate equity` has it.

    Attributes:
        sha256: of the folder's `equity.json`, which names the digest of each other part.
        measurement: name of what was searched.
        data_set: name of its images.
        split: which of its people.
        rule: how they were chosen.
        digest: of its protocol.
        setup: what the scores were made with.
        list_size: references that were searched, `N`.
        synthetic_references: how many of them are of nobody who exists.
        people: with a group.
        groups: all of the set.
        reference: group that the others were compared with.
        smallest_people: fewest people of a group whose rate is told.
        fewest_errors: fewest expected errors of one.
        compared: the groups at each threshold.
        searched_at: when the searches were made.
        compared_at: when the groups were compared.
    """

    sha256: Digest
    measurement: Line
    data_set: Line
    split: Literal["tuning", "test", "whole"]
    rule: Prose
    digest: Digest
    setup: Setup
    list_size: PositiveInt
    synthetic_references: Count = 0
    people: PositiveInt
    groups: Annotated[tuple[Line, ...], Field(min_length=1)]
    reference: Line
    smallest_people: PositiveInt
    fewest_errors: PositiveInt
    compared: Annotated[tuple[ComparedGroups, ...], Field(min_length=1)]
    searched_at: Moment
    compared_at: Moment

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        every = sorted((kind, group) for kind in _KINDS for group in self.groups)
        faults = (
            (len(set(self.groups)) < len(self.groups), "groups must differ in name"),
            (self.reference not in self.groups, "the reference is none of the groups"),
            (
                self.synthetic_references > self.list_size,
                "no more references can be synthetic than there are",
            ),
            (
                any(_named(one.rates) != every for one in self.compared),
                "each threshold has both rates of each group once",
            ),
            (
                any(one.people < self.smallest_people for at in self.compared for one in at.told),
                "a rate of fewer than smallest_people people is suppressed",
            ),
            (self.compared_at < self.searched_at, "groups are compared after they were searched"),
        )
        for is_fault, msg in faults:
            if is_fault:
                raise ValueError(msg)
        return self

    def at(self, threshold: float) -> ComparedGroups | None:
        """Return the groups at a threshold, or nearest to it within the tolerance."""
        near = [one for one in self.compared if abs(one.threshold - threshold) <= EQUITY_TOLERANCE]
        return min(near, key=lambda one: abs(one.threshold - threshold), default=None)

    def words(self, threshold: float, smallest_list: int, largest_list: int) -> str:
        """Return what stands beside a policy: on whom, how much was told, and what it shows.

        Args:
            threshold: of the policy.
            smallest_list: fewest references that it is for.
            largest_list: most of them.
        """
        at = self.at(threshold)
        if at is None:
            return self._elsewhere
        made = f", {self.synthetic_references:,} synthetic" if self.synthetic_references else ""
        beyond = ""
        if not smallest_list <= self.list_size <= largest_list:
            beyond = f" (the policy is for {smallest_list:,} to {largest_list:,})"
        whom = "all its people" if self.split == "whole" else f"{self.split} people"
        return (
            f"measured on {self.data_set}, {whom} ({self.people:,} people, "
            f"{_groups(len(self.groups))}; {_told(at)}), in a list of {self.list_size:,} "
            f"references{made}{beyond}, at T = {at.threshold:g}: a difference was found in "
            f"{at.differences:,} of {at.comparisons:,} comparisons; {_NO_PROOF}"
        )

    def brief(self, threshold: float) -> str:
        """Return as much as stands where there is room for a line."""
        at = self.at(threshold)
        if at is None:
            return self._elsewhere
        return (
            f"measured on {self.data_set} ({self.people:,} people, {_groups(len(self.groups))}), "
            f"at T = {at.threshold:g}; {_NO_PROOF}"
        )

    @property
    def _elsewhere(self) -> str:
        levels = " and ".join(f"{one.threshold:g}" for one in self.compared)
        return f"not measured at its threshold, but at T = {levels} on {self.data_set}"

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Return every rate by threshold, by name, for people."""
        return tuple(
            (f"groups at T = {one.threshold:g}", f"{one.words()} (compared with {self.reference})")
            for one in self.compared
        )


def _groups(count: int) -> str:
    return "1 group" if count == 1 else f"{count:,} groups"


def _told(at: ComparedGroups) -> str:
    """Return how many rates are suppressed, and how many are told by their bound alone."""
    every, told = len(at.rates), at.told
    few = sum(1 for one in told if one.counted is not None and not one.counted.is_measurable)
    said = f"{every - len(told):,} of {every:,} rates suppressed"
    return f"{said}, {few:,} not measurable" if few else said


def _named(rates: Iterable[GroupRate]) -> list[tuple[str, str]]:
    return sorted((one.rate, one.group) for one in rates)
