"""Snapshots for managers' pages, with the records that the workbench ships or those of a test."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dataframely as dy

from workbench.outcomes import OutcomeRecords, met_deployments
from workbench.outcomes.snapshot import Snapshot, write_snapshot

__all__ = ["part_of", "section_of", "snapshot_folder", "text_of"]


def snapshot_folder(
    folder: Path, records: dy.DataFrame[OutcomeRecords] | None = None, **more: Any
) -> Path:
    """Write a snapshot that is new, and return its folder.

    Args:
        folder: is made.
        records: the published example when left out.
        more: fields of the snapshot.
    """
    snapshot = Snapshot(**{"written_at": datetime.now(UTC)} | more)
    write_snapshot(folder, snapshot, met_deployments() if records is None else records)
    return folder


def section_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a section of what a page shows."""
    assert document["state"] == "ready", document.get("words")
    (found,) = [one for one in document["sections"] if one["name"] == name]
    return dict(found)


def part_of(document: dict[str, Any], section: str, name: str) -> dict[str, Any]:
    """Return a part of a section of what a page shows."""
    (found,) = [one for one in section_of(document, section)["parts"] if one["name"] == name]
    return dict(found)


def text_of(part: object) -> str:
    """Return all words of a part, one after another."""
    if isinstance(part, dict):
        return "\n".join(text_of(one) for one in part.values())
    if isinstance(part, list | tuple):
        return "\n".join(text_of(one) for one in part)
    return str(part) if isinstance(part, str) else ""
