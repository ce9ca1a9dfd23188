"""How a live search is written down at its end, whoever finds that it has ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.bench.context import Acting, Context
from workbench.bench.deployment_access import settle
from workbench.bench.deployment_record import freeze_record
from workbench.bench.processes import is_gone
from workbench.governance.session_counts import SessionCounts
from workbench.governance.stopping import StopReason
from workbench.records.audit.verbs import Result, Verb
from workbench.records.deployments import find_deployment_by_id
from workbench.records.sessions import (
    SessionRow,
    close_session,
    count_alerts,
    find_session,
    open_sessions,
)

if TYPE_CHECKING:
    from workbench.live.result import LiveResult

__all__ = ["close_lost_sessions", "close_row", "counts_of"]


def close_lost_sessions(context: Context) -> int:
    """Close the searches whose process is gone, as ended by a fault; return how many there were.

    One that runs on another machine is taken for lost once its deployment has ended.
    """
    with context.store.reading() as connection:
        lost = [row for row in open_sessions(connection) if _is_lost(context, row)]
    for row in lost:
        with context.system(purpose=row.deployment) as acting:
            counts = SessionCounts(
                alerts=count_alerts(acting.connection, row.id),
                fault="The process that ran it ended without saying so.",
            )
            reason = row.stopped_by or StopReason.FAULT
            if not close_row(acting, row, reason=reason, counts=counts):
                acting.log(Verb.CONSULT, [row.id], justification="another process had closed it")
    return len(lost)


def close_row(
    acting: Acting, row: SessionRow, *, reason: StopReason, counts: SessionCounts
) -> bool:
    """Keep how a search ended, and log it; return whether it was still open.

    The record of a deployment that has ended in the meantime is brought up to date.
    """
    connection = acting.connection
    if not close_session(connection, row.id, reason=reason, ended=acting.now, counts=counts):
        return False
    acting.serving(row.deployment).log(
        Verb.STOP,
        [row.id],
        result=Result.FAILED if reason is StopReason.FAULT else Result.DONE,
        details={
            "feed": row.feed,
            "reason": reason.value,
            "operator": row.operator,
            "frames": counts.frames,
            "faces_seen": counts.faces_seen,
            "alerts": counts.alerts,
            "overdue_templates": counts.overdue_templates,
        },
    )
    deployment = settle(acting, find_deployment_by_id(connection, row.deployment))
    if deployment.ended is not None:
        freeze_record(acting, deployment)
    return True


def counts_of(result: LiveResult, alerts: int, fault: Exception | None) -> SessionCounts:
    """Return what a search came to in numbers.

    Args:
        result: of the search.
        alerts: how many were stored.
        fault: what ended it, where that was a fault.
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
        damage=_shown(result.damage),
        fault=None if fault is None else _shown(f"{type(fault).__name__}: {fault}"),
        max_template_age_s=result.max_template_age_s,
        overdue_templates=result.overdue_templates,
    )


def _shown(text: str | None) -> str | None:
    """Return text that a record can hold: what cannot be shown is told by its code."""
    if text is None:
        return None
    line = " ".join(text.split())
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)[:2000] or None


def _is_lost(context: Context, row: SessionRow) -> bool:
    if is_gone(row.process):
        return True
    with context.store.reading() as connection:
        ended = find_deployment_by_id(connection, row.deployment).ended
    return ended is not None and context.now() - ended > _GRACE
