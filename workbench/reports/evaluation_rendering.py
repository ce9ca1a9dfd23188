"""A report of an evaluation as one HTML document: all escaped, nothing fetched, no script."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from workbench.reports.evaluation_page import EvaluationPage
from workbench.reports.shown_text import shown

__all__ = ["render_evaluation"]


def render_evaluation(page: EvaluationPage) -> str:
    """Return the report as one HTML document that needs no other file, script or network."""
    return _environment().get_template("evaluation.html.j2").render(page=page)


@cache
def _environment() -> Environment:
    loader = PackageLoader("workbench.reports", "templates")
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shown,
    )
    style = "".join(
        loader.get_source(environment, name)[0] for name in ("page.css", "evaluation.css")
    )
    environment.globals["style"] = Markup(style)  # noqa: S704 - files of this package
    return environment
