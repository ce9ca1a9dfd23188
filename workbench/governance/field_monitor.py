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

In order is a policy only where the data exclude more false alerts than the cap: the upper end of
the exact interval, with what is undecided counted as false, is not above it. Where no face was
counted nothing is said, and where they are too few it is said what they exclude and what not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from workbench.governance.deployment_counts import Rate
from workbench.governance.field_cusum import CUSUM_LIMIT, CUSUM_RATIO, cusum_path
from workbench.governance.field_deployments import FieldDeployment, looking_order
from workbench.governance.field_finding import FieldMonitor, MonitorState
from workbench.governance.field_intervals import by_deployment
from workbench.governance.field_stops import Seen, Stop, first_stop
from workbench.governance.field_words import (
    above_words,
    changed_words,
    standing_words,
    unknown_words,
)
from workbench.governance.fpir import fpir
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.sources import Source, Standing

__all__ = ["FIELD_SOURCES", "expected_rate", "monitor"]

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


def monitor(deployments: Iterable[FieldDeployment], *, policy: str, cap: float) -> FieldMonitor:
    """Return how a policy does, from all deployments under it, ended or not.

    Args:
        deployments: in any order; they are looked at in that of their end, those that go on last.
        policy: its id.
        cap: false alerts a face that the force allows, above 0.
    """
    every = sorted(deployments, key=looking_order)
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
    causes = (
        *above_words(stop, rate, worst, clustered, cap),
        *changed_words(signalled, CUSUM_RATIO, CUSUM_LIMIT),
        *unknown_words(len(unknown), false_unknown),
    )
    return FieldMonitor(
        policy=policy,
        cap=cap,
        state=_state(stop, causes, worst, cap),
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
        reasons=causes or standing_words(len(known), rate, worst, cap),
    )


def _state(stop: Stop | None, causes: Sequence[str], worst: Rate, cap: float) -> MonitorState:
    if stop is not None:
        return MonitorState.STOP
    if causes:
        return MonitorState.REVIEW
    if worst.rate is None:
        return MonitorState.NOTHING_COUNTED
    return MonitorState.TOO_FEW if worst.interval.high > cap else MonitorState.IN_ORDER


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
