"""Views in place of tables, for those who are to see nobody."""

from __future__ import annotations

from typing import Final

from workbench.governance.permissions import Permission
from workbench.records.alert_scores import ALERT_SCORES, alert_scores_text
from workbench.records.deployment_views import DEPLOYMENT_VIEWS
from workbench.records.equity_views import (
    FIELD_COUNTS,
    GROUP_COUNTS,
    POLICIES,
    equity_view_texts,
)
from workbench.records.outcome_views import (
    APPLICATIONS,
    DEPLOYMENTS,
    SEARCHES,
    WATCHLISTS,
    view_texts,
)
from workbench.records.safeguard_views import SAFEGUARD_VIEWS, safeguard_texts
from workbench.records.team.sql_files import name, sql_file

__all__ = ["COMPOSITION", "VIEWS", "views"]

VIEWS: Final = {
    APPLICATIONS: Permission.OUTCOMES_READ,
    DEPLOYMENTS: Permission.OUTCOMES_READ,
    SEARCHES: Permission.OUTCOMES_READ,
    "outcome_recognition": Permission.OUTCOMES_READ,
    WATCHLISTS: Permission.OUTCOMES_READ,
    "outcome_certificates": Permission.OUTCOMES_READ,
    POLICIES: Permission.OUTCOMES_READ,
    FIELD_COUNTS: Permission.OUTCOMES_READ,
    GROUP_COUNTS: Permission.OUTCOMES_READ,
    **dict.fromkeys(DEPLOYMENT_VIEWS, Permission.OUTCOMES_READ),
    **dict.fromkeys(SAFEGUARD_VIEWS, Permission.OUTCOMES_READ),
    ALERT_SCORES: Permission.POLICY_ISSUE,
}
"""By view, the permission that it is for."""

COMPOSITION: Final = "lfr_list_composition(text)"
"""Counts a watchlist for those who come to its deployment and not to the list itself."""


def views(schema: str) -> str:
    """Return the statements that make or renew them.

    Args:
        schema: of the tables.
    """
    texts = {
        ALERT_SCORES: alert_scores_text(),
        **view_texts(),
        **equity_view_texts(),
        **safeguard_texts(),
    }
    return sql_file("views", {"schema": name(schema), **texts})
