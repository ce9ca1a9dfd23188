"""A draw that is only counted gives the TPIR of a draw that is sorted."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.evaluation.threshold_draws import TpirOfDraws
from workbench.evaluation.thresholds import threshold_for

TARGETS = [0.0, 0.05, 0.1, 0.25, 0.5, 0.9, 1.0]


@pytest.mark.parametrize("seed", range(30))
def test_counted_draws_are_sorted_draws(seed: int) -> None:
    generator = np.random.default_rng(seed)
    n, m = generator.integers(1, 25, 2)
    alarms, hits = (
        np.where(generator.random(k) < 0.15 * (seed % 3), -np.inf, generator.normal(0, 1, k).round(1))
        .astype(np.float32)
        for k in (n, m)
    )  # fmt: skip
    drawn = TpirOfDraws(alarms, hits)
    for _ in range(20):
        a, h = generator.integers(0, n, n + 2), generator.integers(0, m, m)
        expected = []
        for target in TARGETS:
            finite = alarms[a][np.isfinite(alarms[a])]
            threshold = threshold_for(finite, len(a), target)
            expected.append(np.mean(np.isfinite(hits[h]) & (hits[h] >= threshold)))
        assert drawn.tpir(a, h, TARGETS).tolist() == expected


def test_nobody_is_found_without_a_score() -> None:
    silent = np.full(3, -np.inf, np.float32)
    every = np.arange(3)
    assert TpirOfDraws(silent, silent).tpir(every, every, [0.0, 1.0]).tolist() == [0.0, 0.0]
    loud = np.array([-5.0, -np.inf, -np.inf], np.float32)
    assert TpirOfDraws(silent, loud).tpir(every, every, [0.0]).tolist() == [1 / 3]
