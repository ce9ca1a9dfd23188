"""A deletion certificate and the head of the audit log, in words for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.cli.tables import show_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.bench.log_head import LogHead
    from workbench.bench.retention import IssuedCertificate

__all__ = ["counted", "log_rows", "show_certificate"]


def show_certificate(issued: IssuedCertificate) -> None:
    """Write a certificate: what was destroyed when, what had left before, and the log's head."""
    from workbench.reports.certificates import lateness  # noqa: PLC0415 - keeps `--help` quick

    one = issued.certificate
    show_pairs(
        [
            ("certificate", one.id),
            ("digest", one.digest()),
            ("of", f"{one.retention.value} of {issued.reference}"),
            ("result", one.result.value),
            ("counts", counted(one.counts) or None),
            ("keys destroyed", "\n".join(one.keys) or None),
            ("records destroyed", "\n".join(one.objects) or None),
            ("held", "\n".join(one.held) or None),
            ("remaining", "\n".join(one.remaining) or None),
            ("due", one.due and f"{one.due:%Y-%m-%d %H:%M} UTC"),
            ("finished", f"{one.finished:%Y-%m-%d %H:%M} UTC"),
            ("lateness", lateness(one)),
            (
                "left before",
                "\n".join(f"{left.what}, to {left.recipient}" for left in one.disclosed) or None,
            ),
            *log_rows(issued.log),
        ]
    )


def log_rows(log: LogHead) -> list[tuple[str, object]]:
    """Return what every report bears of the audit log: its newest entry, and its witness."""
    head = log.head
    return [
        ("log", None if head is None else f"{head.seq}: {head.hash}"),
        ("witness", log.witness),
    ]


def counted(counts: Mapping[str, int]) -> str:
    """Return how many of what were destroyed, as words."""
    return ", ".join(f"{kind.replace('-', ' ')} {count:,}" for kind, count in counts.items())
