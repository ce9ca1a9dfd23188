"""What came of alerts: engagements, stops, and one outcome an alert at most.

The published outcomes of 2023-24 do not add up: "other disposal" equals "no action" in all 203
rows of the Metropolitan Police's record of that time, so that the three sum to the alerts in few
of them. Here an alert has one outcome or none, and every sum is checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Self, TypeAlias

from pydantic import Field, model_validator

from workbench.errors import RecordError
from workbench.governance.record import Record
from workbench.governance.text import Identifier, Moment, Prose

__all__ = ["Count", "Engagement", "Outcome", "OutcomeCounts", "outcomes_by_alert"]

Count: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
"""A whole number of things, 0 to 1,000,000,000."""

_LONGEST_MINUTES = 24 * 60


class Outcome(StrEnum):
    """What came of an alert; each excludes the others."""

    ARREST = "arrest"
    OTHER_DISPOSAL = "other-disposal"
    NO_ACTION = "no-action"


class Engagement(Record):
    """Officers spoke to a person because of an alert.

    An engagement is no stop: somebody who may walk on was engaged, not stopped. The two are
    counted apart, from each other and from alerts.

    Attributes:
        alert: id of the alert.
        started: when it began.
        minutes: how long it took, 0 to 1440.
        stopped: whether the person was stopped, so not free to walk on.
        outcome: what came of it.
        note: what there is to say about it.
    """

    alert: Identifier
    started: Moment
    minutes: float = Field(ge=0.0, le=_LONGEST_MINUTES)
    stopped: bool
    outcome: Outcome
    note: Prose | None = None

    @model_validator(mode="after")
    def _an_arrest_is_a_stop(self) -> Self:
        if self.outcome is Outcome.ARREST and not self.stopped:
            msg = "outcome is arrest, but stopped is not set: whoever is arrested was stopped"
            raise ValueError(msg)
        return self


def outcomes_by_alert(engagements: Iterable[Engagement]) -> dict[str, Outcome]:
    """Return the one outcome of each alert that was engaged on.

    Raises:
        RecordError: when two engagements on one alert have different outcomes.
    """
    found: dict[str, Outcome] = {}
    for engagement in engagements:
        known = found.setdefault(engagement.alert, engagement.outcome)
        if known is not engagement.outcome:
            msg = (
                f"alert {engagement.alert} has two outcomes, {known} and {engagement.outcome}; an "
                "alert has one. Correct one of its engagements."
            )
            raise RecordError(msg)
    return found


class OutcomeCounts(Record):
    """How many alerts of a deployment had which outcome.

    Attributes:
        arrest: alerts that led to an arrest.
        other_disposal: alerts that led to another disposal.
        no_action: alerts that led to nothing.
        with_outcome: alerts of which an outcome was recorded.
        alerts: all alerts of the deployment.
        unengaged_is_no_action: whether alerts on which nobody was engaged count in `no_action`,
            as the published record has them; if not, they have no outcome.
    """

    arrest: Count
    other_disposal: Count
    no_action: Count
    with_outcome: Count
    alerts: Count
    unengaged_is_no_action: bool

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = self.arrest + self.other_disposal + self.no_action
        what = (
            f"arrest {self.arrest} + other_disposal {self.other_disposal} + no_action "
            f"{self.no_action} = {total}"
        )
        if self.with_outcome > self.alerts:
            msg = f"with_outcome is {self.with_outcome}, but there are {self.alerts} alerts"
            raise ValueError(msg)
        if self.unengaged_is_no_action and total != self.alerts:
            msg = (
                f"{what}, but there are {self.alerts} alerts, and those without an engagement "
                "count as no action"
            )
            raise ValueError(msg)
        if not self.unengaged_is_no_action and total != self.with_outcome:
            msg = f"{what}, but with_outcome is {self.with_outcome}"
            raise ValueError(msg)
        if self.arrest + self.other_disposal > self.with_outcome:
            msg = (
                f"arrest {self.arrest} + other_disposal {self.other_disposal} is more than "
                f"with_outcome {self.with_outcome}"
            )
            raise ValueError(msg)
        return self

    @property
    def without_outcome(self) -> int:
        """How many alerts have no recorded outcome, whatever they are counted as."""
        return self.alerts - self.with_outcome

    @classmethod
    def of(
        cls,
        outcomes: Mapping[str, Outcome],
        alerts: Iterable[str],
        *,
        unengaged_is_no_action: bool,
    ) -> Self:
        """Count the outcomes of a deployment.

        Args:
            outcomes: by id of the alert, as `outcomes_by_alert` returns them.
            alerts: ids of all alerts of the deployment.
            unengaged_is_no_action: count alerts without an outcome as no action.

        Raises:
            RecordError: when an outcome is of an alert that is not among them.
        """
        known = set(alerts)
        if strangers := sorted(set(outcomes) - known):
            msg = (
                f"outcomes are recorded for {', '.join(strangers[:5])}, which the deployment has "
                "no alert of; correct the engagements."
            )
            raise RecordError(msg)
        by_kind = Counter(outcomes.values())
        unengaged = len(known) - len(outcomes) if unengaged_is_no_action else 0
        return cls(
            arrest=by_kind[Outcome.ARREST],
            other_disposal=by_kind[Outcome.OTHER_DISPOSAL],
            no_action=by_kind[Outcome.NO_ACTION] + unengaged,
            with_outcome=len(outcomes),
            alerts=len(known),
            unengaged_is_no_action=unengaged_is_no_action,
        )
