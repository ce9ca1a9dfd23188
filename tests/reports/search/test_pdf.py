"""The report as PDF: what the HTML says, tagged, with nothing in it that reaches out."""

from __future__ import annotations

import io
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pypdf
import pytest
from pypdf.generic import DictionaryObject, IndirectObject

from workbench.errors import OutputError
from workbench.reports.pdf import pdf_of
from workbench.reports.search_rendering import render_search, search_pdf
from workbench.reports.search_report import SearchReport

BuildReport = Callable[..., SearchReport]
HOSTILE = "<script>alert(1)</script> \u202e\x00 http://example.org/ {{ 7*7 }}"
ENDLESS = "WithoutAnySpace" * 100
WIDEST = 100
"""Letters that fit beside each other in the table of the case."""


@pytest.fixture(scope="module", autouse=True)
def pango() -> None:
    """Skip where the system's libraries for it are missing."""
    try:
        pdf_of("<!doctype html><html lang='en-GB'><title>None</title><p>None</p></html>")
    except OutputError as error:
        pytest.skip(f"needs pango: {error}")


class Texts(HTMLParser):
    """Each text of a page that is to be read, without its spaces."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open = ""
        self.texts: list[str] = []
        self.feed(html.partition("<body>")[2])

    def handle_data(self, data: str) -> None:
        text = "".join(data.split())
        if text:
            self.texts.append(text)


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


@cache
def text_of(pdf: bytes) -> str:
    """Return all text without spaces, what stands on the margin of each page left out."""
    pages = []
    for page in read(pdf).pages:
        height = float(page.mediabox.height)
        parts: list[str] = []

        def visit(
            text: str,
            cm: list[float],
            tm: list[float],
            *_: Any,
            parts: list[str] = parts,
            height: float = height,
        ) -> None:
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            if 50 < y < height - 50:
                parts.append(text)

        page.extract_text(visitor_text=visit)
        pages.append("".join(parts))
    return "".join("".join(pages).split())


def dictionaries(reader: pypdf.PdfReader) -> list[DictionaryObject]:
    """Return every dictionary of a file."""
    found = []
    for number in range(1, int(reader.trailer["/Size"])):
        one = reader.get_object(IndirectObject(number, 0, reader))
        if isinstance(one, DictionaryObject):
            found.append(one)
    return found


@pytest.fixture(scope="module")
def made(request: pytest.FixtureRequest) -> tuple[SearchReport, bytes]:
    """A report of some pages, and its PDF."""
    build = request.getfixturevalue("build_report_once")
    texts = {"purpose": HOSTILE, "offence": HOSTILE, "necessity": ENDLESS}
    case = build(1).case.model_copy(update=texts)
    report = build(16, case=case)
    return report, search_pdf(report)


@pytest.mark.slow
def test_it_says_what_the_html_says(made: tuple[SearchReport, bytes]) -> None:
    report, pdf = made
    said = text_of(pdf)
    texts = Texts(render_search(report)).texts
    assert len(texts) > 250
    assert [text for text in texts if text not in said] == []


@pytest.mark.slow
def test_every_page_is_numbered_and_named(made: tuple[SearchReport, bytes]) -> None:
    reader = read(made[1])
    pages = len(reader.pages)
    assert pages > 3
    for number, page in enumerate(reader.pages, 1):
        said = " ".join(page.extract_text().split())
        assert f"Page {number} of {pages}" in said
        assert "Case CR-2026-0417, search search-7" in said
        assert "A lead only, no identification" in said
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842], "A4"


@pytest.mark.slow
def test_the_head_of_a_table_is_repeated_and_no_row_is_broken(
    made: tuple[SearchReport, bytes],
) -> None:
    report, pdf = made
    pages = [" ".join(page.extract_text().split()) for page in read(pdf).pages]
    listed = [page for page in pages if re.search(r"candidate-\d+ REF-", page)]
    assert len(listed) > 1
    assert all("Gap to next" in page for page in listed)
    for one in report.considered:
        row = [page for page in pages if re.search(rf"{one.id} {one.candidate.subject}\b", page)]
        assert len(row) == 1


@pytest.mark.slow
def test_it_is_tagged_and_says_what_it_is(made: tuple[SearchReport, bytes]) -> None:
    reader = read(made[1])
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    kinds = {str(one["/S"]) for one in dictionaries(reader) if one.get("/Type") == "/StructElem"}
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/L"} <= kinds
    assert all(one.get("/Alt") for one in dictionaries(reader) if one.get("/S") == "/Figure"), (
        "every picture is said in words"
    )
    metadata = reader.metadata
    assert metadata is not None
    title = "Demonstration: report of a facial search, case CR-2026-0417, search-7"
    assert metadata.title == title
    assert metadata.creation_date == datetime(2026, 11, 3, 17, tzinfo=UTC)
    assert set(metadata) <= {"/Title", "/Producer", "/CreationDate", "/ModDate"}


@pytest.mark.slow
def test_nothing_in_it_reaches_out_or_runs(made: tuple[SearchReport, bytes]) -> None:
    pdf = made[1]
    for one in dictionaries(read(pdf)):
        assert not {"/URI", "/JS", "/JavaScript", "/Launch", "/EmbeddedFiles", "/AA"} & set(one)
    assert all(not page.get("/Annots") for page in read(pdf).pages)
    assert os.fsencode(Path.cwd()) not in pdf
    assert b"file://" not in pdf


@pytest.mark.slow
def test_its_pictures_are_those_of_the_html(made: tuple[SearchReport, bytes]) -> None:
    pdf = made[1]
    sizes = {image.image.size for page in read(pdf).pages for image in page.images if image.image}
    assert (84, 84) in sizes, "withheld ones"
    assert sizes <= {(84, 84), (112, 112), (480, 480), (100, 100), (180, 180)}


@pytest.mark.slow
def test_the_same_report_gives_the_same_bytes(
    made: tuple[SearchReport, bytes], tmp_path: Path
) -> None:
    html = tmp_path / "page.html"
    html.write_text(render_search(made[0]), encoding="utf-8")
    script = (
        "import sys, pathlib; from workbench.reports.pdf import pdf_of; "
        "sys.stdout.buffer.write(pdf_of(pathlib.Path(sys.argv[1]).read_text('utf-8')))"
    )
    again = subprocess.run(
        [sys.executable, "-c", script, str(html)],
        check=True,
        capture_output=True,
        env=os.environ | {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"},
    )
    assert again.stdout == made[1], "another process, another hash seed, another time zone"


@pytest.mark.slow
def test_typed_text_is_text(made: tuple[SearchReport, bytes]) -> None:
    shown = "<script>alert(1)</script>[U+202E][U+0000]http://example.org/{{7*7}}"
    assert text_of(made[1]).count(shown) == 2


@pytest.mark.slow
def test_a_word_without_end_is_wrapped_and_not_cut_off(made: tuple[SearchReport, bytes]) -> None:
    lines: list[str] = []
    for page in read(made[1]).pages:
        page.extract_text(visitor_text=lambda text, *_: lines.append(text))
    assert ENDLESS in "".join("".join(lines).split())
    assert max(len(line) for text in lines for line in text.split("\n") if "Space" in line) < WIDEST


@pytest.mark.slow
@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/x.jpg", "file:///etc/passwd", "x.jpg", "data:image/jpeg,none"]
)
def test_a_page_that_reaches_out_is_refused(
    address: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*_: Any, **__: Any) -> None:
        pytest.fail("it tried to connect")

    monkeypatch.setattr("socket.create_connection", opened)
    page = f'<html lang="en"><title>t</title><img alt="a face" src="{address}"></html>'
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(OutputError, match="could not be read") as no,
    ):
        pdf_of(page)
    assert address not in str(no.value)
    assert address not in caplog.text, "an address may be a picture"


@pytest.mark.slow
def test_what_no_font_can_show_is_refused() -> None:
    with pytest.raises(OutputError, match=r"no font here has the character U\+10FFFD"):
        pdf_of('<html lang="en"><title>t</title><p>\U0010fffd</p></html>')


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(OutputError, match=r"apt-get install libpango-1\.0-0"):
        pdf_of("<html></html>")
