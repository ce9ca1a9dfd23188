"""How several references of a person become one score."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.matching.comparisons import Comparisons, kept_by_trimming


def _comparisons(scores: list[list[float]], counts: list[int]) -> Comparisons:
    n = sum(counts)
    columns = np.array(scores, np.float32).reshape(len(scores), n)
    return Comparisons(columns, np.arange(10, 10 + n), np.array(counts, int))


def test_empty() -> None:
    scores, references = _comparisons([], []).reduce("best")
    assert scores.shape == references.shape == (0, 0)


@pytest.mark.parametrize(
    ("references", "kept"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (9, 6), (300, 200)]
)
def test_trimmed_mean_keeps_the_higher_two_thirds(references: int, kept: int) -> None:
    assert kept_by_trimming(references) == kept


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99, 1.0])
def test_trimmed_mean_never_keeps_nothing(share: float) -> None:
    assert all(1 <= kept_by_trimming(n, share) <= n for n in range(1, 50))


def test_best_and_trimmed_mean() -> None:
    compared = _comparisons([[0.5, 0.1, 0.9, 0.3, 0.2], [0.0, 0.6, 0.5, 0.4, 1.0]], [1, 3, 1])
    best, references = compared.reduce("best")
    np.testing.assert_allclose(best, [[0.5, 0.9, 0.2], [0.0, 0.6, 1.0]])
    assert references.tolist() == [[10, 12, 14], [10, 11, 14]]
    mean, references = compared.reduce("trimmed-mean")
    np.testing.assert_allclose(mean, [[0.5, 0.6, 0.2], [0.0, 0.55, 1.0]], rtol=1e-6)
    assert references.tolist() == [[10, 12, 14], [10, 11, 14]]


def test_of_equal_references_the_first_is_named() -> None:
    assert _comparisons([[0.5, 0.5]], [2]).reduce("best")[1].tolist() == [[10]]


@pytest.mark.parametrize("counts", [[1], [3], [2, 0]])
def test_counts_that_do_not_fit_are_refused(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="must part 2 references"):
        Comparisons(np.zeros((1, 2), np.float32), np.arange(2), np.array(counts))
