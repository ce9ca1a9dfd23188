"""How a live search is written down: at its start, and at its end, whoever finds that it ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from workbench.bench.context import Acting, Context
from workbench.bench.deployment_access import moved, settle
from workbench.bench.deployment_record import freeze_record
from workbench.bench.processes import this_process
from workbench.bench.session_record import freeze_session
from workbench.bench.session_status import has_gone
from workbench.errors import ClockError
from workbench.governance.deployments import DeploymentState
from workbench.governance.session_counts import SessionCounts
from workbench.governance.session_setup import SessionSetup
from workbench.governance.stopping import StopReason
from workbench.records.audit.verbs import Result, Verb
from workbench.records.deployments import DeploymentRow, find_deployment_by_id
from workbench.records.identifiers import new_id
from workbench.records.session_status import last_sign_at
from workbench.records.sessions import (
    SessionRow,
    add_session,
    close_session,
    count_alerts,
    find_session,
    open_sessions,
)

if TYPE_CHECKING:
    from workbench.bench.authorised_feed import AuthorisedFeed
    from workbench.bench.live_checks import StartPlan
    from workbench.bench.stretches import Stretches
    from workbench.live.result import LiveResult

__all__ = [
    "close_lost_sessions",
    "close_row",
    "counts_of",
    "counts_so_far",
    "record_start",
    "shown",
]

_GRACE: Final = timedelta(minutes=2)
"""A search ends within a second of its deployment; one that has not by then will not."""


def record_start(
    acting: Acting, deployment: DeploymentRow, plan: StartPlan, setup: SessionSetup
) -> tuple[SessionRow, DeploymentRow]:
    """Keep that a search starts, and log it; its deployment is live from then on.

    Args:
        acting: the transaction, in which everything that allows it was asked.
        deployment: that it serves.
        plan: what it may do.
        setup: what it searches with.

    Returns:
        The search, and the deployment as it is then.
    """
    session = SessionRow(
        id=new_id("session", acting.now),
        deployment=deployment.id,
        operator=acting.name,
        feed=plan.feed.name,
        policy=plan.policy.id,
        threshold=plan.threshold,
        setup=setup,
        process=this_process(),
        started=acting.now,
    )
    add_session(acting.connection, session)
    if deployment.state is not DeploymentState.LIVE:
        deployment = moved(acting, deployment, "start", Verb.START)
    _log_start(acting, session, plan)
    return session, deployment


def close_lost_sessions(context: Context) -> int:
    """Close the searches whose process is gone, as ended by a fault; return how many there were.

    One that ran where its process cannot be seen (another machine, another container, before the
    machine was started anew) is taken for lost when it has been silent for minutes, or its
    deployment has ended. Nothing is written while the clock is behind the records; the next opening
    does it then.
    """
    try:
        return _close_lost(context)
    except ClockError:
        return 0


def _close_lost(context: Context) -> int:
    with context.store.reading() as connection:
        now = context.now()
        lost = [row for row in open_sessions(connection) if _is_lost(connection, row, now)]
    for row in lost:
        with context.system(purpose=row.deployment) as acting:
            counts = SessionCounts(
                alerts=count_alerts(acting.connection, row.id),
                fault="The process that ran it ended without saying so.",
                lost=True,
            )
            if not close_row(acting, row, reason=StopReason.FAULT, counts=counts):
                acting.log(Verb.CONSULT, [row.id], justification="another process had closed it")
    return len(lost)


def close_row(
    acting: Acting,
    row: SessionRow,
    *,
    reason: StopReason,
    counts: SessionCounts,
    why: str | None = None,
    dropped: int = 0,
) -> bool:
    """Keep how a search ended, and log it; return whether it was still open.

    The record of a deployment that has ended in the meantime is brought up to date.

    Args:
        acting: the transaction.
        row: the search.
        reason: why it ended.
        counts: what it came to.
        why: what whoever stopped it said.
        dropped: how many alerts were not kept, because nothing covered them any more.
    """
    connection = acting.connection
    if not close_session(connection, row.id, reason=reason, ended=acting.now, counts=counts):
        return False
    acting.serving(row.deployment).log(
        Verb.STOP,
        [row.id],
        justification=why,
        result=Result.FAILED if reason is StopReason.FAULT else Result.DONE,
        details={
            "feed": row.feed,
            "reason": reason.value,
            "operator": row.operator,
            "frames": counts.frames,
            "faces_seen": counts.faces_seen,
            "alerts": counts.alerts,
            "dropped_alerts": dropped,
            "overdue_templates": counts.overdue_templates,
        },
    )
    deployment = settle(acting, find_deployment_by_id(connection, row.deployment))
    freeze_session(connection, find_session(connection, row.id), deployment, acting.now)
    if deployment.ended is not None:
        freeze_record(acting, deployment)
    return True


def counts_of(
    result: LiveResult, alerts: int, fault: str | None, *, feed: AuthorisedFeed, drops: int
) -> SessionCounts:
    """Return what a search came to in numbers.

    Args:
        result: of the search.
        alerts: how many were stored.
        fault: what went wrong, if anything did.
        feed: that was searched.
        drops: frames of it that came and were not searched, because the search was behind.
    """
    return SessionCounts(
        frames=result.frames,
        duration_s=max(0.0, result.duration_s),
        fps=result.frames_per_second,
        faces_seen=result.faces_seen,
        counting_method=result.counting_method,
        tracks=result.tracks,
        comparisons=result.comparisons,
        alerts=alerts,
        suppressed=result.suppressed,
        gaps_s=tuple((gap.start_s, gap.end_s) for gap in result.gaps),
        feed_began=feed.began,
        damage=shown(result.damage),
        fault=shown(fault),
        drops=drops,
        uncompared=result.uncompared,
        rested=feed.rested,
        camera_gaps=feed.signs.gaps,
        max_template_age_s=result.max_template_age_s,
        overdue_templates=result.overdue_templates,
    )


def counts_so_far(
    stretches: Stretches, alerts: int, fault: str, *, feed: AuthorisedFeed
) -> SessionCounts:
    """Return what a search came to that broke off, by its last status; no gap is left out.

    Args:
        stretches: of the search.
        alerts: how many were stored.
        fault: what went wrong.
        feed: that was searched.
    """
    from workbench.live.result import COUNTING_METHOD  # noqa: PLC0415 - opens quickly

    try:
        search, signs = stretches.status(), feed.signs
        return SessionCounts(
            frames=search.frames,
            faces_seen=search.faces_seen,
            counting_method=COUNTING_METHOD,
            tracks=search.tracks,
            alerts=alerts,
            gaps_s=tuple((gap.start_s, gap.end_s) for gap in search.gaps),
            feed_began=signs.began,
            camera_gaps=signs.gaps,
            damage=signs.damage,
            fault=fault,
            drops=search.drops,
            uncompared=search.uncompared,
            rested=signs.rested,
        )
    except Exception:  # noqa: BLE001 - a feed that says what cannot be kept; its end is, all the same
        return SessionCounts(alerts=alerts, fault=fault)


def shown(text: str | None) -> str | None:
    """Return text that a record can hold: what cannot be shown is told by its code."""
    if text is None:
        return None
    line = " ".join(text.split())
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)[:2000] or None


def _is_lost(connection: Connection, row: SessionRow, now: datetime) -> bool:
    if has_gone(row.process, now - (last_sign_at(connection, row.id) or row.started)):
        return True
    ended = find_deployment_by_id(connection, row.deployment).ended
    return ended is not None and now - ended > _GRACE


def _log_start(acting: Acting, session: SessionRow, plan: StartPlan) -> None:
    setup = session.setup
    reference = plan.deployment.reference
    acting.log(
        Verb.START,
        [session.id],
        details={
            "reference": reference,
            "feed": session.feed,
            "policy": session.policy,
            "threshold": session.threshold,
            "unit": setup.unit,
            "references": setup.references,
            "subjects": setup.subjects,
            "watchlist": setup.watchlist_sha256,
            "zone": "whole frame" if setup.zone is None else f"{len(setup.zone)} corners",
        },
    )
    acting.log(
        Verb.COMBINE,
        [session.id, plan.listed.id],
        justification=(
            f"live search under the authority of deployment {reference}: templates of faces in "
            f"feed {session.feed} are compared with its watchlist"
        ),
        details={"reference": reference, "feed": session.feed},
    )
