"""Whether the deletion certificates that are kept are those that the log says were issued.

The entry that ends an erasure bears id and digest of its certificate.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from workbench.records.audit.entries import Entry
from workbench.records.audit.faults import Fault
from workbench.records.audit.kept_as_logged import Wording, faults_of_kept
from workbench.records.certificates import kept_digests

__all__ = ["CertificatesOfEntries"]

_WORDING: Final = Wording(
    kind="certificate",
    changed="the one that entry {seq} issued",
    missing="which entry {seq} issued",
    remedy="Restore it from a backup, and ask who can write the database",
)


class CertificatesOfEntries:
    """What the entries say of certificates; takes those that end an erasure, in their order."""

    def __init__(self) -> None:
        """Begin with none."""
        self._issued: dict[str, tuple[int, set[str | None]]] = {}

    def take(self, seq: int, entry: Entry) -> None:
        """Note the certificate of an entry that ends an erasure, if it bears one."""
        name, digest = entry.details.get("certificate"), entry.details.get("digest")
        if isinstance(name, str) and isinstance(digest, str):
            self._issued[name] = (seq, {digest})

    def held_against(self, connection: Connection) -> Iterator[Fault]:
        """Give what is wrong with the certificates that are kept.

        Args:
            connection: one that sees all rows in the state that the entries are of.
        """
        return faults_of_kept(self._issued, kept_digests(connection), _WORDING)
