"""How long the CUSUM on false alerts runs until it signals, and how often a stop comes by chance.

Run: python benchmarks/field_cusum.py [--write]

Draws false alerts of deployments from Poisson distributions and hands them to what the product
watches policies with (`workbench.governance.field_monitor`): with as many as were expected, with
twice as many, and, for the stop, with a rate that is the limit or a share of it. Measures no face.
`--write` replaces benchmarks/results/field_cusum.json.
"""

from __future__ import annotations

import argparse
import math
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from harness import markdown_table, write_result

from workbench.governance.field_cusum import CUSUM_LIMIT, CUSUM_RATIO
from workbench.governance.field_deployments import FieldDeployment
from workbench.governance.field_monitor import monitor

SEED = 1985
RUNS = 4_000
LONGEST = 100_000
EXPECTED: Final = (0.1, 0.5, 1.0, 2.0, 4.0)
CAP = 1e-3
FACES = 10_000
DEPLOYMENTS = 100
STOP_RUNS = 400
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def run_lengths(expected: float, times: float, generator: np.random.Generator) -> np.ndarray:
    """After how many deployments each run signals; one step of all runs at a time."""
    reference = (CUSUM_RATIO - 1.0) / math.log(CUSUM_RATIO) * expected
    lengths = np.full(RUNS, LONGEST)
    left, value = np.arange(RUNS), np.zeros(RUNS)
    for step in range(1, LONGEST):
        value = np.maximum(0.0, value + generator.poisson(expected * times, len(left)) - reference)
        signals = value >= CUSUM_LIMIT
        lengths[left[signals]] = step
        left, value = left[~signals], value[~signals]
        if not len(left):
            break
    return lengths


def lengths_row(expected: float, generator: np.random.Generator) -> dict[str, object]:
    """One row of the table of run lengths, in deployments."""
    as_many = run_lengths(expected, 1.0, generator)
    more = run_lengths(expected, CUSUM_RATIO, generator)
    return {
        "expected": expected,
        "in_control_mean": float(as_many.mean()),
        "in_control_error": float(as_many.std() / math.sqrt(RUNS)),
        "doubled_mean": float(more.mean()),
        "doubled_error": float(more.std() / math.sqrt(RUNS)),
    }


def stops_row(share: float, generator: np.random.Generator) -> dict[str, object]:
    """How many of so many runs a stop ends within 100 deployments, by the product's own monitor."""
    stopped = 0
    for _ in range(STOP_RUNS):
        drawn = generator.poisson(CAP * share * FACES, DEPLOYMENTS)
        each = (
            FieldDeployment(
                f"D-{at}", BEGAN + timedelta(days=at), FACES, int(false), 0, CAP * share
            )
            for at, false in enumerate(drawn)
        )
        stopped += monitor(each, policy="simulated/1", cap=CAP).stopped is not None
    return {"share_of_limit": share, "runs": STOP_RUNS, "stopped": stopped}


def main() -> None:
    """Print both tables, and write them where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    generator = np.random.default_rng(SEED)
    lengths = [lengths_row(expected, generator) for expected in EXPECTED]
    stops = [stops_row(share, generator) for share in (0.25, 0.5, 0.75, 1.0, 1.25, 1.5)]
    print(f"{markdown_table(lengths)}\n\n{markdown_table(stops)}\n")
    if options.write:
        path = write_result(
            "field_cusum",
            {
                "ratio": CUSUM_RATIO,
                "limit": CUSUM_LIMIT,
                "runs": RUNS,
                "run_lengths_in_deployments": lengths,
                "stops": {
                    "limit": CAP,
                    "faces_a_deployment": FACES,
                    "deployments": DEPLOYMENTS,
                    "by_rate": stops,
                },
            },
        )
        print(f"written: {path.name}")


if __name__ == "__main__":
    main()
