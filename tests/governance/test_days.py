"""Calendar days as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from workbench.errors import RecordError
from workbench.governance.days import Day, years_before
from workbench.governance.record import Record


class Dated(Record):
    day: Day


def test_a_day_is_read_and_written_back() -> None:
    read = Dated.read({"day": "2026-03-14"}, what="it")
    assert read.day == date(2026, 3, 14)
    assert Dated.read({"day": date(2026, 3, 14)}, what="it") == read
    assert Dated.read(read.plain(), what="it") == read


@pytest.mark.parametrize(
    "value",
    ["", "2019", 2019, 0, 1.5, "14/03/2026", "2026-3-14", "2026-03-14T00:00:00", None, True, [],
     datetime(2026, 3, 14, tzinfo=UTC), "\uff12026-03-14"],
)  # fmt: skip
def test_what_is_no_day_is_refused_and_never_taken_for_seconds(value: Any) -> None:
    with pytest.raises(RecordError, match="day: must be a day written as year-month-day"):
        Dated.read({"day": value}, what="it")


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(RecordError, match="day: "):
        Dated.read({"day": "2026-02-30"}, what="it")


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2026, 3, 14), 0, date(2026, 3, 14)),
        (date(2026, 3, 14), 5, date(2021, 3, 14)),
        (date(2024, 2, 29), 4, date(2020, 2, 29)),
        (date(2024, 2, 29), 5, date(2019, 2, 28)),
        (date(2026, 3, 14), 2025, date(1, 3, 14)),
        (date(2026, 3, 14), 2026, date.min),
        (date(2026, 3, 14), 10**9, date.min),
    ],
)
def test_years_before(day: date, years: int, expected: date) -> None:
    assert years_before(day, years) == expected
