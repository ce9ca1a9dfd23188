"""Tables that somebody damaged, mistook or made to do harm: refused or told, with row and column."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from workbench.cli import main
from workbench.errors import InputError
from workbench.outcomes.importing import Imported, import_outcomes
from workbench.outcomes.mapping import guess_mapping
from workbench.outcomes.spreadsheets import MOST_UNPACKED
from workbench.outcomes.tables import MOST_ROWS, PrintedTable, read_printed_table

HEADINGS = (
    "Location",
    "Date",
    "Total Alerts",
    "False Alerts",
    "Faces seen",
    "LFR Purpose Reference",
)
ROW = ("Powis St, Woolwich", "28/07/24", "10", "1", "21,940", "1,2,3")
Take = Callable[..., Imported]


def text_of(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    return "".join("\t".join(row) + "\n" for row in (headings, *rows)).encode()


def changed(**cells: str) -> tuple[str, ...]:
    """Return the good row with cells changed, by the first word of their heading."""
    return tuple(
        cells.get(heading.split()[0].casefold(), cell)
        for heading, cell in zip(HEADINGS, ROW, strict=True)
    )


def book_of(*rows: tuple[object, ...], merged: str = "") -> bytes:
    book, content = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (HEADINGS, *rows):
        book.active.append(list(row))
    if merged:
        book.active.merge_cells(merged)
    book.save(content)
    return content.getvalue()


def repacked(book: bytes, *, more: dict[str, bytes] | None = None, **changes: bytes) -> bytes:
    """Return a workbook with parts added, and others changed: `sheet1` is its first sheet."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, changes.get(Path(part).stem, old.read(part)))
        for part, content in (more or {}).items():
            new.writestr(part, content)
    return packed.getvalue()


def part_of(book: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read(name)


SHEET = part_of(book_of(ROW), "xl/worksheets/sheet1.xml")
NUMBERED = part_of(book_of((*ROW[:2], 10, *ROW[3:])), "xl/worksheets/sheet1.xml")
BARE = re.sub(rb"<dimension[^>]*>| r=\"[A-F]\\d\"", b"", SHEET)
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(
        f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">'.encode() for at in range(12)
    )
    + b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>&m;</t></is></c></row></sheetData></worksheet>'
)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., PrintedTable]:
    def read_it(content: bytes, name: str = "grid.csv") -> PrintedTable:
        path = tmp_path / name
        path.write_bytes(content)
        return read_printed_table(path)

    return read_it


@pytest.fixture
def take(read: Callable[..., PrintedTable]) -> Take:
    def take_it(content: bytes, name: str = "grid.csv") -> Imported:
        table = read(content, name)
        return import_outcomes(table, guess_mapping(table.headings), force="f", source="s")

    return take_it


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"date": "45484"}, "Date", "how a spreadsheet counts days"),
        ({"date": "45484.5"}, "Date", "how a spreadsheet counts days"),
        ({"date": "2024-28-07"}, "Date", "no day of the calendar"),
        ({"date": "28/07/24 to 29/07/24"}, "Date", "no day such as"),
        ({"date": "28/07"}, "Date", "no day such as"),
        ({"date": "29/02/23"}, "Date", "no day of the calendar"),
        ({"date": "Juillet 28, 2024"}, "Date", "no day such as"),
        ({"total": "12 %"}, "Total Alerts", "no whole number"),
        ({"total": "12%"}, "Total Alerts", "no whole number"),
        ({"total": "10.5"}, "Total Alerts", "no whole number"),
        ({"total": "~10"}, "Total Alerts", "no whole number"),
        ({"total": "10*"}, "Total Alerts", "no whole number"),
        ({"total": "<10"}, "Total Alerts", "no whole number"),
        ({"total": "\N{FULLWIDTH DIGIT ONE}0"}, "Total Alerts", "no whole number"),
        ({"total": "\N{MINUS SIGN}10"}, "Total Alerts", "is negative"),
        ({"total": "#DIV/0!"}, "Total Alerts", "no whole number"),
        ({"total": "=SUM(A1:A9)"}, "Total Alerts", "no whole number"),
        ({"faces": "21.940"}, "Faces seen", "no whole number"),
        ({"faces": "21'940"}, "Faces seen", "no whole number"),
        ({"faces": "21\N{RIGHT SINGLE QUOTATION MARK}940"}, "Faces seen", "no whole number"),
        ({"faces": "2,19,400"}, "Faces seen", "no whole number"),
        ({"faces": "21,94"}, "Faces seen", "no whole number"),
        ({"faces": "21_940"}, "Faces seen", "no whole number"),
        ({"faces": "2.194E+04"}, "Faces seen", "no whole number"),
        ({"faces": "inf"}, "Faces seen", "no whole number"),
        ({"location": "#REF!"}, "Location", "shows of a failure"),
        ({"lfr": "#NAME?"}, "LFR Purpose Reference", "shows of a failure"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_its_row_and_column(
    take: Take, cells: dict[str, str], column: str, says: str
) -> None:
    found = take(text_of(ROW, changed(**cells)))
    assert found.found is None
    (problem,) = found.problems.rows(named=True)
    assert (problem["row"], problem["column"], problem["severity"]) == (3, column, "error")
    assert says in problem["message"]


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"location": "=cmd|' /C calc'!A0"}, "Location", "formula"),
        ({"location": '@SUM(1+1)*cmd|" /C calc"!A0'}, "Location", "formula"),
        ({"location": "-2+3"}, "Location", "formula"),
        ({"location": "\N{FULLWIDTH EQUALS SIGN}1+1"}, "Location", "formula"),
        ({"lfr": "+1,2"}, "LFR Purpose Reference", "formula"),
        ({"location": "<img src=x onerror=alert(1)>"}, "Location", "markup"),
        ({"location": "</td><script>x()</script>"}, "Location", "markup"),
        ({"location": "&lt;script&gt;"}, "Location", "markup"),
    ],
)
def test_what_looks_like_code_is_text_and_told_with_its_row_and_column(
    take: Take, cells: dict[str, str], column: str, says: str
) -> None:
    found = take(text_of(ROW, changed(**cells)))
    (problem,) = found.problems.rows(named=True)
    assert (problem["row"], problem["column"], problem["severity"]) == (3, column, "warning")
    assert says in problem["message"]
    assert next(iter(cells.values())) in {found.records["place"][1], found.records["purpose"][1]}


def test_thousands_set_off_by_any_blank_are_read(take: Take) -> None:
    for blank in (" ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}"):
        assert take(text_of(changed(faces=f"21{blank}940"))).records["faces_seen"].to_list() == [
            21_940
        ]


def test_an_order_of_day_and_month_that_nothing_tells_is_told_once(take: Take) -> None:
    days = ("01/02/24", "03/02/24", "05/05/24", "11/12/24")
    (problem,) = take(text_of(*(changed(date=day) for day in days))).problems.rows(named=True)
    assert (problem["row"], problem["column"], problem["severity"]) == (2, "Date", "warning")
    assert problem["message"].startswith("none of 3 days tells day and month apart; read day-first")
    for told in ("28/02/24", "2024-02-01"):
        rest = days[:2] if told.startswith("2024") else days
        found = take(text_of(*(changed(date=day) for day in (*rest, told))))
        assert found.problems.is_empty()


def test_days_in_two_orders_are_refused_where_the_second_begins(take: Take) -> None:
    found = take(text_of(changed(date="28/07/24"), changed(date="07/28/24")))
    assert [(row["row"], row["column"]) for row in found.problems.rows(named=True)] == [(3, "Date")]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"%PDF-1.7\n1 0 obj", "grid.pdf", "copy and paste them into a text file .* name that file"),
        (b"%PDF-1.7\n1 0 obj", "grid.csv", "is a PDF, and columns cannot be told"),
        (text_of(ROW), "grid.pdf", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "grid.xlsx", "an old or an encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "grid.xls", "an old or an encrypted"),
        (book_of(ROW), "grid.csv", "is a spreadsheet or another archive"),
        (book_of(ROW), "grid.ods", "is no table as text"),
        (b"<!DOCTYPE html><table>", "grid.csv", "is no table as text"),
        (b"\xef\xbb\xbf \n<HTML><table>", "grid.csv", "is no table as text"),
        (b'<?xml version="1.0"?>', "grid.txt", "is no table as text"),
        (b'{"rows": []}', "grid.json", "is no table as text"),
        (b"PAR1" + b"\x15" * 50, "grid.csv", "is no table as text"),
        (b"{\\rtf1 Location}", "grid.txt", "is no table as text"),
        (b"\n \n\t\n", "grid.csv", "holds no row"),
        (b"\xef\xbb\xbf", "grid.csv", "holds no row"),
        (text_of(ROW).decode().encode("utf-16"), "grid.csv", "null bytes"),
        (text_of(ROW).decode().encode("utf-16-le"), "grid.csv", "null bytes"),
        (text_of(ROW).decode().encode("utf-32"), "grid.csv", "null bytes"),
        (text_of(changed(location="Caf\xe9")).decode().encode("cp1252"), "grid.csv", "row 2 is not in UTF-8"),
        (text_of(changed(location="a\0b")), "grid.csv", "null bytes"),
        (text_of(changed(location="a\u202eb")), "grid.csv", "row 2, column 1 holds a character"),
        (text_of(changed(location="a\x1b[31mb")), "grid.csv", "row 2, column 1 holds a character"),
        (text_of(changed(location="x" * 2**20)), "grid.csv", "row 2 is no CSV .*field larger"),
        (text_of(changed(location="x" * 100_000)), "grid.csv", "row 2, column 1 holds 100,000"),
        (text_of(changed(location="x" * 2**20)), "grid.txt", "row 2, column 1 holds 1,048,576"),
        (text_of(("a",) * 300, headings=tuple(f"c{n}" for n in range(300))), "grid.csv", "row 1 has 300 cells, over 200"),
        (text_of(ROW[:5]), "grid.csv", "row 2 has 5 cells, but there are 6 headings"),
        (text_of(ROW[:2] + ROW[3:]), "grid.txt", "row 2 has 5 cells, but there are 6 headings.*write N/A"),
        (text_of((*ROW, "7")), "grid.csv", "row 2 has 7 cells"),
        (text_of(ROW, headings=(*HEADINGS[:5], "Date")), "grid.csv", "heading 'Date' twice"),
        (text_of(ROW, headings=(*HEADINGS[:5], "date")), "grid.csv", "both seem to be date"),
        (text_of(ROW, headings=ROW), "grid.csv", "say no record"),
        (text_of(("1", "2"), headings=("Ort", "Tag")), "grid.csv", "say no record"),
        (b'Location,Date\n"a"b,28/07/24\n', "grid.csv", "row 2 is no CSV"),
    ],
    ids=range(34),
)  # fmt: skip
def test_a_file_that_is_no_such_table_is_refused(
    take: Take, content: bytes, name: str, says: str
) -> None:
    with pytest.raises(InputError, match=re.compile(says, re.DOTALL)):
        take(content, name)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (repacked(book_of(ROW), more={"xl/vbaProject.bin": b"x"}), "holds macros .*vbaProject"),
        (repacked(book_of(ROW), more={"xl/macrosheets/sheet1.xml": b"<x/>"}), "holds macros"),
        (repacked(book_of(ROW), more={"xl/externalLinks/externalLink1.xml": b"<x/>"}), "values of other files"),
        (repacked(book_of(ROW), more={"xl/media/image1.png": bytes(MOST_UNPACKED)}), "unpacks to"),
        (repacked(book_of(ROW), sheet1=SHEET.replace(b"<sheetData>", b"<sheetData>" + b" " * MOST_UNPACKED)), "unpacks to"),
        (repacked(book_of(ROW), sheet1=LAUGHS), "no spreadsheet that can be read"),
        (repacked(book_of(ROW), sheet1=SHEET[:-60]), "no spreadsheet that can be read"),
        (repacked(book_of(ROW), sheet1=NUMBERED.replace(b"<v>10</v>", b"<v>ten</v>")), "no spreadsheet that can be read"),
        (repacked(book_of(ROW), workbook=b"<x/>"), "has no sheet"),
        (book_of(ROW)[:-200], "no spreadsheet that can be read"),
        (book_of((*ROW[:2], "=5+5", *ROW[3:])), "row 2, column C holds a formula that was never worked out"),
        (book_of((*ROW[:4], True, ROW[5])), "row 2 holds True"),
        (book_of(ROW, ROW, merged="E2:E3"), "row 2 lies in the merged cells E2:E3"),
        (book_of(ROW, ROW, merged="A3:B3"), "row 3 lies in the merged cells A3:B3"),
        (book_of(("x" * 30_000, *ROW[1:])), "row 2, column 1 holds 30,000"),
        (book_of((ROW[0], 45_484, *ROW[2:])), "row 2, column 'Date'.*counts days"),
        (book_of((*ROW[:2], 10.5, *ROW[3:])), "row 2, column 'Total Alerts'.*no whole number"),
        (book_of((*ROW[:2], -3, *ROW[3:])), "row 2, column 'Total Alerts'.*is negative"),
        (repacked(book_of(ROW), sheet1=BARE.replace(b'<row r="2"', b'<row r="999999999"')), "beyond 1,000,000 lines"),
    ],
    ids=range(19),
)  # fmt: skip
def test_a_spreadsheet_that_would_have_to_be_trusted_is_refused(
    take: Take, content: bytes, says: str
) -> None:
    assert len(content) < 2 * 2**20
    with pytest.raises(InputError, match=re.compile(says, re.DOTALL)):
        _ = take(content, "grid.xlsx").records


def test_a_spreadsheet_with_a_heading_of_merged_cells_is_read(take: Take) -> None:
    upper = (*HEADINGS[:2], "Alerts", "", HEADINGS[4], HEADINGS[5])
    book = Workbook()
    assert book.active is not None
    for row in (upper, ("", "", "Total", "False", "", ""), ROW):
        book.active.append(list(row))
    book.active.merge_cells("C1:D1")
    content = io.BytesIO()
    book.save(content)
    assert take(content.getvalue(), "grid.xlsx").records["faces_seen"].to_list() == [21_940]


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "grid.csv")
    with pytest.raises(InputError, match="no file that has an end"):
        read_printed_table(tmp_path / "grid.csv")
    with pytest.raises(InputError, match="Is a directory"):
        read_printed_table(tmp_path)


def test_the_command_refuses_a_pdf_in_words_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("grid.pdf").write_bytes(b"%PDF-1.7\n")
    words = (
        "outcomes",
        "import",
        "grid.pdf",
        "--police-force",
        "f",
        "--title",
        "t",
        "-o",
        "o.parquet",
    )
    assert main(words) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "select the rows of the table with their headings, copy and paste them" in said
    assert [one.name for one in tmp_path.iterdir()] == ["grid.pdf"]


READING = """
import sys
from pathlib import Path
import openpyxl, polars
from workbench.errors import InputError
from workbench.outcomes.tables import read_printed_table

def held(field):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) // 1024

Path("/proc/self/clear_refs").write_text("5")
before = held("VmRSS")
try:
    read_printed_table(Path(sys.argv[1]))
except InputError as error:
    print(error)
print(held("VmHWM") - before)
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux's /proc")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("lines", "name", "says"),
    [
        ("a,b\n" * 10_000_000, "grid.csv", f"beyond {MOST_ROWS:,} deployments"),
        ("\n" * 60_000_000, "grid.csv", "beyond 1,000,000 lines"),
        ("a  b\n" * 10_000_000, "grid.txt", f"beyond {MOST_ROWS:,} deployments"),
    ],
    ids=["10 million", "empty", "10 million of text"],
)
def test_millions_of_rows_are_refused_in_no_more_memory_than_a_few_times_the_file(
    tmp_path: Path, lines: str, name: str, says: str
) -> None:
    apart = "," if name.endswith("csv") else "  "
    path = tmp_path / name
    path.write_text(f"Location{apart}Date\n{lines}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", READING, str(path)], capture_output=True, text=True, check=True
    )
    said, megabytes = done.stdout.splitlines()
    assert says in said
    assert int(megabytes) < 160
