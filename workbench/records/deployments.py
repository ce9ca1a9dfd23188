"""Deployments as the records keep them, and what was noted about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.engine import Row

from workbench.errors import RefusedError, UnknownRecordError
from workbench.governance.authorisation import Authority, Withdrawal
from workbench.governance.deployments import Application, DeploymentState
from workbench.records.damage import reads_row
from workbench.records.moments import as_json, as_text, from_json, from_text, object_from_json
from workbench.records.schema import deployment_notes, deployments

__all__ = [
    "PERHAPS_NEVER_APPLIED",
    "DeploymentNote",
    "DeploymentRow",
    "add_deployment",
    "add_note",
    "find_deployment",
    "find_deployment_by_id",
    "list_deployments",
    "list_notes",
    "save_deployment",
]

PERHAPS_NEVER_APPLIED: Final = frozenset(
    {DeploymentState.DRAFT, DeploymentState.CANCELLED, DeploymentState.PURGED}
)
"""States in which a deployment may be that was never applied for, and has no record then."""


@dataclass(frozen=True, slots=True)
class DeploymentRow:
    """A deployment.

    Attributes:
        id: names it in the records; the purpose of everything done for it.
        reference: names it for people; never changed.
        state: where it is.
        applicant: account that drafted it, from the application on that which applied.
        draft: the fields of its application that are filled in, as plain values.
        created: when it was drafted.
        changed: when anything of this last changed.
        authority: what was given, if it was.
        withdrawal: who ended it before its time or refused it, when and why.
        starts: of the authority; of the application while there is none.
        ends: likewise.
        ended: when it came to an end, in whichever way.
        record: what is kept of its counts, as plain values; see `workbench.bench`.
    """

    id: str
    reference: str
    state: DeploymentState
    applicant: str
    draft: Mapping[str, Any]
    created: datetime
    changed: datetime
    authority: Authority | None = None
    withdrawal: Withdrawal | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    ended: datetime | None = None
    record: Mapping[str, Any] | None = None

    @property
    def application(self) -> Application:
        """What was applied for.

        Raises:
            RecordError: when it was not applied for yet, and is not complete.
        """
        return Application.read(self.draft, what=f"deployment {self.reference}")


@dataclass(frozen=True, slots=True)
class DeploymentNote:
    """Something that was noted about a deployment.

    Attributes:
        id: names it.
        kind: what it is a note of.
        content: the record, as plain values.
        actor: account that noted it.
        at: when.
    """

    id: str
    kind: str
    content: Mapping[str, Any]
    actor: str
    at: datetime


def add_deployment(connection: Connection, row: DeploymentRow) -> None:
    """Keep a new deployment.

    Raises:
        RefusedError: when there is one of that reference; they differ by more than case.
    """
    taken = connection.execute(
        select(deployments.c.reference).where(
            func.lower(deployments.c.reference) == row.reference.lower()
        )
    ).scalar()
    if taken is not None:
        msg = f"there is a deployment {taken} already. Choose another reference."
        raise RefusedError(msg)
    connection.execute(
        insert(deployments).values(id=row.id, created=as_text(row.created), **_columns(row))
    )


def save_deployment(connection: Connection, row: DeploymentRow) -> DeploymentRow:
    """Keep a deployment as it is now, and return it."""
    connection.execute(
        update(deployments).where(deployments.c.id == row.id).values(**_columns(row))
    )
    return row


def find_deployment(connection: Connection, reference: str) -> DeploymentRow:
    """Return a deployment by its reference.

    Raises:
        UnknownRecordError: when there is none.
    """
    found = connection.execute(
        select(deployments).where(deployments.c.reference == reference)
    ).first()
    if found is None:
        msg = f"there is no deployment {ascii(reference)[1:-1][:100]}. List them with workbench "
        raise UnknownRecordError(msg + "deployment list, or have an analyst do so.")
    return _row(found)


def find_deployment_by_id(connection: Connection, deployment: str) -> DeploymentRow:
    """Return a deployment by its id.

    Raises:
        UnknownRecordError: when there is none.
    """
    found = connection.execute(select(deployments).where(deployments.c.id == deployment)).first()
    if found is None:
        msg = f"there is no deployment of id {ascii(deployment)[1:-1][:100]}. Check the id."
        raise UnknownRecordError(msg)
    return _row(found)


def list_deployments(
    connection: Connection, state: DeploymentState | None = None
) -> list[DeploymentRow]:
    """Return all deployments, or those in a state, by when they were drafted."""
    query = select(deployments).order_by(deployments.c.created, deployments.c.id)
    if state is not None:
        query = query.where(deployments.c.state == state.value)
    return [_row(found) for found in connection.execute(query)]


def add_note(connection: Connection, deployment: str, note: DeploymentNote) -> None:
    """Keep a note on a deployment."""
    connection.execute(
        insert(deployment_notes).values(
            id=note.id,
            deployment=deployment,
            kind=note.kind,
            content=as_json(note.content),
            actor=note.actor,
            at=as_text(note.at),
        )
    )


def list_notes(
    connection: Connection, deployment: str, kind: str | None = None
) -> list[DeploymentNote]:
    """Return the notes on a deployment, or those of a kind, in their order."""
    table = deployment_notes
    query = select(table).where(table.c.deployment == deployment).order_by(table.c.at, table.c.id)
    if kind is not None:
        query = query.where(table.c.kind == kind)
    return [_note(found) for found in connection.execute(query)]


def _columns(row: DeploymentRow) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "state": row.state.value,
        "applicant": row.applicant,
        "content": as_json(row.draft),
        "authority": None if row.authority is None else as_json(row.authority.plain()),
        "withdrawal": None if row.withdrawal is None else as_json(row.withdrawal.plain()),
        "starts": _text(row.starts),
        "ends": _text(row.ends),
        "changed": as_text(row.changed),
        "ended": _text(row.ended),
        "record": None if row.record is None else as_json(row.record),
    }


@reads_row("note")
def _note(found: Row[Any]) -> DeploymentNote:
    content = object_from_json(found.content)
    return DeploymentNote(found.id, found.kind, content, found.actor, from_text(found.at))


@reads_row("deployment")
def _row(found: Row[Any]) -> DeploymentRow:
    what = f"deployment {found.reference}"
    return DeploymentRow(
        id=found.id,
        reference=found.reference,
        state=DeploymentState(found.state),
        applicant=found.applicant,
        draft=object_from_json(found.content),
        created=from_text(found.created),
        changed=from_text(found.changed),
        authority=None
        if found.authority is None
        else Authority.read(from_json(found.authority), what=what),
        withdrawal=None
        if found.withdrawal is None
        else Withdrawal.read(from_json(found.withdrawal), what=what),
        starts=None if found.starts is None else from_text(found.starts),
        ends=None if found.ends is None else from_text(found.ends),
        ended=None if found.ended is None else from_text(found.ended),
        record=None if found.record is None else object_from_json(found.record),
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else as_text(moment)
