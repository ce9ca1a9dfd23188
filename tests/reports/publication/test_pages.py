"""Every published page: read aloud in order, fetched from nowhere, obeyed nowhere, and as PDF."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Mapping
from itertools import pairwise

import pypdf
import pytest
from outcome_rows import records_of
from publication_pages import PublishedPage
from published_files import HEAD, NOON, files_of_all_kinds

from workbench.errors import OutputError, UsageError
from workbench.records.audit.verbs import Verb
from workbench.reports.publication_annual import annual_page
from workbench.reports.publication_building import (
    annual_files,
    foi_files,
    log_files,
    record_files,
)
from workbench.reports.publication_files import MANIFEST, file_stem
from workbench.reports.publication_foi import foi_page
from workbench.reports.publication_head import PublicationHead
from workbench.reports.publication_log import LoggedAct, log_page
from workbench.reports.publication_rendering import publication_pdf

HOSTILE = "</title></style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"
KINDS = ("record", "grid", "annual", "foi", "notice", "review", "log")

Files = Callable[[str], Mapping[str, bytes]]


@pytest.fixture(scope="module")
def made() -> Files:
    """Give the files of each kind, without a PDF."""
    return files_of_all_kinds().__getitem__


@pytest.fixture(scope="module")
def _pango() -> None:
    try:
        publication_pdf("<!doctype html><html lang='en-GB'><title>None</title><p>None</p></html>")
    except OutputError as error:
        pytest.skip(f"needs pango: {error}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_read_aloud_in_order(made: Files, kind: str) -> None:
    page = PublishedPage(made(kind)["p.html"].decode())
    assert page.lang == "en-GB"
    assert page.title.strip().startswith("Demonstration: A title")
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), page.headings
    assert all(text.strip() for _, text in page.headings)
    assert page.tables
    for table in page.tables:
        assert table.caption.strip(), table.headings
        assert table.unscoped == 0, table.caption
        assert {len(row) for row in table.rows} == {len(table.headings)}, table.caption
    assert "Category: demonstration." in page.text


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_asks_for_nothing_and_runs_nothing(made: Files, kind: str) -> None:
    html = made(kind)["p.html"].decode()
    page = PublishedPage(html)
    assert not {"script", "iframe", "object", "embed", "form", "input", "img"} & {*page.elements}
    assert all(one.startswith(("#", "data:,")) for one in page.addresses), page.addresses
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html


@pytest.mark.parametrize("kind", ["annual", "foi", "log", "grid"])
def test_every_figure_of_a_page_has_its_base(made: Files, kind: str) -> None:
    page = PublishedPage(made(kind)["p.html"].decode())
    figures = [
        (row, table.headings.index("Of what"))
        for table in page.tables
        for name, row in zip(table.figures, table.rows, strict=True)
        if name
    ]
    assert len(figures) > 5
    for row, at in figures:
        assert re.search(r"\d", row[at]), row


def test_no_text_of_a_record_is_obeyed_by_a_page() -> None:
    records = records_of(
        [
            {
                "place": HOSTILE,
                "force": HOSTILE,
                "source": HOSTILE,
                "counting_method": HOSTILE,
                "false_alert_rate_printed": HOSTILE,
                "faces_seen": 100,
                "total_alerts": 3,
                "false_alerts": 2,
                "record": "r\u202e0",
            }
        ]
    )
    head = PublicationHead(HOSTILE, HOSTILE, (HOSTILE,), NOON, notes=(HOSTILE,))
    pages = (
        record_files("p", head, records, records, pdf=False),
        annual_files("p", head, annual_page(records, records), pdf=False),
        foi_files("p", head, foi_page(records, records), pdf=False),
    )
    for files in pages:
        html = files["p.html"].decode()
        assert "<script" not in html
        assert "<img" not in html
        assert "49" not in PublishedPage(html).text
        assert HOSTILE in PublishedPage(html).text
        for name, content in files.items():
            if name.endswith(".csv"):
                assert not re.search(r"(?m)^[=+@]", content.decode()), name


def test_the_log_says_how_it_stands() -> None:
    acts = (LoggedAct(9, NOON, Verb.ERASE, "system", "deployment R", {"alert": 2}, "done"),)
    page = log_page(acts, entries=7, faults=2, checks=("a witness was not there",))
    files = log_files("p", HEAD, page, acts, pdf=False)
    text = PublishedPage(files["p.html"].decode()).text
    assert "The log does not hold together: 2 faults in 7 entries." in text
    assert "a witness was not there" in text
    assert PublishedPage(files["p.html"].decode()).figure("erase")[1:] == [
        "1",
        "1 act of the period",
    ]
    assert files["p.csv"].decode().splitlines()[1] == (
        "9,2026-11-27 12:00:00,erase,system,deployment R,alert 2,done"
    )


def test_the_manifest_lists_each_file_by_its_digest(made: Files) -> None:
    files = made("foi")
    listed = dict(reversed(line.split("  ")) for line in files[MANIFEST].decode().splitlines())
    assert set(listed) == set(files) - {MANIFEST}
    for name, digest in listed.items():
        assert hashlib.sha256(files[name]).hexdigest() == digest


@pytest.mark.parametrize("reference", ["", "///", "\u202e"])
def test_files_are_called_by_something(reference: str) -> None:
    with pytest.raises(UsageError, match="holds no letter and no digit"):
        file_stem("record", reference)


def test_references_that_look_alike_in_a_name_are_kept_apart() -> None:
    alike = ("2026/A/B", "2026/A-B", "2026-A-B", "2026-A-B-", "x" * 100, "x" * 101)
    assert len({file_stem("record", one) for one in alike}) == len(alike)
    assert file_stem("record", "2026-A-B") == "record-2026-A-B"


def test_a_reference_leads_nowhere_else() -> None:
    assert file_stem("record", "../../etc/passwd").startswith("record-etc-passwd-")
    assert len(file_stem("record", "x" * 500)) < 100


@pytest.mark.parametrize("kind", ["record", "notice", "log"])
@pytest.mark.usefixtures("_pango")
def test_the_pdf_is_tagged_and_says_what_the_page_says(made: Files, kind: str) -> None:
    html = made(kind)["p.html"].decode()
    reader = pypdf.PdfReader(io.BytesIO(publication_pdf(html)))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert str(catalog["/Lang"]) == "en-GB"
    assert "/StructTreeRoot" in catalog
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("Demonstration: A title")
    said = "".join("".join(page.extract_text().split()) for page in reader.pages)
    page = PublishedPage(html)
    for _, heading in page.headings:
        assert "".join(heading.split()) in said, heading
    assert not any("/URI" in str(one.get_object()) for p in reader.pages
                   for one in p.get("/Annots", []))  # fmt: skip


@pytest.mark.usefixtures("_pango")
def test_no_text_of_a_record_is_obeyed_by_a_pdf() -> None:
    records = records_of([{"place": HOSTILE, "faces_seen": 10, "false_alerts": 0}])
    files = record_files("p", HEAD, records, records)
    reader = pypdf.PdfReader(io.BytesIO(files["p.pdf"]))
    said = "".join("".join(page.extract_text().split()) for page in reader.pages)
    assert "<script>alert(1)</script>" in said
    assert "{{7*7}}" in said
    catalog = reader.trailer["/Root"]
    assert "/OpenAction" not in catalog
    assert "/JavaScript" not in catalog.get("/Names", {})
    assert not reader.xfa
