"""Comparisons of groups that a policy can carry: of people drawn from a seed, and of nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from measured_values import MEASURED, measured

from workbench.evaluation import Measurement, write_measurement
from workbench.evaluation.equity import equity_at
from workbench.evaluation.equity_folder import write_equity
from workbench.governance.equity_words import EQUITY_MEASURED
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.policy_equity import EquityEvidence
from workbench.reports.evaluation_equity import equity_tables

__all__ = [
    "COMPARED",
    "MEASURED",
    "at_threshold",
    "equity_folder",
    "equity_of",
    "grouped",
    "with_groups",
]

COMPARED = datetime(2026, 11, 24, 15, tzinfo=UTC)


def grouped(split: str = "tuning", groups: tuple[str, ...] = ("a", "b"), **of: Any) -> Measurement:
    """Return `measured` people, each in one of some groups by the number in their name."""
    found = measured(split, **of)
    number = pl.col("identity").str.extract(r"(\d+)$").cast(pl.Int64) % len(groups)
    names = dict(enumerate(groups))
    searches = found.searches.with_columns(group=number.replace_strict(names, default=None))
    return Measurement.of(found.facts, searches, found.references)


def equity_folder(folder: Path, measurement: Measurement, threshold: float, **of: Any) -> Path:
    """Write a comparison of groups as `workbench evaluate equity --report` does, but for its page.

    Args:
        folder: to write into.
        measurement: with groups.
        threshold: T.
        of: arguments of `equity_at`.
    """
    found = equity_at(measurement.searches, threshold, replicates=0, **of)
    write_measurement(measurement, folder)
    for name, frame in equity_tables(found).items():
        frame.write_parquet(folder / f"{name}.parquet")
    write_equity(measurement, found, folder, created=COMPARED)
    return folder


def equity_of(policy: ThresholdPolicy, **changes: Any) -> EquityEvidence:
    """Return a made-up comparison of two groups at the threshold of a policy."""
    values = {
        "sha256": "e" * 64,
        "measurement": "made up, groups",
        "data_set": "made up",
        "split": "tuning",
        "rule": "none of them exists",
        "digest": "b" * 64,
        "setup": policy.setup,
        "list_size": policy.largest_list,
        "people": 400,
        "groups": ("a", "b"),
        "reference": "a",
        "smallest_people": 30,
        "fewest_errors": 3,
        "compared": [at_threshold(policy.threshold)],
        "searched_at": MEASURED,
        "compared_at": COMPARED,
    }
    return EquityEvidence.read(values | changes, what="a comparison of groups")


def at_threshold(threshold: float, **changes: Any) -> dict[str, Any]:
    """Return the groups of `equity_of` at a threshold: one rate of one is suppressed."""
    rates = [
        {"rate": "FPIR", "group": "a", "people": 100, "searches": 4_000, "errors": 8},
        {"rate": "FPIR", "group": "b", "people": 100, "searches": 4_000, "errors": 2},
        {"rate": "FNIR", "group": "a", "people": 100, "searches": 100, "errors": 12},
        {
            "rate": "FNIR",
            "group": "b",
            "people": 20,
            "searches": 20,
            "suppressed": "fewer than 30 people",
        },
    ]
    values = {"threshold": threshold, "times": 1.0, "comparisons": 1, "differences": 0}
    return values | {"rates": rates} | changes


def with_groups(policy: ThresholdPolicy, **changes: Any) -> ThresholdPolicy:
    """Return a policy with evidence whose evidence holds a made-up comparison, whatever it says."""
    assert policy.evidence is not None
    values = {"by_group": equity_of(policy, **changes), "equity": EQUITY_MEASURED}
    return ThresholdPolicy.read(
        dict(policy) | {"evidence": dict(policy.evidence) | values, "equity": EQUITY_MEASURED},
        what=f"policy {policy.id}",
    )
