"""The vault: what holds a face or a template is on disk only in here, sealed.

A row of `vault_objects` says what an object is and for whose purpose it is kept, a blob holds its
ciphertext, and its data key is in the key store. All three, from one bench, are needed to open it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from workbench.errors import KeyDestroyedError, UnknownRecordError, VaultError
from workbench.records.moments import as_text
from workbench.records.schema import data_keys, vault_objects
from workbench.records.vault.blobs import Blobs
from workbench.records.vault.keys import DataKeys
from workbench.records.vault.names import Octets, checked
from workbench.records.vault.register import KeyRegister
from workbench.records.vault.sealing import Bound, seal, unseal

__all__ = ["Orphans", "SealedAhead", "Vault"]


@dataclass(frozen=True, slots=True)
class Orphans:
    """What no row of the records knows of.

    Attributes:
        objects: ids of sealed objects without a row.
        keys: ids of data keys without a row, or whose row says that they were destroyed.
        partial: how many unfinished files were removed; 0 where nothing was swept.
    """

    objects: tuple[str, ...]
    keys: tuple[str, ...]
    partial: int = 0


class SealedAhead(NamedTuple):
    """An object that is sealed in a file, and that no record knows until `Vault.enter`."""

    id: str
    key_id: str
    kind: str
    purpose: str
    sha256: str
    size: int


class _Kept(NamedTuple):
    """The row of an object."""

    key_id: str
    kind: str
    purpose: str
    sha256: str
    size: int


class Vault:
    """The sealed objects of one bench."""

    def __init__(self, bench_id: str, keys: DataKeys, blobs: Blobs) -> None:
        """Take the bench's id, which everything is bound to, its keys, and where objects lie."""
        self._bench_id = bench_id
        self._keys = keys
        self._blobs = blobs

    def put(
        self,
        connection: Connection,
        *,
        object_id: str,
        key_id: str,
        kind: str,
        purpose: str,
        plaintext: Octets,
        now: datetime,
    ) -> None:
        """Seal an object and keep it.

        Args:
            connection: of a transaction that writes; if it fails the object is left for the sweep.
            object_id: a new id.
            key_id: of a data key that the register made.
            kind: what it is, for example `watchlist`.
            purpose: id of the deployment or case that it is kept for.
            plaintext: at most `sealing.LARGEST` bytes; not kept.
            now: the moment.

        Raises:
            KeyDestroyedError: when the key is destroyed, or marked to be.
            VaultError: when it is too large.
            StoreError: when it cannot be written; nothing is left then.
        """
        KeyRegister.require_live(connection, key_id)
        bound = Bound(self._bench_id, checked(object_id), kind, purpose, key_id)
        with self._keys.get(key_id).opened() as key:
            sealed = seal(key, plaintext, bound)
        self._blobs.put(object_id, sealed, connection)
        try:
            connection.execute(
                insert(vault_objects).values(
                    id=object_id,
                    key_id=key_id,
                    kind=kind,
                    purpose=purpose,
                    sha256=hashlib.sha256(sealed).hexdigest(),
                    size=len(sealed),
                    stored=as_text(now),
                )
            )
        except BaseException:
            if not self._blobs.in_transaction:
                self._blobs.delete(object_id, None)
            raise

    @property
    def is_in_files(self) -> bool:
        """Whether objects lie in files, which can be written before the transaction."""
        return not self._blobs.in_transaction

    def put_ahead(
        self, *, object_id: str, key_id: str, kind: str, purpose: str, plaintext: Octets
    ) -> SealedAhead:
        """Seal an object into its file, so that the transaction that `enter`s it is a short one.

        Only where `is_in_files`. What is never entered is left for `erase`, or for the sweep.

        Args:
            object_id: a new id.
            key_id: of a data key that is in the key store, with or without a row.
            kind: as in `put`.
            purpose: as in `put`.
            plaintext: as in `put`.

        Raises:
            VaultError: when it is too large.
            StoreError: when it cannot be written; nothing is left then.
        """
        bound = Bound(self._bench_id, checked(object_id), kind, purpose, key_id)
        with self._keys.get(key_id).opened() as key:
            sealed = seal(key, plaintext, bound)
        self._blobs.put(object_id, sealed, None)
        sha256 = hashlib.sha256(sealed).hexdigest()
        return SealedAhead(object_id, key_id, kind, purpose, sha256, len(sealed))

    def enter(self, connection: Connection, objects: Sequence[SealedAhead], now: datetime) -> None:
        """Make the rows of objects that were sealed ahead, under keys that have theirs by now.

        Raises:
            KeyDestroyedError: when a key is destroyed, or marked to be.
        """
        for key_id in sorted({one.key_id for one in objects}):
            KeyRegister.require_live(connection, key_id)
        rows = [{**one._asdict(), "stored": as_text(now)} for one in objects]
        if rows:
            connection.execute(insert(vault_objects), rows)

    def get(self, connection: Connection, object_id: str) -> bytes:
        """Return what was put, once it is known to be whole and in its place.

        Raises:
            UnknownRecordError: when the records know no such object.
            KeyDestroyedError: when its key is destroyed, or marked to be.
            VaultError: when it is missing, cut short, damaged or moved.
            KeyStoreError: when its key cannot be had.
        """
        row = self._row(connection, object_id)
        try:
            KeyRegister.require_live(connection, row.key_id)
        except KeyDestroyedError:
            self._keys.forget(row.key_id)
            raise
        what = f"{row.kind} {object_id}"
        sealed = self._blobs.get(object_id, connection)
        if len(sealed) != row.size:
            state = "cut short" if len(sealed) < row.size else "damaged"
            msg = (
                f"{what} is {state}: it has {len(sealed):,} bytes instead of {row.size:,}. Restore "
                "the vault from a backup."
            )
            raise VaultError(msg)
        if hashlib.sha256(sealed).hexdigest() != row.sha256:
            msg = (
                f"{what} is damaged, or another object is in its place: its SHA-256 is not the one "
                "recorded. Restore the vault from a backup."
            )
            raise VaultError(msg)
        bound = Bound(self._bench_id, object_id, row.kind, row.purpose, row.key_id)
        with self._keys.get(row.key_id).opened() as key:
            return unseal(key, sealed, bound, what)

    def delete(self, connection: Connection, object_ids: Collection[str]) -> None:
        """Delete the rows of objects, and those blobs that are rows too; unknown ids are passed by.

        Objects in files stay until `erase`, which is for after the commit: a transaction that is
        rolled back must find them. One cut off in between leaves them to `sweep`.
        """
        for object_id in object_ids:
            connection.execute(delete(vault_objects).where(vault_objects.c.id == object_id))
            if self._blobs.in_transaction:
                self._blobs.delete(object_id, connection)

    def erase(self, object_ids: Collection[str]) -> None:
        """Remove the files of objects whose rows are deleted, after that was committed.

        Raises:
            StoreError: when one cannot be removed.
        """
        if not self._blobs.in_transaction:
            for object_id in object_ids:
                self._blobs.delete(object_id, None)

    def still_there(self, connection: Connection, object_ids: Collection[str]) -> tuple[str, ...]:
        """Return which of these ids still have a sealed object, whether or not a row knows it."""
        return tuple(one for one in object_ids if self._blobs.has(checked(one), connection))

    def missing(self, connection: Connection) -> tuple[str, ...]:
        """Return the ids of objects that have a row, a live key, and no blob."""
        there = self._blobs.ids(connection)
        query = (
            select(vault_objects.c.id)
            .join(data_keys, data_keys.c.id == vault_objects.c.key_id)
            .where(data_keys.c.destroying.is_(None))
            .order_by(vault_objects.c.id)
        )
        return tuple(one for one in connection.execute(query).scalars() if one not in there)

    def orphans(self, connection: Connection, older_than: datetime) -> Orphans:
        """Return objects and keys that no row knows, and keys that came back after their end.

        Args:
            connection: that sees the records.
            older_than: what was written since is passed by, since the transaction that will know
                it may not have ended yet; an hour ago is safe.
        """
        # What is there is listed before what is known, so that nothing is missed in between.
        blobs, keys = self._blobs.ids(connection), self._keys.store.ids()
        known = frozenset(connection.execute(select(vault_objects.c.id)).scalars())
        ended = {
            row.id: row.destroyed is not None
            for row in connection.execute(select(data_keys.c.id, data_keys.c.destroyed))
        }
        return Orphans(
            tuple(
                one
                for one in sorted(frozenset(blobs) - known)
                if _before(self._blobs.written(one), older_than)
            ),
            tuple(
                one
                for one in sorted(keys)
                if ended.get(one, _before(self._keys.store.written(one), older_than))
            ),
        )

    def sweep(self, connection: Connection, older_than: datetime) -> Orphans:
        """Destroy the keys and remove the objects that `orphans` names, and unfinished files.

        A database that was restored from before some alert does not know that alert's key: the
        sweep destroys it, so restore the newest database first.

        Args:
            connection: of a transaction that writes.
            older_than: as in `orphans`.

        Returns:
            What was removed.

        Raises:
            StoreError: when something could not be removed; call it again.
        """
        found = self.orphans(connection, older_than)
        for key_id in found.keys:
            self._keys.destroy(key_id)
        for object_id in found.objects:
            self._blobs.delete(object_id, connection)
        return Orphans(found.objects, found.keys, self._blobs.clear_partial(older_than))

    @staticmethod
    def _row(connection: Connection, object_id: str) -> _Kept:
        columns = vault_objects.c
        row = connection.execute(
            select(
                columns.key_id, columns.kind, columns.purpose, columns.sha256, columns.size
            ).where(columns.id == checked(object_id))
        ).one_or_none()
        if row is None:
            msg = f"the vault has no object {object_id}. Check the id; it may have been erased."
            raise UnknownRecordError(msg)
        return _Kept(*row)


def _before(written: datetime | None, moment: datetime) -> bool:
    return written is not None and written < moment
