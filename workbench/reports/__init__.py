"""Pages that stand on their own: Jinja templates filled with the outcome of a search.

A page carries its style and pictures inside, runs no script and asks for nothing from any network.
"""

from __future__ import annotations

from workbench.reports.page import (
    AlertsPage,
    AlertView,
    Credit,
    Figure,
    MissedPerson,
    OtherCandidate,
    Picture,
    QualityView,
    Span,
    TruthView,
)
from workbench.reports.rendering import clock, render_alerts
from workbench.reports.states import STATES, AlertState
from workbench.reports.wording import INDICATION

__all__ = [
    "INDICATION",
    "STATES",
    "AlertState",
    "AlertView",
    "AlertsPage",
    "Credit",
    "Figure",
    "MissedPerson",
    "OtherCandidate",
    "Picture",
    "QualityView",
    "Span",
    "TruthView",
    "clock",
    "render_alerts",
]
