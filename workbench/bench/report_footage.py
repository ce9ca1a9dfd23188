"""Footage as the report of a search shows it: which files, and how their clocks ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.records.footage import FootageRow

if TYPE_CHECKING:
    from workbench.reports.search_parts import FootageFile

__all__ = ["footage_file"]


def footage_file(row: FootageRow) -> FootageFile:
    """Return a file of footage as a report lists it."""
    from workbench.reports.search_parts import FootageFile  # noqa: PLC0415 - loads OpenCV

    footage = row.footage
    facts = footage.facts
    fps = facts.get("fps")
    rate = f", {fps:g} frames/s" if isinstance(fps, int | float) else ""
    length = facts.get("duration_s")
    return FootageFile(
        id=row.id,
        name=footage.name,
        sha256=footage.sha256,
        codec=f"{facts.get('codec')}, {facts.get('width')}x{facts.get('height')} px{rate}",
        duration_s=float(length) if isinstance(length, int | float) else 0.0,
        # How far the clock was ahead is what has to be taken off.
        correction_s=None if footage.starts is None else 0.0 - footage.clock_offset_s,
        damage=str(facts.get("damage") or ""),
    )
