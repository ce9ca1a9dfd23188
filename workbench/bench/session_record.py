"""The record of a live search: counted from the rows while they are there, and kept for good.

It is kept in the transaction that ends the search, again with each change of its deployment, and
in the one that deletes alerts, whose counts it keeps. So it is whole at every moment; who asks for
it has it counted anew, with what was decided since.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from workbench.bench.alert_counting import Gone, count_alerts_where, with_gone
from workbench.bench.notes import costs_of
from workbench.governance.deployment_records import ListSize, joined
from workbench.governance.session_counts import SessionCounts
from workbench.governance.session_records import FORM, SessionRecord
from workbench.governance.session_setup import SessionSetup
from workbench.records.deployment_counts import list_size
from workbench.records.deployments import DeploymentRow, list_notes
from workbench.records.session_gaps import gaps_of
from workbench.records.sessions import SessionRow, list_sessions, save_session_record

__all__ = ["freeze_session", "freeze_sessions", "session_record_of"]


def session_record_of(
    connection: Connection, row: SessionRow, deployment: DeploymentRow, now: datetime
) -> SessionRecord:
    """Return the record of a live search as it is now."""
    return _counted(connection, row, deployment, now, _gone(row), frozenset())


def freeze_session(
    connection: Connection,
    row: SessionRow,
    deployment: DeploymentRow,
    now: datetime,
    *,
    leaving: Collection[str] = (),
) -> SessionRecord:
    """Keep the record of a live search in its row, and return it.

    Args:
        connection: of the transaction.
        row: the search as it is in the records.
        deployment: that it serves.
        now: the moment.
        leaving: ids of alerts whose rows this very transaction deletes.
    """
    gone, going = _gone(row), frozenset(leaving)
    if going:
        counted = count_alerts_where(
            connection, row.deployment, lambda one: one.session == row.id and one.id in going
        )
        gone = with_gone(gone, counted)
    record = _counted(connection, row, deployment, now, gone, going)
    kept: dict[str, Any] = {
        "form": FORM,
        "gone": gone and gone.plain(),
        "record": record.plain(),
    }
    save_session_record(connection, row.id, kept)
    return record


def freeze_sessions(
    connection: Connection,
    deployment: DeploymentRow,
    now: datetime,
    *,
    leaving: Collection[str] = (),
) -> None:
    """Keep the records of the live searches of a deployment; those that go on have none yet."""
    for row in list_sessions(connection, deployment.id):
        if row.ended is not None or leaving:
            freeze_session(connection, row, deployment, now, leaving=leaving)


def _counted(  # noqa: PLR0917 - one for each source
    connection: Connection,
    row: SessionRow,
    deployment: DeploymentRow,
    now: datetime,
    gone: Gone | None,
    leaving: frozenset[str],
) -> SessionRecord:
    counts, blue = count_alerts_where(
        connection,
        row.deployment,
        lambda one: one.session == row.id and one.id not in leaving,
    )
    if gone is not None:
        counts, blue = joined(counts, gone.destroyed), blue + gone.blue_list_alerts
    known = row.counts or SessionCounts(alerts=0)
    faces = known.faces_seen
    if faces is None or faces >= counts.alerts:
        counts = counts.model_copy(update={"faces_seen": faces})
    setup = row.setup
    return SessionRecord(
        session=row.id,
        deployment=deployment.reference,
        feed=row.feed,
        started=row.started,
        ended=row.ended,
        stopped_by=row.stopped_by if row.ended is not None else None,
        lost=known.lost,
        zone=setup.zone,
        policy=row.policy,
        threshold=row.threshold,
        unit=setup.unit,
        matcher=setup.matcher.value,
        encoders=setup.encoders,
        detector=setup.detector,
        runtime=_runtime(setup),
        detection_width_px=setup.detector_input_px and setup.detector_input_px[0],
        smallest_face_px=setup.smallest_face_px,
        smallest_eyes_px=setup.smallest_eyes_px,
        references=setup.references,
        subjects=setup.subjects,
        watchlist=_list(connection, row),
        frames=known.frames,
        duration_s=known.duration_s,
        fps=known.fps,
        drops=known.drops,
        uncompared=known.uncompared,
        rested=known.rested,
        gaps=gaps_of(connection, row, now),
        feed_gaps_s=() if known.feed_began is not None else known.gaps_s,
        faces_seen=faces,
        counting_method=known.counting_method,
        tracks=known.tracks,
        comparisons=known.comparisons,
        suppressed=known.suppressed,
        alerts=counts.alerts + blue,
        blue_list_alerts=blue,
        counts=counts,
        cost=_cost(connection, row, deployment),
        damage=known.damage,
        fault=known.fault,
    )


def _cost(connection: Connection, row: SessionRow, deployment: DeploymentRow) -> float | None:
    """Return what the deployment cost, in pounds, where it had this search alone.

    Nobody knows what share of a van and its officers each of several searches cost.
    """
    if any(one.id != row.id for one in list_sessions(connection, deployment.id)):
        return None
    total = costs_of(list_notes(connection, deployment.id), deployment.application).total
    return None if total is None else float(total)


def _list(connection: Connection, row: SessionRow) -> ListSize | None:
    """Return the size of the list that was searched for, which its record keeps once it has one."""
    kept = row.record and row.record["record"].get("watchlist")
    if kept:
        return ListSize.read(kept, what=f"the list of live search {row.id}")
    return list_size(connection, row.deployment)


def _runtime(setup: SessionSetup) -> str | None:
    """Return in a phrase what ran each encoder, and in which numbers."""
    if not setup.runtimes:
        return None
    ran = ", ".join(f"{name} on {runtime}" for name, runtime in sorted(setup.runtimes.items()))
    return ran if setup.numbers is None else f"{ran} ({setup.numbers})"


def _gone(row: SessionRow) -> Gone | None:
    kept = row.record and row.record.get("gone")
    return Gone.read(kept, what=f"the record of live search {row.id}") if kept else None
