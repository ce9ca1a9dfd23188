"""Adding an entry by the function of the database, on a connection that may not write the log."""

from __future__ import annotations

from typing import Final, NoReturn

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from workbench.errors import AuditError, ClockError, NotPermittedError, StoreError
from workbench.records.audit.faults import LOOK
from workbench.records.engine import sql_state
from workbench.records.team.functions import BROKEN, EARLY, FORM, STRANGER

__all__ = ["append_body"]

_MISSING: Final = "42883"
_APPEND: Final = text("SELECT place, digest FROM audit_append(:body)")


def append_body(connection: Connection, body: str) -> tuple[int, str]:
    """Add an entry, and return its place and its hash.

    Args:
        connection: in the transaction that writes what the entry tells of.
        body: as `workbench.records.audit.entries.canonical` writes it.

    Raises:
        AuditError: when the log lost its end, or this is no entry.
        ClockError: when it is earlier than the last entry, or far from the database's clock.
        NotPermittedError: when it is in the name of somebody whose connection this is not.
        StoreError: when the store was not set up for a team.
    """
    try:
        row = connection.execute(_APPEND, {"body": body}).one()
    except DBAPIError as error:
        _raise(error)
    return int(row.place), str(row.digest)


def _raise(error: DBAPIError) -> NoReturn:
    state = sql_state(error)
    said = (str(error.orig).strip().splitlines() or [""])[0].rstrip(".")
    if state == STRANGER:
        msg = f"{said}. Connect as the person who does it, or ask an administrator of the bench."
        raise NotPermittedError(msg) from None
    if state == EARLY:
        msg = f"{said}. Set the clock of this machine, or of the database's."
        raise ClockError(msg) from None
    if state == BROKEN:
        msg = f"{said}. {LOOK}; nothing can be logged so."
        raise AuditError(msg) from None
    if state == FORM:
        msg = f"{said}: the database has other functions. Have its owner run workbench team setup."
        raise AuditError(msg) from None
    if state == _MISSING:
        msg = (
            "this database was not set up for a team: it has no way for you to log. Have its owner "
            "run workbench team setup."
        )
        raise StoreError(msg) from None
    raise error
