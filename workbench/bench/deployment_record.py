"""The record of a deployment, counted from the rows while they are there, and kept for good.

Alerts are destroyed in their time. The counts of those that go are added to what the deployment
keeps, in the transaction that deletes their rows: so the record is whole at every moment, and
needs no alert to stay.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection

from workbench.bench.alert_counting import Gone, count_alerts_where, with_gone
from workbench.bench.context import Acting
from workbench.bench.notes import NoteKind, costs_of, notes_of_kind
from workbench.bench.session_record import freeze_sessions
from workbench.errors import RecordError
from workbench.governance.deployment_records import (
    DeploymentRecord,
    GroupCounts,
    NoticeGiven,
    faces_seen,
    joined,
)
from workbench.governance.notices import CommunityEngagement
from workbench.records.deployment_counts import (
    list_size,
    search_periods,
)
from workbench.records.deployments import (
    PERHAPS_NEVER_APPLIED,
    DeploymentRow,
    find_deployment_by_id,
    list_notes,
    save_deployment,
)
from workbench.records.policies import find_policy

__all__ = ["freeze_record", "record_of"]

_FORM: Final = "deployment-record/1"


def record_of(connection: Connection, row: DeploymentRow) -> DeploymentRecord:
    """Return the record of a deployment as it is now.

    Raises:
        RecordError: when it was never applied for, so that there is nothing to record.
    """
    if not _was_applied_for(row):
        msg = f"deployment {row.reference} is {row.state}; it has a record once it was applied for."
        raise RecordError(msg)
    return _counted(connection, row, _gone(row), frozenset())


def freeze_record(
    acting: Acting, row: DeploymentRow, *, leaving: Collection[str] = ()
) -> DeploymentRow:
    """Keep the record of a deployment that was applied for in its row, and return the row.

    Args:
        acting: the transaction.
        row: the deployment.
        leaving: ids of alerts whose rows this very transaction deletes; their counts are added to
            what is kept. Call it before the rows go, once for each alert.
    """
    row = find_deployment_by_id(acting.connection, row.id)
    gone = _gone(row)
    going = frozenset(leaving)
    if going:
        gone = with_gone(
            gone, count_alerts_where(acting.connection, row.id, lambda alert: alert.id in going)
        )
    freeze_sessions(acting.connection, row, acting.now, leaving=going)
    record = _counted(acting.connection, row, gone, going)
    kept: dict[str, Any] = {
        "form": _FORM,
        "gone": gone and gone.plain(),
        "record": record.shown(),
    }
    return save_deployment(acting.connection, replace(row, record=kept))


def _counted(
    connection: Connection,
    row: DeploymentRow,
    gone: Gone | None,
    leaving: frozenset[str],
) -> DeploymentRecord:
    """Count what is there and not leaving, and add what is gone."""
    application = row.application
    searches = search_periods(connection, row.id)
    counts, blue = count_alerts_where(connection, row.id, lambda alert: alert.id not in leaving)
    if gone is not None:
        counts, blue = joined(counts, gone.destroyed), blue + gone.blue_list_alerts
    faces = faces_seen(searches, counts.alerts)
    notes = list_notes(connection, row.id)
    authority = row.authority
    return DeploymentRecord(
        reference=row.reference,
        force=application.force,
        state=row.state,
        location=application.location,
        purposes=application.purposes,
        use_case=application.use_case,
        assembly=application.assembly,
        starts=application.starts if authority is None else authority.starts,
        ends=application.ends if authority is None else authority.ends,
        ended=row.ended,
        authority_rank=None if authority is None else authority.officer_rank,
        urgent=authority is not None and authority.urgent,
        two_person=application.two_person,
        dpia=application.dpia,
        eia=application.eia,
        appropriate_policy=application.appropriate_policy,
        policy=application.policy,
        unit=find_policy(connection, application.policy).unit,
        minimum_threshold=application.minimum_threshold,
        searches=searches,
        watchlist=list_size(connection, row.id),
        counts=counts.model_copy(update={"faces_seen": faces}),
        blue_list_alerts=blue,
        costs=costs_of(notes, application),
        notice=application.notice,
        notices=tuple(
            NoticeGiven(what=content["what"], at=content["at"])
            for content in notes_of_kind(notes, NoteKind.NOTICE)
        ),
        community=tuple(
            CommunityEngagement.read(content, what="a note on a talk")
            for content in notes_of_kind(notes, NoteKind.COMMUNITY)
        ),
        field_counts=tuple(
            GroupCounts(**{name: content[name] for name in GroupCounts.model_fields})
            for content in notes_of_kind(notes, NoteKind.FIELD_COUNTS)
        ),
    )


def _was_applied_for(row: DeploymentRow) -> bool:
    """Return whether it was; what ended without ever being applied for has no record."""
    if row.authority is not None or row.record is not None:
        return True
    return row.state not in PERHAPS_NEVER_APPLIED


def _gone(row: DeploymentRow) -> Gone | None:
    kept = row.record and row.record.get("gone")
    return Gone.read(kept, what=f"the record of deployment {row.reference}") if kept else None
