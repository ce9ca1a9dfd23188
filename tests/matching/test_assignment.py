"""One person on the list cannot be two faces of one frame."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.matching.assignment import assign


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        (np.zeros((0, 0)), []),
        (np.zeros((0, 3)), []),
        (np.zeros((2, 0)), [-1, -1]),
        (np.array([[0.4]]), [-1]),
        (np.array([[0.5]]), [0]),
        (np.array([[0.9, 0.8], [0.85, 0.1]]), [1, 0]),
        (np.array([[0.9, 0.4], [0.85, 0.1]]), [0, -1]),
        (np.array([[0.6], [0.7], [0.65]]), [-1, 0, -1]),
        (np.array([[-np.inf, 0.7, 0.1]]), [1]),
    ],
)
def test_table(scores: np.ndarray, expected: list[int]) -> None:
    assigned = assign(scores.astype(np.float32), 0.5)
    assert assigned.tolist() == expected
    assert assigned.dtype == np.int64


def test_negative_floor_and_scores() -> None:
    assert assign(np.array([[-1.0, -0.5], [-3.0, -4.0]]), -2.0).tolist() == [1, -1]


def test_a_float32_score_equals_the_floor_it_shows() -> None:
    assert assign(np.array([[0.7]], np.float32), 0.7).tolist() == [0]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_scores_that_are_no_numbers_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="must be numbers"):
        assign(np.array([[bad]], np.float32), 0.0)


def test_floor_must_be_finite() -> None:
    with pytest.raises(ValueError, match="floor finite"):
        assign(np.zeros((1, 1), np.float32), -np.inf)


def test_many_subjects() -> None:
    scores = np.random.default_rng(0).normal(size=(20, 20_000)).astype(np.float32)
    scores[:, 17] = 50.0
    assigned = assign(scores, 2.0)
    assert (assigned == 17).sum() == 1
    assert len(set(assigned.tolist())) == 20
