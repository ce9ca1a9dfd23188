"""Score tables: counts that never say too few, and tables that cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.errors import RecordError
from workbench.governance.score_table import ScoreTable

VALUES: dict[str, Any] = {
    "list_size": 1,
    "searches": 100,
    "scores": [0.1, 0.2, 0.3],
    "counts": [90, 30, 1],
    "data_set": "made up",
    "split": "fixture",
    "rule": "none",
    "people": 20,
}


def table(**changes: object) -> ScoreTable:
    return ScoreTable.read(VALUES | changes, what="table")


@pytest.mark.parametrize(
    ("score", "count"),
    [(-1.0, 100), (0.1, 90), (0.15, 90), (0.2, 30), (0.29, 30), (0.3, 1), (0.300001, 0), (9.0, 0)],
)
def test_counts_between_grid_scores_are_never_too_low(score: float, count: int) -> None:
    assert table().at_or_above(score) == count


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"scores": [], "counts": []}, "scores"),
        ({"scores": [0.1, 0.1, 0.3]}, "scores must ascend"),
        ({"counts": [30, 90, 1]}, "scores must ascend"),
        ({"counts": [90, 30]}, "one for each"),
        ({"counts": [101, 30, 1]}, "101 of 100 searches cannot be"),
        ({"counts": [90, 30, -1]}, "counts.2"),
        ({"scores": [0.1, 0.2, float("inf")]}, "scores.2"),
        ({"scores": [float("nan"), 0.2, 0.3]}, "scores.0"),
        ({"searches": 0}, "searches"),
        ({"list_size": 0}, "list_size"),
        ({"people": 0}, "people"),
        ({"split": ""}, "split"),
    ],
)
def test_a_table_that_cannot_be_is_refused(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(RecordError, match=named):
        table(**changes)


def test_a_table_survives_its_file() -> None:
    assert ScoreTable.read(table().plain(), what="table") == table()
