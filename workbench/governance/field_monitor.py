"""How a threshold policy does in the field: false alerts a face, from deployment to deployment.

Two things are looked at. Whether false alerts are more than the force's cap: review when the rate
itself is above it, stop when the lower end of its exact interval is, of all deployments together,
of one alone, or of those at one threshold (`workbench.governance.field_stops`). And
whether they became more than the policy was measured to raise: a Poisson CUSUM (Lucas,
Technometrics 27, 1985), tuned to find a doubling.

The cap of 1 in 1,000 "should not be exceeded in any event" (South Wales Police, standard operating
procedure, in [2020] EWCA Civ 1058). That a stop is a refusal, that it takes three false alerts,
that it stays, and both numbers of the CUSUM are the product's own choice.

The lower end is looked at after each deployment, so that a stop may come by chance where the true
rate is the cap itself: in 78 of 400 simulated runs of 100 deployments of 10,000 faces; at three
quarters of the cap in none (`benchmarks/field_cusum.py`).

A rate needs a denominator. A search whose faces were not counted, and one that still runs, adds its
alerts and no faces; a deployment counts at least as many faces as alerts. So the faces are a lower
bound, the rate may be told as too high, and a stop may come too early. A deployment that goes on
stops nothing while faces of it are not counted.

Faces of two ways of counting are not added up. The rates and the CUSUM are of the newest way, or of
that in which the policy was stopped; each way is looked at for itself, so that a new one lifts no
stop and hides no signal.

What stops a policy stays whatever deployments come later, until the force's limit is changed (by
two people), a decision is corrected, or faces that were unknown are counted. A search that runs
goes on; none starts. Another policy with the same setup that could raise the same alerts is stopped
with it; see
`workbench.governance.field_refusals`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from workbench.governance.deployment_counts import Rate
from workbench.governance.field_intervals import by_deployment
from workbench.governance.field_stops import Seen, Stop, first_stop
from workbench.governance.field_words import (
    above_words,
    changed_words,
    otherwise_words,
    rate_text,
    unknown_words,
)
from workbench.governance.fpir import fpir
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.sources import Source, Standing
from workbench.intervals import FEWEST_EXPECTED_ERRORS, Interval

__all__ = [
    "CUSUM_LIMIT",
    "CUSUM_RATIO",
    "FIELD_SOURCES",
    "FieldDeployment",
    "FieldMonitor",
    "MonitorState",
    "cusum_path",
    "expected_rate",
    "monitor",
]

CUSUM_RATIO: Final = 2.0
"""How many times the expected false alerts the CUSUM is to find."""

CUSUM_LIMIT: Final = 5.0
"""Decision interval h. By simulation (`benchmarks/field_cusum.py`, 4,000 runs each), while false
alerts come as expected, it signals once in 164 deployments of 4 expected false alerts each, 247 of
1, 362 of 0.5 and 1,310 of 0.1; with double that number after 3, 9, 17 and 75."""

FIELD_SOURCES: Final[Mapping[str, Source]] = MappingProxyType(
    {
        "stop": Source(
            text="three false alerts or more with the lower end above the limit stop a policy",
            where="chosen so that what should not be exceeded in any event is not gone on with",
            standing=Standing.OWN_CHOICE,
        ),
        "looks": Source(
            text="each deployment alone, and those of its threshold, are held to 5 % / (2 i)",
            where="chosen so that quiet deployments do not thin out a bad one; Bonferroni",
            standing=Standing.OWN_CHOICE,
        ),
        "cusum": Source(
            text="a CUSUM of ratio 2 and limit 5 says that false alerts became more",
            where="chosen by simulation; the method is of Lucas, Technometrics 27 (1985)",
            standing=Standing.OWN_CHOICE,
        ),
    }
)
"""Where the rules of the monitor come from; its limit is `start.false_alert_cap`."""


class MonitorState(StrEnum):
    """What is to be done about a policy, mildest first."""

    IN_ORDER = "in-order"
    REVIEW = "review"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class FieldDeployment:
    """What came of one deployment under a policy, in counts.

    Attributes:
        reference: names it.
        ended: when it came to an end; `None` while it has not.
        faces: seen in the searches that counted them to their end, a lower bound.
        false: alerts decided as false, confirmed or not.
        undecided: alerts that nobody decided, now gone or not, or that could not be decided.
        expected: false alerts a face that the policy was measured to raise, at its threshold and
            with its list.
        threshold: the lowest from which it raised alerts.
        uncounted: searches whose faces are not known: cut off, or still running.
        alerts: all of them, true ones too, of which each was a face.
        counted_by: what counts as a face seen; `None` where none was counted, or that is not known.
    """

    reference: str
    ended: datetime | None
    faces: int
    false: int
    undecided: int
    expected: float
    counted_by: str | None = None
    threshold: float | None = None
    uncounted: int = 0
    alerts: int = 0

    @property
    def least_faces(self) -> int:
        """How many faces it saw at least."""
        return max(self.faces, self.alerts, self.false + self.undecided)

    @property
    def is_counted(self) -> bool:
        """Whether all its faces are known."""
        return not self.uncounted and self.least_faces == self.faces


@dataclass(frozen=True, slots=True)
class FieldMonitor:
    """How a policy does in the field. Counts of deployments, and nobody.

    Attributes:
        policy: its id.
        cap: false alerts a face that the force allows.
        state: what is to be done.
        deployments: that were searched under it; all rates are of these.
        counted_by: what counts as a face in them; `None` where there are none, or none says.
        counted_otherwise: that counted faces in another way; they are in no rate.
        false_otherwise: false alerts of those.
        running: of them, those that have not ended.
        faces_unknown: of them, those that do not know all their faces, which then are a lower
            bound.
        false_unknown: false alerts of those.
        rate: false alerts a face, with the exact interval, as if each face stood alone.
        worst: the same where what is undecided is counted as false.
        by_deployment: the interval of `rate` with deployments as what was drawn.
        expected: false alerts that the policy was measured to raise in so many faces.
        stop: what stopped it; `None` where nothing did.
        cusum: its newest value.
        signalled: reference of the deployment at which the CUSUM first reached its limit.
        reasons: why the state is what it is, in sentences; empty when all is in order.
    """

    policy: str
    cap: float
    state: MonitorState
    deployments: int
    counted_by: str | None
    counted_otherwise: int
    false_otherwise: int
    running: int
    faces_unknown: int
    false_unknown: int
    rate: Rate
    worst: Rate
    by_deployment: Interval
    expected: float
    cusum: float
    signalled: str | None
    stop: Stop | None
    reasons: tuple[str, ...]

    @property
    def stopped(self) -> str | None:
        """Reference of the deployment at which the lower end first lay above the cap."""
        return None if self.stop is None else self.stop.reference

    @property
    def words(self) -> str:
        """The state with its reasons, in one line."""
        said = f"policy {self.policy} in the field: {self.state.value.replace('-', ' ')}"
        apart = otherwise_words(self.counted_otherwise, self.false_otherwise)
        return " ".join((f"{said}.", *self.reasons, *apart))

    @property
    def rate_text(self) -> str:
        """False alerts a face in words, with both intervals."""
        return rate_text(self.rate, self.by_deployment)

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "policy": self.policy,
            "state": self.state.value,
            "reasons": list(self.reasons),
            "cap": self.cap,
            "deployments": self.deployments,
            "faces_counted_by": self.counted_by,
            "deployments_counted_otherwise": self.counted_otherwise,
            "false_alerts_counted_otherwise": self.false_otherwise,
            "running": self.running,
            "faces_unknown": self.faces_unknown,
            "false_alerts_where_faces_unknown": self.false_unknown,
            "faces": self.rate.n,
            "false_alerts": self.rate.count,
            "false_or_undecided": self.worst.count,
            "rate": self.rate.rate,
            "is_measurable": self.rate.count >= FEWEST_EXPECTED_ERRORS,
            "exact_interval": list(self.rate.interval),
            "by_deployment_interval": list(self.by_deployment),
            "rate_if_undecided_are_false": self.worst.rate,
            "exact_interval_if_undecided_are_false": list(self.worst.interval),
            "expected_false_alerts": self.expected,
            "cusum": self.cusum,
            "cusum_limit": CUSUM_LIMIT,
            "cusum_ratio": CUSUM_RATIO,
            "cusum_signalled_at": self.signalled,
            "stopped_at": self.stopped,
        }


def expected_rate(policy: ThresholdPolicy, threshold: float, references: int | None) -> float:
    """Return the false alerts a face that a policy was measured to raise.

    Where fewer than three errors were counted it is the upper end of the interval, so that a rate
    which was not measurable is not taken for none.

    Args:
        policy: with the measured scores.
        threshold: from which score on alerts were raised.
        references: on the list; the longest that the policy is for, when nobody knows.
    """
    estimate = fpir(policy, threshold, references or policy.largest_list)
    return estimate.rate if estimate.is_measurable else estimate.high


def cusum_path(deployments: Sequence[FieldDeployment]) -> tuple[float, ...]:
    """Return the Poisson CUSUM after each deployment, in the order given.

    `S = max(0, S + false - k * expected)`, where `k = (r - 1) / ln r` and `r` is `CUSUM_RATIO`:
    Lucas (1985) for a mean that differs from one step to the next.
    """
    reference = (CUSUM_RATIO - 1.0) / math.log(CUSUM_RATIO)
    path, value = [], 0.0
    for one in deployments:
        value = max(0.0, value + one.false - reference * one.expected * one.faces)
        path.append(value)
    return tuple(path)


def monitor(deployments: Iterable[FieldDeployment], *, policy: str, cap: float) -> FieldMonitor:
    """Return how a policy does, from all deployments under it, ended or not.

    Args:
        deployments: in any order; they are looked at in that of their end, those that go on last.
        policy: its id.
        cap: false alerts a face that the force allows, above 0.
    """
    every = sorted(deployments, key=_order)
    unknown = [one for one in every if not one.is_counted]
    ways = [_of(every, way) for way in dict.fromkeys(one.counted_by for one in every)]
    place = {one.reference: at for at, one in enumerate(every)}
    stops = [stop for way in ways if (stop := _stopped(way, cap))]
    stop = min(stops, key=lambda one: place[one.reference], default=None)
    signals = [one for way in ways if (one := _signalled(way))]
    signalled = min(signals, key=lambda one: place[one], default=None)
    shown = every[place[stop.reference]] if stop else _newest(every)
    known = [] if shown is None else _of(every, shown.counted_by)
    apart = [one for one in every if one not in known and one.counted_by is not None]
    faces = [one.least_faces for one in known]
    false = [one.false for one in known]
    path = cusum_path(_whole(known))
    rate = Rate.of(sum(false), sum(faces))
    worst = Rate.of(sum(false) + sum(one.undecided for one in known), sum(faces))
    clustered = by_deployment(false, faces)
    false_unknown = sum(one.false for one in unknown)
    reasons = (
        *above_words(stop, rate, worst, clustered, cap),
        *changed_words(signalled, CUSUM_RATIO, CUSUM_LIMIT),
        *unknown_words(len(unknown), false_unknown),
    )
    return FieldMonitor(
        policy=policy,
        cap=cap,
        state=(
            MonitorState.STOP if stop else MonitorState.REVIEW if reasons else MonitorState.IN_ORDER
        ),
        deployments=len(known),
        counted_by=None if shown is None else shown.counted_by,
        counted_otherwise=len(apart),
        false_otherwise=sum(one.false for one in apart),
        running=sum(one.ended is None for one in every),
        faces_unknown=len(unknown),
        false_unknown=false_unknown,
        rate=rate,
        worst=worst,
        by_deployment=clustered,
        expected=sum(one.expected * seen for one, seen in zip(known, faces, strict=True)),
        cusum=path[-1] if path else 0.0,
        signalled=signalled,
        stop=stop,
        reasons=reasons,
    )


def _order(one: FieldDeployment) -> tuple[bool, float, str]:
    """Those that go on come last: what is counted of them may still change."""
    return one.ended is None, 0.0 if one.ended is None else one.ended.timestamp(), one.reference


def _newest(every: Sequence[FieldDeployment]) -> FieldDeployment | None:
    """Return the last deployment that counted faces; where none did, the last."""
    counted = [one for one in every if one.counted_by is not None]
    return next(reversed(counted or every), None)


def _of(every: Sequence[FieldDeployment], way: str | None) -> list[FieldDeployment]:
    return [one for one in every if one.counted_by == way]


def _whole(known: Sequence[FieldDeployment]) -> list[FieldDeployment]:
    """Return those with all faces: of a lower bound nothing says that false alerts are more."""
    return [one for one in known if one.is_counted]


def _signalled(known: Sequence[FieldDeployment]) -> str | None:
    """Return the first deployment at which the CUSUM reached its limit."""
    whole = _whole(known)
    path = zip(whole, cusum_path(whole), strict=True)
    return next((one.reference for one, at in path if at >= CUSUM_LIMIT), None)


def _stopped(known: Sequence[FieldDeployment], cap: float) -> Stop | None:
    # While one goes on, a search that still runs or was cut off may be started again: it would be
    # refused for want of a count that comes with its end.
    looked_at = [one for one in known if one.ended is not None or one.is_counted]
    seen = [Seen(one.reference, one.threshold, one.false, one.least_faces) for one in looked_at]
    return first_stop(seen, cap)
