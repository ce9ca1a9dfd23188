"""Where wrapped data keys are kept: apart from the database and from the files of the bench.

That a backup of those holds no key is what makes destroying a key final: a copy of the database
and files, taken before, stays closed. So a key store is not kept in backups for longer than the
records may be kept; who restores an older copy of it brings destroyed keys back, and the sweep
(`Vault.sweep`) destroys them again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Protocol

from workbench.errors import KeyDestroyedError, KeyStoreError

__all__ = ["KeyStore", "already_there", "destroyed", "require_apart"]


class KeyStore(Protocol):
    """A place that keeps records of wrapped keys by the ids of the keys.

    All raise `KeyStoreError` when the place cannot be used.
    """

    @property
    def where(self) -> str:
        """The place, for messages."""
        ...

    def put(self, key_id: str, wrapped: bytes) -> None:
        """Keep the record of a new key, safe from a power cut on return.

        Raises:
            KeyStoreError: also when there is a key of that id already.
        """
        ...

    def get(self, key_id: str) -> bytes:
        """Return the record of a key.

        Raises:
            KeyDestroyedError: when there is none.
        """
        ...

    def replace(self, key_id: str, wrapped: bytes) -> None:
        """Keep another record of a key that is still there; a destroyed one never comes back.

        Raises:
            KeyDestroyedError: when there is none.
        """
        ...

    def destroy(self, key_id: str) -> None:
        """Destroy a key; one that is gone already stays gone.

        What fails half-way has begun: the key is not to be used again, and this is to be called
        until it succeeds.
        """
        ...

    def ids(self) -> Collection[str]:
        """Return the ids of all keys, also of one whose writing or destroying was cut off."""
        ...

    def written(self, key_id: str) -> datetime | None:
        """Return when the record of a key was written, in UTC, or `None` where there is none."""
        ...


def destroyed(key_id: str, where: str) -> KeyDestroyedError:
    """Return the error for a key that is not in its store."""
    return KeyDestroyedError(
        f"data key {key_id} is not in {where}: it was destroyed, and what it kept cannot be read "
        "again. If nobody destroyed it, the key store was lost; restore that."
    )


def already_there(key_id: str, where: str) -> KeyStoreError:
    """Return the error for a second key of one id."""
    return KeyStoreError(f"{where} has a data key {key_id} already; it was left. Use a new id.")


def require_apart(bench_folder: Path, key_place: Path) -> None:
    """Refuse keys inside the folder of the bench, or the bench inside theirs.

    Args:
        bench_folder: where database and files lie.
        key_place: the folder of the key store, or the file of the master key.

    Raises:
        KeyStoreError: when a backup of one would hold the other; links are followed first.
    """
    bench, keys = bench_folder.expanduser().resolve(), key_place.expanduser().resolve()
    if bench == keys or bench in keys.parents or keys in bench.parents:
        msg = (
            f"keys at {key_place} and the bench at {bench_folder} would be in one backup, and what "
            "was destroyed could be restored from it. Name a place for the keys outside the bench."
        )
        raise KeyStoreError(msg)
