"""Deletion certificates as the records keep them: for good, and never changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.engine import Row

from workbench.errors import AuditError, RecordError, UnknownRecordError
from workbench.governance.certificates import DeletionCertificate
from workbench.records.moments import as_json, as_text, from_json
from workbench.records.schema import certificates

__all__ = [
    "add_certificate",
    "find_certificate",
    "kept_digests",
    "list_certificates",
    "sound_certificates",
]


def add_certificate(connection: Connection, certificate: DeletionCertificate) -> None:
    """Keep a new certificate."""
    connection.execute(
        insert(certificates).values(
            id=certificate.id,
            retention=certificate.retention.value,
            purpose=certificate.purpose,
            content=as_json(certificate.plain()),
            digest=certificate.digest(),
            at=as_text(certificate.finished),
        )
    )


def find_certificate(connection: Connection, certificate_id: str) -> DeletionCertificate:
    """Return a certificate.

    Raises:
        UnknownRecordError: when there is none of that id.
        AuditError: when it is not what it was when its digest was kept.
    """
    found = connection.execute(
        select(certificates).where(certificates.c.id == certificate_id)
    ).first()
    if found is None:
        msg = (
            f"there is no certificate {ascii(certificate_id)[1:-1][:100]}. List them with "
            "workbench retention certificate."
        )
        raise UnknownRecordError(msg)
    return _certificate(found)


def list_certificates(
    connection: Connection, purpose: str | None = None
) -> list[DeletionCertificate]:
    """Return all certificates, or those of a deployment or case, by when they were issued.

    Raises:
        AuditError: when one is not what it was when its digest was kept.
    """
    return [_certificate(found) for found in _found(connection, purpose)]


def sound_certificates(
    connection: Connection, purpose: str | None = None
) -> tuple[list[DeletionCertificate], list[str]]:
    """Return the certificates that are what they were, and the ids of those that are not.

    Args:
        connection: to read by.
        purpose: id of a deployment or case; all, if left out.
    """
    sound, changed = [], []
    for found in _found(connection, purpose):
        try:
            sound.append(_certificate(found))
        except AuditError:
            changed.append(ascii(str(found.id))[1:-1])
    return sound, changed


def kept_digests(connection: Connection) -> Iterator[tuple[str, set[str | None]]]:
    """Give each certificate's id with its digests: that of its content, and the one kept with it.

    They are the same where nothing was changed; a content that cannot be read has none, `None`.
    """
    for found in _found(connection, None):
        certificate = _read(found)
        yield found.id, {found.digest, None if certificate is None else certificate.digest()}


def _found(connection: Connection, purpose: str | None) -> Iterator[Row[Any]]:
    query = select(certificates).order_by(certificates.c.at, certificates.c.id)
    if purpose is not None:
        query = query.where(certificates.c.purpose == purpose)
    yield from connection.execute(query)


def _read(row: Row[Any]) -> DeletionCertificate | None:
    """Return the certificate of a row; `None` where there is none any more, or another's."""
    try:
        certificate = DeletionCertificate.read(from_json(row.content), what="a certificate")
    except (RecordError, ValueError, TypeError, RecursionError):
        return None
    return certificate if certificate.id == row.id else None


def _certificate(row: Row[Any]) -> DeletionCertificate:
    certificate = _read(row)
    if certificate is None or certificate.digest() != row.digest:
        msg = (
            f"certificate {row.id} was changed after it was issued: its content does not have the "
            "digest that is kept with it. The audit log has the digest of the one that was issued, "
            "and workbench audit verify compares them. Restore the bench from a backup to read it."
        )
        raise AuditError(msg)
    return certificate
