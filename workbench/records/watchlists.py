"""Watchlists as the records keep them: which list a deployment has, and where it is sealed.

The faces and templates of a list are in the vault; what is here stays once they are gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from workbench.records.damage import reads_row
from workbench.records.moments import as_text, from_text
from workbench.records.schema import data_keys, watchlists
from workbench.records.watchlist_entries import remove_all

__all__ = [
    "ListState",
    "WatchlistRow",
    "find_watchlist",
    "list_watchlists",
    "mark_destroyed",
    "save_watchlist",
]


class ListState(StrEnum):
    """Whether the faces of a list are still there."""

    READY = "ready"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class WatchlistRow:
    """The list of one deployment, of which there is never more than one.

    Attributes:
        id: names it; the same however often the list is built anew.
        deployment: id of the deployment.
        state: whether its faces are there.
        builder: account that built it last.
        built: when it was last built from its images; taking an entry off does not change that.
        references: how many images are on it.
        subjects: how many people are on it.
        object_id: of the sealed list; `None` once it is destroyed.
        key_id: of the one data key that it is sealed under; likewise.
        digest: SHA-256 of what was sealed; it stays.
        destroyed: when its faces were destroyed.
    """

    id: str
    deployment: str
    state: ListState
    builder: str
    built: datetime
    references: int
    subjects: int
    object_id: str | None
    key_id: str | None
    digest: str | None
    destroyed: datetime | None = None


def find_watchlist(connection: Connection, deployment: str) -> WatchlistRow | None:
    """Return the list of a deployment by the deployment's id, or `None` where none was built."""
    found = connection.execute(
        select(watchlists).where(watchlists.c.deployment == deployment)
    ).one_or_none()
    return None if found is None else _row(found)


def list_watchlists(connection: Connection, state: ListState | None = None) -> list[WatchlistRow]:
    """Return all lists, or those in a state, by id."""
    query = select(watchlists).order_by(watchlists.c.id)
    if state is not None:
        query = query.where(watchlists.c.state == state.value)
    return [_row(found) for found in connection.execute(query)]


def save_watchlist(connection: Connection, row: WatchlistRow) -> WatchlistRow:
    """Keep a list as it is now, whether it is new or not, and return it."""
    values = {
        "deployment": row.deployment,
        "state": row.state.value,
        "builder": row.builder,
        "built": as_text(row.built),
        "object_id": row.object_id,
        "key_id": row.key_id,
        "references_count": row.references,
        "subjects_count": row.subjects,
        "digest": row.digest,
        "destroyed": None if row.destroyed is None else as_text(row.destroyed),
    }
    changed = connection.execute(
        update(watchlists).where(watchlists.c.id == row.id).values(**values)
    )
    if not changed.rowcount:
        connection.execute(insert(watchlists).values(id=row.id, **values))
    return row


def mark_destroyed(connection: Connection, deployment: str, at: datetime) -> None:
    """Say that the faces of a deployment's list are destroyed; its references stay.

    Part of the transaction that ends an erasure. Without a list, when it is destroyed already, or
    when it was meanwhile sealed anew under a key that lives on, nothing changes.
    """
    row = find_watchlist(connection, deployment)
    if row is None or row.state is ListState.DESTROYED or _opens(connection, row.key_id):
        return
    connection.execute(
        update(watchlists)
        .where(watchlists.c.id == row.id)
        .values(state=ListState.DESTROYED.value, object_id=None, key_id=None, destroyed=as_text(at))
    )
    remove_all(connection, row.id, at)


def _opens(connection: Connection, key_id: str | None) -> bool:
    """Return whether a key is neither destroyed nor marked to be."""
    found = connection.execute(
        select(data_keys.c.destroying, data_keys.c.destroyed).where(data_keys.c.id == key_id)
    ).one_or_none()
    return found is not None and found.destroying is None and found.destroyed is None


@reads_row("watchlist")
def _row(found: Row[Any]) -> WatchlistRow:
    return WatchlistRow(
        id=found.id,
        deployment=found.deployment,
        state=ListState(found.state),
        builder=found.builder,
        built=from_text(found.built),
        references=found.references_count,
        subjects=found.subjects_count,
        object_id=found.object_id,
        key_id=found.key_id,
        digest=found.digest,
        destroyed=None if found.destroyed is None else from_text(found.destroyed),
    )
