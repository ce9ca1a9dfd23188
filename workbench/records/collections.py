"""Reference collections as the records keep them; whom they show is in the vault alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.engine import Row

from workbench.errors import RefusedError, UnknownRecordError
from workbench.governance.reference_collections import (
    CollectionCounts,
    CollectionState,
    ReferenceCollection,
)
from workbench.records.damage import reads_row, reads_whole
from workbench.records.moments import as_json, as_text, from_json, from_text
from workbench.records.row_digests import COLLECTION_PART, digests_by_place, values_digest
from workbench.records.schema import collection_parts, collections, vault_objects

__all__ = [
    "CollectionPart",
    "CollectionRow",
    "add_collection",
    "add_part",
    "change_part",
    "find_collection",
    "finish_collection",
    "keys_of_parts",
    "list_collections",
    "list_parts",
    "mark_collection_destroyed",
    "recount_collection",
    "require_collection_name_is_free",
    "sealed_of_collection",
]


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """A collection.

    Attributes:
        record: what it is; never changed.
        state: whether it is being imported, or can be searched.
        key_id: id of the data key that seals it.
        counts: what it came to; `None` while it is being imported.
        finished: when the import ended; likewise.
        destroyed: when it was destroyed; `None` while it is kept.
    """

    record: ReferenceCollection
    state: CollectionState
    key_id: str
    counts: CollectionCounts | None = None
    finished: datetime | None = None
    destroyed: datetime | None = None

    @property
    def id(self) -> str:
        """What names it in the records."""
        return self.record.id

    @property
    def name(self) -> str:
        """What names it for people."""
        return self.record.name


@dataclass(frozen=True, slots=True)
class CollectionPart:
    """One part of a collection that is kept for good.

    Attributes:
        place: which part of the manifest it is, from 0.
        shard: id of the sealed references; `None` where every image of it was refused.
        refusals: id of the sealed list of what was refused among its rows, by the rules too; `None`
            where nothing was.
        counts: of it; what the rules refused is counted for the collection alone.
    """

    place: int
    shard: str | None
    refusals: str | None
    counts: CollectionCounts


def require_collection_name_is_free(connection: Connection, name: str) -> None:
    """Raise `RefusedError` when there is or was a collection of that name; case does not count.

    The name of one that was destroyed stays its own: certificates and the log say it.
    """
    taken = connection.execute(
        select(collections.c.name).where(func.lower(collections.c.name) == name.lower())
    ).scalar()
    if taken is not None:
        msg = (
            f"there is, or was, a collection {taken} already. Each has a name of its own: choose "
            "another."
        )
        raise RefusedError(msg)


def add_collection(connection: Connection, row: CollectionRow) -> None:
    """Keep a new collection.

    Raises:
        RefusedError: when there is or was one of that name.
    """
    require_collection_name_is_free(connection, row.name)
    connection.execute(
        insert(collections).values(
            id=row.id,
            name=row.name,
            state=row.state.value,
            owner=row.record.owner,
            content=as_json(row.record.plain()),
            counts=None,
            made=as_text(row.record.made),
            ends=as_text(row.record.ends),
            finished=None,
            key_id=row.key_id,
            destroyed=None,
        )
    )


def finish_collection(
    connection: Connection, collection: str, counts: CollectionCounts, at: datetime
) -> None:
    """Say that the import of a collection ended, and what it came to."""
    connection.execute(
        update(collections)
        .where(collections.c.id == collection)
        .values(
            state=CollectionState.READY.value, counts=as_json(counts.plain()), finished=as_text(at)
        )
    )


def add_part(connection: Connection, collection: str, part: CollectionPart, at: datetime) -> str:
    """Keep a part of a collection; return the digest of its row."""
    values = {
        "collection": collection,
        "place": part.place,
        "shard": part.shard,
        "refusals": part.refusals,
        "counts": as_json(part.counts.plain()),
        "kept": as_text(at),
    }
    connection.execute(insert(collection_parts).values(values))
    return values_digest(COLLECTION_PART, values)


def change_part(connection: Connection, collection: str, part: CollectionPart) -> str:
    """Put a part in the place of the one that was there; return the digest of its row."""
    connection.execute(
        update(collection_parts)
        .where(collection_parts.c.collection == collection, collection_parts.c.place == part.place)
        .values(shard=part.shard, refusals=part.refusals, counts=as_json(part.counts.plain()))
    )
    return digests_by_place(connection, COLLECTION_PART, collection)[part.place]


def recount_collection(connection: Connection, collection: str, counts: CollectionCounts) -> None:
    """Say what a collection comes to, once people were removed from it."""
    connection.execute(
        update(collections)
        .where(collections.c.id == collection)
        .values(counts=as_json(counts.plain()))
    )


def sealed_of_collection(connection: Connection, collection: str, kind: str) -> list[str]:
    """Return the ids of the sealed objects of a kind that are kept for a collection, in order."""
    query = (
        select(vault_objects.c.id)
        .where(vault_objects.c.purpose == collection, vault_objects.c.kind == kind)
        .order_by(vault_objects.c.id)
    )
    return list(connection.execute(query).scalars())


def keys_of_parts(connection: Connection, parts: Iterable[CollectionPart]) -> dict[int, set[str]]:
    """Return the ids of the keys that shard and refusals of parts lie under, by their places."""
    column = vault_objects.c
    return {
        one.place: set(
            connection.execute(
                select(column.key_id).where(column.id.in_([one.shard or "", one.refusals or ""]))
            ).scalars()
        )
        for one in parts
    }


def list_parts(connection: Connection, collection: str) -> list[CollectionPart]:
    """Return the parts of a collection that are kept, in order."""
    query = (
        select(collection_parts)
        .where(collection_parts.c.collection == collection)
        .order_by(collection_parts.c.place)
    )
    return [_part(found) for found in connection.execute(query)]


def find_collection(connection: Connection, name: str) -> CollectionRow:
    """Return a collection by its name or id.

    Raises:
        UnknownRecordError: when there is none.
    """
    query = select(collections).where((collections.c.name == name) | (collections.c.id == name))
    found = connection.execute(query).first()
    if found is None:
        shown = ascii(name)[1:-1][:100]
        msg = f"there is no collection {shown}. List them with workbench collection list."
        raise UnknownRecordError(msg)
    return _row(found)


def list_collections(connection: Connection) -> list[CollectionRow]:
    """Return all collections, also those that were destroyed, by when they were made."""
    query = select(collections).order_by(collections.c.made, collections.c.id)
    return [_row(found) for found in connection.execute(query)]


def mark_collection_destroyed(connection: Connection, collection: str, at: datetime) -> None:
    """Say that a collection is destroyed; part of the transaction that ends an erasure."""
    connection.execute(
        update(collections)
        .where(collections.c.id == collection, collections.c.destroyed.is_(None))
        .values(destroyed=as_text(at))
    )


@reads_row("collection")
def _row(found: Row[Any]) -> CollectionRow:
    what = f"collection {found.name}"
    return CollectionRow(
        record=ReferenceCollection.read(from_json(found.content), what=what),
        state=CollectionState(found.state),
        key_id=found.key_id,
        counts=None
        if found.counts is None
        else CollectionCounts.read(from_json(found.counts), what=what),
        finished=None if found.finished is None else from_text(found.finished),
        destroyed=None if found.destroyed is None else from_text(found.destroyed),
    )


def _part(found: Row[Any]) -> CollectionPart:
    what = f"{found.place} of collection {found.collection}"
    with reads_whole("part", what):
        return CollectionPart(
            place=found.place,
            shard=found.shard,
            refusals=found.refusals,
            counts=CollectionCounts.read(from_json(found.counts), what=what),
        )
