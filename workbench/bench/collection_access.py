"""How parts of a bench come to a collection: by its name, for as long as it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection

from workbench.bench.context import ADMINISTRATION, Acting, Context
from workbench.errors import NotAuthorisedError
from workbench.governance.holds import is_held
from workbench.governance.moments import spoken
from workbench.governance.permissions import Permission
from workbench.records.collections import CollectionRow, find_collection
from workbench.records.holds import list_holds
from workbench.records.retained import kept_collection

__all__ = [
    "collection_gone",
    "is_collection_kept",
    "on_collection",
    "require_collection_kept",
]


@contextmanager
def on_collection(
    context: Context, permission: Permission, name: str
) -> Iterator[tuple[Acting, CollectionRow]]:
    """Give a transaction that serves a collection; a refusal comes before whether it exists."""
    purpose = ADMINISTRATION
    if context.may(permission):
        with context.store.reading() as connection:
            purpose = find_collection(connection, name).id
    objects = [] if purpose == ADMINISTRATION else [purpose]
    with context.acting(permission, purpose=purpose, objects=objects) as acting:
        yield acting, find_collection(acting.connection, name)


def require_collection_kept(acting: Acting, row: CollectionRow) -> None:
    """Raise `NotAuthorisedError` where nothing of a collection is to be read or added any more."""
    if kept_collection(acting.connection, row.id) is None:
        raise NotAuthorisedError(collection_gone(row))
    if _has_ended(acting.connection, row, acting.now):
        msg = (
            f"collection {row.name} ended at {spoken(row.record.ends)}, so nothing of it is read "
            "any more: it is destroyed at the next opening of the bench. Import a new one."
        )
        raise NotAuthorisedError(msg)


def is_collection_kept(connection: Connection, row: CollectionRow, now: datetime) -> bool:
    """Return whether something of a collection may still be read."""
    is_there = kept_collection(connection, row.id) is not None
    return is_there and not _has_ended(connection, row, now)


def _has_ended(connection: Connection, row: CollectionRow, now: datetime) -> bool:
    return row.record.ends <= now and not is_held(row.id, row.id, list_holds(connection), now)


def collection_gone(row: CollectionRow) -> str:
    """Return that a collection is destroyed, and who can tell more."""
    at = "" if row.destroyed is None else f" at {spoken(row.destroyed)}"
    return (
        f"collection {row.name} was destroyed{at}, or is being destroyed. Look at its certificate, "
        "or have a data-protection officer do so: workbench retention certificate."
    )
