"""Moments in messages: in UTC, and never later than they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from workbench.governance.moments import duration, spoken


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 25, 10, tzinfo=UTC), "2026-11-25 10:00 UTC"),
        (datetime(2026, 11, 25, 10, 0, 1, tzinfo=UTC), "2026-11-25 10:00:01 UTC"),
        (datetime(2026, 11, 25, 10, 0, 0, 1, tzinfo=UTC), "2026-11-25 10:00:00 UTC"),
        (datetime(2026, 6, 1, 0, 30, tzinfo=timezone(timedelta(hours=1))), "2026-05-31 23:30 UTC"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01 00:00 UTC"),
        # UTC has no such day.
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "0001-01-01T00:00:00+14:00"),
        (
            datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-9))),
            "9999-12-31T23:00:00-09:00",
        ),
    ],
)
def test_a_moment_is_said_in_utc(moment: datetime, said: str) -> None:
    assert spoken(moment) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(0), "0 h"),
        (timedelta(minutes=90), "1 h 30 min"),
        (timedelta(hours=12), "12 h"),
        (timedelta(hours=12, microseconds=1), "12 h 1 s"),
        (timedelta(seconds=61), "1 min 1 s"),
        (timedelta(days=1000), "24,000 h"),
    ],
)
def test_a_duration_is_said_in_hours_and_minutes(span: timedelta, said: str) -> None:
    assert duration(span) == said
