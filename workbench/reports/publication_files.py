"""The files of one publication: named after what they are of, with a manifest of their digests."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from workbench.csv_text import csv_rows
from workbench.errors import UsageError
from workbench.reports.publication_figures import PublishedFigure
from workbench.reports.publication_head import PublicationHead
from workbench.reports.publication_tables import PublishedTable, published_rows

__all__ = [
    "MANIFEST",
    "figures_csv",
    "figures_json",
    "file_stem",
    "json_bytes",
    "tables_csv",
    "with_manifest",
]

MANIFEST: Final = "SHA256SUMS"
_OTHER: Final = re.compile(r"[^A-Za-z0-9]+")
_LONGEST: Final = 80
_DIGITS: Final = 8
_FIGURES: Final = (
    "question", "figure", "says", "value", "shown", "of", "basis", "share", "low", "high", "note",
)  # fmt: skip


def file_stem(kind: str, reference: str) -> str:
    """Return what the files of a publication are called, without their ending.

    Where a reference cannot stand in a name as it is, a part of its SHA-256 keeps it apart from
    others that would be called alike.

    >>> file_stem("record", "2026-11/HIGH-ST-1"), file_stem("annual", "2024")
    ('record-2026-11-HIGH-ST-1-6afd0d59', 'annual-2024')

    Raises:
        UsageError: when nothing of the reference can be in a name.
    """
    safe = _OTHER.sub("-", reference).strip("-")[:_LONGEST].rstrip("-")
    if not safe:
        msg = f"{reference!a} holds no letter and no digit to call files by. Name another."
        raise UsageError(msg)
    if safe == reference:
        return f"{kind}-{safe}"
    digest = hashlib.sha256(reference.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{kind}-{safe}-{digest[:_DIGITS]}"


def with_manifest(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return files with one that lists the SHA-256 of each, as `sha256sum --check` reads it."""
    lines = [
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
    ]
    return {**files, MANIFEST: "".join(lines).encode()}


def figures_csv(groups: Mapping[str, tuple[PublishedFigure, ...]]) -> bytes:
    """Return figures as CSV, each with what it is of; no cell is a formula.

    Args:
        groups: by question or section.
    """
    rows = [
        [question, *(one.plain()[name] for name in _FIGURES[1:])]
        for question, figures in groups.items()
        for one in figures
    ]
    return csv_rows(_FIGURES, rows).encode()


def tables_csv(tables: tuple[PublishedTable, ...]) -> bytes:
    """Return tables as one CSV, a line for each cell: table, row, column, cell."""
    return csv_rows(("table", "row", "column", "cell"), published_rows(tables)).encode()


def figures_json(
    head: PublicationHead,
    groups: Mapping[str, tuple[PublishedFigure, ...]],
    tables: tuple[PublishedTable, ...],
) -> bytes:
    """Return figures and tables as JSON, with the head of the publication."""
    return json_bytes(
        {
            "form": "published-figures/1",
            **head.plain(),
            "figures": [
                {"question": question, **one.plain()}
                for question, figures in groups.items()
                for one in figures
            ],
            "tables": [one.plain() for one in tables],
        }
    )


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """Return plain values as a JSON text."""
    return f"{json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)}\n".encode()
