"""How pages of this package are rendered: escaped, and nothing that is missing is left empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["page_environment", "style_of"]


def page_environment(finalize: Callable[[Any], Any] | None = None) -> Environment:
    """Return a new environment for the templates of this package.

    Args:
        finalize: what makes printed text of a value; as it is where left out.
    """
    return Environment(
        loader=PackageLoader("workbench.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )


def style_of(environment: Environment, *names: str) -> Markup:
    """Return style sheets of this package, one after another, as they stand in a page.

    Args:
        environment: of `page_environment`.
        names: of their files.
    """
    loader = environment.loader
    assert loader is not None  # noqa: S101 - `page_environment` gives it one
    return Markup("".join(loader.get_source(environment, name)[0] for name in names))  # noqa: S704 - files of this package
