"""The published record: sixteen columns as CSV, JSON and a page, as printed and as recomputed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import dataframely as dy
import polars as pl

from workbench.csv_text import csv_rows
from workbench.intervals import clopper_pearson
from workbench.number_words import percent
from workbench.outcomes.at_worst import false_at_worst, unsaid_of_record
from workbench.outcomes.authors import author_words, without_people
from workbench.outcomes.corrections import as_printed, newest
from workbench.outcomes.printed_rates import PrintedRate, compare_printed
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.rules import findings_of
from workbench.reports.publication_document import (
    BothRates,
    PrintedColumns,
    PublishedDocument,
    PublishedRecord,
    RateAsCounted,
)
from workbench.reports.publication_figures import UNKNOWN, PublishedFigure, rate_of
from workbench.reports.publication_head import PublicationHead
from workbench.reports.publication_words import COLUMNS

__all__ = ["RecordPage", "RecordRow", "record_csv", "record_document", "record_page"]

_Records = dy.DataFrame[OutcomeRecords]
_NAMES: Final = tuple(PrintedColumns.model_fields)
_THOUSANDS: Final = frozenset(_NAMES) - {
    "deployment_location", "date", "duration_minutes", "use_case_or_purpose", "min_threshold",
    "false_alert_rate",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One deployment as a page shows it.

    Attributes:
        record: names it, its place and its day, as a heading.
        heading: place and day.
        force: whose it was.
        source: the document or bench, and which row of it.
        columns: heading, as printed, as recomputed, and what is to be said where they differ.
        rates: both false alert rates, at best and at worst.
        findings: what does not hold in it, in sentences.
        corrections: why each later version was made.
        aborted: whether it was broken off.
    """

    record: str
    heading: str
    force: str
    source: str
    columns: tuple[tuple[str, str, str, bool], ...]
    rates: tuple[PublishedFigure, ...]
    findings: tuple[str, ...]
    corrections: tuple[str, ...]
    aborted: bool

    @property
    def cells(self) -> tuple[str, ...]:
        """The sixteen columns as recomputed."""
        return tuple(recomputed for _, _, recomputed, _ in self.columns)


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Published records as a page shows them."""

    head: PublicationHead
    rows: tuple[RecordRow, ...]
    printed: bool


def record_document(
    records: _Records,
    head: PublicationHead,
    whole: _Records | None = None,
    *,
    with_reasons: bool = False,
) -> PublishedDocument:
    """Return records as the document that is published as JSON.

    Args:
        records: every version of those that are published.
        head: of the publication.
        whole: all of the documents that they are of, for rules that look at neighbours.
        with_reasons: publish why each correction was made, in the words of whoever made it.
    """
    if not with_reasons:
        records = without_people(records)
    first = {one["record"]: one for one in as_printed(records).to_dicts()}
    found = _findings(records if whole is None else whole)
    reasons: dict[str, list[str]] = {}
    for one in records.filter(pl.col("version") > 1).sort("record", "version").to_dicts():
        said = f"version {one['version']}, by {author_words(one['corrected_by'])}: "
        reasons.setdefault(one["record"], []).append(said + one["correction_reason"])
    made = tuple(
        _record(one, first[one["record"]], found, tuple(reasons.get(one["record"], ())))
        for one in newest(records).to_dicts()
    )
    return PublishedDocument(**head.plain(), records=made)


def record_csv(document: PublishedDocument) -> str:
    """Return the sixteen columns as CSV; what is not known is the word, and no cell a formula."""
    rows = [
        [_cell(name, value, thousands=False) for name, value in one.columns]
        for one in document.records
    ]
    return csv_rows(COLUMNS, rows)


def record_page(document: PublishedDocument, head: PublicationHead) -> RecordPage:
    """Return the document as a page shows it."""
    printed = any(one.as_printed for one in document.records)
    return RecordPage(head, tuple(_row(one) for one in document.records), printed)


def _record(
    one: Mapping[str, Any],
    first: Mapping[str, Any],
    found: Mapping[str, tuple[str, ...]],
    reasons: tuple[str, ...],
) -> PublishedRecord:
    columns = _columns(one)
    printed = dict(_columns(first)) if one["version"] > 1 else {}
    before = {
        name: _cell(name, value)
        for name, value in printed.items()
        if value != getattr(columns, name)
    }
    for name, source in (
        ("date", "date_printed"),
        ("duration_minutes", "duration_printed"),
        ("false_alert_rate", "false_alert_rate_printed"),
    ):
        if one[source] is not None:
            before[name] = one[source]
    return PublishedRecord(
        record=one["record"],
        version=one["version"],
        force=one["force"],
        source=f"{one['source']}, row {one['source_row']}",
        state=one["state"],
        columns=columns,
        as_printed=before,
        false_alerts_of_faces_seen=_both(one, one["faces_seen"]),
        false_alerts_of_alerts=_both(one, one["total_alerts"]),
        unresolved=one["unresolved"],
        counting_method=one["counting_method"],
        unknown=tuple(name for name, value in columns if value is None),
        findings=found.get(one["record"], ()),
        corrections=reasons,
    )


def _columns(one: Mapping[str, Any]) -> PrintedColumns:
    false, faces = one["false_alerts"], one["faces_seen"]
    rate = None
    if false is not None and faces and false <= faces:
        rate = percent(Fraction(false, faces)).replace(" ", "")
    return PrintedColumns(
        deployment_location=one["place"]
        if one["site"] is None
        else f"{one['place']} ({one['site']})",
        date=f"{one['date']:%d/%m/%y}",
        duration_minutes=one["duration_minutes"],
        use_case_or_purpose=one["use_case"] or one["purpose"],
        watchlist_size=one["watchlist_size"],
        min_threshold=one["threshold"],
        total_alerts=one["total_alerts"],
        true_alerts_confirmed=one["true_confirmed"],
        true_alerts_unconfirmed=one["true_unconfirmed"],
        false_alerts_confirmed=one["false_confirmed"],
        false_alerts_unconfirmed=one["false_unconfirmed"],
        false_alert_rate=rate,
        arrests=one["arrests"],
        other_disposals=one["other_disposals"],
        no_action=one["no_action"],
        faces_seen=faces,
    )


def _both(one: Mapping[str, Any], n: int | None) -> BothRates | None:
    false = one["false_alerts"]
    if one["state"] != "completed" or false is None:
        return None
    at_worst = false_at_worst(one)
    assert at_worst is not None  # noqa: S101 - the false alerts are known
    return BothRates(best=_rate(false, n), worst=_rate(at_worst, n), unsaid=unsaid_of_record(one))


def _rate(count: int, n: int | None) -> RateAsCounted:
    if not n or count > n:
        return RateAsCounted(count=count, n=n, rate=None, low=None, high=None)
    low, high = clopper_pearson(count, n)
    return RateAsCounted(count=count, n=n, rate=count / n, low=low, high=high)


def _findings(records: _Records) -> dict[str, tuple[str, ...]]:
    """Return by record what does not hold, and what does not in all of its document."""
    found: dict[str, list[str]] = {}
    of_document: dict[str, list[str]] = {}
    for one in findings_of(records).iter_rows(named=True):
        said = f"{one['severity']}: {one['message']}"
        if one["record"] is None:
            of_document.setdefault(one["source"], []).append(f"{said} (in the whole document)")
        else:
            found.setdefault(one["record"], []).append(said)
    for record, source in newest(records).select("record", "source").iter_rows():
        found.setdefault(record, []).extend(of_document.get(source, ()))
    return {record: tuple(said) for record, said in found.items()}


def _row(one: PublishedRecord) -> RecordRow:
    columns = []
    for heading, (name, value) in zip(COLUMNS, one.columns, strict=True):
        recomputed = _cell(name, value)
        printed = one.as_printed.get(name, recomputed)
        columns.append((heading, printed, recomputed, _differs(one, name, printed, recomputed)))
    return RecordRow(
        record=one.record,
        heading=f"{one.columns.deployment_location}, {one.columns.date}",
        force=one.force,
        source=one.source,
        columns=tuple(columns),
        rates=_shown_rates(one),
        findings=one.findings,
        corrections=one.corrections,
        aborted=one.state == "aborted",
    )


def _shown_rates(one: PublishedRecord) -> tuple[PublishedFigure, ...]:
    shown = []
    for name, both, of_what in (
        ("faces", one.false_alerts_of_faces_seen, "faces seen"),
        ("alerts", one.false_alerts_of_alerts, "alerts"),
    ):
        if both is None:
            continue
        for case, rate, note in (("best", both.best, ""), ("worst", both.worst, both.unsaid)):
            says = f"False alerts of {of_what}, at {case}"
            named = f"false_of_{name}_{case}"
            shown.append(rate_of(named, says, rate.count, n=rate.n, of_what=of_what, note=note))
    return tuple(shown)


def _differs(one: PublishedRecord, name: str, printed: str, recomputed: str) -> bool:
    """Return whether a column says something else; a rate that was rounded does not."""
    if name == "duration_minutes":  # each source writes it in its own way
        return False
    both = one.false_alerts_of_faces_seen
    if name == "false_alert_rate" and both is not None and both.best.n:
        found = compare_printed(printed, both.best.count, both.best.n)
        return printed != recomputed and found is not PrintedRate.ROUNDED
    return printed.replace(" ", "") != recomputed.replace(" ", "")


def _cell(name: str, value: object, *, thousands: bool = True) -> str:
    if value is None:
        return UNKNOWN
    if name == "duration_minutes":
        hours, minutes = divmod(round(float(str(value))), 60)
        return f"{hours}h{minutes:02}m"
    if name == "min_threshold":
        return f"{value:.2f}" if round(float(str(value)), 2) == value else f"{value}"
    return f"{value:,}" if thousands and name in _THOUSANDS else str(value)
