"""Tables of others: read in the forms in which they are printed, refused with row and column."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook

from workbench.errors import InputError
from workbench.outcomes import as_printed, met_deployments
from workbench.outcomes.importing import Imported, import_outcomes
from workbench.outcomes.mapping import Mapping, guess_mapping, read_mapping, write_mapping
from workbench.outcomes.tables import MOST_ROWS, read_printed_table

SIXTEEN = (
    "Deployment Location", "Date", "Duration of Deployment", "LFR Purpose Reference",
    "Watchlist Size", "Min Threshold Setting", "Total Alerts", "True Alerts - Confirmed",
    "True Alerts - Unconfirmed", "False Alerts - Confirmed", "False Alerts - Unconfirmed",
    "False Alert Rate", "Engagement Outcomes - Arrest", "Engagement Outcomes - Other Disposal",
    "Engagement Outcomes - No Action", "Faces seen (Estimate)",
)  # fmt: skip
GOOD = (
    "Powis St, Woolwich", "11/07/24", "5h03m", "1,2,3,4", "15,695", "0.62", "10", "9", "0", "1",
    "0", "0.01%", "3", "7", "0", "21,940",
)  # fmt: skip
HEADINGS = ",".join(SIXTEEN)


def csv_of(*rows: Sequence[str], headings: Sequence[str] = SIXTEEN) -> str:
    table = io.StringIO()
    for row in (headings, *rows):
        table.write(",".join(f'"{cell}"' if "," in cell else cell for cell in row) + "\n")
    return table.getvalue()


def changed(**cells: str) -> tuple[str, ...]:
    """Return the good row with cells changed: `at3="..."` is the fourth."""
    row = list(GOOD)
    for name, cell in cells.items():
        row[int(name.removeprefix("at"))] = cell
    return tuple(row)


@pytest.fixture
def taken(tmp_path: Path) -> Callable[..., Imported]:
    def take(content: str | bytes, name: str = "grid.csv", sheet: str | None = None) -> Imported:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        table = read_printed_table(path, sheet=sheet)
        mapping = guess_mapping(table.headings)
        return import_outcomes(table, mapping, force="a force", source="a grid")

    return take


def sheet_of(rows: Sequence[Sequence[object]], *more: str) -> bytes:
    book, content = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    for name in more:
        book.create_sheet(name)
    book.save(content)
    return content.getvalue()


def test_a_row_of_sixteen_columns(taken: Callable[..., Imported]) -> None:
    read = taken(csv_of(GOOD))
    assert read.problems.is_empty()
    row = read.records.row(0, named=True)
    assert (row["record"], row["source_row"], row["state"]) == ("a grid#2", 2, "completed")
    assert (row["place"], row["date"], row["date_printed"]) == (
        "Powis St, Woolwich",
        date(2024, 7, 11),
        "11/07/24",
    )
    assert (row["duration_minutes"], row["duration_printed"]) == (303.0, "5h03m")
    assert (row["watchlist_size"], row["threshold"], row["faces_seen"]) == (15_695, 0.62, 21_940)
    assert (row["true_alerts"], row["false_alerts"], row["total_alerts"]) == (9, 1, 10)
    assert (row["arrests"], row["other_disposals"], row["no_action"]) == (3, 7, 0)
    assert row["false_alert_rate_printed"] == "0.01%"


def test_the_published_rows_come_out_as_they_ship(taken: Callable[..., Imported]) -> None:
    ours = as_printed(met_deployments()).filter(pl.col("source").str.contains("2023 to 2024"))
    hours = ours["duration_minutes"].to_list()
    shapes = ("{}h{:02}m", "{}hr {}m", "{}h{:02}", "{}:{:02}")
    printed = [shapes[at % 4].format(*divmod(int(minutes), 60)) for at, minutes in enumerate(hours)]
    names = (
        "place", "date_printed", "duration", "purpose", "watchlist_size", "threshold",
        "total_alerts", "true_confirmed", "true_unconfirmed", "false_confirmed",
        "false_unconfirmed", "false_alert_rate_printed", "arrests", "other_disposals",
        "no_action", "faces_seen",
    )  # fmt: skip
    rows = ours.with_columns(duration=pl.Series(printed), faces_seen=pl.col("faces_seen")).select(
        names
    )
    text = csv_of(
        *(
            tuple(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row)
            for row in rows.iter_rows()
        )
    )
    read = taken(text).records
    for name in set(names) - {"duration"} | {"date", "duration_minutes", "true_alerts"}:
        assert read[name].to_list() == ours[name].to_list(), name


def test_a_spreadsheet_and_what_was_copied_of_a_pdf_say_the_same(
    taken: Callable[..., Imported],
) -> None:
    by_csv = taken(csv_of(GOOD)).records
    cells: list[object] = list(GOOD)
    cells[1], cells[4], cells[5] = datetime(2024, 7, 11), 15_695, 0.62  # noqa: DTZ001 - a cell
    by_sheet = taken(sheet_of([SIXTEEN, cells]), "grid.xlsx").records
    by_text = taken("\t".join(SIXTEEN) + "\n" + "  ".join(GOOD) + "\n", "grid.txt").records
    same = [name for name in by_csv.columns if name != "date_printed"]
    assert by_sheet.select(same).equals(by_csv.select(same))
    assert by_text.equals(by_csv)


def test_a_heading_in_two_rows_is_taken_together(taken: Callable[..., Imported]) -> None:
    upper = [*SIXTEEN[:12], "Engagement Outcomes", "", "", SIXTEEN[15]]
    lower = [""] * 12 + ["Arrest", "Other Disposal", "No Action", ""]
    for content, name in (
        (sheet_of([upper, lower, list(GOOD)]), "grid.xlsx"),
        (csv_of(lower, GOOD, headings=upper), "grid.csv"),
    ):
        row = taken(content, name).records.row(0, named=True)
        assert (row["arrests"], row["other_disposals"], row["no_action"]) == (3, 7, 0)
        assert row["source_row"] == 3


def test_columns_that_are_missing_are_unknown(taken: Callable[..., Imported]) -> None:
    row = taken('Location,Date,Faces seen\nOxford Circus,28/01/22,"12,120"\n').records.row(
        0, named=True
    )
    assert (row["faces_seen"], row["arrests"], row["duration_minutes"]) == (12_120, None, None)


def test_a_row_without_a_count_was_broken_off(taken: Callable[..., Imported]) -> None:
    fault = ("Oxford Circus", "21/02/20", "N/A", "1, 2", "7,316", *["N/A"] * 11)
    read = taken(csv_of(fault, GOOD))
    assert read.records["state"].to_list() == ["aborted", "completed"]
    assert read.problems.select("row", "severity").rows() == [(2, "warning")]


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"at1": "07/13/24"}, "Date", "no day of the calendar, read day-first"),
        ({"at1": "31/02/24"}, "Date", "no day of the calendar"),
        ({"at1": "July"}, "Date", "no day such as"),
        ({"at1": "11/07/1924"}, "Date", "lies before 2000"),
        ({"at1": ""}, "Date", "a record needs its date"),
        ({"at0": ""}, "Deployment Location", "a record needs its place"),
        ({"at2": "303"}, "Duration of Deployment", "no duration such as"),
        ({"at2": "5h75m"}, "Duration of Deployment", "no duration"),
        ({"at2": "0h00m"}, "Duration of Deployment", "no duration"),
        ({"at2": "-5h"}, "Duration of Deployment", "no duration"),
        ({"at4": "-15"}, "Watchlist Size", "is negative"),
        ({"at4": "15,69"}, "Watchlist Size", "no whole number"),
        ({"at4": "15.695"}, "Watchlist Size", "no whole number"),
        ({"at5": "0.6.4"}, "Min Threshold Setting", "no number"),
        ({"at5": "NaN"}, "Min Threshold Setting", "no number"),
        ({"at6": "ten"}, "Total Alerts", "no whole number"),
        ({"at6": "1e3"}, "Total Alerts", "no whole number"),
        ({"at7": "(3)"}, "True Alerts - Confirmed", "is negative"),
        ({"at12": "=1+1"}, "Engagement Outcomes - Arrest", "no whole number"),
        ({"at15": "21 94"}, "Faces seen (Estimate)", "no whole number"),
        ({"at15": "\N{ARABIC-INDIC DIGIT ONE}2"}, "Faces seen (Estimate)", "no whole number"),
        ({"at15": "9" * 13}, "Faces seen (Estimate)", "no whole number"),
    ],
)
def test_a_cell_that_cannot_be_is_named_and_nothing_is_taken(
    taken: Callable[..., Imported], cells: dict[str, str], column: str, says: str
) -> None:
    read = taken(csv_of(GOOD, changed(**cells)))
    assert read.found is None
    (problem,) = read.problems.rows(named=True)
    assert (problem["row"], problem["column"], problem["severity"]) == (3, column, "error")
    assert says in problem["message"]
    with pytest.raises(InputError, match=f"row 3, column '{column[:5]}"):
        _ = read.records


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "grid.csv", "holds no row"),
        (HEADINGS.encode(), "grid.csv", "holds no row"),
        (b"\xff\xfeD\0a\0", "grid.csv", "null bytes"),
        (HEADINGS.encode() + b"\nCaf\xe9,1\n", "grid.csv", "row 2 is not in UTF-8"),
        (b"PK\x03\x04nothing", "grid.xlsx", "no spreadsheet"),
        (csv_of(GOOD).encode(), "grid.xlsx", "no spreadsheet"),
        (sheet_of([SIXTEEN, GOOD], "two"), "grid.xlsx", "has the sheets Sheet, two"),
        (sheet_of([SIXTEEN, [*GOOD[:15], True]]), "grid.xlsx", "row 2 holds True"),
        (csv_of((*GOOD, "1")).encode(), "grid.csv", "row 2 has 17 cells"),
        (csv_of(GOOD, headings=(*SIXTEEN[:15], "Date")).encode(), "grid.csv", "'Date' twice"),
        (csv_of(GOOD, headings=(*SIXTEEN[:15], "")).encode(), "grid.csv", "row 2 has 16 cells"),
        (csv_of(GOOD, headings=("", *SIXTEEN[1:])).encode(), "grid.csv", "has no heading"),
        (b"a,b\n1,2\n", "grid.csv", "say no record"),
        (b"Location,Place,Date\na,b,1/1/24\n", "grid.csv", "both seem to be place"),
        (b'Location,Date\n"a,1/1/24\n', "grid.csv", "is no CSV"),
        (b"Location,Date\na\x07,1/1/24\n", "grid.csv", "row 2, column 1 holds a character"),
        (b"Location,Date\n" + b"a" * 2_001 + b",1/1/24\n", "grid.csv", "2,001 characters"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_table_is_refused(
    taken: Callable[..., Imported], content: bytes, name: str, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        _ = taken(content, name).records


def test_a_table_of_millions_is_refused_at_the_first_row_too_many(
    taken: Callable[..., Imported],
) -> None:
    rows = "a,1/1/24\n" * (MOST_ROWS + 1)
    with pytest.raises(InputError, match=f"row {MOST_ROWS + 2} is beyond"):
        taken("Location,Date\n" + rows)
    with pytest.raises(InputError, match="over 67,108,864"):
        taken("Location,Date\n" + "a,1/1/24\n" * 10_000_000)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_printed_table(tmp_path / "grid.csv")


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ('=HYPERLINK("x")', "formula"),
        ("+1 Street", "formula"),
        ("@cmd", "formula"),
        ("<script>alert(1)</script>", "markup"),
        ("King&#39;s Rd", "markup"),
    ],
)
def test_what_looks_like_code_is_kept_as_text_and_told(
    taken: Callable[..., Imported], place: str, says: str
) -> None:
    cell = '"' + place.replace('"', '""') + '"'
    read = taken(f"Location,Date,Total Alerts\n{cell},1/1/24,1\n")
    assert read.records["place"].to_list() == [place]
    assert [says in one for one in read.problems["message"]] == [True]


def test_all_that_is_wrong_is_told_at_once(taken: Callable[..., Imported]) -> None:
    wrong = changed(at1="x", at6="y", at15="-1")
    read = taken(csv_of(wrong, GOOD, changed(at12="z")))
    assert read.problems.select("row", "column").rows() == [
        (2, "Date"),
        (2, "Total Alerts"),
        (2, "Faces seen (Estimate)"),
        (4, "Engagement Outcomes - Arrest"),
    ]


def test_a_mapping_is_kept_and_read_again(tmp_path: Path) -> None:
    mapping = guess_mapping(SIXTEEN)
    write_mapping(mapping, tmp_path / "met.json")
    assert read_mapping(tmp_path / "met.json") == mapping
    with pytest.raises(FileExistsError):
        write_mapping(mapping, tmp_path / "met.json")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "no part of a mapping"),
        ('{"columns": {"colour": "c", "place": "p", "date": "d"}}', "'colour' is no column"),
        ('{"columns": {"place": "p"}}', "date is neither"),
        ('{"columns": {"place": "p", "date": "p"}}', "taken for two"),
        ('{"columns": {"place": "p", "date": "d"}, "constants": {"date": "x"}}', "say one"),
        ('{"columns": {"place": "p", "date": "d"}, "date_order": "year"}', "date_order"),
    ],
)
def test_a_mapping_that_is_none_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "m.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says):
        read_mapping(tmp_path / "m.json")
    with pytest.raises(InputError, match="cannot be read"):
        read_mapping(tmp_path / "other.json")


def test_constants_and_a_heading_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "grid.csv"
    path.write_text("Where,When\nOxford Circus,07/28/22\n", encoding="utf-8")
    table = read_printed_table(path)
    mapping = Mapping.model_validate(
        {
            "columns": {"place": "Where", "date": "When"},
            "constants": {"threshold": "0.6", "counting_method": "estimate"},
            "date_order": "month-first",
        }
    )
    row = import_outcomes(table, mapping, force="f", source="s").records.row(0, named=True)
    assert (row["date"], row["threshold"], row["counting_method"]) == (
        date(2022, 7, 28),
        0.6,
        "estimate",
    )
    other = mapping.model_copy(update={"columns": {"place": "Where", "date": "Day"}})
    with pytest.raises(InputError, match="no column 'Day'"):
        import_outcomes(table, other, force="f", source="s")
    with pytest.raises(InputError, match="is not said"):
        import_outcomes(table, mapping, force=" ", source="s")
