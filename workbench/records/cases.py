"""Cases as the records keep them, and what the vault holds for each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.engine import Row

from workbench.errors import RefusedError, StoreError, UnknownRecordError
from workbench.governance.cases import CaseApplication, CaseDecision, CaseState
from workbench.governance.retention import RetentionClass
from workbench.records.damage import reads_row
from workbench.records.moments import as_json, as_text, from_json, from_text
from workbench.records.schema import alerts, cases, data_keys, vault_objects
from workbench.records.vault.vault import Vault

__all__ = [
    "CaseItem",
    "CaseRow",
    "add_case",
    "add_item",
    "case_key",
    "find_case",
    "find_case_by_id",
    "list_cases",
    "list_items",
    "moved_alerts",
    "save_case",
]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case.

    Attributes:
        id: names it in the records; the purpose of everything done for it.
        number: names it for people; never changed.
        state: where it is.
        application: what was asked for.
        decision: of the officer, once there was one; a case that lapsed undecided has none.
        ended: when it was refused or closed or expired, whenever that was recorded.
    """

    id: str
    number: str
    state: CaseState
    application: CaseApplication
    decision: CaseDecision | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseItem:
    """Something sealed that is kept for a case.

    Attributes:
        id: of the object in the vault.
        kind: what it is, for example `alert`.
        stored: when it was put there.
    """

    id: str
    kind: str
    stored: datetime


def add_case(connection: Connection, row: CaseRow) -> None:
    """Keep a new case.

    Raises:
        RefusedError: when there is one of that number; they differ by more than case.
    """
    taken = connection.execute(
        select(cases.c.number).where(func.lower(cases.c.number) == row.number.lower())
    ).scalar()
    if taken is not None:
        msg = f"there is a case {taken} already. Each offence has a case, and a number, of its own."
        raise RefusedError(msg)
    connection.execute(
        insert(cases).values(
            id=row.id,
            number=row.number,
            requester=row.application.requester,
            content=as_json(row.application.plain()),
            opened=as_text(row.application.opened),
            authorise_by=as_text(row.application.decide_by),
            expires=as_text(row.application.expiry),
            **_moving(row),
        )
    )


def save_case(connection: Connection, row: CaseRow) -> CaseRow:
    """Keep where a case is now, and return it; what was asked for never changes."""
    connection.execute(update(cases).where(cases.c.id == row.id).values(**_moving(row)))
    return row


def find_case(connection: Connection, number: str) -> CaseRow:
    """Return a case by its number.

    Raises:
        UnknownRecordError: when there is none.
    """
    found = connection.execute(select(cases).where(cases.c.number == number)).first()
    if found is None:
        shown = ascii(number)[1:-1][:100]
        msg = f"there is no case {shown}. List them with workbench case list."
        raise UnknownRecordError(msg)
    return _row(found)


def find_case_by_id(connection: Connection, case: str) -> CaseRow:
    """Return a case by its id.

    Raises:
        UnknownRecordError: when there is none.
    """
    found = connection.execute(select(cases).where(cases.c.id == case)).first()
    if found is None:
        msg = f"there is no case of id {ascii(case)[1:-1][:100]}. Check the id."
        raise UnknownRecordError(msg)
    return _row(found)


def list_cases(connection: Connection, states: Collection[CaseState] = ()) -> list[CaseRow]:
    """Return all cases, or those in some states, by when they were opened."""
    query = select(cases).order_by(cases.c.opened, cases.c.id)
    if states:
        query = query.where(cases.c.state.in_([state.value for state in states]))
    return [_row(found) for found in connection.execute(query)]


def case_key(connection: Connection, case: str) -> str:
    """Return the id of the data key that seals what is kept for a case.

    Raises:
        StoreError: when the records know none; each case has one from when it is opened.
    """
    found = connection.execute(
        select(data_keys.c.id)
        .where(data_keys.c.retention == RetentionClass.CASE.value, data_keys.c.purpose == case)
        .order_by(data_keys.c.created, data_keys.c.id)
    ).scalar()
    if found is None:
        msg = f"the records know no data key of case {case}. Restore them from a backup."
        raise StoreError(msg)
    return str(found)


def add_item(
    vault: Vault,
    connection: Connection,
    case: str,
    *,
    object_id: str,
    kind: str,
    plaintext: bytes | bytearray | memoryview,
    now: datetime,
) -> None:
    """Seal something for a case, with the case's own key: it goes when the case goes.

    Whoever calls it has made sure that the case is authorised and covers `now`.

    Args:
        vault: of the bench.
        connection: of a transaction that writes.
        case: id of the case.
        object_id: a new id.
        kind: what it is, for example `alert`.
        plaintext: what is sealed; not kept.
        now: the moment.

    Raises:
        KeyDestroyedError: when the case's key is destroyed, or marked to be.
        StoreError: when it cannot be written.
        VaultError: when it is too large.
    """
    vault.put(
        connection,
        object_id=object_id,
        key_id=case_key(connection, case),
        kind=kind,
        purpose=case,
        plaintext=plaintext,
        now=now,
    )


def list_items(connection: Connection, case: str) -> list[CaseItem]:
    """Return what the vault holds for a case, by when it was put there."""
    query = (
        select(vault_objects.c.id, vault_objects.c.kind, vault_objects.c.stored)
        .where(vault_objects.c.purpose == case)
        .order_by(vault_objects.c.stored, vault_objects.c.id)
    )
    return [_item(found) for found in connection.execute(query)]


def moved_alerts(connection: Connection, case: str) -> list[str]:
    """Return the ids of the alerts that were moved to a case."""
    query = select(alerts.c.id).where(alerts.c.moved_to == case).order_by(alerts.c.id)
    return list(connection.execute(query).scalars())


def _moving(row: CaseRow) -> dict[str, Any]:
    """Return the columns of what changes while a case goes on."""
    return {
        "state": row.state.value,
        "authority": None if row.decision is None else as_json(row.decision.plain()),
        "ended": None if row.ended is None else as_text(row.ended),
    }


@reads_row("sealed object")
def _item(found: Row[Any]) -> CaseItem:
    return CaseItem(found.id, found.kind, from_text(found.stored))


@reads_row("case")
def _row(found: Row[Any]) -> CaseRow:
    what = f"case {found.number}"
    return CaseRow(
        id=found.id,
        number=found.number,
        state=CaseState(found.state),
        application=CaseApplication.read(from_json(found.content), what=what),
        decision=None
        if found.authority is None
        else CaseDecision.read(from_json(found.authority), what=what),
        ended=None if found.ended is None else from_text(found.ended),
    )
