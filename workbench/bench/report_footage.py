"""Footage as the report of a search shows it: which files, how their clocks ran, and where in them.

Times of footage are kept as seconds from the start of a file. A report says when that truly was,
wherever the start is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from workbench.governance.footage_facts import times_doubtful
from workbench.governance.moments import spoken
from workbench.records.footage import FootageRow

if TYPE_CHECKING:
    from workbench.governance.footage import Footage
    from workbench.reports.search_parts import FootageFile
    from workbench.retrospective.search_document import CandidateEntry

__all__ = ["footage_file", "seen_where"]


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
        stated=footage.stated,
        doubtful=times_doubtful(facts),
    )


def seen_where(entry: CandidateEntry, files: Mapping[str, FootageRow]) -> str:
    """Return where in footage a candidate is seen, and when; empty for one of a collection.

    Args:
        entry: the candidate.
        files: the footage that was searched, by id.
    """
    from workbench.retrospective.footage_parts import AppearanceId  # noqa: PLC0415

    if entry.time_s is None:
        return ""
    footage = files[AppearanceId.read(entry.subject).footage].footage
    small = "; of it a small picture alone was kept" if entry.small_alone else ""
    return f"{entry.source}, {_when(footage, entry.time_s)}{small}"


def _when(footage: Footage, time_s: float) -> str:
    counted = f"{time_s:.1f} s from the start of the file"
    moment = footage.true_time(time_s)
    said = counted if moment is None else f"{spoken(moment)} ({counted})"
    return f"{said}; a time of this file may be wrong" if times_doubtful(footage.facts) else said
