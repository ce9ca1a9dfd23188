"""Views over the library for notebooks: hand-written ESM, nothing from a CDN.

Each name is loaded when first used: a server and a kernel import this package at their start.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from widgets.alerts import AlertTable
    from widgets.charts import score_chart, timeline_chart
    from widgets.pictures import PictureRow
    from widgets.tables import Table

_HOMES = {
    "AlertTable": "alerts",
    "PictureRow": "pictures",
    "Table": "tables",
    "score_chart": "charts",
    "timeline_chart": "charts",
}

__all__ = ["AlertTable", "PictureRow", "Table", "score_chart", "timeline_chart"]


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
