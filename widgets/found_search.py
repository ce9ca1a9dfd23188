"""A search that is kept, as the panels of a page show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.candidate_rows import CandidateRow, ListHead
from widgets.comparison_view import ComparedPicture
from workbench.faces.quality import Verdict
from workbench.governance.searches import candidate_id
from workbench.images import load_image

if TYPE_CHECKING:
    from workbench.bench.search_views import SearchFinding, SearchView
    from workbench.retrospective.search_document import CandidateEntry

__all__ = ["compared", "head_of", "probe_of", "rows_of"]


def head_of(view: SearchView) -> ListHead:
    """Return what is said of the list of a search."""
    record = view.record
    return ListHead(
        collection=record.target_name,
        references=record.references,
        length=record.length,
        full_scan=record.full_scan,
        stated=record.stated,
        scored_by=f"{record.matcher}, {record.unit}",
        at=view.at,
    )


def rows_of(found: SearchFinding) -> list[CandidateRow]:
    """Return the candidates of a search."""
    return [
        CandidateRow(
            candidate=candidate_id(one.rank),
            rank=one.rank,
            thumbnail=one.picture if one.thumbnail is None else one.thumbnail,
            score=one.score,
            gap=one.gap,
            meaning=one.meaning.text,
            quality=Verdict(one.verdict),
            reasons=one.reasons,
            image_date=one.image_date,
            category=one.source if one.time_s is None else "footage",
            source=one.legal_basis if one.time_s is None else _where(one),
        )
        for one in found.document.candidates
    ]


def probe_of(found: SearchFinding) -> ComparedPicture:
    """Return the probe of a search, as it was searched with."""
    document, facts = found.document, found.view.record.asked
    right, left = document.landmarks[:2]
    said = "enhanced copy" if facts.log.is_enhanced else "as it was captured"
    return ComparedPicture(load_image(document.probe), right, left, f"{facts.origin}; {said}")


def compared(found: SearchFinding, candidate: str) -> ComparedPicture | None:
    """Return the picture of a candidate; `None` where its eyes were not found."""
    entry = next(one for one in found.document.candidates if candidate_id(one.rank) == candidate)
    if entry.eyes is None:
        return None
    taken = "date unknown" if entry.image_date is None else f"image of {entry.image_date}"
    return ComparedPicture(
        load_image(entry.picture), *entry.eyes, f"rank {entry.rank}; {taken}; {_where(entry)}"
    )


def _where(entry: CandidateEntry) -> str:
    if entry.time_s is None:
        return entry.source
    return f"{entry.source}, {entry.time_s:.1f} s"
