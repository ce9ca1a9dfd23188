"""The interval of what one deployment counts holds the count as often as it says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom, poisson

from workbench.evaluation.equity_synthetic import SyntheticGroup, synthetic_measurement
from workbench.evaluation.planner import PlannedAt, plan, planned_at
from workbench.evaluation.planner_scatter import in_one_deployment, poisson_quantile
from workbench.intervals import Interval, clopper_pearson
from workbench.list_rates import rate_of_list

RATES = (1e-5, 2e-4, 1e-3, 2e-3, 5e-3, 0.02, 0.1, 0.4)


def at(count: int, searches: int, faces: int, power: float) -> PlannedAt:
    counted = (count, searches, clopper_pearson(count, searches))
    return planned_at(0.5, power, faces, false_alarms=counted, missed=(0, 0, None))


@pytest.mark.parametrize(
    ("searches", "faces", "power"),
    [
        (1_000, 1_000, 1.0),
        (2_000, 14_000, 10.0),
        (3_000, 100, 1.0),
        (300, 50_000, 0.1),
        (100, 10, 1.0),
    ],
)
def test_it_holds_what_one_deployment_counts_in_95_of_100(
    searches: int, faces: int, power: float
) -> None:
    """Exact: summed over every count of the measurement and of the deployment that may be."""
    for rate in RATES:
        alerting = rate_of_list(rate, power)
        likely = binom.pmf(np.arange(searches + 1), searches, rate)
        held, seen = 0.0, 0.0
        for count in np.flatnonzero(likely > 1e-6):
            low, high = at(int(count), searches, faces, power).in_one
            seen += likely[count]
            held += likely[count] * (
                binom.cdf(high, faces, alerting) - binom.cdf(low - 1, faces, alerting)
            )
        assert held / seen >= 0.95, (rate, held / seen)


def test_the_interval_of_the_mean_does_not_hold_what_one_deployment_counts() -> None:
    mean = 10.0
    likely = binom.pmf(np.arange(501), 100_000, 0.001)
    held = {"mean": 0.0, "one": 0.0}
    for count in np.flatnonzero(likely > 1e-9):
        made = at(int(count), 100_000, 10_000, 1.0)
        for name, (low, high) in (("mean", made.expected_interval), ("one", made.in_one)):
            inside = poisson.cdf(high, mean) - poisson.cdf(math.ceil(low) - 1, mean)
            held[name] += likely[count] * inside
    assert held["mean"] < 0.6
    assert held["one"] >= 0.95


@pytest.mark.slow
def test_it_holds_where_many_searches_are_of_one_person() -> None:
    """Simulated: 250 measurements of people whose ten images come out alike, and a deployment."""
    generator = np.random.default_rng(5)
    group = SyntheticGroup(0, 200, fpir=0.02, fnir=0.1, images=10, alike=0.95)
    held, independent, runs = 0, 0, 250
    for seed in range(runs):
        measured = synthetic_measurement({"a": group}, seed=seed)
        made = plan(list_size=1_000, faces=3_000, threshold=0.6, rate=measured)
        false = int(generator.poisson(3_000 * 0.02))
        held += made.at.in_one.low <= false <= made.at.in_one.high
        alone = at(made.at.count, made.at.searches, 3_000, 1.0).in_one
        independent += alone.low <= false <= alone.high
    # Three standard errors of a share of 250 are 0.041.
    assert held / runs >= 0.95 - 0.041
    assert independent / runs < 0.8, "searches are not independent here"


def test_it_never_leaves_out_what_is_expected_nor_holds_more_alerts_than_faces() -> None:
    for count, searches, faces in ((30, 1_000, 40), (900, 1_000, 20), (5, 5, 3), (3, 10**6, 10**9)):
        made = at(count, searches, faces, 1.0)
        assert made.expected is not None
        assert made.in_one.low <= made.expected <= made.in_one.high <= faces
        assert made.in_one.low == int(made.in_one.low)
    assert in_one_deployment(0.0, Interval(0.0, 0.0), 0) == (0.0, 0.0)


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.7, 3.0, 14.0, 260.0, 1e6])
@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
def test_quantiles_are_those_of_the_distribution(mean: float, share: float) -> None:
    assert poisson_quantile(share, mean) == (poisson.ppf(share, mean) if mean else 0)
