"""When something in footage was seen, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from workbench.governance.footage import Footage
from workbench.governance.footage_times import begins_at, counted, seen_at, seen_from_to

STARTS = datetime(2026, 11, 24, 23, 59, 50, tzinfo=UTC)
DOUBT = "; a time of this file may be wrong"


def footage(
    *, starts: datetime | None = STARTS, ahead_s: float = 0, times: str = "even"
) -> Footage:
    return Footage(
        origin="camera 4 of the shop",
        basis="handed over by the owner on request",
        starts=starts,
        clock_offset_s=ahead_s,
        name="shop.mp4",
        place="/footage/shop.mp4",
        sha256="0" * 64,
        bytes=1,
        facts={"times": times},
        segments=1,
    )


def test_where_nobody_knows_when_a_file_begins_seconds_say_from_where_they_count() -> None:
    unknown = footage(starts=None, ahead_s=30)
    assert counted(3.04) == "3.0 s from the start of the file"
    assert seen_at(unknown, 3.04) == "3.0 s from the start of the file"
    assert seen_from_to(unknown, 0, 8.16) == "0.0 to 8.2 s from the start of the file"


@pytest.mark.parametrize(
    ("ahead_s", "moment"),
    [
        (0, "2026-11-24 23:59:53.9 UTC"),
        (30, "2026-11-24 23:59:23.9 UTC"),
        (-3600, "2026-11-25 00:59:53.9 UTC"),
        (-6.08, "2026-11-25 00:00:00.0 UTC"),
    ],
)
def test_true_time_comes_first_where_it_is_known(ahead_s: float, moment: str) -> None:
    said = seen_at(footage(ahead_s=ahead_s), 3.9)
    assert said == f"{moment} (3.9 s from the start of the file)"
    numbered = seen_at(footage(ahead_s=ahead_s), 3.9, 1097)
    assert numbered == f"{moment} (3.9 s from the start of the file, frame 1,097 from 0)"


@pytest.mark.parametrize("time_s", [0.04, 0.05, 0.25, 0.349999, 9.95, 9.96, 13.25])
def test_true_time_and_seconds_tell_the_same_tenth(time_s: float) -> None:
    said = seen_at(footage(starts=STARTS.replace(second=0)), time_s)
    clock, seconds = said.split(" UTC (")
    assert float(clock[-4:]) == float(seconds.split()[0])


def test_a_beginning_is_told_as_well_as_it_is_known() -> None:
    assert begins_at(STARTS) == "2026-11-24 23:59:50 UTC"
    assert begins_at(STARTS.replace(microsecond=900_000)) == "2026-11-24 23:59:50.9 UTC"


def test_a_stretch_names_its_day_once_and_both_where_it_goes_over_midnight() -> None:
    known = footage()
    assert seen_from_to(known, 1, 9) == (
        "2026-11-24 23:59:51.0 to 23:59:59.0 UTC (1.0 to 9.0 s from the start of the file)"
    )
    assert seen_from_to(known, 1, 11) == (
        "2026-11-24 23:59:51.0 to 2026-11-25 00:00:01.0 UTC (1.0 to 11.0 s from the start of the "
        "file)"
    )
    elsewhere = footage(starts=STARTS.astimezone(timezone(timedelta(hours=5))))
    assert seen_from_to(elsewhere, 1, 9) == seen_from_to(known, 1, 9), "in UTC whatever was typed"


@pytest.mark.parametrize("times", ["missing", "backwards"])
def test_doubt_about_the_times_of_a_file_is_told_with_each(times: str) -> None:
    doubtful = footage(times=times)
    assert seen_at(doubtful, 3).endswith(DOUBT)
    assert seen_from_to(doubtful, 3, 4).endswith(DOUBT)
    assert DOUBT not in seen_at(footage(times="variable"), 3)
