"""Sealed objects in files."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from workbench.errors import StoreError, VaultError
from workbench.records.vault.files import (
    as_store_error,
    changed_at,
    make_folder,
    place_new,
    sync_folder,
)
from workbench.records.vault.names import Octets, checked

__all__ = ["FolderBlobs"]

_SEALED: Final = ".sealed"
_PARTIAL: Final = "partial"


class FolderBlobs:
    """Objects in files of mode 0600, two levels of folders deep by a digest of their ids.

    An object is there whole or not at all. Damage to it later shows when it is opened.
    """

    in_transaction = False

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made when the first object is put."""
        self._folder = folder

    def put(self, object_id: str, sealed: Octets, connection: Connection | None = None) -> None:  # noqa: ARG002
        """Keep an object, safe from a power cut on return."""
        path = self._path(object_id)
        part = self._folder / _PARTIAL / f"{checked(object_id)}-{secrets.token_hex(4)}"
        with as_store_error(f"object {object_id} in {self._folder}"):
            make_folder(path.parent)
            make_folder(part.parent)
            try:
                place_new(path, part, sealed)
            except FileExistsError:
                msg = (
                    f"{self._folder} has an object {object_id} already; it was left. Use a new id."
                )
                raise StoreError(msg) from None

    def get(self, object_id: str, connection: Connection | None = None) -> bytes:  # noqa: ARG002
        """Return an object."""
        path = self._path(object_id)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            msg = f"object {object_id} is not in {self._folder}. Restore the vault from a backup."
            raise VaultError(msg) from None
        except OSError as error:
            msg = (
                f"object {object_id} in {self._folder} cannot be read ({error.strerror}). Check "
                "its permissions and its disk."
            )
            raise VaultError(msg) from error

    def delete(self, object_id: str, connection: Connection | None = None) -> None:  # noqa: ARG002
        """Delete an object."""
        path = self._path(object_id)
        with as_store_error(f"object {object_id} in {self._folder}"):
            try:
                path.unlink()
            except FileNotFoundError:
                return
            sync_folder(path.parent)

    def ids(self, connection: Connection | None = None) -> frozenset[str]:  # noqa: ARG002
        """Return the ids of all objects in the folder."""
        with as_store_error(str(self._folder)):
            if not self._folder.is_dir():
                return frozenset()
            return frozenset(
                name.removesuffix(_SEALED)
                for _, _, names in os.walk(self._folder, onerror=_fail)
                for name in names
                if name.endswith(_SEALED)
            )

    def has(self, object_id: str, connection: Connection | None = None) -> bool:
        """Return whether there is a file of an object."""
        return self.size(object_id, connection) is not None

    def size(self, object_id: str, connection: Connection | None = None) -> int | None:  # noqa: ARG002
        """Return the size of an object's file."""
        with as_store_error(f"object {object_id} in {self._folder}"):
            try:
                return self._path(object_id).stat().st_size
            except FileNotFoundError:
                return None

    def written(self, object_id: str) -> datetime | None:
        """Return when the file of an object was written."""
        with as_store_error(f"object {object_id} in {self._folder}"):
            return changed_at(self._path(object_id))

    def clear_partial(self, older_than: datetime) -> int:
        """Remove files that were never finished."""
        removed = 0
        with as_store_error(str(self._folder)):
            for part in sorted((self._folder / _PARTIAL).glob("*")):
                at = changed_at(part)
                if at is not None and at < older_than:
                    part.unlink(missing_ok=True)
                    removed += 1
        return removed

    def _path(self, object_id: str) -> Path:
        name = checked(object_id)
        digest = hashlib.sha256(name.encode("ascii")).hexdigest()
        return self._folder / digest[:2] / digest[2:4] / f"{name}{_SEALED}"


def _fail(error: OSError) -> None:
    """Have a folder that cannot be read fail, rather than look empty."""
    raise error
