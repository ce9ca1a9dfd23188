"""The report of a retrospective search as HTML and as PDF; both say the same."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment

from workbench.governance.conclusions import CONCLUSION_SOURCE, LEAD_ONLY, LEAD_ONLY_SOURCE
from workbench.governance.moments import spoken
from workbench.rate_words import NOT_FRAMES
from workbench.reports import search_views as views
from workbench.reports.environment import page_environment, style_of
from workbench.reports.pdf import pdf_of
from workbench.reports.rendering import clock
from workbench.reports.search_limits import limits
from workbench.reports.search_report import SearchReport
from workbench.reports.shown_text import shown
from workbench.reports.wording import alone, meaning_lines, unit_lines

__all__ = ["render_search", "search_pdf"]


def render_search(report: SearchReport) -> str:
    """Return a report as one HTML document that needs no other file, script or network.

    Raises:
        UsageError: when the eyes of a face that is compared lie in one point.
    """
    return (
        _environment()
        .get_template("search.html.j2")
        .render(
            report=report,
            outcome=views.outcome_words(report),
            notices=views.notices(report),
            as_it_came=views.as_it_came(report),
            pictures=views.probe_pictures(report),
            steps=views.steps(report),
            collection=views.is_collection(report),
            examiners=views.examiners(report),
            comparisons=views.comparisons(report),
            rows=views.rows(report),
            limits=limits(report),
        )
    )


def search_pdf(report: SearchReport) -> bytes:
    """Return a report as PDF: the same text and pictures as its HTML.

    The same report gives the same bytes where the same versions and fonts are.

    Raises:
        UsageError: as `render_search`.
        OutputError: when this machine cannot make a PDF of it; says what is missing.
    """
    return pdf_of(render_search(report))


@cache
def _environment() -> Environment:
    environment = page_environment(shown)
    values: dict[str, Any] = {
        "style": style_of(environment, "search.css"),
        "lead_only": LEAD_ONLY,
        "not_frames": NOT_FRAMES,
        "lead_only_source": LEAD_ONLY_SOURCE.describe(),
        "scale_source": CONCLUSION_SOURCE.describe(),
    }
    environment.globals.update(values)
    environment.filters |= {
        "alone": alone,
        "clock": clock,
        "counted": views.counted,
        "meaning_lines": meaning_lines,
        "score": lambda score: f"{score:.2f}".replace("-", "\u2212"),
        "spoken": spoken,
        "unit_lines": unit_lines,
    }
    return environment
