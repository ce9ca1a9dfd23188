"""The files of each publication, whole, by name: page, PDF, and its figures as CSV and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dataframely as dy

from workbench.csv_text import csv_rows
from workbench.outcomes.at_worst import unsaid_at_worst
from workbench.outcomes.records import OutcomeRecords
from workbench.reports.publication_annual import AnnualPage
from workbench.reports.publication_figures import PublishedFigure
from workbench.reports.publication_files import (
    figures_csv,
    figures_json,
    json_bytes,
    tables_csv,
    with_manifest,
)
from workbench.reports.publication_foi import FoiPage
from workbench.reports.publication_head import PublicationHead
from workbench.reports.publication_log import LoggedAct, LogPage
from workbench.reports.publication_notice import NoticePage
from workbench.reports.publication_records import (
    RecordPage,
    record_csv,
    record_document,
    record_page,
)
from workbench.reports.publication_rendering import publication_pdf, render_publication
from workbench.reports.publication_review import ReviewPage
from workbench.reports.publication_sums import found_figures, outcome_figures, rate_figures, summed
from workbench.reports.publication_tables import PublishedTable

__all__ = [
    "annual_files",
    "foi_files",
    "log_files",
    "notice_files",
    "record_files",
    "review_files",
]

_Records = dy.DataFrame[OutcomeRecords]


def record_files(
    stem: str,
    head: PublicationHead,
    records: _Records,
    whole: _Records,
    *,
    pdf: bool = True,
    with_reasons: bool = False,
) -> dict[str, bytes]:
    """Return the published record: CSV, JSON, page and PDF, with a manifest.

    Args:
        stem: what the files are called.
        head: of the publication.
        records: every version of what is published.
        whole: all of the documents that they are of.
        pdf: whether a PDF is made.
        with_reasons: publish why each correction was made, in the words of whoever made it.

    Raises:
        OutputError: when no PDF can be made here.
    """
    document = record_document(records, head, whole, with_reasons=with_reasons)
    page = record_page(document, head)
    row = summed(records)
    values = {
        "page": page,
        "totals": (*found_figures(row), *outcome_figures(row), *rate_figures(row)),
        "rates": _rates(page, unsaid_at_worst(row)),
        "differences": _differences(page),
    }
    data = {
        f"{stem}.csv": record_csv(document).encode(),
        f"{stem}.json": json_bytes(document.model_dump(mode="json")),
    }
    return _files("record", stem, head, values, data, pdf=pdf)


def annual_files(
    stem: str, head: PublicationHead, page: AnnualPage, *, pdf: bool = True
) -> dict[str, bytes]:
    """Return the annual report, with its figures and tables as CSV and JSON, and a manifest."""
    data = _figure_files(stem, head, page.groups, page.tables)
    return _files("annual", stem, head, {"page": page}, data, pdf=pdf)


def foi_files(
    stem: str, head: PublicationHead, page: FoiPage, *, pdf: bool = True
) -> dict[str, bytes]:
    """Return the pack that answers questions, its figures and tables, and a manifest."""
    data = _figure_files(stem, head, page.groups, page.tables)
    return _files("foi", stem, head, {"page": page}, data, pdf=pdf)


def notice_files(
    stem: str, head: PublicationHead, page: NoticePage, *, pdf: bool = True
) -> dict[str, bytes]:
    """Return notice, sign and leaflet as one page and one PDF, with a manifest."""
    return _files("notice", stem, head, {"page": page}, {}, pdf=pdf)


def review_files(
    stem: str, head: PublicationHead, page: ReviewPage, *, pdf: bool = True
) -> dict[str, bytes]:
    """Return the review form, with its counts as CSV and JSON, and a manifest."""
    data = _figure_files(stem, head, page.groups, ())
    return _files("review", stem, head, {"page": page}, data, pdf=pdf)


def log_files(
    stem: str,
    head: PublicationHead,
    page: LogPage,
    acts: tuple[LoggedAct, ...],
    *,
    pdf: bool = True,
) -> dict[str, bytes]:
    """Return the extract of the log as page, PDF, CSV and JSON, with a manifest."""
    plain = {
        "form": "log-extract/1",
        **head.plain(),
        "entries": page.entries,
        "faults": page.faults,
        "checks": list(page.checks),
        "acts": [act.plain() for act in acts],
    }
    data = {
        f"{stem}.csv": csv_rows(page.acts.headings, page.acts.rows).encode(),
        f"{stem}.json": json_bytes(plain),
    }
    return _files("log", stem, head, {"page": page}, data, pdf=pdf)


def _figure_files(
    stem: str,
    head: PublicationHead,
    groups: Mapping[str, tuple[PublishedFigure, ...]],
    tables: tuple[PublishedTable, ...],
) -> dict[str, bytes]:
    found = {
        f"{stem}-figures.csv": figures_csv(groups),
        f"{stem}.json": figures_json(head, groups, tables),
    }
    if tables:
        found[f"{stem}-tables.csv"] = tables_csv(tables)
    return found


def _files(
    kind: str,
    stem: str,
    head: PublicationHead,
    values: Mapping[str, Any],
    data: Mapping[str, bytes],
    *,
    pdf: bool,
) -> dict[str, bytes]:
    html = render_publication(kind, head, **values)
    pages = {f"{stem}.html": html.encode()}
    if pdf:
        pages[f"{stem}.pdf"] = publication_pdf(html)
    return with_manifest({**pages, **data})


def _rates(page: RecordPage, unsaid: str) -> PublishedTable:
    """Return both rates of each record, where a page shows many, and what is unsaid at worst."""
    rows = []
    for row in page.rows:
        shown = {one.name: f"{one.share_shown or 'no rate'} ({one.shown} of {one.basis})"
                 + (f", {one.interval_shown}" if one.share is not None else "")
                 for one in row.rates}  # fmt: skip
        missing = "broken off, no rate" if row.aborted else "unknown"
        names = ("faces_best", "faces_worst", "alerts_best", "alerts_worst")
        rows.append((row.heading, *(shown.get(f"false_of_{name}", missing) for name in names)))
    return PublishedTable(
        name="rates",
        caption="Each rate with its count, what it is of, and its exact 95 % interval."
        + (f" At worst: {unsaid}." if unsaid else ""),
        headings=(
            "Deployment",
            "Of faces seen, at best",
            "Of faces seen, at worst",
            "Of alerts, at best",
            "Of alerts, at worst",
        ),
        rows=tuple(rows),
    )


def _differences(page: RecordPage) -> PublishedTable:
    return PublishedTable(
        name="as-printed",
        caption="As printed beside as recomputed from the printed counts, or as corrected.",
        headings=("Deployment", "Column", "As printed", "As recomputed"),
        rows=tuple(
            (row.heading, heading, printed, recomputed)
            for row in page.rows
            for heading, printed, recomputed, differs in row.columns
            if differs
        ),
        empty="Nowhere.",
    )
