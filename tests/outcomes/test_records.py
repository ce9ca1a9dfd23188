"""What cannot be an outcome record is refused, with record and column named."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from outcome_rows import records_of

from workbench.errors import RecordError
from workbench.outcomes import check_records


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"faces_seen": -4}, "faces_seen is -4"),
        ({"latitude": 91.0, "longitude": 0.0}, "latitude is 91.0"),
        ({"longitude": 0.1}, "both_coordinates_or_none"),
        ({"duration_minutes": 0.0}, "duration_minutes is 0.0"),
        ({"duration_minutes": float("nan")}, "duration_minutes is nan"),
        ({"place": ""}, "place is ''"),
        ({"state": "planned"}, "state is 'planned'"),
        ({"version": 2}, "a_correction_says_who_and_why|versions_follow_each_other"),
        ({"corrected_by": "somebody"}, "a_correction_says_who_and_why"),
        (
            {
                "starts_at": datetime(2026, 1, 5, 12, tzinfo=UTC),
                "ends_at": datetime(2026, 1, 5, 11, tzinfo=UTC),
            },
            "it_ends_after_it_began",
        ),
    ],
)
def test_it_is_refused(row: dict[str, Any], says: str) -> None:
    with pytest.raises(RecordError, match=says) as refused:
        records_of([{}, row])
    assert "record 'r1'" in str(refused.value)
    assert "row 2 of 'a grid'" in str(refused.value)


def test_a_version_that_is_missing_is_refused() -> None:
    later = {"record": "r0", "version": 3, "corrected_by": "who", "correction_reason": "why"}
    with pytest.raises(RecordError, match="versions_follow_each_other"):
        records_of([{}, later])


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(RecordError, match="faces_seen"):
        check_records(records_of([{}]).drop("faces_seen"))
    with pytest.raises(RecordError, match="arrests"):
        check_records(records_of([{}]).with_columns(pl.col("arrests").cast(pl.String)))


def test_what_is_unknown_stays_unknown() -> None:
    row = records_of([{}]).row(0, named=True)
    assert row["arrests"] is None
    assert row["cost"] is None
