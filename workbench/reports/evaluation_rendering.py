"""A report of an evaluation as one HTML document: all escaped, nothing fetched, no script."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment

from workbench.reports.environment import page_environment, style_of
from workbench.reports.evaluation_page import EvaluationPage
from workbench.reports.shown_text import shown

__all__ = ["render_evaluation"]


def render_evaluation(page: EvaluationPage) -> str:
    """Return the report as one HTML document that needs no other file, script or network."""
    return _environment().get_template("evaluation.html.j2").render(page=page)


@cache
def _environment() -> Environment:
    environment = page_environment(shown)
    environment.globals["style"] = style_of(environment, "page.css", "evaluation.css")
    return environment
