"""How often a 95 % interval holds the rate that is known: each method, with people and without.

Run: python benchmarks/coverage.py [--repetitions 1000] [--draws 1000]

Errors are made up at a known rate: independent ones, a person an image; and correlated ones, five
images a person, whose own rate is drawn from a beta distribution so that two images of one person
correlate by 0.2. Each repetition is a set of n images of which intervals are made as the workbench
makes them (`workbench.evaluation.counted`, `bootstrap.resample` and `percentiles`). The people
drawn in a bootstrap do not hang on the errors, so that 100 repetitions share the draws: a product
of two matrices in place of 100 loops. An interval that cannot be made holds nothing.

A second table is of comparisons of 100 probes with 200 references of other people: a score is the
sum of what the probe brings, what the reference brings (a tenth of the variance each) and what they
bring together, so that FMR is known. Its intervals are those of `comparison_rates`.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from harness import markdown_table, write_result
from scipy.special import ndtr, ndtri

from workbench.arrays import IntArray
from workbench.evaluation import comparison_rates, gather_comparisons
from workbench.evaluation.bootstrap import percentiles, resample
from workbench.evaluation.counted import (
    Ends,
    clustered_intervals,
    exact_intervals,
    wilson_intervals,
)
from workbench.intervals import FEWEST_EXPECTED_ERRORS

SIZES = (50, 500, 5000)
RATES = (0.1, 0.01, 0.001)
IMAGES = 5
CORRELATION = 0.2
BATCH = 100
METHODS = (
    "Clopper-Pearson",
    "Wilson",
    "bootstrap by image",
    "bootstrap by identity",
    "bootstrap of people alone",
    "Clopper-Pearson by effective number",
    "as shown",
)


def errors(
    n: int, rate: float, images: int, repetitions: int, generator: np.random.Generator
) -> IntArray:
    """Errors 0 or 1 of each image, shape `(repetitions, n)`; those of a person lie together."""
    people = n // images
    if images == 1:
        own = np.full((repetitions, people), rate)
    else:
        strength = 1.0 / CORRELATION - 1.0
        own = generator.beta(rate * strength, (1.0 - rate) * strength, (repetitions, people))
    return (generator.random((repetitions, n)) < np.repeat(own, images, axis=1)).astype(np.int64)


def drawn(
    made: IntArray, sizes: IntArray, draws: int, seed: int, *, whole_people: bool = False
) -> Ends:
    """Intervals of a bootstrap, one for each row of `made`, which share the draws."""
    generator = np.random.default_rng(seed)
    n = made.shape[1]
    weights = np.empty((draws, n), np.float32)
    for row in weights:
        if whole_people:
            times = np.bincount(generator.integers(0, len(sizes), len(sizes)), minlength=len(sizes))
            row[:] = np.repeat(times, sizes)
        else:
            row[:] = np.bincount(resample(sizes, generator), minlength=n)
    shares = (weights @ made.T.astype(np.float32)).astype(np.float64)
    low, high = percentiles(shares / weights.sum(axis=1, dtype=np.float64)[:, None])
    count = made.sum(axis=1)
    silent = (count == 0) | (count == n)
    return np.where(silent, np.nan, low), np.where(silent, np.nan, high)


def intervals(made: IntArray, images: int, draws: int, seed: int) -> dict[str, Ends]:
    """The interval of every method, for each row of errors."""
    repetitions, n = made.shape
    count = made.sum(axis=1)
    sizes = np.full(n // images, images, np.int64)
    people = made.reshape(repetitions, -1, images).sum(axis=2)
    exact = exact_intervals(count, n)
    by_identity = drawn(made, sizes, draws, seed)
    few = count < FEWEST_EXPECTED_ERRORS
    return dict(
        zip(
            METHODS,
            (
                exact,
                wilson_intervals(count, n),
                drawn(made, np.ones(n, np.int64), draws, seed),
                by_identity,
                drawn(made, sizes, draws, seed, whole_people=True),
                clustered_intervals(people, sizes),
                (np.where(few, exact[0], by_identity[0]), np.where(few, exact[1], by_identity[1])),
            ),
            strict=True,
        )
    )


def cell(
    n: int, rate: float, images: int, repetitions: int, draws: int, *, seed: int = 0
) -> dict[str, Any]:
    """Coverage and mean width of each method for one size, rate and kind of people."""
    generator = np.random.default_rng([seed, n, round(rate * 1e6), images])
    holds = dict.fromkeys(METHODS, 0)
    widths: dict[str, list[float]] = {name: [] for name in METHODS}
    none, few = 0, 0
    for start in range(0, repetitions, BATCH):
        made = errors(n, rate, images, min(BATCH, repetitions - start), generator)
        none += int((made.sum(axis=1) == 0).sum())
        few += int((made.sum(axis=1) < FEWEST_EXPECTED_ERRORS).sum())
        found = intervals(made, images, draws, seed + start)
        for name, (low, high) in found.items():
            holds[name] += int(((low <= rate) & (rate <= high)).sum())
            widths[name] += (high - low)[np.isfinite(low)].tolist()
    return {
        "people": "independent" if images == 1 else "correlated",
        "n": n,
        "images_a_person": images,
        "rate": rate,
        "expected_errors": round(n * rate, 6),
        "without_an_error": none / repetitions,
        "fewer_than_three_errors": few / repetitions,
        "coverage": {name: count / repetitions for name, count in holds.items()},
        "mean_width": {
            name: float(np.mean(each)) if each else None for name, each in widths.items()
        },
    }


def cells(repetitions: int, draws: int) -> Iterator[dict[str, Any]]:
    """Every size and rate, people independent and correlated."""
    for images in (1, IMAGES):
        for n in SIZES:
            for rate in RATES:
                yield cell(n, rate, images, repetitions, draws)


def crossed(repetitions: int, draws: int, share: float = 0.1) -> list[dict[str, Any]]:
    """Coverage of FMR where both the probe and the reference of a comparison matter."""
    probes, references = [f"p{k}" for k in range(100)], [f"r{k}" for k in range(200)]
    at = ndtri(1.0 - np.array(RATES)).astype(np.float32)
    true = 1.0 - ndtr(at.astype(np.float64))
    generator = np.random.default_rng(0)
    holds = {name: np.zeros(len(at)) for name in ("Clopper-Pearson", "people of both sides")}
    none = np.zeros(len(at))
    for seed in range(repetitions):
        own = generator.normal(0.0, np.sqrt(share), (100, 1))
        other = generator.normal(0.0, np.sqrt(share), (1, 200))
        both = generator.normal(0.0, np.sqrt(1.0 - 2.0 * share), (100, 200))
        scores = (own + other + both).astype(np.float32)
        gathered = gather_comparisons([(0, 0, scores)], probes, references)
        table = comparison_rates(gathered, at, replicates=draws, seed=seed)
        for name, ends in zip(holds, ("fmr", "fmr_boot"), strict=True):
            low, high = (table[f"{ends}_{end}"].to_numpy() for end in ("low", "high"))
            holds[name] += (low <= true) & (true <= high)
        none += table["false_matches"].to_numpy() == 0
    return [
        {
            "comparisons": 20_000,
            "people": "100 probes, 200 references",
            "fmr": float(RATES[k]),
            "without_an_error": float(none[k] / repetitions),
            "coverage": {name: float(held[k] / repetitions) for name, held in holds.items()},
        }
        for k in range(len(at))
    ]


def row_of(found: dict[str, Any]) -> dict[str, str]:
    """One line of the table."""
    return {
        "people": found["people"],
        "n": f"{found['n']:,}",
        "rate": f"{found['rate']:g}",
        "no error": f"{found['without_an_error']:.2f}",
        **{name: f"{share:.3f}" for name, share in found["coverage"].items()},
    }


def crossed_row(found: dict[str, Any]) -> dict[str, str]:
    """One line of the table of comparisons."""
    return {
        "comparisons": f"{found['comparisons']:,}",
        "FMR": f"{found['fmr']:g}",
        "no error": f"{found['without_an_error']:.2f}",
        **{name: f"{share:.3f}" for name, share in found["coverage"].items()},
    }


def main() -> None:
    """Simulate, print the table and write it down."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--repetitions", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=1000)
    chosen = parser.parse_args()
    start = time.perf_counter()
    found = list(cells(chosen.repetitions, chosen.draws))
    print(markdown_table([row_of(each) for each in found]))
    of_pairs = crossed(chosen.repetitions, chosen.draws)
    print()
    print(markdown_table([crossed_row(each) for each in of_pairs]))
    error = math.sqrt(0.95 * 0.05 / chosen.repetitions)
    print(f"\nA coverage of 0.95 is told with a standard error of {error:.3f}.")
    path = write_result(
        "coverage",
        {
            "repetitions": chosen.repetitions,
            "draws": chosen.draws,
            "confidence": 0.95,
            "correlation_of_two_images": CORRELATION,
            "standard_error_at_0.95": error,
            "seconds": round(time.perf_counter() - start, 1),
            "cells": found,
            "comparisons": of_pairs,
        },
    )
    print(f"{path.name}: written")


if __name__ == "__main__":
    main()
