"""A key store in a folder: one private file for each key, none of it to be backed up."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from workbench.errors import KeyStoreError
from workbench.records.vault.files import (
    as_store_error,
    changed_at,
    make_folder,
    overwrite,
    place_new,
    shred,
    sync_folder,
    write_new,
)
from workbench.records.vault.key_store import already_there, destroyed
from workbench.records.vault.locking import alone
from workbench.records.vault.names import checked

__all__ = ["FolderKeyStore"]

_FORMAT: Final = "workbench-keys/1"
_MARKER: Final = "key-store.json"
_LOCK: Final = ".lock"
_KEY: Final = ".key"
_PART: Final = ".part"
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LARGEST: Final = 1 << 16


class FolderKeyStore:
    """Keys of one bench in a folder of mode 0700, each in a file of mode 0600.

    A destroyed key's file is overwritten, then removed. Overwriting cannot promise that no old
    block is left: a solid-state disk writes elsewhere, a copy-on-write file system, a snapshot or
    a backup keeps the old one. So the folder lies on a plain disk where that matters, and is not
    in any backup that is kept for longer than the records may be.
    """

    def __init__(self, folder: Path, bench_id: str) -> None:
        """Open the key store of a bench.

        Raises:
            KeyStoreError: when it is not there, is another bench's, or others can read it.
        """
        self._folder = folder
        self._require_usable(bench_id)

    @classmethod
    def create(cls, folder: Path, bench_id: str) -> Self:
        """Make the key store of a new bench.

        Raises:
            KeyStoreError: when the folder holds anything already, or cannot be made.
        """
        with as_store_error(f"the key store {folder}", KeyStoreError):
            make_folder(folder)
            if any(folder.iterdir()):
                msg = f"{folder} is not empty, so it was left as it is. Name a new folder for keys."
                raise KeyStoreError(msg)
            folder.chmod(0o700)
            marker = json.dumps({"format": _FORMAT, "bench": bench_id})
            place_new(folder / _MARKER, folder / f".{_MARKER}{_PART}", marker.encode("utf-8"))
        return cls(folder, bench_id)

    @property
    def where(self) -> str:
        """The folder, for messages."""
        return f"the key store {self._folder}"

    def put(self, key_id: str, wrapped: bytes) -> None:
        """Keep the record of a new key."""
        path, part = self._path(key_id), self._part(key_id)
        with self._alone():
            if path.exists():
                raise already_there(key_id, self.where)
            self._place(part, path, wrapped)

    def get(self, key_id: str) -> bytes:
        """Return the record of a key; waits for nobody."""
        path = self._path(key_id)
        with self._usable():
            while True:
                try:
                    with path.open("rb") as file:
                        wrapped = file.read(_LARGEST)
                        # One that was replaced meanwhile is being overwritten: read the new one.
                        if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                            return wrapped
                except FileNotFoundError:
                    raise destroyed(key_id, self.where) from None

    def replace(self, key_id: str, wrapped: bytes) -> None:
        """Keep another record of a key that is there, and overwrite the one before."""
        path, part = self._path(key_id), self._part(key_id)
        with self._alone():
            try:
                before = os.open(path, os.O_RDWR)
            except FileNotFoundError:
                raise destroyed(key_id, self.where) from None
            try:
                self._place(part, path, wrapped)
                # As well as the disk allows; the new record is in place either way.
                with contextlib.suppress(OSError):
                    overwrite(before)
            finally:
                os.close(before)

    def destroy(self, key_id: str) -> None:
        """Overwrite and remove a key, and what a writing that was cut off left of it."""
        with self._alone():
            shred(self._path(key_id))
            shred(self._part(key_id))
            sync_folder(self._folder)

    def ids(self) -> frozenset[str]:
        """Return the ids of all keys in the folder."""
        with self._usable():
            names = [path.name for path in self._folder.iterdir()]
        whole = {name.removesuffix(_KEY) for name in names if name.endswith(_KEY)}
        parts = {
            name.removeprefix(".").removesuffix(_PART)
            for name in names
            if name.endswith(_PART) and name != f".{_MARKER}{_PART}"
        }
        return frozenset(whole | parts)

    def written(self, key_id: str) -> datetime | None:
        """Return when the file of a key was written."""
        with self._usable():
            return changed_at(self._path(key_id)) or changed_at(self._part(key_id))

    def _path(self, key_id: str) -> Path:
        return self._folder / f"{checked(key_id)}{_KEY}"

    def _part(self, key_id: str) -> Path:
        return self._folder / f".{checked(key_id)}{_PART}"

    def _place(self, part: Path, path: Path, wrapped: bytes) -> None:
        """Write a record beside its place, then rename it there; the folder must be held."""
        shred(part)
        write_new(part, wrapped)
        try:
            part.replace(path)
        except OSError:
            shred(part)
            raise
        sync_folder(self._folder)

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """Have failures named; a folder whose disk is not there must not look like an empty one."""
        with as_store_error(self.where, KeyStoreError):
            (self._folder / _MARKER).stat()
            yield

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder while it is changed, so that no rewrapped key follows a destroyed one."""
        with self._usable(), alone(self._folder / _LOCK, self.where):
            yield

    def _require_usable(self, bench_id: str) -> None:
        with self._usable():
            mode = self._folder.stat().st_mode
            text = (self._folder / _MARKER).read_bytes()
        try:
            marker = json.loads(text)
        except ValueError:
            msg = f"{self.where} is damaged: {_MARKER} cannot be read. Restore that file."
            raise KeyStoreError(msg) from None
        if not isinstance(marker, dict) or marker.get("format") != _FORMAT:
            msg = f"{self.where} is of another version. Update the workbench."
            raise KeyStoreError(msg)
        if marker.get("bench") != bench_id:
            msg = f"{self.where} holds the keys of another bench. Name the folder of this one's."
            raise KeyStoreError(msg)
        if mode & _OTHERS:
            msg = (
                f"{self.where} can be used by others (mode {stat.S_IMODE(mode):04o}), so it was "
                f"not used. Say: chmod 700 {self._folder}"
            )
            raise KeyStoreError(msg)
