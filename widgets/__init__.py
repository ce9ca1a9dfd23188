"""Views over the library for notebooks: hand-written ESM, nothing from a CDN.

Each name is loaded when first used: a server and a kernel import this package at their start.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from widgets.alert_queue import AlertQueue
    from widgets.alerts import AlertTable
    from widgets.charts import score_chart, timeline_chart
    from widgets.desks import live_desk
    from widgets.live import LiveView
    from widgets.operating import Operator
    from widgets.operator_desk import operator
    from widgets.pictures import PictureRow
    from widgets.sample_desk import DemonstrationDesk, demonstration_desk
    from widgets.session_panel import SessionControls, SessionPanel
    from widgets.tables import Table
    from widgets.watchlist_builder import WatchlistBuilder
    from widgets.watchlist_desk import WatchlistDesk, list_desk

_HOMES = {
    "AlertQueue": "alert_queue",
    "AlertTable": "alerts",
    "DemonstrationDesk": "sample_desk",
    "LiveView": "live",
    "Operator": "operating",
    "PictureRow": "pictures",
    "SessionControls": "session_panel",
    "SessionPanel": "session_panel",
    "Table": "tables",
    "WatchlistBuilder": "watchlist_builder",
    "WatchlistDesk": "watchlist_desk",
    "demonstration_desk": "sample_desk",
    "list_desk": "watchlist_desk",
    "live_desk": "desks",
    "operator": "operator_desk",
    "score_chart": "charts",
    "timeline_chart": "charts",
}

__all__ = [
    "AlertQueue",
    "AlertTable",
    "DemonstrationDesk",
    "LiveView",
    "Operator",
    "PictureRow",
    "SessionControls",
    "SessionPanel",
    "Table",
    "WatchlistBuilder",
    "WatchlistDesk",
    "demonstration_desk",
    "list_desk",
    "live_desk",
    "operator",
    "score_chart",
    "timeline_chart",
]


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
