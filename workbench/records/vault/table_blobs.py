"""Sealed objects in rows of the records' database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select

from workbench.errors import StoreError, VaultError
from workbench.records.schema import vault_chunks
from workbench.records.vault.names import Octets, checked

__all__ = ["TableBlobs"]

_CHUNK: Final = 1 << 20


class TableBlobs:
    """Objects in the table `vault_chunks`, in rows of at most 1 MiB."""

    in_transaction = True

    def put(self, object_id: str, sealed: Octets, connection: Connection | None) -> None:
        """Keep an object, once the transaction is in the store."""
        if connection is None:
            msg = f"object {object_id} is a row of the records: it needs their transaction."
            raise StoreError(msg)
        if self.has(object_id, connection):
            msg = f"there is an object {object_id} already; it was left. Use a new id."
            raise StoreError(msg)
        view = memoryview(sealed)
        for place, start in enumerate(range(0, view.nbytes, _CHUNK)):
            connection.execute(
                insert(vault_chunks).values(
                    object_id=object_id, place=place, bytes=bytes(view[start : start + _CHUNK])
                )
            )

    def get(self, object_id: str, connection: Connection) -> bytes:
        """Return an object."""
        rows = connection.execute(
            select(vault_chunks.c.bytes)
            .where(vault_chunks.c.object_id == checked(object_id))
            .order_by(vault_chunks.c.place)
        )
        chunks = list(rows.scalars())
        if not chunks:
            msg = f"object {object_id} is not in the records. Restore them from a backup."
            raise VaultError(msg)
        return b"".join(chunks)

    def delete(self, object_id: str, connection: Connection | None) -> None:
        """Delete an object, once the transaction is in the store."""
        if connection is not None:
            connection.execute(
                delete(vault_chunks).where(vault_chunks.c.object_id == checked(object_id))
            )

    def ids(self, connection: Connection) -> frozenset[str]:
        """Return the ids of all objects in the table."""
        return frozenset(connection.execute(select(vault_chunks.c.object_id).distinct()).scalars())

    def has(self, object_id: str, connection: Connection) -> bool:
        """Return whether there is a row of an object; its bytes are not asked for."""
        query = select(vault_chunks.c.place).where(vault_chunks.c.object_id == checked(object_id))
        return connection.execute(query.limit(1)).first() is not None

    def size(self, object_id: str, connection: Connection) -> int | None:
        """Return the size of an object's rows together."""
        length = func.sum(func.length(vault_chunks.c.bytes))
        query = select(length).where(vault_chunks.c.object_id == object_id)
        found = connection.execute(query).scalar()
        return None if found is None else int(found)

    def written(self, object_id: str) -> datetime | None:  # noqa: ARG002
        """Return the beginning of time: whatever is seen was put by a transaction that ended."""
        return datetime.min.replace(tzinfo=UTC)

    def clear_partial(self, older_than: datetime) -> int:  # noqa: ARG002
        """Return 0: a transaction leaves nothing unfinished."""
        return 0
