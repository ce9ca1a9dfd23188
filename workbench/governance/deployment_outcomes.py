"""What came of deployments, for those who answer for them and are to see nobody: counts alone.

The counts and rates are those of a deployment's record (`deployment_records`). Left out is what
counts so few that it could point at one of them: false alerts by group, people under 18, and the
list by category. Alerts and their outcomes are shown however few they are, since forces publish
them so; `CAUTION` goes with them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Self

from workbench.errors import UsageError
from workbench.governance.costs import Costs
from workbench.governance.deployment_counts import DeploymentCounts, FalseAlertRates
from workbench.governance.deployment_records import (
    UNENGAGED_IS_NO_ACTION,
    joined,
    shown_rates,
)
from workbench.governance.deployments import DeploymentState
from workbench.governance.outcomes import Count
from workbench.governance.record import Record
from workbench.governance.text import Identifier, Line, Moment

__all__ = ["CAUTION", "DeploymentOutcome", "OutcomeTotals", "Period"]

CAUTION: Final = (
    "A count of one or two, with its street and its hour, may point at a person. A rate of so few "
    "false alerts says little: look at its interval, which is one of 95 %."
)
"""What is shown with the figures; small counts are not hidden, and not to be taken for more."""

_UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the calendar, in UTC, both included; `None` where there is no first or no last.

    Attributes:
        first: the first day.
        last: the last day.

    Raises:
        UsageError: when the last day lies before the first.
    """

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.first is not None and self.last is not None and self.last < self.first:
            msg = (
                f"the period ends on {self.last.isoformat()}, before it begins on "
                f"{self.first.isoformat()}. Give the earlier day first."
            )
            raise UsageError(msg)

    def plain(self) -> dict[str, str | None]:
        """Return it as plain values."""
        return {
            "from": None if self.first is None else self.first.isoformat(),
            "to": None if self.last is None else self.last.isoformat(),
        }


class DeploymentOutcome(Record):
    """What came of one deployment.

    Attributes:
        reference: names it.
        force: whose it was.
        place: the spot, without coordinates.
        town: the town, or the part of a city.
        state: where it is.
        starts: of the authority.
        ends: likewise.
        ended: when it came to an end.
        feeds: names of those that it was applied for with.
        searches: how many live searches there were.
        searched_minutes: how long they took in all; `None` where one has no end on record.
        list_references: images on its list; `None` where none was built.
        list_subjects: people on it; `None` where none was built.
        counts: of its alerts and what came of them, without those of the blue list.
        blue_list_alerts: alerts on consenting staff, which count nowhere else.
        costs: what is known of them, and what is not.
    """

    reference: Identifier
    force: Line
    place: Line
    town: Line
    state: DeploymentState
    starts: Moment
    ends: Moment
    ended: Moment | None
    feeds: tuple[Identifier, ...]
    searches: Count
    searched_minutes: float | None
    list_references: Count | None
    list_subjects: Count | None
    counts: DeploymentCounts
    blue_list_alerts: Count
    costs: Costs

    def shown(self) -> dict[str, Any]:
        """Return it as plain values, with both false alert rates and what is unknown."""
        return (
            self.plain()
            | _shown_counts(self.counts)
            | {
                "searched_minutes": self.searched_minutes if self.searches else None,
                "false_alerts_of_faces_seen": shown_rates(self.counts.false_of_faces),
                "cost_known": _pounds(self.costs.known),
                "cost_lines_unknown": self.costs.unknown,
                "cost_total": _pounds(self.costs.total),
            }
        )


@dataclass(frozen=True, slots=True)
class OutcomeTotals:
    """What came of several deployments together.

    Attributes:
        deployments: how many there are.
        searched: how many of them were searched; all that follows is of these alone, so that what
            was refused, or broke down before it began, dilutes no rate.
        counts: of all their alerts; `faces_seen` is `None` where one of them does not know its.
        counted: of those that know their faces seen; the rates of faces are theirs.
        faces_unknown: how many do not.
        searched_minutes: how long their searches took, as far as that is known.
        minutes_unknown: how many do not know theirs.
        blue_list_alerts: alerts on consenting staff.
        cost_known: the sum in pounds of the costs that are known.
        cost_unknown: how many of them do not know their total.
        cost_lines_unknown: how many lines of their costs are not known.
    """

    deployments: int
    searched: int
    counts: DeploymentCounts
    counted: DeploymentCounts
    faces_unknown: int
    searched_minutes: float
    minutes_unknown: int
    blue_list_alerts: int
    cost_known: Decimal
    cost_unknown: int
    cost_lines_unknown: int

    @classmethod
    def of(cls, outcomes: Sequence[DeploymentOutcome]) -> Self:
        """Add up what came of deployments."""
        searched = [one for one in outcomes if one.searches]
        counted = [one for one in searched if one.counts.faces_seen is not None]
        minutes = [one.searched_minutes for one in searched]
        known = [one for one in minutes if one is not None]
        return cls(
            deployments=len(outcomes),
            searched=len(searched),
            counts=_sum(one.counts for one in searched),
            counted=_sum(one.counts for one in counted),
            faces_unknown=len(searched) - len(counted),
            searched_minutes=sum(known),
            minutes_unknown=len(minutes) - len(known),
            blue_list_alerts=sum(one.blue_list_alerts for one in searched),
            cost_known=sum((one.costs.known for one in searched), Decimal(0)),
            cost_unknown=sum(one.costs.total is None for one in searched),
            cost_lines_unknown=sum(one.costs.unknown for one in searched),
        )

    @property
    def false_of_faces(self) -> FalseAlertRates:
        """False alerts a face seen, of the deployments that know their faces."""
        return self.counted.false_of_faces

    @property
    def cost_total(self) -> Decimal | None:
        """The sum in pounds; `None` while one of them does not know its, or there is none."""
        return self.cost_known if self.searched and not self.cost_unknown else None

    def shown(self) -> dict[str, Any]:
        """Return them as plain values, with both false alert rates and what is unknown."""
        return (
            {
                "deployments": self.deployments,
                "searched": self.searched,
                "counts": self.counts.plain(),
                "faces_unknown": self.faces_unknown,
                "searched_minutes": self.searched_minutes if self.searched else None,
                "minutes_unknown": self.minutes_unknown,
                "blue_list_alerts": self.blue_list_alerts,
            }
            | _shown_counts(self.counts)
            | {
                "false_alerts_of_faces_seen": shown_rates(self.false_of_faces),
                "cost_known": _pounds(self.cost_known),
                "cost_unknown": self.cost_unknown,
                "cost_lines_unknown": self.cost_lines_unknown,
                "cost_total": _pounds(self.cost_total),
            }
        )


def _sum(counts: Iterable[DeploymentCounts]) -> DeploymentCounts:
    """Add counts up; the faces seen of none, and of one that does not know them, are unknown."""
    each = list(counts)
    faces = [one.faces_seen for one in each if one.faces_seen is not None]
    # Alerts are added up first: they may be more than the faces of one deployment.
    bare = (one.model_copy(update={"faces_seen": None}) for one in each)
    known = sum(faces) if faces and len(faces) == len(each) else None
    return functools.reduce(joined, bare, _NONE).model_copy(update={"faces_seen": known})


def _shown_counts(counts: DeploymentCounts) -> dict[str, Any]:
    return {
        "alerts": counts.alerts,
        "true_alerts": counts.true,
        "false_alerts": counts.false,
        "undecided_alerts": counts.undecided,
        "false_alerts_of_alerts": shown_rates(counts.false_of_alerts),
    }


def _pounds(amount: Decimal | None) -> str:
    return _UNKNOWN if amount is None else str(amount)


_NONE: Final = DeploymentCounts.of(
    {}, [], faces_seen=None, unengaged_is_no_action=UNENGAGED_IS_NO_ACTION
)
