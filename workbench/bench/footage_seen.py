"""Footage that was searched: which files, how their clocks ran, and where in them somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from workbench.governance.footage_facts import times_doubtful
from workbench.governance.footage_times import begins_at, seen_at, seen_from_to
from workbench.records.footage import FootageRow

if TYPE_CHECKING:
    from workbench.reports.search_parts import FootageFile
    from workbench.retrospective.pairs_document import PairSide
    from workbench.retrospective.search_document import CandidateEntry

__all__ = ["footage_file", "seen_where", "seen_while"]


def footage_file(row: FootageRow) -> FootageFile:
    """Return a file of footage as a report lists it."""
    from workbench.reports.search_parts import FootageFile  # noqa: PLC0415 - loads OpenCV

    footage = row.footage
    facts = footage.facts
    fps = facts.get("fps")
    rate = f", {fps:g} frames/s" if isinstance(fps, int | float) else ""
    length = facts.get("duration_s")
    counts = row.counts or {}
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
        origin=footage.origin,
        basis=footage.basis,
        starts="" if footage.starts is None else begins_at(footage.starts),
        pictures=counts.get("frames"),
        looked_at=counts.get("searched"),
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
    return f"{entry.source}, {seen_at(footage, entry.time_s, entry.frame)}{small}"


def seen_while(side: PairSide, files: Mapping[str, FootageRow]) -> str:
    """Return where in footage one of a pair is seen, and from when to when.

    Args:
        side: of the pair.
        files: the footage that was compared, by id.
    """
    from workbench.retrospective.footage_parts import AppearanceId  # noqa: PLC0415

    footage = files[AppearanceId.read(side.appearance).footage].footage
    return f"{side.source}, {seen_from_to(footage, side.first_s, side.last_s)}"
