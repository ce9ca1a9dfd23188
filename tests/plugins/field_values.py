"""Deployments that ended with false alerts, decided by two people as they are in the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alert_values import plant_alert, plant_session

from workbench.bench.deployment_access import moved, on_deployment
from workbench.governance.alerts import AlertState
from workbench.governance.permissions import Permission
from workbench.governance.session_counts import SessionCounts
from workbench.records.audit.verbs import Verb

__all__ = ["FACES", "falsely_alerted"]

FACES = 400
"""Faces that one search sees."""
VERIFIERS = ("operator", "engagement-officer")


def falsely_alerted(
    maker: Any,
    authorised: Callable[..., str],
    reference: str,
    *,
    false: int,
    true: int = 0,
    undecided: int = 0,
    faces: int | None = FACES,
    way: str = "drawn/1",
    otherwise: int = 0,
    uncounted: int = 0,
    close: bool = True,
    **changes: Any,
) -> None:
    """Authorise a deployment, search it, decide on its alerts and close it.

    Args:
        maker: opens the bench as an account.
        authorised: the fixture.
        reference: of the deployment.
        false: alerts decided as false.
        true: alerts decided as true.
        undecided: alerts that nobody decides.
        faces: that its search saw; `None` where it was not counted to its end.
        way: of counting faces.
        otherwise: that a second search saw, by another way of counting.
        uncounted: more searches, that were not counted to their end.
        close: end the deployment.
        changes: of the application.
    """
    authorised(maker, reference=reference, **changes)
    analyst = maker.open("analyst")
    with on_deployment(maker.open("operator")._context, Permission.LIVE_START, reference) as (
        acting,
        row,
    ):
        moved(acting, row, "start", Verb.START)
    method = None if faces is None else way
    alerts = false + true + undecided
    counts = SessionCounts(frames=9000, faces_seen=faces, counting_method=method, alerts=alerts)
    session = plant_session(analyst, reference, counts=counts).id
    decisions = [AlertState.FALSE_CONFIRMED] * false + [AlertState.TRUE_CONFIRMED] * true
    for decision in decisions:
        alert = plant_alert(analyst, reference, session=session)
        for verifier in VERIFIERS:
            maker.open(verifier).alerts.adjudicate(alert.id, decision, "Compared, for a test.")
    for _ in range(undecided):
        plant_alert(analyst, reference, session=session)
    if otherwise:
        other = SessionCounts(frames=9, faces_seen=otherwise, counting_method="other/1", alerts=0)
        plant_session(analyst, reference, counts=other)
    for _ in range(uncounted):
        plant_session(analyst, reference, counts=SessionCounts(frames=9000, alerts=0))
    if close:
        analyst.deployments.close(reference)
