"""Outcome records summed up by each grouping and by several, against the same in pandas.

Run: python benchmarks/outcome_summaries.py [--rows 1000000] [--rounds 5] [--quick]

A million made-up records of 40 forces, 3,000 places and seven years, with what is unknown, broken
off and counted in three ways, are summed up by `workbench.outcomes.summarise` and by pandas, in one
process, in turn; the ratio is taken round by round, since machines drift. Both give every column,
the exact intervals among them, which pandas has of the same function of SciPy; the benchmark stops
where they differ. Each begins with a table of its own kind: turning one into the other is in no
figure. Peak memory is what the process holds more at its peak than before (VmHWM, reset through
/proc/self/clear_refs), in the first round. pandas is not installed by the workbench's own extras:
pip install pandas. `--quick` takes a hundredth of the rows and writes nothing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from evaluation_speed import megabytes, peak_of
from harness import machine, markdown_table, write_result
from outcome_summaries_pandas import as_pandas, summed_by_pandas
from polars.testing import assert_frame_equal

from workbench.outcomes import GROUPINGS, summarise
from workbench.outcomes.records import OutcomeRecords, check_records

CASES: tuple[tuple[str, ...], ...] = (
    (),
    *((name,) for name in GROUPINGS),
    ("force", "year"),
    ("year", "counting_method"),
    ("force", "place", "year"),
)
FORCES, PLACES = 40, 3_000
BEGINS, DAYS = date(2020, 1, 1), 2_500


def made_records(rows: int, seed: int = 0) -> pl.DataFrame:
    """Records as forces of some size would have them, all of a first version."""
    draw = np.random.default_rng(seed)

    def some(values: np.ndarray, unknown: float) -> pl.Series:
        return pl.select(
            pl.when(pl.lit(pl.Series(draw.random(rows) >= unknown))).then(pl.lit(pl.Series(values)))
        ).to_series()

    def named(words: Sequence[str]) -> pl.Series:
        return pl.Series(words)[draw.integers(0, len(words), rows)]

    faces = draw.integers(500, 60_000, rows)
    false = draw.poisson(faces * 2e-5)
    true = draw.poisson(3.0, rows)
    unconfirmed, unresolved = draw.poisson(0.2, rows), draw.poisson(0.1, rows)
    arrests = draw.binomial(true, 0.4)
    other = draw.binomial(true - arrests, 0.5)
    place = draw.integers(0, PLACES, rows)
    day = draw.integers(0, DAYS, rows)
    aborted = draw.random(rows) < 0.01
    columns = {
        "record": [f"r{at}" for at in range(rows)],
        "version": np.ones(rows, np.int32),
        "force": pl.Series([f"force {at}" for at in range(FORCES)])[place % FORCES],
        "source": pl.Series([f"record of {2020 + at}" for at in range(8)])[day // 365],
        "source_row": np.arange(1, rows + 1),
        "state": pl.Series(["completed", "aborted"])[aborted.astype(np.int64)],
        "place": pl.Series([f"High Street {at}, Town" for at in range(PLACES)])[place],
        "date": pl.Series([BEGINS + timedelta(at) for at in range(DAYS)])[day],
        "duration_minutes": some(draw.integers(60, 600, rows).astype(np.float64), 0.02),
        "use_case": some(named(["1,2,3", "2,4", "event", "patrol"]).to_numpy(), 0.1),
        "watchlist_size": some(draw.integers(100, 20_000, rows), 0.01),
        "threshold": some(draw.choice([0.55, 0.59, 0.6, 0.62, 0.64], rows), 0.05),
        "true_alerts": some(true, 0.02),
        "true_unconfirmed": some(unconfirmed, 0.3),
        "false_alerts": some(false, 0.02),
        "unresolved": some(unresolved, 0.5),
        "total_alerts": some(true + false + unresolved, 0.02),
        "arrests": some(arrests, 0.02),
        "other_disposals": some(other, 0.1),
        "no_action": some(true - arrests - other, 0.1),
        "faces_seen": some(faces, 0.15),
        "counting_method": some(named(["estimate", "count", "count of 2025"]).to_numpy(), 0.1),
        "cost": some(draw.integers(200_000, 2_000_000, rows) / 100.0, 0.7),
        "cost_lines_unknown": some(draw.integers(0, 3, rows), 0.5),
    }
    schema = OutcomeRecords.create_empty().schema
    table = pl.DataFrame(columns)
    missing = [pl.lit(None, schema[name]).alias(name) for name in schema if name not in columns]
    return check_records(table.with_columns(missing).select(list(schema)).cast(dict(schema)))


def measured(
    records: pl.DataFrame, frame: pd.DataFrame, by: tuple[str, ...], rounds: int
) -> dict[str, Any]:
    """Seconds of both sides in every round, and the peak memory of each in the first."""
    ours: list[float] = []
    theirs: list[float] = []
    peaks: list[float] = []

    def timed(run: Callable[[], pl.DataFrame], into: list[float], *, first: bool) -> pl.DataFrame:
        start = time.perf_counter()
        if first:
            found, peak = peak_of(run)
            peaks.append(peak)
        else:
            found = run()
        into.append(time.perf_counter() - start)
        return found

    for at in range(rounds):
        found = timed(lambda: summarise(records, by), ours, first=at == 0)
        expected = timed(lambda: summed_by_pandas(frame, by), theirs, first=at == 0)
        if at == 0:
            expected = expected.select(found.columns)
            if by:
                expected = expected.sort(by, nulls_last=True)
            assert_frame_equal(found, expected, check_dtypes=False, rel_tol=1e-9)
    ratios = [slow / quick for slow, quick in zip(theirs, ours, strict=True)]
    return {
        "by": list(by),
        "groups": len(found),
        "ours_seconds": ours,
        "pandas_seconds": theirs,
        "ratio": statistics.median(ratios),
        "ratio_least": min(ratios),
        "ratio_most": max(ratios),
        "ours_peak_mb": peaks[0],
        "pandas_peak_mb": peaks[1],
    }


def main() -> None:
    """Measure every case, print the table and write it down."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    rows = chosen.rows // 100 if chosen.quick else chosen.rows
    records = made_records(rows)
    frame, load = as_pandas(records), os.getloadavg()[0]
    found = [measured(records, frame, by, chosen.rounds) for by in CASES]
    print(f"{machine()}; {rows:,} records of {records.estimated_size('mb'):,.0f} MB; load {load}")
    print(
        markdown_table(
            [
                {
                    "by": ", ".join(one["by"]) or "all in one",
                    "groups": f"{one['groups']:,}",
                    "ours, s": f"{statistics.median(one['ours_seconds']):.2f} "
                    f"({min(one['ours_seconds']):.2f} to {max(one['ours_seconds']):.2f})",
                    "pandas, s": f"{statistics.median(one['pandas_seconds']):.2f}",
                    "ratio": f"{one['ratio']:.1f} ({one['ratio_least']:.1f} to "
                    f"{one['ratio_most']:.1f})",
                    "ours, peak MB": megabytes(one["ours_peak_mb"]),
                    "pandas, peak MB": megabytes(one["pandas_peak_mb"]),
                }
                for one in found
            ]
        )
    )
    if not chosen.quick:
        peers = {name: version(name) for name in ("pandas", "polars", "scipy")}
        about = {"rows": rows, "rounds": chosen.rounds, "load_at_the_beginning": load}
        path = write_result("outcome_summaries", about | {"peers": peers, "cases": found})
        print(f"{path.name}: written")


if __name__ == "__main__":
    main()
