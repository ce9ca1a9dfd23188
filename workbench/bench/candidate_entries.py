"""The candidates of a search as they are sealed: with a picture, and what is known of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from workbench.bench.collection_galleries import ReferenceFacts
from workbench.records.footage import FootageRow

if TYPE_CHECKING:
    from workbench.retrospective.candidate_lists import Candidate, CandidateList
    from workbench.retrospective.footage_parts import FootagePart
    from workbench.retrospective.probes import PreparedProbe
    from workbench.retrospective.search_document import CandidateEntry, SearchDocument

__all__ = ["appearance_entries", "document_of", "reference_entry"]


def document_of(
    pictures: tuple[bytes, ...], probe: PreparedProbe, entries: Sequence[CandidateEntry]
) -> SearchDocument:
    """Return what is sealed of a search.

    Args:
        pictures: of the probe, as they came.
        probe: as it was searched with.
        entries: of the candidates, best first.
    """
    from workbench.images import encode_png  # noqa: PLC0415 - loads OpenCV
    from workbench.retrospective.search_document import SearchDocument  # noqa: PLC0415

    points = [(float(x), float(y)) for x, y in probe.landmarks]
    return SearchDocument(
        originals=pictures,
        probe=encode_png(probe.shown),
        landmarks=(points[0], points[1], points[2], points[3], points[4]),
        candidates=tuple(entries),
    )


def reference_entry(found: Candidate, known: Mapping[int, ReferenceFacts]) -> CandidateEntry:
    """Return a candidate of a collection.

    Args:
        found: the candidate.
        known: what is known of references, by number.
    """
    from workbench.retrospective.search_document import CandidateEntry  # noqa: PLC0415

    of = known[found.reference]
    return CandidateEntry(
        rank=found.rank,
        subject=found.subject,
        score=found.score,
        gap=found.gap,
        meaning=found.meaning.text,
        fpir=found.meaning.fpir,
        picture=of.picture,
        sha256=of.sha256,
        image_date=of.image_date,
        source=of.source,
        legal_basis=of.legal_basis,
        verdict=of.verdict,
        reasons=of.reasons,
    )


def appearance_entries(
    found: CandidateList, parts: Sequence[FootagePart], footage: Sequence[FootageRow]
) -> list[CandidateEntry]:
    """Return the candidates of a search of footage: appearances, each with its best look.

    Args:
        found: the candidate list.
        parts: segments that were searched.
        footage: that they are of.
    """
    from workbench.retrospective.search_document import CandidateEntry  # noqa: PLC0415

    of = {one.id: one.footage for one in footage}
    at = {str(name): (part, row) for part in parts for row, name in enumerate(part.ids)}
    entries = []
    for one in found.candidates:
        part, row = at[one.subject]
        known = part.appearances.rows.row(row, named=True)
        file = of[part.footage]
        moment = file.true_time(known["looked_s"])
        entries.append(
            CandidateEntry(
                rank=one.rank,
                subject=one.subject,
                score=one.score,
                gap=one.gap,
                meaning=one.meaning.text,
                fpir=one.meaning.fpir,
                picture=part.appearances.thumbnails.encoded(row),
                sha256=None,
                image_date=None if moment is None else moment.date(),
                source=f"footage {file.name}",
                legal_basis=file.basis,
                verdict=known["verdict"],
                reasons=tuple(known["reasons"].splitlines()),
                time_s=known["looked_s"],
            )
        )
    return entries
