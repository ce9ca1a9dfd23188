"""Fused scores, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import UsageError
from workbench.matching.calibration import Calibration
from workbench.matching.fusion import fused_score


def test_empty(calibration: Calibration) -> None:
    none = np.zeros((0, 3), np.float32)
    fused = fused_score({"facenet": none, "sface": none}, calibration)
    assert fused.shape == (0, 3)
    assert fused.dtype == np.float32


def test_by_hand(calibration: Calibration) -> None:
    cosines = {
        "facenet": np.array([0.0, 0.5, 1.0], np.float32),
        "sface": np.array([0.0, 0.5, 0.8], np.float32),
    }
    np.testing.assert_allclose(fused_score(cosines, calibration), [-4.0, 2.0, 6.0], atol=1e-5)


def test_a_missing_encoder_is_named(calibration: Calibration) -> None:
    with pytest.raises(UsageError, match="cosines of sface"):
        fused_score({"facenet": np.zeros(1, np.float32)}, calibration)


def test_without_a_fusion(calibration: Calibration) -> None:
    without = calibration.model_copy(update={"fusion": None})
    with pytest.raises(UsageError, match="no fusion"):
        fused_score({"facenet": np.zeros(1, np.float32)}, without)
