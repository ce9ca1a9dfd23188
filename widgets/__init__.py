"""Views over the library for notebooks: hand-written ESM, nothing from a CDN."""

from __future__ import annotations

from widgets.alerts import AlertTable
from widgets.charts import score_chart, timeline_chart
from widgets.pictures import PictureRow
from widgets.tables import Table

__all__ = ["AlertTable", "PictureRow", "Table", "score_chart", "timeline_chart"]
