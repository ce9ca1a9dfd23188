"""Deletion certificates for people and for programs: JSON that can be checked, and a page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Final

from jinja2 import Environment

from workbench.governance.certificates import DeletionCertificate, Result
from workbench.governance.moments import duration, spoken
from workbench.governance.retention import RetentionClass
from workbench.reports.environment import page_environment, style_of

__all__ = [
    "CertificatePage",
    "certificate_json",
    "certificate_values",
    "lateness",
    "render_certificate",
]

_FORMAT: Final = "lfr-workbench-certificate/1"
_DAY: Final = timedelta(days=1)
_WHAT: Final = {
    RetentionClass.NON_MATCH: ("What matched nobody in", "was"),
    RetentionClass.WATCHLIST: ("The watchlist of", "was"),
    RetentionClass.ALERT: ("Alerts of", "were"),
    RetentionClass.CASE: ("What was kept for case", "was"),
    RetentionClass.EVALUATION_SET: ("The evaluation set", "was"),
    RetentionClass.COLLECTION: ("The reference collection", "was"),
    RetentionClass.CCTV: ("Footage of", "was"),
    RetentionClass.AUDIT_LOG: ("The audit log of", "was"),
}


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """A certificate, and where its digest can be looked up.

    Attributes:
        certificate: itself.
        reference: of the deployment or number of the case.
        head_seq: place of the newest entry of the audit log when this was written.
        head_hash: hash of that entry; every entry before it, with the certificate's digest, is
            bound into it.
        witness: where hashes of that log are kept elsewhere.
        category: `demonstration` marks the page as one; `None` for an operation.
    """

    certificate: DeletionCertificate
    reference: str
    head_seq: int | None
    head_hash: str | None
    witness: str
    category: str | None = None


def certificate_values(page: CertificatePage) -> dict[str, Any]:
    """Return a certificate as values that JSON can hold, with its digest and the log's head."""
    return {
        "format": _FORMAT,
        "category": page.category,
        "reference": page.reference,
        "certificate": page.certificate.plain(),
        "digest": page.certificate.digest(),
        "lateness": lateness(page.certificate),
        "audit": {
            "head_seq": page.head_seq,
            "head_hash": page.head_hash,
            "witness": page.witness,
        },
    }


def certificate_json(page: CertificatePage) -> str:
    """Return a certificate as a JSON text; its digest is that of `certificate` in it."""
    text = json.dumps(certificate_values(page), indent=2, ensure_ascii=False, allow_nan=False)
    return f"{text}\n"


def render_certificate(page: CertificatePage) -> str:
    """Return a certificate as one HTML document that needs no other file, script or network."""
    certificate = page.certificate
    template = _environment().get_template("certificate.html.j2")
    return template.render(
        page=page,
        certificate=certificate,
        headline=_headline(page),
        lateness=lateness(certificate),
        counts=[
            (kind.replace("-", " "), f"{count:,}") for kind, count in certificate.counts.items()
        ],
    )


def lateness(certificate: DeletionCertificate) -> str:
    """Return in words whether it was in time, rounded so that it never looks less late."""
    if certificate.due is None:
        return "before any date was set for it"
    if not certificate.late_by_s:
        return "in time"
    late = timedelta(seconds=certificate.late_by_s)
    if late < _DAY:
        return f"{duration(late)} late"
    days, rest = divmod(late, _DAY)
    words = f"{days} day{'s' if days > 1 else ''}"
    return f"{words} {duration(rest)} late" if rest else f"{words} late"


def _headline(page: CertificatePage) -> str:
    what, verb = _WHAT[page.certificate.retention]
    far = "" if page.certificate.result is Result.COMPLETE else " as far as it could be"
    return f"{what} {page.reference} {verb} destroyed{far}, {lateness(page.certificate)}."


@cache
def _environment() -> Environment:
    environment = page_environment()
    environment.globals["style"] = style_of(environment, "page.css")
    environment.filters["spoken"] = spoken
    return environment
