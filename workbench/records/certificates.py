"""Deletion certificates as the records keep them: for good, and never changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.engine import Row

from workbench.errors import AuditError, RecordError, UnknownRecordError
from workbench.governance.certificates import DeletionCertificate
from workbench.records.moments import as_json, as_text, from_json
from workbench.records.schema import certificates

__all__ = ["add_certificate", "find_certificate", "list_certificates"]


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
    query = select(certificates).order_by(certificates.c.at, certificates.c.id)
    if purpose is not None:
        query = query.where(certificates.c.purpose == purpose)
    return [_certificate(found) for found in connection.execute(query)]


def _certificate(row: Row[Any]) -> DeletionCertificate:
    what = f"certificate {row.id}"
    try:
        certificate = DeletionCertificate.read(from_json(row.content), what=what)
    except (RecordError, ValueError):
        certificate = None
    if certificate is None or (certificate.digest(), certificate.id) != (row.digest, row.id):
        msg = (
            f"{what} was changed after it was issued: it does not have the digest {row.digest}. "
            "The audit log has the one that was issued; run workbench audit verify."
        )
        raise AuditError(msg)
    return certificate
