"""What came of one deployment under a policy, in counts, and in which order they are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["FieldDeployment", "looking_order"]


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


def looking_order(one: FieldDeployment) -> tuple[bool, float, str]:
    """Return what sorts deployments: those that go on come last, as their counts may change."""
    return one.ended is None, 0.0 if one.ended is None else one.ended.timestamp(), one.reference
