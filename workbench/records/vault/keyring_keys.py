"""The master key, or the data keys, in the operating system's keyring.

A keyring is a file of its user's home, encrypted under the login password: a backup of the home
holds it. Leave it out of backups that are kept for longer than the records may be.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from platformdirs import user_runtime_path

from workbench.errors import KeyStoreError
from workbench.records.vault.files import as_store_error, make_folder
from workbench.records.vault.key_store import already_there, destroyed
from workbench.records.vault.keyring_entries import KeyringEntries
from workbench.records.vault.locking import alone
from workbench.records.vault.masters import MasterKey
from workbench.records.vault.names import checked

__all__ = ["KeyringKeyStore", "KeyringMaster"]

_SHARDS: Final = 256


class KeyringMaster:
    """A master key in the keyring."""

    def __init__(self, service: str, name: str = "master-key") -> None:
        """Name the entry; a new master key beside an earlier one needs another name."""
        self._entries = KeyringEntries(service)
        self._name = name

    def create(self) -> MasterKey:
        """Make a key and keep it; one that is there stays as it is."""
        if self._entries.get(self._name) is not None:
            msg = (
                f"{self._entries.where} has an entry {self._name} already; it was left as it is. "
                "Name another for the new master key."
            )
            raise KeyStoreError(msg)
        key = MasterKey.generate()
        self._entries.set(self._name, key.to_text())
        return key

    def read(self) -> MasterKey:
        """Return the key in the keyring."""
        text = self._entries.get(self._name)
        if text is None:
            msg = (
                f"{self._entries.where} has no entry {self._name}, so there is no master key. Log "
                "in as the user who made the bench, or restore the keyring."
            )
            raise KeyStoreError(msg)
        return MasterKey.from_text(text, f"the entry {self._name} of {self._entries.where}")


class KeyringKeyStore:
    """Data keys of one bench in the keyring, an entry each.

    A keyring cannot list what it holds, so the ids are kept in entries of their own, spread over
    256 of them because some systems allow little in one. An id is there before its key is, and
    goes after it: a key whose writing was cut off is still found.
    """

    def __init__(self, service: str, bench_id: str) -> None:
        """Open the keys of a bench.

        Raises:
            KeyStoreError: when there is no keyring.
        """
        self._entries = KeyringEntries(f"{service}/{checked(bench_id)}")
        digest = hashlib.sha256(f"{service}/{bench_id}".encode()).hexdigest()
        self._lock = user_runtime_path("lfr-workbench") / f"keyring-{digest[:16]}.lock"

    @property
    def where(self) -> str:
        """The keyring and the service, for messages."""
        return self._entries.where

    def put(self, key_id: str, wrapped: bytes) -> None:
        """Keep the record of a new key."""
        with self._alone():
            if self._entries.get(_entry(key_id)) is not None:
                raise already_there(key_id, self.where)
            self._list(key_id, listed=True)
            self._entries.set(_entry(key_id), _written(wrapped))

    def get(self, key_id: str) -> bytes:
        """Return the record of a key."""
        return self._read(key_id)[0]

    def replace(self, key_id: str, wrapped: bytes) -> None:
        """Keep another record of a key that is there."""
        with self._alone():
            self._read(key_id)
            self._entries.set(_entry(key_id), _written(wrapped))

    def destroy(self, key_id: str) -> None:
        """Remove a key, then its id."""
        with self._alone():
            self._entries.remove(_entry(key_id))
            self._list(key_id, listed=False)

    def ids(self) -> frozenset[str]:
        """Return the ids of all keys in the keyring."""
        return frozenset(one for shard in range(_SHARDS) for one in self._listed(_index(shard)))

    def written(self, key_id: str) -> datetime | None:
        """Return when the record of a key was written; one without a record is as old as can be."""
        if self._entries.get(_entry(key_id)) is not None:
            return self._read(key_id)[1]
        listed = key_id in self._listed(_index(_shard(key_id)))
        return datetime.min.replace(tzinfo=UTC) if listed else None

    def _read(self, key_id: str) -> tuple[bytes, datetime]:
        text = self._entries.get(_entry(key_id))
        if text is None:
            raise destroyed(key_id, self.where)
        try:
            moment, _, record = text.partition(" ")
            return base64.b64decode(record, validate=True), datetime.fromisoformat(moment)
        except (ValueError, binascii.Error):
            msg = f"data key {key_id} in {self.where} is damaged. Restore the keyring."
            raise KeyStoreError(msg) from None

    def _listed(self, index: str) -> list[str]:
        try:
            listed = json.loads(self._entries.get(index) or "[]")
        except ValueError:
            listed = None
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            msg = f"the entry {index} in {self.where} is damaged. Restore the keyring."
            raise KeyStoreError(msg)
        return listed

    def _list(self, key_id: str, *, listed: bool) -> None:
        index = _index(_shard(key_id))
        before = self._listed(index)
        after = sorted(set(before) | {key_id} if listed else set(before) - {key_id})
        if after and after != before:
            self._entries.set(index, json.dumps(after))
        elif not after:
            self._entries.remove(index)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process of this user at a time change the entries."""
        with as_store_error(f"the lock {self._lock}", KeyStoreError):
            make_folder(self._lock.parent)
            with alone(self._lock, self.where):
                yield


def _entry(key_id: str) -> str:
    return f"key/{checked(key_id)}"


def _index(shard: int) -> str:
    return f"index/{shard:02x}"


def _shard(key_id: str) -> int:
    return hashlib.sha256(key_id.encode("ascii")).digest()[0] % _SHARDS


def _written(wrapped: bytes) -> str:
    """Return a record as an entry: when it was written, and the record."""
    return f"{datetime.now(UTC).isoformat()} {base64.b64encode(wrapped).decode('ascii')}"
