"""Tables of a publication: by month and place, ways of counting, the mark, corrections, faults."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import dataframely as dy
import polars as pl

from workbench.outcomes.authors import author_words, without_people
from workbench.outcomes.corrections import newest
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.rules import RULES, findings_of
from workbench.outcomes.rules_alone import CAP
from workbench.outcomes.summaries import summarise
from workbench.reports.publication_figures import number_words, share_words

__all__ = [
    "PublishedTable",
    "above_the_mark",
    "corrections_of",
    "data_quality",
    "grouped",
    "published_rows",
    "ways_of_counting",
]

_Records = dy.DataFrame[OutcomeRecords]
_SUMS: Final = ("deployments", "faces_seen", "total_alerts", "false_alerts", "arrests")
_FACES: Final = "faces seen"
_NOT_SAID: Final = "not said"


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A table as it is read.

    Attributes:
        name: names it, and its file.
        caption: what it holds, and of what.
        headings: of its columns; the first one heads the rows.
        rows: texts, as many as headings.
        numbers: places of columns that are set to the right.
        empty: what is said where it has no row.
    """

    name: str
    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    empty: str = "None."

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "table": self.name,
            "caption": self.caption,
            "rows": [dict(zip(self.headings, row, strict=True)) for row in self.rows],
        }


def grouped(records: _Records, by: str, heading: str) -> PublishedTable:
    """Return sums by month or by place, each false alert rate with its count and denominator.

    Args:
        records: any versions; the newest count.
        by: `month` or `place`.
        heading: of the column that says which.
    """
    summary = summarise(records, [by])
    if by == "place":
        summary = summary.sort(["deployments", "place"], descending=[True, False])
    rows = tuple(
        (
            f"{one[by]:%B %Y}" if by == "month" else str(one[by]),
            *(_sum(one, name) for name in _SUMS),
            share_words(one["false_of_faces_count"], _n(one, "false_of_faces"), _FACES),
            share_words(one["false_of_alerts_count"], _n(one, "false_of_alerts"), "alerts"),
        )
        for one in summary.iter_rows(named=True)
    )
    return PublishedTable(
        name=f"by-{by}",
        caption=f"By {by}: what was carried out and found. A rate of few false alerts says little; "
        "read its interval.",
        headings=(
            heading,
            "Deployments",
            "Faces seen",
            "Alerts",
            "False alerts",
            "Arrests",
            "False of faces seen",
            "False of alerts",
        ),
        rows=rows,
        numbers=frozenset(range(1, 6)),
    )


def ways_of_counting(records: _Records) -> PublishedTable:
    """Return the stretches in which faces were counted alike; rates compare within one alone."""
    now = newest(records).filter(pl.col("state") == "completed")
    spans = {
        method: (first, last)
        for method, first, last in now.group_by("counting_method")
        .agg(first=pl.col("date").min(), last=pl.col("date").max())
        .iter_rows()
    }
    rows = []
    for one in summarise(records, ["counting_method"]).iter_rows(named=True):
        method = one["counting_method"]
        if method not in spans:
            continue
        first, last = spans[method]
        rows.append(
            (
                first,
                (
                    method or _NOT_SAID,
                    f"{first:%d %B %Y} to {last:%d %B %Y}",
                    f"{one['deployments']:,}",
                    _sum(one, "faces_seen"),
                    number_words(one["faces_per_hour"], ",.0f"),
                    share_words(one["false_of_faces_count"], _n(one, "false_of_faces"), _FACES),
                ),
            )
        )
    return PublishedTable(
        name="ways-of-counting",
        caption="Stretches in which faces were counted alike. Rates of faces seen are not to be "
        "compared from one to another.",
        headings=(
            "Way of counting",
            "Days",
            "Deployments",
            "Faces seen",
            "Faces an hour",
            "False of faces seen",
        ),
        rows=tuple(row for _, row in sorted(rows, key=lambda one: one[0])),
        numbers=frozenset({2, 3, 4}),
    )


def above_the_mark(records: _Records) -> PublishedTable:
    """Return the deployments with more than 1 false alert in 1,000 faces seen."""
    over = newest(records).filter(
        pl.col("state") == "completed",
        pl.col("faces_seen") >= pl.col("false_alerts"),
        pl.col("false_alerts") > CAP * pl.col("faces_seen"),
    )
    rows = tuple(
        (
            f"{one['date']:%d %B %Y}",
            one["place"],
            number_words(one["threshold"], ".2f"),
            share_words(one["false_alerts"], one["faces_seen"], _FACES),
            one["false_alert_rate_printed"] or "not printed",
        )
        for one in over.sort("date", "source_row").iter_rows(named=True)
    )
    return PublishedTable(
        name="above-the-mark",
        caption="Deployments above the mark of 0.1 % (1 false alert in 1,000 faces seen). Where "
        "the interval holds 0.1 %, the deployment alone does not show that the mark was exceeded.",
        headings=("Date", "Place", "Threshold", "False of faces seen", "As printed"),
        rows=rows,
        numbers=frozenset({2}),
        empty="No deployment lies above the mark.",
    )


def corrections_of(records: _Records, *, with_reasons: bool = False) -> PublishedTable:
    """Return each later version with what changed, in which role it was made, and why.

    Args:
        records: every version.
        with_reasons: publish why in the words of whoever made it; they may name people.
    """
    if not with_reasons:
        records = without_people(records)
    rows: list[tuple[str, ...]] = []
    for parts in records.partition_by("record", maintain_order=True):
        versions = parts.sort("version").to_dicts()
        for before, after in itertools.pairwise(versions):
            changed = [
                f"{name} from {_cell(before[name])} to {_cell(after[name])}"
                for name in OutcomeRecords.columns()
                if name not in {"version", "corrected_by", "correction_reason"}
                and before[name] != after[name]
            ]
            rows.append(
                (
                    f"{after['place']}, {after['date']:%d %B %Y}",
                    f"{after['version']}",
                    "; ".join(changed),
                    author_words(after["corrected_by"]),
                    after["correction_reason"],
                )
            )
    return PublishedTable(
        name="corrections",
        caption="Corrections of the records: a new version each; what was printed stays on record.",
        headings=("Deployment", "Version", "What changed", "Made by", "Reason"),
        rows=tuple(rows),
        empty="No record was corrected.",
    )


def data_quality(records: _Records, whole: _Records | None = None) -> PublishedTable:
    """Return how often each rule about the records found something, and what it looks for.

    Args:
        records: those that are published.
        whole: all of the documents that they are of, since some rules look at a row among its
            neighbours; the records themselves if left out.
    """
    ours = newest(records)
    found = findings_of(records if whole is None else whole).filter(
        pl.col("record").is_in(ours["record"].implode())
        | (pl.col("record").is_null() & pl.col("source").is_in(ours["source"].implode()))
    )
    counts = dict(found.group_by("rule").len().iter_rows())
    total = len(ours)
    rows = tuple(
        (one.says, one.severity, f"{counts[one.name]:,}", f"{total:,}")
        for one in RULES
        if counts.get(one.name)
    )
    return PublishedTable(
        name="data-quality",
        caption="What does not hold in the records as printed. An error cannot be true as it "
        "stands, a warning misleads or is probably a slip, a note is to be known.",
        headings=("What should hold", "How grave", "Found", "Records looked at"),
        rows=rows,
        numbers=frozenset({2, 3}),
        empty="Every rule holds in every record.",
    )


def published_rows(tables: Sequence[PublishedTable]) -> list[tuple[str, ...]]:
    """Return the rows of tables under one another, each with the name of its table."""
    return [
        (table.name, row[0], heading, cell)
        for table in tables
        for row in table.rows
        for heading, cell in zip(table.headings[1:], row[1:], strict=True)
    ]


def _sum(one: dict[str, Any], name: str) -> str:
    value, unknown = one[name], one.get(f"{name}_unknown", 0)
    if value is None:
        return "unknown"
    return f"{value:,}" + (f" (unknown for {unknown:,})" if unknown else "")


def _n(one: dict[str, Any], rate: str) -> int | None:
    n = one[f"{rate}_n"]
    return int(n) if n else None


def _cell(value: object) -> str:
    return "unknown" if value is None else str(value)
