"""Whether the deletion certificates that are kept are those that the log says were issued.

The entry that ends an erasure bears id and digest of its certificate.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from workbench.records.audit.entries import Entry
from workbench.records.audit.faults import Fault, FaultKind
from workbench.records.certificates import kept_digests

__all__ = ["CertificatesOfEntries"]

_DO: Final = "Restore it from a backup, and ask who can write the database"


class CertificatesOfEntries:
    """What the entries say of certificates; takes those that end an erasure, in their order."""

    def __init__(self) -> None:
        """Begin with none."""
        self._issued: dict[str, tuple[int, str]] = {}

    def take(self, seq: int, entry: Entry) -> None:
        """Note the certificate of an entry that ends an erasure, if it bears one."""
        name, digest = entry.details.get("certificate"), entry.details.get("digest")
        if isinstance(name, str) and isinstance(digest, str):
            self._issued[name] = (seq, digest)

    def held_against(self, connection: Connection) -> Iterator[Fault]:
        """Give what is wrong with the certificates that are kept.

        Args:
            connection: one that sees all rows in the state that the entries are of.
        """
        issued = dict(self._issued)
        for name, digests in kept_digests(connection):
            shown = ascii(name)[1:-1]
            seq, digest = issued.pop(name, (0, None))
            if digest is None:
                text = f"certificate {shown} is in no entry: it was put in. {_DO}"
                yield Fault(0, FaultKind.ROW, text)
            elif digests != {digest}:
                text = f"certificate {shown} is not the one that entry {seq} issued. {_DO}"
                yield Fault(seq, FaultKind.ROW, text)
        for name, (seq, _) in issued.items():
            text = f"certificate {name} is missing, which entry {seq} issued. {_DO}"
            yield Fault(seq, FaultKind.ROW, text)
