"""Filling the templates of this package: everything escaped, nothing undefined, nothing fetched."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from workbench.reports.environment import page_environment, style_of
from workbench.reports.page import AlertsPage
from workbench.reports.states import STATES
from workbench.reports.timeline import Timeline, build_timeline
from workbench.reports.wording import INDICATION, in_table, unit_lines

__all__ = ["clock", "render_alerts"]


def render_alerts(page: AlertsPage) -> str:
    """Return the page as one HTML document that needs no other file, script or network."""
    timeline: Timeline | None = build_timeline(page) if page.duration_s > 0 else None
    return _environment().get_template("alerts.html.j2").render(page=page, timeline=timeline)


def clock(seconds: float) -> str:
    """Return a time in the feed as hours, minutes and seconds to a tenth.

    >>> clock(0), clock(75.04), clock(3661.96)
    ('0:00.0', '1:15.0', '1:01:02.0')
    """
    tenths = round(seconds * 10)
    minutes, tenths = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    rest = f"{tenths / 10:04.1f}"
    return f"{hours}:{minutes:02d}:{rest}" if hours else f"{minutes}:{rest}"


@cache
def _environment() -> Environment:
    environment = page_environment()
    values: dict[str, Any] = {
        "indication": INDICATION,
        "states": {word: (state, Markup(state.shape)) for word, state in STATES.items()},  # noqa: S704 - constants of this package
        "style": style_of(environment, "page.css"),
    }
    environment.globals.update(values)
    environment.filters["clock"] = clock
    environment.filters["in_table"] = in_table
    environment.filters["unit_lines"] = unit_lines
    environment.filters["score"] = lambda score: f"{score:.2f}".replace("-", "\u2212")
    return environment
