"""False alerts of deployments at a known rate, and how often each interval of it holds that rate.

5,000 faces a deployment, one in a thousand of which raises a false alert on the whole. Deployments
are alike; or each has a rate of its own, drawn from a gamma distribution of shape 2 (its standard
deviation is 0.71 of its mean); or that, and the faces of each are drawn too, log-normal with a
standard deviation of 0.8 of their logarithm.

Beside what is shown stand two intervals that are not: a bootstrap that draws deployments, and
Student's t of the rate itself with the same variance (neither narrower than the exact one).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.special import stdtrit

from workbench.arrays import IntArray
from workbench.evaluation.bootstrap import percentiles
from workbench.intervals import (
    FEWEST_EXPECTED_ERRORS,
    Interval,
    clopper_pearson,
    clustered_interval,
)

__all__ = ["DEPLOYMENTS", "KINDS", "METHODS", "field_cell", "field_cells"]

RATE = 1e-3
FACES = 5000
SHAPE = 2.0
SPREAD = 0.8
DEPLOYMENTS = (3, 5, 10, 20, 50)
KINDS = ("alike", "rates vary", "rates and faces vary")
METHODS = ("Clopper-Pearson", "bootstrap of deployments", "t of the rate", "as shown")


def made(n: int, kind: str, generator: np.random.Generator) -> tuple[IntArray, IntArray]:
    """False alerts and faces of so many deployments."""
    rates, faces = np.full(n, RATE), np.full(n, FACES)
    if kind != KINDS[0]:
        rates = np.minimum(generator.gamma(SHAPE, RATE / SHAPE, n), 1.0)
    if kind == KINDS[2]:
        faces = np.ceil(FACES * generator.lognormal(0.0, SPREAD, n)).astype(np.int64)
    return generator.binomial(faces, rates), faces


def intervals(
    alerts: IntArray, faces: IntArray, draws: int, generator: np.random.Generator
) -> dict[str, Interval]:
    """The interval of every method; the exact one where another says nothing."""
    n, wrong, seen = len(faces), int(alerts.sum()), int(faces.sum())
    exact = clopper_pearson(wrong, seen)
    if not wrong:
        return dict.fromkeys(METHODS, exact)
    times = generator.multinomial(n, np.full(n, 1.0 / n), draws)
    low, high = percentiles((times @ alerts) / (times @ faces))
    rate = wrong / seen
    error = math.sqrt(n / (n - 1) * float(((alerts - rate * faces) ** 2).sum())) / seen
    half = float(stdtrit(n - 1, 0.975)) * error
    by_deployment = clustered_interval(alerts.tolist(), faces.tolist())
    few = wrong < FEWEST_EXPECTED_ERRORS or by_deployment is None
    return {
        METHODS[0]: exact,
        METHODS[1]: Interval(float(low), float(high)),
        METHODS[2]: Interval(min(exact.low, rate - half), max(exact.high, rate + half)),
        METHODS[3]: exact if few or by_deployment is None else by_deployment,
    }


def field_cell(n: int, kind: str, repetitions: int, draws: int, *, seed: int = 0) -> dict[str, Any]:
    """How often each method holds the rate, and how often the rate lies above it."""
    generator = np.random.default_rng([seed, n, KINDS.index(kind)])
    holds, above = dict.fromkeys(METHODS, 0), dict.fromkeys(METHODS, 0)
    widths: dict[str, list[float]] = {name: [] for name in METHODS}
    for _ in range(repetitions):
        for name, (low, high) in intervals(*made(n, kind, generator), draws, generator).items():
            holds[name] += low <= RATE <= high
            above[name] += high < RATE
            widths[name].append((high - low) / RATE)
    return {
        "deployments": n,
        "they": kind,
        "repetitions": repetitions,
        "coverage": {name: int(count) / repetitions for name, count in holds.items()},
        "rate_above": {name: int(count) / repetitions for name, count in above.items()},
        "median_width_in_rates": {name: float(np.median(all_)) for name, all_ in widths.items()},
    }


def field_cells(repetitions: int, draws: int) -> Iterator[dict[str, Any]]:
    """Every number of deployments, alike and not."""
    for kind in KINDS:
        for n in DEPLOYMENTS:
            yield field_cell(n, kind, repetitions, draws)
