"""Assignment: nobody twice, nobody below the floor, and no better total anywhere."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workbench.matching.assignment import assign

_SCORES = st.tuples(st.integers(0, 4), st.integers(0, 4)).flatmap(
    lambda shape: arrays(
        np.float64, shape, elements=st.floats(-5, 5) | st.integers(-2, 2).map(float)
    )
)


def _best_total(scores: np.ndarray, floor: float) -> float:
    """The best total of `score - floor`, by trying everything."""
    faces, subjects = scores.shape
    choices = [*range(subjects), *[-1] * faces]
    return max(
        sum(
            scores[face, subject] - floor if scores[face, subject] >= floor else -1e9
            for face, subject in enumerate(chosen)
            if subject >= 0
        )
        for chosen in set(permutations(choices, faces))
    )


@given(_SCORES, st.floats(-3, 3))
def test_one_to_one_above_the_floor_and_optimal(scores: np.ndarray, floor: float) -> None:
    assigned = assign(scores, floor)
    assert assigned.shape == (len(scores),)
    pairs = [(face, subject) for face, subject in enumerate(assigned) if subject >= 0]
    subjects = [subject for _, subject in pairs]
    assert len(set(subjects)) == len(subjects)
    assert all(scores[pair] >= floor for pair in pairs)
    total = sum(scores[pair] - floor for pair in pairs)
    assert total >= _best_total(scores, floor) - 1e-7


@given(_SCORES, st.floats(-3, 3))
def test_deterministic(scores: np.ndarray, floor: float) -> None:
    assert np.array_equal(assign(scores, floor), assign(scores.copy(), floor))
