"""Where sealed objects are kept: files in a folder, or rows beside the records.

Both hold ciphertext alone. Files (`folder_blobs`) suit the embedded store and large objects; rows
(`table_blobs`) travel in the transaction of their record and need no file system that all
processes of a team share.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from workbench.records.vault.names import Octets

__all__ = ["Blobs"]


class Blobs(Protocol):
    """Keeps sealed objects by their ids; `connection` is that of the records' transaction."""

    @property
    def in_transaction(self) -> bool:
        """Whether what is put and deleted comes and goes with the transaction."""
        ...

    def put(self, object_id: str, sealed: Octets, connection: Connection | None) -> None:
        """Keep an object; without a connection only where it is a file.

        Raises:
            StoreError: when there is one of that id, or it cannot be written; nothing is left.
        """
        ...

    def get(self, object_id: str, connection: Connection) -> bytes:
        """Return an object.

        Raises:
            VaultError: when it is not there, or cannot be read.
        """
        ...

    def delete(self, object_id: str, connection: Connection | None) -> None:
        """Delete an object; one that is gone already stays gone.

        Raises:
            StoreError: when it cannot be deleted.
        """
        ...

    def ids(self, connection: Connection) -> Collection[str]:
        """Return the ids of all objects."""
        ...

    def has(self, object_id: str, connection: Connection) -> bool:
        """Return whether there is anything of an object."""
        ...

    def size(self, object_id: str, connection: Connection) -> int | None:
        """Return how many bytes an object has, or `None` where there is none."""
        ...

    def written(self, object_id: str) -> datetime | None:
        """Return when an object was written, in UTC; the beginning of time where nobody knows."""
        ...

    def clear_partial(self, older_than: datetime) -> int:
        """Remove what writings before that moment left unfinished; return how many they were."""
        ...
