"""The counts of one deployment, and both false alert rates with what they are rates of.

The same false alerts are a small share of the faces seen and a larger one of the alerts; both
are shown, each with its count, its denominator and its interval. What is undecided is counted
both ways, since nobody knows which it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from pydantic import Field, model_validator

from workbench.governance.alerts import AlertState
from workbench.governance.outcomes import (
    Count,
    Engagement,
    Outcome,
    OutcomeCounts,
    outcomes_by_alert,
)
from workbench.governance.record import Record
from workbench.intervals import Interval, clopper_pearson

__all__ = ["DeploymentCounts", "FalseAlertRates", "Rate"]


@dataclass(frozen=True, slots=True)
class Rate:
    """A share that was counted.

    Attributes:
        count: how many.
        n: of how many; `None` where that is not known.
        rate: `count / n`, or `None` where it cannot be measured.
        interval: 95 % interval of Clopper and Pearson, as if each of the `n` stood alone; 0 to 1
            where nothing can be said.
    """

    count: int
    n: int | None
    rate: float | None
    interval: Interval

    @classmethod
    def of(cls, count: int, n: int | None) -> Self:
        """Return the rate of `count` in `n`; not measurable where `n` is 0 or not known."""
        if not n:
            return cls(count, n, None, Interval(0.0, 1.0))
        return cls(count, n, count / n, clopper_pearson(count, n))


class FalseAlertRates(NamedTuple):
    """A false alert rate, by what the alerts that nobody is sure of are taken for.

    Attributes:
        best: only what was decided as false, confirmed or not, is counted.
        worst: what is open, was destroyed undecided or is unresolved is counted as false, too.
        severest: unconfirmed true alerts are counted as false besides; it is what is shown to
            people under the words "at worst", everywhere.
    """

    best: Rate
    worst: Rate
    severest: Rate


class DeploymentCounts(Record):
    """What a deployment amounts to in numbers.

    Attributes:
        faces_seen: estimate of faces seen (captures, not people); `None` where it is not known.
        open: alerts that are there and that nobody decided yet.
        destroyed_undecided: alerts that were destroyed before anybody decided; nobody can any more.
        true_confirmed: alerts decided as true, and confirmed.
        true_unconfirmed: alerts decided as true that could not be confirmed.
        false_confirmed: alerts decided as false, and confirmed.
        false_unconfirmed: alerts decided as false that could not be confirmed.
        unresolved: alerts that could not be decided.
        engagements: how often officers spoke to somebody because of an alert.
        stops: how many of these were stops.
        engagement_minutes: how long they took in all.
        false_alert_engagements: those on alerts that were decided as false.
        false_alert_minutes: how long these took.
        false_alert_arrests: alerts decided as false that led to an arrest all the same.
        outcomes: what came of the alerts.
    """

    faces_seen: Count | None = None
    open: Count
    destroyed_undecided: Count = 0
    true_confirmed: Count
    true_unconfirmed: Count
    false_confirmed: Count
    false_unconfirmed: Count
    unresolved: Count
    engagements: Count
    stops: Count
    engagement_minutes: float = Field(ge=0.0)
    false_alert_engagements: Count
    false_alert_minutes: float = Field(ge=0.0)
    false_alert_arrests: Count
    outcomes: OutcomeCounts

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.outcomes.alerts != self.alerts:
            msg = (
                f"open {self.open} + destroyed_undecided {self.destroyed_undecided} + true "
                f"{self.true} + false {self.false} + unresolved {self.unresolved} = {self.alerts}, "
                f"but outcomes.alerts is {self.outcomes.alerts}"
            )
            raise ValueError(msg)
        for part, whole in (
            ("stops", "engagements"),
            ("false_alert_engagements", "engagements"),
            ("false_alert_minutes", "engagement_minutes"),
        ):
            some, every = getattr(self, part), getattr(self, whole)
            if some > every:
                msg = f"{part} is {some:g}, more than {whole}, which is {every:g}"
                raise ValueError(msg)
        if self.false_alert_arrests > min(self.false, self.outcomes.arrest):
            msg = (
                f"false_alert_arrests is {self.false_alert_arrests}, but there are {self.false} "
                f"false alerts and {self.outcomes.arrest} arrests"
            )
            raise ValueError(msg)
        if self.faces_seen is not None and self.faces_seen < self.alerts:
            msg = (
                f"faces_seen is {self.faces_seen}, fewer than the {self.alerts} alerts, each of "
                "which is a face"
            )
            raise ValueError(msg)
        return self

    @property
    def alerts(self) -> int:
        """All alerts."""
        return self.true + self.false + self.undecided

    @property
    def true(self) -> int:
        """Alerts decided as true, confirmed or not."""
        return self.true_confirmed + self.true_unconfirmed

    @property
    def false(self) -> int:
        """Alerts decided as false, confirmed or not."""
        return self.false_confirmed + self.false_unconfirmed

    @property
    def undecided(self) -> int:
        """Alerts that nobody decided, now gone or not, or that could not be decided."""
        return self.open + self.destroyed_undecided + self.unresolved

    @property
    def false_of_faces(self) -> FalseAlertRates:
        """False alerts a face seen: the "False Alert Rate" of the published record."""
        return self._false_of(self.faces_seen)

    @property
    def false_of_alerts(self) -> FalseAlertRates:
        """False alerts an alert: the share of alerts that were wrong."""
        return self._false_of(self.alerts)

    def _false_of(self, n: int | None) -> FalseAlertRates:
        worst = self.false + self.undecided
        return FalseAlertRates(
            best=Rate.of(self.false, n),
            worst=Rate.of(worst, n),
            severest=Rate.of(worst + self.true_unconfirmed, n),
        )

    def destroyed(self) -> Self:
        """Return the counts once all of these alerts are destroyed: none of them is open then."""
        gone = self.destroyed_undecided + self.open
        return self.model_copy(update={"open": 0, "destroyed_undecided": gone})

    @classmethod
    def of(
        cls,
        states: Mapping[str, AlertState],
        engagements: Iterable[Engagement],
        *,
        faces_seen: int | None,
        unengaged_is_no_action: bool,
    ) -> Self:
        """Count a deployment.

        Args:
            states: state of each alert, by its id.
            engagements: all of the deployment.
            faces_seen: estimate of faces seen, if known.
            unengaged_is_no_action: count alerts without an engagement as no action.

        Raises:
            RecordError: when an alert has two outcomes, or an engagement is on no alert of the
                deployment, or a number cannot be; names which.
        """
        held = list(engagements)
        outcomes = outcomes_by_alert(held)
        counted = OutcomeCounts.of(outcomes, states, unengaged_is_no_action=unengaged_is_no_action)
        by_state = Counter(states.values())
        wrong = [one for one in held if states[one.alert].is_false]
        values: dict[str, Any] = {state.replace("-", "_"): by_state[state] for state in AlertState}
        values |= {
            "faces_seen": faces_seen,
            "engagements": len(held),
            "stops": sum(one.stopped for one in held),
            "engagement_minutes": sum(one.minutes for one in held),
            "false_alert_engagements": len(wrong),
            "false_alert_minutes": sum(one.minutes for one in wrong),
            "false_alert_arrests": sum(
                outcome is Outcome.ARREST and states[alert].is_false
                for alert, outcome in outcomes.items()
            ),
            "outcomes": counted,
        }
        return cls.read(values, what="the counts of the deployment")
