"""The register of data keys: what the records say of each, without any key material.

A key is destroyed in two steps, so that one that was cut off is finished by whoever comes next:
it is marked in a transaction, then it goes from the key store, then the records say so.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from workbench.errors import KeyDestroyedError, StoreError
from workbench.records.moments import as_text
from workbench.records.schema import data_keys
from workbench.records.vault.keys import DataKeys
from workbench.records.vault.names import checked

__all__ = ["KeyRegister"]


class KeyRegister:
    """Makes and destroys data keys together with their rows."""

    def __init__(self, keys: DataKeys) -> None:
        """Take the keys."""
        self._keys = keys

    def make(
        self, connection: Connection, *, key_id: str, retention: str, purpose: str, now: datetime
    ) -> None:
        """Make a data key and its row; a transaction that fails leaves a key for the sweep.

        Args:
            connection: of a transaction that writes.
            key_id: a new id.
            retention: class of what it will seal, for example `alert`.
            purpose: id of the deployment or case.
            now: the moment.

        Raises:
            KeyStoreError: when it cannot be kept.
        """
        self.enter(connection, key_id=key_id, retention=retention, purpose=purpose, now=now)
        self._keys.create(key_id)

    @staticmethod
    def enter(
        connection: Connection, *, key_id: str, retention: str, purpose: str, now: datetime
    ) -> None:
        """Make the row of a key that was made before the transaction; otherwise as `make`."""
        connection.execute(
            insert(data_keys).values(
                id=checked(key_id), retention=retention, purpose=purpose, created=as_text(now)
            )
        )

    @staticmethod
    def mark(connection: Connection, key_ids: Collection[str], now: datetime) -> None:
        """Mark keys as to be destroyed: from the end of the transaction nothing opens with them.

        Raises:
            StoreError: when there is no such key.
        """
        for key_id in key_ids:
            row = select(data_keys.c.destroying).where(data_keys.c.id == key_id)
            found = connection.execute(row).one_or_none()
            if found is None:
                msg = f"the records know no data key {key_id}. Restore them from a backup."
                raise StoreError(msg)
            if found.destroying is None:
                connection.execute(
                    update(data_keys)
                    .where(data_keys.c.id == key_id)
                    .values(destroying=as_text(now))
                )

    def marked(self, connection: Connection) -> tuple[str, ...]:
        """Return the ids of keys that are marked and not yet known to be destroyed."""
        return tuple(
            connection.execute(
                select(data_keys.c.id)
                .where(data_keys.c.destroying.is_not(None), data_keys.c.destroyed.is_(None))
                .order_by(data_keys.c.id)
            ).scalars()
        )

    def destroy_marked(
        self, connection: Connection, now: datetime, only: Collection[str] | None = None
    ) -> tuple[str, ...]:
        """Destroy the keys whose mark is in the store, and say so in their rows.

        Call it in a later transaction than `mark`: the mark must outlive a failure here.

        Args:
            connection: of a transaction that writes.
            now: the moment.
            only: ids to confine it to; all that are marked when `None`.

        Returns:
            Their ids.

        Raises:
            KeyStoreError: when one could not be destroyed; call it again.
        """
        marked = tuple(one for one in self.marked(connection) if only is None or one in only)
        for key_id in marked:
            self._keys.destroy(key_id)
            connection.execute(
                update(data_keys).where(data_keys.c.id == key_id).values(destroyed=as_text(now))
            )
        return marked

    @staticmethod
    def require_live(connection: Connection, key_id: str) -> None:
        """Raise unless a key is there to be used.

        Raises:
            KeyDestroyedError: when it is destroyed, or marked to be.
            StoreError: when the records know no such key.
        """
        row = connection.execute(
            select(data_keys.c.destroying, data_keys.c.destroyed).where(data_keys.c.id == key_id)
        ).one_or_none()
        if row is None:
            msg = f"the records know no data key {key_id}. Make it first."
            raise StoreError(msg)
        if row.destroying is not None or row.destroyed is not None:
            msg = (
                f"data key {key_id} was destroyed on {(row.destroyed or row.destroying)[:16]} UTC, "
                "and with it everything that it sealed."
            )
            raise KeyDestroyedError(msg)
