"""When false alerts stop a policy: all deployments together, each alone, and those of a threshold.

Looked at in the order of their end. All together at the exact 95 % interval (Clopper and Pearson,
1934); the newest alone, and with those of its threshold, at a stricter one, so that many quiet
deployments do not thin out a bad one. The level is shared out among the looks so far (Bonferroni):
after the i-th deployment each of its two has 5 % / (2 i). What stopped is never taken back by what
comes later, since each look sees the deployments up to it alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workbench.intervals import CONFIDENCE, FEWEST_EXPECTED_ERRORS, Interval, clopper_pearson

__all__ = ["Seen", "Stop", "first_stop"]

_TOGETHER: Final = "all deployments up to it"
_ALONE: Final = "that deployment alone"
_GROUP: Final = "the deployments at its threshold"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is counted of a deployment for a stop.

    Attributes:
        reference: names it.
        threshold: from which score on it raised alerts; `None` where that is of no account.
        false: alerts decided as false.
        faces: that it saw at least.
    """

    reference: str
    threshold: float | None
    false: int
    faces: int


@dataclass(frozen=True, slots=True)
class Stop:
    """What stopped a policy.

    Attributes:
        reference: of the deployment after which it did.
        of: whose counts these are, in words.
        false: alerts decided as false.
        faces: seen.
        confidence: of the interval.
    """

    reference: str
    of: str
    false: int
    faces: int
    confidence: float

    @property
    def interval(self) -> Interval:
        """The exact interval whose lower end lay above the limit."""
        return clopper_pearson(self.false, self.faces, self.confidence)


def first_stop(deployments: Sequence[Seen], cap: float) -> Stop | None:
    """Return the first stop, `None` where there is none.

    Args:
        deployments: in the order in which they are looked at.
        cap: false alerts a face that the force allows, above 0.
    """
    false = faces = 0
    grouped: dict[float | None, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for at, one in enumerate(deployments, 1):
        false, faces = false + one.false, faces + one.faces
        before = grouped[one.threshold]
        group = grouped[one.threshold] = (before[0] + one.false, before[1] + one.faces)
        stricter = 1.0 - (1.0 - CONFIDENCE) / (2 * at)
        for of, wrong, seen, confidence in (
            (_TOGETHER, false, faces, CONFIDENCE),
            (_ALONE, one.false, one.faces, stricter),
            (_GROUP, *group, stricter),
        ):
            # The lower end is never above the rate, which is quicker to compare.
            if wrong < FEWEST_EXPECTED_ERRORS or wrong <= cap * seen:
                continue
            if clopper_pearson(wrong, seen, confidence).low > cap:
                return Stop(one.reference, of, wrong, seen, confidence)
    return None
