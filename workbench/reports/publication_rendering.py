"""Publications as HTML and PDF of one template each: all escaped, nothing fetched, no script."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from workbench.reports.environment import page_environment, style_of
from workbench.reports.pdf import pdf_of
from workbench.reports.publication_head import PublicationHead
from workbench.reports.publication_words import (
    COLUMNS,
    DEFINITIONS,
    INTERVALS,
    NOT_SHOWN,
    SMALL_NUMBERS,
)
from workbench.reports.shown_text import shown

__all__ = ["publication_pdf", "render_publication"]


def render_publication(kind: str, head: PublicationHead, **values: Any) -> str:  # noqa: ANN401
    """Return a publication as one HTML document that needs no other file, script or network.

    Args:
        kind: `record`, `annual`, `foi`, `notice`, `review` or `log`.
        head: of the publication.
        values: what its template takes, `page` above all.
    """
    template = _environment().get_template(f"publication_{kind}.html.j2")
    return template.render(head=head, **values)


def publication_pdf(html: str) -> bytes:
    """Return a publication as tagged PDF, of the very page.

    Raises:
        OutputError: when this machine cannot make a PDF of it; says what is missing.
    """
    return pdf_of(html)


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever a template prints
    """Return what a template prints; no line ends between a number and its sign."""
    said = shown(value)
    if isinstance(said, str) and not isinstance(said, Markup):
        return said.replace(" %", "\N{NO-BREAK SPACE}%")
    return said


@cache
def _environment() -> Environment:
    environment = page_environment(_shown)
    environment.globals.update(
        {
            "style": style_of(environment, "publication.css"),
            "columns": COLUMNS,
            "definitions": DEFINITIONS,
            "not_shown": NOT_SHOWN,
            "small_numbers": SMALL_NUMBERS,
            "intervals": INTERVALS,
            "small_rate": INTERVALS,
        }
    )
    return environment
