"""How like the first picture of a probe the others are, against pairs of different people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from workbench.faces.templates import Templates
from workbench.governance.joined_pictures import UNLIKE_RATE
from workbench.matching.calibration import (
    COSINE,
    LOG10_LR,
    Calibration,
    MatcherName,
    Unit,
    load_calibration,
)
from workbench.matching.fusion import fused_score

__all__ = ["Likeness", "likeness"]


class Likeness(NamedTuple):
    """How like two pictures are.

    Attributes:
        score: of the two.
        unit: of the score.
        floor: score which 1 in 100 pairs of different people reach (false match rate 0.01 of the
            calibration); `None` where it was not measured with these encoders.
    """

    score: float
    unit: Unit
    floor: float | None


def likeness(
    first: Mapping[str, Templates],
    other: Mapping[str, Templates],
    calibration: Calibration | None = None,
) -> Likeness:
    """Compare two faces by all their encoders: fused where there are several.

    Args:
        first: by encoder name, one row.
        other: of the same encoders, one row.
        calibration: what scores mean; the one shipped with the workbench when `None`.

    Raises:
        UsageError: when there are several encoders that nothing was learnt to fuse.
    """
    known = load_calibration() if calibration is None else calibration
    cosines = {name: one.cosine(other[name])[0, 0] for name, one in first.items()}
    measured = all(known.was_measured_with(one.encoder) for one in first.values())
    if len(cosines) == 1:
        ((name, cosine),) = cosines.items()
        return Likeness(float(cosine), COSINE, _floor(known, name) if measured else None)
    score = fused_score({name: np.asarray(one) for name, one in cosines.items()}, known)
    return Likeness(float(score), LOG10_LR, _floor(known, "fused") if measured else None)


def _floor(calibration: Calibration, name: str) -> float | None:
    known: dict[str, MatcherName] = {one: one for one in calibration.matchers}
    if name not in known:
        return None
    return calibration.matchers[known[name]].fmr.score_at(UNLIKE_RATE)
