"""The report of a concluded search, of what is sealed of it and what was concluded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from workbench.bench.context import Acting, Context
from workbench.bench.exports import Exports
from workbench.bench.footage_access import standing_footage
from workbench.bench.footage_seen import footage_file, seen_where
from workbench.bench.repeated_searches import other_searches
from workbench.bench.report_probe import face_picture, probe_shown
from workbench.bench.row_checks import require_standing_search
from workbench.bench.search_access import on_search
from workbench.bench.search_looks import REPORT
from workbench.errors import NotAuthorisedError, UsageError
from workbench.governance.moments import spoken
from workbench.governance.permissions import Permission
from workbench.governance.searches import SearchKind, candidate_id
from workbench.records.audit.verbs import Verb
from workbench.records.cases import CaseRow
from workbench.records.collections import CollectionRow, find_collection
from workbench.records.exports import Export
from workbench.records.footage import FootageRow
from workbench.records.identifiers import new_id
from workbench.records.moments import from_text
from workbench.records.searches import SearchRow, review_of

if TYPE_CHECKING:
    from workbench.matching.calibration import MatcherName, Unit
    from workbench.reports.search_parts import (
        Considered,
        Searched,
    )
    from workbench.reports.search_report import SearchReport
    from workbench.retrospective.candidate_lists import Candidate
    from workbench.retrospective.search_document import (
        CandidateEntry,
    )

__all__ = ["write_report"]

_ENDINGS: Final = (".html", ".pdf")


def write_report(
    context: Context,
    search: str,
    path: Path,
    *,
    recipient: str,
    justification: str,
    force: bool = False,
) -> Export:
    """Write the report of a search to a file; see `Reviews.export`."""
    from workbench.reports.search_rendering import (  # noqa: PLC0415 - loads Jinja
        render_search,
        search_pdf,
    )

    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        msg = f"{path}: a report is HTML or PDF. Let the name end in .html or .pdf."
        raise UsageError(msg)
    context.require(Permission.EXPORT_MAKE)
    permission = Permission.RETRO_SEARCH_CONSULT
    with on_search(context, permission, search) as (acting, case, row):
        report = _report(context, acting, case, row, _Asked(recipient, justification))
        acting.log(
            Verb.CONSULT,
            [row.id],
            justification=justification,
            details={"what": REPORT, "shown": "faces"},
        )
    content = render_search(report).encode() if ending == ".html" else search_pdf(report)
    return Exports(context).write_file(
        case.number,
        path,
        content,
        what=f"the report of search {row.id}",
        recipient=recipient,
        justification=justification,
        objects=[row.id],
        force=force,
    )


class _Asked(NamedTuple):
    recipient: str
    justification: str


def _report(
    context: Context, acting: Acting, case: CaseRow, row: SearchRow, asked: _Asked
) -> SearchReport:
    from workbench.reports.search_parts import (  # noqa: PLC0415 - loads OpenCV
        AuditHead,
        Making,
        Settings,
    )
    from workbench.reports.search_report import SearchReport  # noqa: PLC0415
    from workbench.retrospective.candidate_lists import CandidateList  # noqa: PLC0415
    from workbench.retrospective.search_document import decode_search  # noqa: PLC0415

    require_standing_search(acting, row)
    record = row.record
    _ = record.asked  # which refuses two pieces of footage: nobody concludes on their pairs
    if not record.full_scan:
        msg = (
            f"search {row.id} was triage: not every reference was compared. A report rests on a "
            "full scan; search again so."
        )
        raise NotAuthorisedError(msg)
    review = review_of(acting.connection, row.id)
    sealed = context.vault.get(acting.connection, row.object_id)
    document = decode_search(sealed, source=f"search {row.id}")
    candidates = tuple(_candidate(one) for one in document.candidates)
    footage = _footage(acting, row)
    first = document.candidates[0] if document.candidates else None
    head = context.store.log.head(acting.connection)
    return SearchReport(
        id=new_id("report", acting.now),
        case=case.application,
        decision=case.decision,
        searched_at=row.at,
        searched_by=row.actor,
        reason=record.reason,
        probe=probe_shown(acting, row, document),
        searched=_searched(acting, row, footage),
        settings=Settings(
            encoders=[one.identity for one in document.encoders],
            policy=record.calibration,
            measured_on="" if first is None else first.meaning.measured_on,
            runtime=document.runtime,
            software=document.software,
            gallery=record.gallery,
        ),
        found=CandidateList(
            candidates=candidates,
            length=record.length,
            references=record.references,
            matcher=cast("MatcherName", record.matcher),
            unit=cast("Unit", record.unit),
            precision=record.precision,
            full_scan=record.full_scan,
        ),
        considered=tuple(
            _considered(one, found, footage)
            for one, found in zip(document.candidates, candidates, strict=True)
        ),
        review=review,
        audit=AuditHead(0, "", acting.now)
        if head is None
        else AuditHead(head.seq, head.hash, _moment(head.at)),
        making=Making(acting.name, acting.now, asked.recipient, asked.justification),
        category=context.category,
        others=tuple(other_searches(context, acting, row, review)),
        left_out=record.left_out,
    )


def _moment(at: str | datetime) -> datetime:
    return from_text(at) if isinstance(at, str) else at


def _candidate(entry: CandidateEntry) -> Candidate:
    from workbench.matching.confidence import ScoreMeaning  # noqa: PLC0415 - opens quickly
    from workbench.retrospective.candidate_lists import Candidate  # noqa: PLC0415

    return Candidate(
        rank=entry.rank,
        subject=entry.subject,
        reference=entry.reference,
        score=entry.score,
        gap=entry.gap,
        meaning=ScoreMeaning(**entry.meaning.model_dump()),
    )


def _considered(
    entry: CandidateEntry, candidate: Candidate, footage: Mapping[str, FootageRow]
) -> Considered:
    from workbench.reports.search_parts import Considered  # noqa: PLC0415 - loads OpenCV

    place = seen_where(entry, footage)
    return Considered(
        id=candidate_id(entry.rank),
        candidate=candidate,
        verdict=entry.verdict,
        reasons=entry.reasons,
        # Where it is seen says the day as well.
        image_date=None if place else entry.image_date,
        picture=face_picture(entry.picture, entry.eyes),
        place=place,
        sha256=entry.sha256 or "",
    )


def _footage(acting: Acting, row: SearchRow) -> dict[str, FootageRow]:
    """Return the footage that was searched, by id; none of a search of a collection."""
    record = row.record
    if record.kind is SearchKind.COLLECTION:
        return {}
    return {one: standing_footage(acting, one) for one in record.target}


def _searched(acting: Acting, row: SearchRow, footage: Mapping[str, FootageRow]) -> Searched:
    from workbench.reports.search_parts import (  # noqa: PLC0415 - loads OpenCV
        SearchedCollection,
        SearchedFootage,
    )

    record = row.record
    if record.kind is not SearchKind.COLLECTION:
        files = [footage_file(one) for one in footage.values()]
        return SearchedFootage(files, record.subjects)
    collection = find_collection(acting.connection, record.target[0])
    counts = collection.counts
    return SearchedCollection(
        name=record.target_name,
        references=record.references,
        subjects=record.subjects,
        sources={} if counts is None else counts.sources,
        legal_bases={} if counts is None else counts.bases,
        state=_state(collection, record.references),
        refused=0 if counts is None else counts.refused,
        listed=collection.record.manifest,
    )


def _state(collection: CollectionRow, searched: int) -> str:
    """Return when a collection was imported, and that people were taken out after the search."""
    if collection.finished is None:
        return ""
    said = f"imported by {spoken(collection.finished)}"
    now = searched if collection.counts is None else collection.counts.references
    if now == searched:
        return said
    return (
        f"{said}; {searched - now:,} of its reference images were taken out after the search. "
        "Where images come from, and on which basis they are used, is counted of those that remain"
    )
