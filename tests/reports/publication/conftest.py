"""The published example as pages, each made once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache

import dataframely as dy
import polars as pl
import pytest
from publication_pages import Between, PublishedPage

from workbench.outcomes import OutcomeRecords, met_deployments, newest
from workbench.reports.publication_annual import annual_page, of_year
from workbench.reports.publication_head import PublicationHead
from workbench.reports.publication_rendering import render_publication

MADE = datetime(2026, 11, 27, 12, tzinfo=UTC)
HEAD = PublicationHead("A title", "Metropolitan Police Service", ("a grid",), MADE)


@cache
def _annual(year: int) -> str:
    whole = met_deployments()
    return render_publication("annual", HEAD, page=annual_page(of_year(whole, year), whole))


@pytest.fixture(scope="session")
def head() -> PublicationHead:
    """Give a head."""
    return HEAD


@pytest.fixture(scope="session")
def annual_html() -> Callable[[int], str]:
    """Give the report of a year of the example."""
    return _annual


@pytest.fixture(scope="session")
def annual(annual_html: Callable[[int], str]) -> Callable[[int], PublishedPage]:
    """Give the same as it is read."""
    return lambda year: PublishedPage(annual_html(year))


@pytest.fixture(scope="session")
def between() -> Between:
    """Give every version of the example's records of a period."""

    def of_period(first: date, last: date) -> dy.DataFrame[OutcomeRecords]:
        whole = met_deployments()
        ours = newest(whole).filter(pl.col("date").is_between(first, last))["record"]
        return OutcomeRecords.cast(whole.filter(pl.col("record").is_in(ours.implode())))

    return of_period
