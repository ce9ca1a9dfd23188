"""The annual report: totals, both false alert rates, months and places, and what is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import dataframely as dy
import polars as pl

from workbench.errors import RecordError
from workbench.outcomes.corrections import newest
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.rules import RULES, findings_of
from workbench.outcomes.summaries import summarise
from workbench.reports.publication_figures import PublishedFigure, share_words
from workbench.reports.publication_sums import (
    cost_figures,
    found_figures,
    outcome_figures,
    rate_figures,
    summed,
)
from workbench.reports.publication_tables import (
    PublishedTable,
    above_the_mark,
    corrections_of,
    data_quality,
    grouped,
    ways_of_counting,
)
from workbench.reports.publication_words import NOT_HELD

__all__ = ["AnnualPage", "annual_page", "copied_outcomes", "of_year"]

_Records = dy.DataFrame[OutcomeRecords]
_HEADLINE: Final = ("deployments", "false_of_faces", "false_of_alerts", "arrests")
_COPIED: Final = (
    "in every row of a document this equals another outcome, so that one of the two seems a copy"
)


@dataclass(frozen=True, slots=True)
class AnnualPage:
    """What an annual report shows; each field is a section of it."""

    found: tuple[PublishedFigure, ...]
    rates: tuple[PublishedFigure, ...]
    outcomes: tuple[PublishedFigure, ...]
    costs: tuple[PublishedFigure, ...]
    above: PublishedTable
    counting: PublishedTable
    thresholds: PublishedTable
    months: PublishedTable
    places: PublishedTable
    corrections: PublishedTable
    quality: PublishedTable
    wide_places: str

    @property
    def headline(self) -> tuple[PublishedFigure, ...]:
        """The figures that stand above all else, each with what it is of."""
        every = {one.name: one for one in (*self.found, *self.rates, *self.outcomes)}
        return tuple(every[name] for name in _HEADLINE)

    @property
    def groups(self) -> dict[str, tuple[PublishedFigure, ...]]:
        """All figures by section."""
        return {
            "what was done and found": self.found,
            "how often it was wrong": self.rates,
            "what came of the alerts": self.outcomes,
            "what it cost": self.costs,
        }

    @property
    def tables(self) -> tuple[PublishedTable, ...]:
        """All tables."""
        return (
            self.above,
            self.counting,
            self.thresholds,
            self.months,
            self.places,
            self.corrections,
            self.quality,
        )


def of_year(records: _Records, year: int) -> _Records:
    """Return every version of the records whose newest version is of a year.

    Raises:
        RecordError: when there is none.
    """
    now = newest(records)
    ours = now.filter(pl.col("date").dt.year() == year)["record"]
    if ours.is_empty():
        years = ", ".join(str(one) for one in now["date"].dt.year().unique().sort())
        msg = f"no record is of {year}; there are records of {years or 'no year'}. Name another."
        raise RecordError(msg)
    return OutcomeRecords.cast(records.filter(pl.col("record").is_in(ours.implode())))


def annual_page(
    records: _Records,
    whole: _Records,
    why_no_cost: str = NOT_HELD,
    *,
    with_reasons: bool = False,
) -> AnnualPage:
    """Return what the report of these records shows.

    Args:
        records: every version of the records of the year.
        whole: all of the documents that they are of, for rules that look at neighbours.
        why_no_cost: what is said where no cost is held.
        with_reasons: publish why each correction was made, in the words of whoever made it.
    """
    row = summed(records)
    return AnnualPage(
        found=found_figures(row),
        rates=rate_figures(row),
        outcomes=outcome_figures(row, _COPIED if copied_outcomes(records, whole) else ""),
        costs=cost_figures(row, why_no_cost),
        above=above_the_mark(records),
        counting=ways_of_counting(records),
        thresholds=_thresholds(records),
        months=grouped(records, "month", "Month"),
        places=grouped(records, "place", "Place"),
        corrections=corrections_of(records, with_reasons=with_reasons),
        quality=data_quality(records, whole),
        wide_places=_wide(records),
    )


def copied_outcomes(records: _Records, whole: _Records) -> bool:
    """Return whether a document of the records has two outcomes that are the same in every row."""
    rules = tuple(one for one in RULES if one.name == "other-equals-no-action")
    documents = findings_of(whole, rules)["source"]
    return bool(newest(records)["source"].is_in(documents.implode()).any())


def _wide(records: _Records) -> str:
    rules = tuple(one for one in RULES if one.name == "place-is-a-street")
    count, total = len(findings_of(records, rules)), len(newest(records))
    if not count:
        return "Each names a street or a spot."
    return (
        f"{count:,} of {total:,} name no street or spot but a borough or a town, which does not "
        "say where."
    )


def _thresholds(records: _Records) -> PublishedTable:
    now = newest(records).filter(pl.col("state") == "completed")
    first = dict(now.group_by("threshold").agg(pl.col("date").min()).iter_rows())
    last = dict(now.group_by("threshold").agg(pl.col("date").max()).iter_rows())
    rows = [
        (
            "not said" if one["threshold"] is None else f"{one['threshold']:.2f}",
            f"{first[one['threshold']]:%d %B %Y} to {last[one['threshold']]:%d %B %Y}",
            f"{one['deployments']:,}",
            share_words(one["false_of_faces_count"], one["false_of_faces_n"] or None, "faces seen"),
            share_words(one["false_of_alerts_count"], one["false_of_alerts_n"] or None, "alerts"),
        )
        for one in summarise(records, ["threshold"]).iter_rows(named=True)
        if one["threshold"] in first
    ]
    return PublishedTable(
        name="thresholds",
        caption="By threshold, in the unit of the matcher. The way of counting faces may have "
        "changed with it.",
        headings=(
            "Threshold",
            "Days",
            "Deployments",
            "False of faces seen",
            "False of alerts",
        ),
        rows=tuple(rows),
        numbers=frozenset({2}),
    )
