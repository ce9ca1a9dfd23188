"""Cosines of several encoders into one score: a calibrated log10 likelihood ratio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from workbench.arrays import FloatArray
from workbench.errors import UsageError
from workbench.matching.calibration import Calibration, LinearFusion

__all__ = ["SUMMED", "fused_score"]

SUMMED: Final = 1e-4
"""More than single precision errs in a fused score, which is some tens at most."""


def fused_score(
    cosines: Mapping[str, FloatArray], calibration: Calibration | LinearFusion
) -> FloatArray:
    """Return log10 of how much likelier these cosines are for one person than for two.

    A score of 3 says: 1,000 times likelier if both images show one person. It is no probability
    that they do; that depends on how many people are on the list and how many pass.

    Args:
        cosines: by encoder name, arrays of one shape.
        calibration: what was learnt, or its fusion alone.

    Returns:
        Array of that shape, float32.

    Raises:
        UsageError: when a cosine of an encoder is missing, or nothing was learnt to fuse by.
    """
    fusion = calibration.fusion if isinstance(calibration, Calibration) else calibration
    if fusion is None:
        msg = "the calibration holds no fusion. Use one encoder alone, or another calibration."
        raise UsageError(msg)
    missing = sorted(set(fusion.weights) - set(cosines))
    if missing:
        msg = f"the fusion needs cosines of {', '.join(missing)}. Encode with these as well."
        raise UsageError(msg)
    total: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | float = fusion.intercept
    for encoder, weight in fusion.weights.items():
        total = total + weight * cosines[encoder].astype(np.float64)
    return np.asarray(total, np.float32)
