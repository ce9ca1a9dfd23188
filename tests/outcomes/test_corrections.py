"""A correction is one more version with who and why; nothing printed is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from outcome_rows import records_of

from workbench.errors import RecordError, UnknownRecordError
from workbench.outcomes import Correction, as_printed, correct, met_deployments, newest

ROWS = records_of([{"faces_seen": 100}, {"faces_seen": 200}, {"faces_seen": 300}])


def put(**changes: Any) -> Correction:
    return Correction("r1", changes, "A. Analyst", "the log of the camera says so")


def test_the_new_version_stands_behind_the_old_one() -> None:
    once = correct(ROWS, put(faces_seen=250))
    twice = correct(once, put(faces_seen=260, arrests=1))
    assert twice.select("record", "version", "faces_seen", "corrected_by").rows() == [
        ("r0", 1, 100, None),
        ("r1", 1, 200, None),
        ("r1", 2, 250, "A. Analyst"),
        ("r1", 3, 260, "A. Analyst"),
        ("r2", 1, 300, None),
    ]
    assert as_printed(twice).equals(ROWS)
    assert newest(twice)["faces_seen"].to_list() == [100, 260, 300]


def test_what_turned_out_unknown_becomes_unknown() -> None:
    assert newest(correct(ROWS, put(faces_seen=None)))["faces_seen"].to_list() == [100, None, 300]


@pytest.mark.parametrize(
    ("correction", "says"),
    [
        (Correction("r1", {"faces_seen": 1}, " ", "why"), "has no author"),
        (Correction("r1", {"faces_seen": 1}, "who", ""), "has no reason"),
        (put(), "changes nothing"),
        (put(faces_seen=200), "nothing changes"),
        (put(faces=1), "no column 'faces'"),
        (put(date_printed="1/1/26"), "was printed, and stays"),
        (put(record="r9"), "says where the record is from"),
        (put(faces_seen=-1), "record 'r1', version 2 .*faces_seen is -1"),
        (put(faces_seen="many"), "cannot be put right with faces_seen='many'"),
        (put(latitude=51.5), "both_coordinates_or_none"),
        (put(state="cancelled"), "state is 'cancelled'"),
    ],
)
def test_what_cannot_be_is_refused(correction: Correction, says: str) -> None:
    with pytest.raises(RecordError, match=says):
        correct(ROWS, correction)


def test_an_unknown_record_is_named() -> None:
    with pytest.raises(UnknownRecordError, match="'r9'"):
        correct(ROWS, Correction("r9", {"arrests": 1}, "who", "why"))


def test_dalston_ships_corrected() -> None:
    versions = met_deployments().filter(pl.col("record") == "met-2023-2024-113")
    assert versions.select("version", "date", "date_printed").rows() == [
        (1, date(2023, 7, 11), "11/07/23"),
        (2, date(2024, 7, 11), "11/07/23"),
    ]
    assert versions["correction_reason"].to_list()[1].startswith("It stands between rows of")
