"""How a policy does in the field, as it is told: counts, rates, the state and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from workbench.governance.deployment_counts import Rate
from workbench.governance.field_cusum import CUSUM_LIMIT, CUSUM_RATIO
from workbench.governance.field_stops import Stop
from workbench.governance.field_words import otherwise_words, rate_text
from workbench.intervals import FEWEST_EXPECTED_ERRORS, Interval

__all__ = ["FieldMonitor", "MonitorState"]


class MonitorState(StrEnum):
    """What the field says of a policy, mildest first; from `REVIEW` on something is to be done."""

    IN_ORDER = "in-order"
    NOTHING_COUNTED = "nothing-counted"
    TOO_FEW = "too-few"
    REVIEW = "review"
    STOP = "stop"

    @property
    def words(self) -> str:
        """What people read."""
        return _STATES[self]

    @property
    def is_caution(self) -> bool:
        """Whether there is something to be weighed before a search starts."""
        return self in {MonitorState.REVIEW, MonitorState.STOP}


_STATES: Final[Mapping[MonitorState, str]] = MappingProxyType(
    {
        MonitorState.IN_ORDER: "in order",
        MonitorState.NOTHING_COUNTED: "nothing can be said yet",
        MonitorState.TOO_FEW: "too few faces to say",
        MonitorState.REVIEW: "review",
        MonitorState.STOP: "stop",
    }
)


@dataclass(frozen=True, slots=True)
class FieldMonitor:
    """How a policy does in the field. Counts of deployments, and nobody.

    Attributes:
        policy: its id.
        cap: false alerts a face that the force allows.
        state: what the field says of it.
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
        reasons: why the state is what it is, in sentences.
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
        said = f"policy {self.policy} in the field: {self.state.words}"
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
