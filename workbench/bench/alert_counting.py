"""Alerts counted from their rows while they are there, and the counts of those that went."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from workbench.governance.deployment_counts import DeploymentCounts
from workbench.governance.deployment_records import UNENGAGED_IS_NO_ACTION, joined
from workbench.governance.record import Record
from workbench.records.adjudications import engagements_of
from workbench.records.deployment_counts import CountedAlert, counted_alerts

__all__ = ["Gone", "count_alerts_where", "with_gone"]


class Gone(Record):
    """The counts of alerts whose rows are gone."""

    counts: DeploymentCounts
    blue_list_alerts: int


def count_alerts_where(
    connection: Connection, deployment: str, counts: Callable[[CountedAlert], bool]
) -> tuple[DeploymentCounts, int]:
    """Return the counts of some alerts of a deployment, and how many are on the blue list."""
    chosen = [alert for alert in counted_alerts(connection, deployment) if counts(alert)]
    states = {alert.id: alert.state for alert in chosen if not alert.blue_list}
    engaged = itertools.chain.from_iterable(engagements_of(connection, states).values())
    found = DeploymentCounts.of(
        states, engaged, faces_seen=None, unengaged_is_no_action=UNENGAGED_IS_NO_ACTION
    )
    return found, len(chosen) - len(states)


def with_gone(gone: Gone | None, going: tuple[DeploymentCounts, int]) -> Gone:
    """Return what is gone once more goes."""
    before = gone or Gone(counts=_NONE, blue_list_alerts=0)
    counts, blue = going
    return Gone(
        counts=joined(before.counts, counts), blue_list_alerts=before.blue_list_alerts + blue
    )


_NONE: Final = DeploymentCounts.of(
    {}, [], faces_seen=None, unengaged_is_no_action=UNENGAGED_IS_NO_ACTION
)
