"""The published rows that ship: figure by figure those of the transcription, and its golden sums."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from workbench.errors import DigestMismatchError
from workbench.outcomes import EXAMPLE_SOURCES, as_printed, example, met_deployments, newest
from workbench.outcomes.summaries import summarise

NAMES = {
    "date_printed": "date_printed",
    "duration_minutes": "duration_minutes",
    "purpose": "purpose_or_use_case",
    "watchlist_size": "watchlist_size",
    "threshold": "min_threshold",
    "total_alerts": "total_alerts",
    "true_confirmed": "true_alerts_confirmed",
    "true_unconfirmed": "true_alerts_unconfirmed",
    "true_alerts": "true_alerts_total",
    "false_confirmed": "false_alerts_confirmed",
    "false_unconfirmed": "false_alerts_unconfirmed",
    "false_alerts": "false_alerts_total",
    "false_alert_engagements": "false_alert_engagements",
    "true_alert_engagements": "true_alert_engagements",
    "false_alert_rate_printed": "false_alert_rate_printed",
    "arrests": "outcome_arrest",
    "other_disposals": "outcome_other_disposal",
    "no_action": "outcome_no_action",
    "faces_seen": "faces_seen_estimate",
}


def test_every_printed_figure_is_that_of_the_transcription(shared_data: Path) -> None:
    path = shared_data / "met_lfr_deployments_2020_2025.csv"
    if not path.is_file():
        pytest.skip("the transcription of the published grids is not here")
    text = dict.fromkeys(("false_alert_rate_printed", "date_printed"), pl.String)
    given = pl.read_csv(path, infer_schema_length=None, schema_overrides=text)
    ours = as_printed(met_deployments())
    assert len(ours) == len(given) == 286
    for name, theirs in NAMES.items():
        assert ours[name].to_list() == given[theirs].to_list(), name
    assert ours["date"].to_list() == given["date_iso"].str.to_date().to_list()


def test_the_sources_are_those_of_the_rows() -> None:
    rows = as_printed(met_deployments())
    for source in EXAMPLE_SOURCES:
        own = newest(met_deployments()).filter(pl.col("source") == source.title)
        assert len(own) == source.rows
        assert f"{own['date'].min()} to {own['date'].max()}" == source.covers
    assert set(rows["source"]) == {source.title for source in EXAMPLE_SOURCES}
    assert [source.rows for source in EXAMPLE_SOURCES] == [9, 203, 74]


def test_thirteen_rows_of_2023() -> None:
    days = pl.col("date").is_between(date(2023, 4, 6), date(2023, 9, 24))
    told = newest(met_deployments()).filter(days)
    assert len(told) == 13
    sums = told.select(pl.col("faces_seen", "total_alerts", "false_alerts", "arrests").sum())
    assert sums.row(0) == (247_764, 18, 0, 12)
    printed = as_printed(met_deployments()).filter(days)
    assert len(printed) == 14, "Dalston is printed among them"


def test_stratford_and_oxford_circus() -> None:
    rows = newest(met_deployments())
    stratford = rows.filter(pl.col("date") == date(2020, 2, 11))
    assert stratford.select("place", "faces_seen", "total_alerts", "watchlist_size").rows() == [
        ("Stratford", 4_600, 0, 5_816)
    ]
    circus = rows.filter(
        pl.col("place") == "Oxford Circus",
        pl.col("date") < date(2023, 1, 1),
        pl.col("state") == "completed",
    )
    assert len(circus) == 5
    assert circus.select(pl.col("faces_seen", "arrests").sum()).row(0) == (125_786, 9)


def test_sums_of_all_rows() -> None:
    row = summarise(met_deployments()).row(0, named=True)
    assert (row["deployments"], row["aborted"]) == (285, 1)
    names = ("faces_seen", "total_alerts", "true_alerts", "false_alerts", "arrests")
    assert [row[name] for name in names] == [2_529_031, 2_186, 2_143, 44, 960]
    assert round(row["hours"], 1) == 1_474.7


def test_sums_of_years_with_dalston_in_2024() -> None:
    years = summarise(met_deployments(), ["year"])
    assert years.select("year", "faces_seen", "false_alerts", "arrests").rows() == [
        (2020, 13_200, 7, 1),
        (2022, 144_366, 3, 8),
        (2023, 326_392, 2, 34),
        (2024, 902_748, 27, 575),
        (2025, 1_142_325, 5, 342),
    ]
    ends = years.select(
        (pl.col("false_of_faces_low") * 100).round(5),
        (pl.col("false_of_faces_high") * 100).round(5),
    ).rows()
    assert ends[0] == (0.02132, 0.10923)
    assert ends[3] == (0.00197, 0.00435)
    printed = summarise(as_printed(met_deployments()), ["year"])
    assert printed["faces_seen"].to_list()[2:4] == [326_994, 902_146]


def test_sums_by_threshold_and_of_june_2024() -> None:
    rows = summarise(met_deployments(), ["threshold"]).rows(named=True)
    assert [(row["threshold"], row["deployments"], row["false_alerts"]) for row in rows] == [
        (0.6, 112, 25),
        (0.62, 10, 4),
        (0.64, 155, 5),
        (None, 8, 10),
    ]
    june = summarise(met_deployments(), ["month"]).filter(pl.col("month") == date(2024, 6, 1))
    names = ("deployments", "faces_seen", "total_alerts", "false_alerts")
    assert june.select(names).row(0) == (16, 18_697, 124, 10)
    assert june["false_of_faces"].round(5).to_list() == [0.00053]


def test_a_damaged_copy_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = (Path(example.__file__).parent / "data" / "met-2020-2025.csv").read_bytes()
    (tmp_path / "data").mkdir()
    copy = tmp_path / "data" / "met-2020-2025.csv"
    copy.write_bytes(whole.replace(b"247764", b"0").replace(b",12,", b",13,", 1))
    monkeypatch.setattr(example.resources, "files", lambda _package: tmp_path)
    found = hashlib.sha256(copy.read_bytes()).hexdigest()
    with pytest.raises(DigestMismatchError, match=found):
        met_deployments()
