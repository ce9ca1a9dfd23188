"""The published record: sixteen columns, as printed and as recomputed, with nothing obeyed."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from importlib import resources
from pathlib import Path

import polars as pl
import pytest
from jsonschema import Draft202012Validator, ValidationError  # type: ignore[import-untyped]
from outcome_rows import records_of
from publication_pages import Between, PublishedPage

from workbench.outcomes import (
    OutcomeRecords,
    findings_of,
    guess_mapping,
    import_outcomes,
    met_deployments,
    newest,
    read_printed_table,
)
from workbench.outcomes.authors import REASON_KEPT
from workbench.outcomes.corrections import Correction, correct
from workbench.reports.publication_annual import annual_page
from workbench.reports.publication_building import annual_files, record_files
from workbench.reports.publication_document import published_record_schema
from workbench.reports.publication_head import PublicationHead
from workbench.reports.publication_records import record_csv, record_document

DOCS = Path(__file__).parents[3] / "docs"
HEADINGS = (
    "Deployment Location,Date,Duration of Deployment,LFR Use Case,Watchlist Size,"
    "Min Threshold Setting,Total Alerts,True Alerts - Confirmed,True Alerts - Unconfirmed,"
    "False Alerts - Confirmed,False Alerts - Unconfirmed,False Alert Rate,"
    "Engagement Outcomes - Arrest,Engagement Outcomes - Other Disposal,"
    "Engagement Outcomes - No Action,Faces seen (Estimate)"
)
SAME = (
    "place", "date", "duration_minutes", "watchlist_size", "threshold", "total_alerts",
    "true_confirmed", "true_unconfirmed", "false_confirmed", "false_unconfirmed", "arrests",
    "other_disposals", "no_action", "faces_seen",
)  # fmt: skip
FORMULA = '=HYPERLINK("http://x.example","a")'
MARKUP = "<script>alert(1)</script><b>High Street</b>"


def one_of(name: str) -> pl.DataFrame:
    return OutcomeRecords.cast(met_deployments().filter(pl.col("record") == name))


def test_the_columns_are_those_that_are_printed(head: PublicationHead) -> None:
    text = record_csv(record_document(one_of("met-2023-2024-113"), head, met_deployments()))
    assert text.splitlines()[0] == HEADINGS
    assert text.splitlines()[1] == (
        'Dalston,11/07/24,3h06m,"1,2,3,4",15695,0.62,10,10,0,0,0,0%,3,7,7,602'
    )


def test_what_is_published_is_read_back_as_it_was(head: PublicationHead, tmp_path: Path) -> None:
    whole = met_deployments()
    ours = OutcomeRecords.cast(whole.filter(pl.col("source").str.contains("2023|2025")))
    path = tmp_path / "grid.csv"
    path.write_text(record_csv(record_document(ours, head, whole)), "utf-8")
    table = read_printed_table(path)
    read = import_outcomes(table, guess_mapping(table.headings), force="A", source="B").records
    wanted = newest(ours)
    assert len(read) == 277
    for name in SAME:
        assert read[name].to_list() == wanted[name].to_list(), name
    # No rate of ours is cut off, or another than that of its counts.
    rules = set(findings_of(read)["rule"])
    assert not rules & {"printed-rate", "printed-rate-truncated"}


def test_as_printed_stands_beside_as_recomputed(head: PublicationHead) -> None:
    files = record_files("r", head, one_of("met-2023-2024-113"), met_deployments(), pdf=False)
    page = PublishedPage(files["r.html"].decode())
    columns = {row[0]: row[1:] for row in page.tables[0].rows}
    assert page.tables[0].headings == ["Column", "As printed", "As recomputed"]
    assert len(columns) == 16
    assert columns["2. Date"] == ["11/07/23", "11/07/24 (differs)"]
    assert columns["12. False Alert Rate"] == ["0%", "0%"]
    assert "the year is a slip" in page.text
    assert page.figure("false_of_faces_best")[1:] == [
        "0",
        "602 faces seen",
        "0 %",
        "0 % to 0.611 %",
    ]
    assert page.figure("false_of_alerts_worst")[2] == "10 alerts"


def test_a_rate_that_was_cut_off_differs_and_one_that_was_rounded_does_not(
    head: PublicationHead, between: Between
) -> None:
    year = between(date(2024, 1, 1), date(2024, 12, 31))
    files = record_files("r", head, year, met_deployments(), pdf=False)
    differs = PublishedPage(files["r.html"].decode()).table("as-printed").rows
    rates = {row[0]: row[2:] for row in differs if row[1] == "False Alert Rate"}
    assert len(rates) == 10  # those that were cut off, of 27 that are not 0
    assert ["Dalston, 11/07/24", "Date", "11/07/23", "11/07/24"] in differs
    assert len(differs) == 11
    assert "Brent, 28/06/24" not in rates  # 0.18% is 0.182% rounded
    croydon = between(date(2023, 12, 7), date(2023, 12, 7))
    page = PublishedPage(
        record_files("r", head, croydon, met_deployments(), pdf=False)["r.html"].decode()
    )
    columns = {row[0]: row[1:] for row in page.tables[0].rows}
    assert columns["12. False Alert Rate"] == ["0.01%", "0.0254% (differs)"]
    assert "neither rounded nor cut off" in page.text


def test_many_records_are_a_grid_with_each_rate_below(
    head: PublicationHead, between: Between
) -> None:
    june = between(date(2024, 6, 1), date(2024, 6, 30))
    page = PublishedPage(
        record_files("r", head, june, met_deployments(), pdf=False)["r.html"].decode()
    )
    assert len(page.tables[0].rows) == 16
    assert ",".join(page.tables[0].headings) == HEADINGS
    assert page.figure("faces_seen")[1] == "18,697"
    rates = page.table("rates")
    assert len(rates.rows) == 16
    for row in rates.rows:
        assert all(" of " in cell and "faces seen" in cell for cell in row[1:3]), row
        assert all(" of " in cell and "alerts" in cell for cell in row[3:]), row


def test_what_was_broken_off_has_no_rate_and_is_unknown_in_words(head: PublicationHead) -> None:
    aborted = one_of("met-2020-2022-002")
    files = record_files("r", head, aborted, met_deployments(), pdf=False)
    page = PublishedPage(files["r.html"].decode())
    assert "It was broken off" in page.text
    assert "No rate can be made" in page.text
    (row,) = list(csv.reader(io.StringIO(files["r.csv"].decode())))[1:]
    assert row[6:] == ["unknown"] * 10
    (record,) = json.loads(files["r.json"])["records"]
    assert record["columns"]["faces_seen"] is None
    assert "faces_seen" in record["unknown"]
    assert record["false_alerts_of_faces_seen"] is None


def test_the_schema_is_shipped_and_what_is_published_fits_it(
    head: PublicationHead, between: Between
) -> None:
    wanted = published_record_schema()
    shipped = resources.files("workbench.reports") / "published-record.schema.json"
    assert json.loads(shipped.read_text("utf-8")) == wanted
    assert json.loads((DOCS / "published-record.schema.json").read_text("utf-8")) == wanted
    Draft202012Validator.check_schema(wanted)
    every = between(date(2020, 1, 1), date(2025, 12, 31))
    document = record_document(every, head).model_dump(mode="json")
    assert len(document["records"]) == 286
    Draft202012Validator(wanted).validate(document)
    document["records"][0]["columns"]["faces_seen"] = "4,600"
    with pytest.raises(ValidationError):
        Draft202012Validator(wanted).validate(document)


def test_why_a_record_was_put_right_is_published_where_that_is_asked_for(
    head: PublicationHead,
) -> None:
    made = records_of([{"record": "one", "total_alerts": 3, "false_alerts": 0, "faces_seen": 9}])
    change = Correction("one", {"total_alerts": 4}, "A. Surname", "B. Other counted them anew")
    records = correct(made, change)

    def published(**asked: bool) -> str:
        of_record = record_files("r", head, records, records, pdf=False, **asked)
        report = annual_files("a", head, annual_page(records, records, **asked), pdf=False)
        return "".join(content.decode() for content in (*of_record.values(), *report.values()))

    usual, asked_for = published(), published(with_reasons=True)
    assert "total_alerts from 3 to 4" in usual
    assert "whoever keeps the records" in usual
    assert REASON_KEPT in usual
    assert "B. Other" not in usual
    assert "B. Other counted them anew" in asked_for
    assert "Surname" not in usual + asked_for


def test_no_name_of_a_place_is_obeyed(head: PublicationHead) -> None:
    rows = [{"place": place, "faces_seen": 10, "false_alerts": 0, "total_alerts": 1}
            for place in (FORMULA, MARKUP, "+44 High Street", "@SUM(A1)", "-2+3")]  # fmt: skip
    records = records_of(rows)
    files = record_files("r", head, records, records, pdf=False)
    cells = [row[0] for row in csv.reader(io.StringIO(files["r.csv"].decode()))][1:]
    assert cells == [f"'{FORMULA}", MARKUP, "'+44 High Street", "'@SUM(A1)", "'-2+3"]
    html = files["r.html"].decode()
    assert "<script" not in html
    page = PublishedPage(html)
    assert "script" not in page.elements
    assert page.elements.count("b") == 0
    assert MARKUP in page.text
    assert json.loads(files["r.json"])["records"][1]["columns"]["deployment_location"] == MARKUP


def test_numbers_stay_numbers(head: PublicationHead) -> None:
    records = records_of([{"faces_seen": 1_234, "total_alerts": 0, "false_alerts": 0}])
    row = list(csv.reader(io.StringIO(record_csv(record_document(records, head)))))[1]
    assert row[15] == "1234"
    assert row[6] == "0"
