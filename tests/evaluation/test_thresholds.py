from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from workbench.evaluation.thresholds import allowed_errors, threshold_for


def above(score: float) -> float:
    return float(np.nextafter(np.float32(score), np.float32(np.inf)))


@pytest.mark.parametrize(
    ("scores", "n", "rate", "expected"),
    [
        ([], 1, 0.0, -math.inf),
        ([], 10, 0.1, -math.inf),
        ([0.5], 1, 0.0, above(0.5)),
        ([0.5], 1, 1.0, -math.inf),
        ([0.1, 0.2, 0.3, 0.4], 4, 0.25, above(0.3)),
        ([0.1, 0.2, 0.3, 0.4], 4, 0.24, above(0.4)),
        ([0.1, 0.4, 0.4, 0.4], 4, 0.25, above(0.4)),  # a tie never lets more through
        ([0.1, 0.4, 0.4, 0.4], 4, 0.75, above(0.1)),
        ([0.4], 10, 0.1, -math.inf),  # the others gave no score
        ([0.4, 0.3], 10, 0.1, above(0.3)),
        ([0.0, -1.0], 2, 0.5, above(-1.0)),
    ],
)
def test_known_answers(scores: list[float], n: int, rate: float, expected: float) -> None:
    assert threshold_for(np.array(scores, np.float32), n, rate) == expected


def test_the_threshold_parts_scores_in_single_and_double_precision() -> None:
    scores = np.array([0.1, 0.3, 0.7], np.float32)
    threshold = threshold_for(scores, 3, 0.34)
    assert (scores >= threshold).sum() == 1
    assert (scores.astype(np.float64) >= threshold).sum() == 1
    assert float(np.float32(threshold)) == threshold


@pytest.mark.parametrize("n", [1, 3, 7, 10, 29, 30, 100, 1000, 1055])
@pytest.mark.parametrize("rate", ["0", "0.001", "0.003", "0.01", "0.03", "0.1", "0.29", "0.7", "1"])
def test_allowed_errors_are_those_of_exact_arithmetic(n: int, rate: str) -> None:
    assert allowed_errors(float(rate), n) == math.floor(Fraction(rate) * n)


@pytest.mark.parametrize(("rate", "n"), [(-0.1, 3), (1.1, 3), (math.nan, 3), (0.1, 0)])
def test_no_rate_and_no_trial_are_refused(rate: float, n: int) -> None:
    with pytest.raises(ValueError, match="rate within"):
        allowed_errors(rate, n)


def test_more_scores_than_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="2 scores of 1"):
        threshold_for(np.zeros(2, np.float32), 1, 0.1)
