"""Which alert was raised by which known pass of a member of staff.

An alert is gone within weeks, so the two are put together while it is there; the id that a pass
then bears stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from workbench.bench.context import Acting
from workbench.bench.rules import rules_in_force
from workbench.governance.blue_list import PASS_WINDOW
from workbench.governance.retention import RetentionClass
from workbench.records.alerts import AlertRow, list_alerts
from workbench.records.audit.verbs import Verb
from workbench.records.blue_list import PassRow, list_passes, save_pass
from workbench.records.deployments import DeploymentRow

__all__ = ["is_settled", "link", "pair"]

_WHY: Final = "which alert belongs to which known pass of consenting staff"


def is_settled(row: PassRow, window: timedelta) -> bool:
    """Return whether all alerts that a pass may have raised were looked through.

    One that is recognised counts no earlier than one that is not: a rate would else be too high
    while passes are fresh.

    Args:
        row: the pass.
        window: how far an alert may lie from its moment.
    """
    return row.checked is not None and row.checked >= row.seen.at + window


def pair(
    passes: Iterable[PassRow],
    alerts: Sequence[AlertRow],
    feeds: Iterable[str],
    window: timedelta = PASS_WINDOW,
) -> dict[str, str]:
    """Return the alert of each pass that has one, nearest in time first; each alert once.

    Args:
        passes: those without an alert.
        alerts: those that belong to no pass yet.
        feeds: names of the deployment's feeds. A pass by one of them is not that of an alert of
            another; one by a part of the zone may be of any.
        window: how far an alert may lie from the moment of its pass.

    Returns:
        Ids of alerts by ids of passes.
    """
    named = {feed.casefold() for feed in feeds}
    near = sorted(
        (abs(alert.raised - row.seen.at), row.id, alert.id)
        for row in passes
        for alert in alerts
        if alert.subject == row.seen.member
        and abs(alert.raised - row.seen.at) <= window
        and (
            row.seen.feed.casefold() not in named
            or row.seen.feed.casefold() == alert.feed.casefold()
        )
    )
    pairs: dict[str, str] = {}
    for _, passed, alert in near:
        if passed not in pairs and alert not in pairs.values():
            pairs[passed] = alert
    return pairs


def link(acting: Acting, deployment: DeploymentRow) -> list[PassRow]:
    """Look for the alerts of a deployment's passes, and return all its passes as they are then.

    Passes whose alerts may have been destroyed by now stay as they are: that no alert is there
    any more does not mean that there was none.

    Args:
        acting: a transaction of somebody who may look at alerts.
        deployment: whose passes.
    """
    rows = list_passes(acting.connection, deployment.id)
    rules = rules_in_force(acting.connection)
    kept, window = rules.retention.limit(RetentionClass.ALERT).keep, rules.pass_window
    last = (kept or timedelta(0)) - window
    waiting = [
        row for row in rows if not is_settled(row, window) and acting.now < row.seen.at + last
    ]
    if not waiting:
        return rows
    taken = {row.seen.alert for row in rows}
    found = list_alerts(acting.connection, deployment.id)
    alerts = [alert for alert in found if alert.blue_list and alert.id not in taken]
    feeds = [feed.name for feed in deployment.application.feeds]
    alone = [row for row in waiting if row.seen.alert is None]
    pairs = pair(alone, alerts, feeds, window)
    after = {
        row.id: save_pass(
            acting.connection,
            replace(
                row,
                seen=row.seen.model_copy(update={"alert": pairs.get(row.id, row.seen.alert)}),
                checked=acting.now,
            ),
        )
        for row in waiting
    }
    acting.log(
        Verb.COMBINE,
        sorted({*after, *pairs.values()}),
        justification=_WHY,
        details={"reference": deployment.reference, "passes": len(after), "linked": len(pairs)},
    )
    return [after.get(row.id, row) for row in rows]
