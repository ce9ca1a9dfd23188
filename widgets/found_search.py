"""A search that is kept, as the panels of a page show it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from widgets.candidate_rows import CandidateRow, ListHead
from widgets.comparison_view import ComparedPicture
from workbench.faces.quality import Verdict
from workbench.governance.quality_words import judged
from workbench.governance.searches import candidate_id
from workbench.images import load_image

AS_IT_STANDS: Final = "as it stands in the file"
"""What is said of a picture that was cut from footage."""

if TYPE_CHECKING:
    from workbench.bench.search_views import SearchFinding, SearchView
    from workbench.governance.searches import ProbeFacts

__all__ = ["AS_IT_STANDS", "as_it_is", "compared", "head_of", "pictures_of", "probe_of", "rows_of"]


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
            source=one.legal_basis if one.time_s is None else found.where(one),
        )
        for one in found.document.candidates
    ]


def pictures_of(found: SearchFinding) -> list[str]:
    """Return what is said of each picture that was joined into the probe of a search.

    One whose face an earlier version did not keep is told of, and cannot be compared.
    """
    document, facts = found.document, found.view.record.asked
    told = []
    for number, data in enumerate(document.originals, 1):
        digest = f"SHA-256 {hashlib.sha256(data).hexdigest()}"
        if number == 1:
            quality = judged(facts.quality.verdict, facts.quality.reasons)
            told.append(f"picture 1: quality {quality}. {digest}")
        elif number - 2 < len(facts.others):
            told.append(f"{facts.others[number - 2].describe(number)}. {digest}")
        else:
            told.append(f"picture {number}: not judged by the version that searched. {digest}")
    return told


def probe_of(found: SearchFinding, number: int = 1) -> ComparedPicture:
    """Return the probe of a search, as it was searched with.

    Args:
        found: the search.
        number: of the picture, from 1, where several were joined.
    """
    document, facts = found.document, found.view.record.asked
    if number > 1:
        other = document.others[number - 2]
        caption = f"{facts.origin}; picture {number} of {facts.frames}; {as_it_is(facts)}"
        return ComparedPicture(load_image(other.picture), *other.eyes, caption)
    right, left = document.landmarks[:2]
    said = "enhanced copy" if facts.log.is_enhanced else as_it_is(facts)
    which = "" if facts.frames == 1 else f"picture 1 of {facts.frames}; "
    caption = f"{facts.origin}; {which}{said}"
    return ComparedPicture(load_image(document.probe), right, left, caption)


def as_it_is(facts: ProbeFacts) -> str:
    """Return what is known of a probe that nothing was done to: nobody saw it being captured."""
    return AS_IT_STANDS if facts.appearance is not None else "as it came"


def compared(found: SearchFinding, candidate: str) -> ComparedPicture | None:
    """Return the picture of a candidate; `None` where its eyes were not found."""
    entry = next(one for one in found.document.candidates if candidate_id(one.rank) == candidate)
    if entry.eyes is None:
        return None
    taken = "date unknown" if entry.image_date is None else f"image of {entry.image_date}"
    caption = f"rank {entry.rank}; {taken}; {found.where(entry)}"
    return ComparedPicture(load_image(entry.picture), *entry.eyes, caption)
