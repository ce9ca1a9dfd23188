"""Candidates: order, ties and cuts."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.matching.candidates import Candidates, rank


def test_empty() -> None:
    none = Candidates.empty()
    assert len(none) == 0
    assert list(none) == []
    assert len(none.first(3)) == 0
    assert len(none.at_or_above(0.0)) == 0


def test_rank_of_nothing_is_empty() -> None:
    assert len(rank([], np.zeros(0, np.float32), np.zeros(0, np.int64), 5)) == 0


def test_rank_orders_by_score_then_name() -> None:
    ranked = rank(["d", "c", "a", "b"], np.array([0.1, 0.9, 0.5, 0.9], np.float32), None, 3)
    assert ranked.subjects == ("b", "c", "a")
    assert ranked.scores.dtype == np.float32
    assert ranked.reference is None


def test_rank_keeps_references_with_their_subjects() -> None:
    ranked = rank(["a", "b"], np.array([0.1, 0.2], np.float32), np.array([7, 8]), 5)
    assert ranked.reference is not None
    assert ranked.reference.tolist() == [8, 7]


@pytest.mark.parametrize(
    ("threshold", "kept"), [(0.95, 0), (0.9, 1), (0.5, 2), (0.1, 3), (-1.0, 3)]
)
def test_at_or_above_includes_the_threshold(threshold: float, kept: int) -> None:
    found = Candidates(("a", "b", "c"), np.array([0.9, 0.5, 0.1], np.float32))
    assert len(found.at_or_above(threshold)) == kept


@pytest.mark.parametrize("scores", [[0.1, 0.2], [0.1], [0.1, 0.1, 0.1]])
def test_wrong_scores_are_refused(scores: list[float]) -> None:
    with pytest.raises(ValueError, match="scores must"):
        Candidates(("a", "b"), np.array(scores, np.float32))
