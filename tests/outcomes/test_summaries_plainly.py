"""Summaries are what one gets who goes through the records one by one, whatever is unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outcome_rows import records_of

from workbench.intervals import clopper_pearson
from workbench.outcomes.corrections import Correction, correct
from workbench.outcomes.summaries import GROUPINGS, summarise

SUMS = (
    "total_alerts", "true_alerts", "true_unconfirmed", "false_alerts", "unresolved", "arrests",
    "other_disposals", "no_action", "faces_seen",
)  # fmt: skip
KEYS = {
    "year": lambda row: row["date"].year,
    "month": lambda row: row["date"].replace(day=1),
}
few = st.none() | st.integers(0, 4)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "state": st.sampled_from(["completed", "completed", "aborted"]),
            "force": st.sampled_from(["a force", "another"]),
            "place": st.sampled_from(["High Street", "high street"]),
            "date": st.dates(date(2023, 11, 1), date(2024, 2, 28)),
            "use_case": st.none() | st.sampled_from(["1", "2"]),
            "threshold": st.none() | st.sampled_from([0.55, 0.6]),
            "counting_method": st.none() | st.sampled_from(["estimate", "count"]),
            "duration_minutes": st.none() | st.sampled_from([30.0, 90.0]),
            "watchlist_size": st.none() | st.integers(0, 9),
            "cost": st.none() | st.sampled_from([0.0, 12.5]),
            "cost_lines_unknown": few,
            **dict.fromkeys(SUMS, few),
            "faces_seen": st.none() | st.integers(0, 9),
        }
    ),
    min_size=1,
    max_size=12,
)


def added(rows: Sequence[dict[str, Any]], name: str) -> Any:
    known = [row[name] for row in rows if row[name] is not None]
    return sum(known) if known else None


def share(count: int, n: int) -> tuple[Any, Any, Any]:
    if n == 0 or count > n:
        return None, None, None
    return (count / n, *clopper_pearson(count, n))


def divided(count: Any, by: Any) -> Any:
    return None if count is None or not by else count / by


def plainly(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Go through the records of a group one by one."""
    held = [row for row in rows if row["state"] == "completed"]
    said: dict[str, Any] = {"deployments": len(held), "aborted": len(rows) - len(held)}
    for name in SUMS:
        said[name] = added(held, name)
        said[f"{name}_unknown"] = sum(row[name] is None for row in held)
    timed = [row for row in held if row["duration_minutes"] is not None]
    said["hours"] = sum(row["duration_minutes"] for row in timed) / 60 if timed else None
    said["hours_unknown"] = len(held) - len(timed)
    said["counting_methods"] = len({row["counting_method"] for row in held} - {None})
    sizes = [row["watchlist_size"] for row in held if row["watchlist_size"] is not None]
    said["watchlist_least"], said["watchlist_most"] = min(sizes, default=None), max(sizes, default=None)  # fmt: skip
    for rate, of, worst in (
        ("false_of_faces", "faces_seen", False),
        ("false_of_faces_worst", "faces_seen", True),
        ("false_of_alerts", "total_alerts", False),
        ("false_of_alerts_worst", "total_alerts", True),
    ):
        both = [row for row in held if None not in {row["false_alerts"], row[of]}]
        count = sum(row["false_alerts"] for row in both)
        if worst:
            count += sum((row["unresolved"] or 0) + (row["true_unconfirmed"] or 0) for row in both)
        n = sum(row[of] for row in both)
        said[f"{rate}_count"], said[f"{rate}_n"] = count, n
        said[rate], said[f"{rate}_low"], said[f"{rate}_high"] = share(count, n)
    both = not said["faces_seen_unknown"] and not said["arrests_unknown"]
    said["faces_per_arrest"] = divided(said["faces_seen"], said["arrests"]) if both else None
    for one, of in (("faces", "faces_seen"), ("alerts", "total_alerts"), ("arrests", "arrests")):
        telling = [row for row in timed if row[of] is not None]
        said[f"timed_{one}"] = added(telling, of) or 0
        said[f"{one}_hours"] = (added(telling, "duration_minutes") or 0) / 60
        said[f"{one}_per_hour"] = divided(said[f"timed_{one}"], said[f"{one}_hours"])
    said["cost"] = added(held, "cost")
    whole = [row for row in held if row["cost"] is not None and not row["cost_lines_unknown"]]
    said["cost_unknown"] = len(held) - len(whole)
    for one, of in (("deployment", "deployments"), ("alert", "total_alerts"), ("arrest", "arrests")):  # fmt: skip
        silent = said["cost_unknown"] or said.get(f"{of}_unknown")
        known = None if silent else said["cost"]
        said[f"cost_per_{one}"] = divided(known, said[of])
    return said


@given(ROWS, st.lists(st.sampled_from(sorted(GROUPINGS)), unique=True, max_size=3), st.booleans())
def test_they_are_what_one_counts_by_hand(
    rows: list[dict[str, Any]], by: list[str], corrected: bool
) -> None:
    records = records_of(rows)
    if corrected:
        change = Correction("r0", {"faces_seen": 8, "site": "north"}, "A. Person", "recounted")
        records = correct(records, change)
        rows = [{**rows[0], "faces_seen": 8}, *rows[1:]]
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        full = {"source": "a grid", **row}
        groups[tuple(KEYS.get(name, lambda of, name=name: of[name])(full) for name in by)].append(row)  # type: ignore[misc]  # fmt: skip
    found = {
        tuple(row.pop(name) for name in by): row
        for row in summarise(records, by).iter_rows(named=True)
    }
    assert found.keys() == groups.keys()
    for key, row in found.items():
        expected = plainly(groups[key])
        assert row.keys() == expected.keys()
        for name, value in expected.items():
            assert row[name] == (None if value is None else pytest.approx(value)), (key, name)
