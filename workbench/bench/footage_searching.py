"""Probes against the footage of a case: whose appearances are like them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.bench.candidate_entries import appearance_entries, document_of
from workbench.bench.context import Acting, Context
from workbench.bench.earlier_probes import ProbeSource
from workbench.bench.footage_access import footage_parts, indexed_footage
from workbench.bench.footage_probes import require_of_case
from workbench.bench.footage_sealing import open_wider
from workbench.bench.search_galleries import gallery_words
from workbench.bench.search_keeping import keep_search, on_search_work
from workbench.bench.search_probes import searched_with
from workbench.bench.search_records import probe_facts, search_record
from workbench.bench.search_views import ProbeRequest, SearchView
from workbench.errors import ImageError, RecordError
from workbench.governance.reference_collections import CollectionGallery
from workbench.governance.searches import GalleryChoice, SearchKind
from workbench.records.audit.verbs import Verb
from workbench.records.cases import CaseRow

if TYPE_CHECKING:
    from workbench.bench.search_probes import ProbeModels
    from workbench.faces.analysis import FaceAnalyser
    from workbench.governance.searches import ProbeFacts
    from workbench.matching.matcher import Matcher
    from workbench.records.footage import FootageRow
    from workbench.retrospective.candidate_lists import CandidateList
    from workbench.retrospective.footage_parts import FootagePart
    from workbench.retrospective.probes import PreparedProbe

__all__ = ["footage_name", "search_footage", "still_there"]


def search_footage(
    context: Context,
    models: ProbeModels,
    case: str,
    probes: Sequence[ProbeSource],
    *,
    kind: SearchKind,
    reason: str,
    footage: Sequence[str],
    length: int,
    analyser: FaceAnalyser | None,
    together: str | None = None,
    left_out: tuple[str, ...] = (),
) -> list[SearchView]:
    """Search footage of a case with each of several probes, and keep a search for each.

    Each is prepared once before any is searched with, so that nothing is kept where one cannot be
    used, and again when it is its turn: the pictures of one at a time are in memory.

    Args:
        context: the bench.
        models: that it searches with.
        case: number of the case, which covers now.
        probes: at least one.
        kind: of the searches.
        reason: why they are made.
        footage: ids; all that is indexed if there are none.
        length: of each candidate list.
        analyser: loaded models; those of the settings if left out.
        together: names what searches that are made together have in common.
        left_out: ids of earlier searches whose probes are not among them.

    Raises:
        WorkbenchError: as `Searches.against_footage`.
    """
    from workbench.retrospective.search_document import encode_search  # noqa: PLC0415

    with on_search_work(context, case) as (acting, of):
        for source in probes:
            require_of_case(acting, of, source.appearance)
        rows = indexed_footage(acting, of, footage)
        acting.log(
            Verb.CONSULT,
            [one.id for one in rows],
            justification=reason,
            details={"footage": len(rows), "probes": len(probes), "step": "begun"},
        )
    used = models.analyser() if analyser is None else analyser
    if len(probes) > 1:
        for source in probes:
            _ = _prepared(models, source, used)
    parts = footage_parts(context, rows)
    matcher = None
    kept = []
    for source in probes:
        probe, prepared, said = _prepared(models, source, used)
        if matcher is None:
            matcher = _matcher(context, parts, prepared)
        found = _found(matcher, prepared, length, probe.appearance)
        record = search_record(
            kind,
            said,
            matcher,
            found,
            target=tuple(one.id for one in rows),
            target_name=footage_name(rows),
            subjects=sum(len(one.appearances) for one in parts),
            gallery=gallery_words(GalleryChoice.EXACT, CollectionGallery.MEMORY),
            reason=reason,
            together=together,
            left_out=left_out,
        )
        entries = appearance_entries(
            found,
            parts,
            rows,
            used,
            lambda part, some: open_wider(context, part.appearances, some),
        )
        document = document_of(probe.pictures, prepared, entries, used)
        kept.append(
            keep_search(
                context,
                case,
                record,
                encode_search(document),
                lambda acting, now: still_there(acting, now, rows),
            )
        )
    return kept


def _prepared(
    models: ProbeModels, source: ProbeSource, analyser: FaceAnalyser
) -> tuple[ProbeRequest, PreparedProbe, ProbeFacts]:
    probe = source.opened()
    try:
        prepared = models.prepared(probe, analyser)
        return probe, prepared, probe_facts(probe, prepared, what=source.name)
    except (ImageError, RecordError) as error:
        if source.search is None:
            raise
        # Versions judged probes otherwise, and so do settings: what went once may need a reason.
        named = str(error) if source.name in str(error) else f"{source.name}: {error}"
        msg = f"{named} Or leave it out of the search for everyone: --except {source.search}"
        raise type(error)(msg) from error


def footage_name(rows: Sequence[FootageRow]) -> str:
    """Return how much footage was searched, for people."""
    return "1 piece of footage" if len(rows) == 1 else f"{len(rows)} pieces of footage"


def still_there(acting: Acting, case: CaseRow, rows: Sequence[FootageRow]) -> None:
    """Raise `FootageError` where footage went while it was searched."""
    indexed_footage(acting, case, [one.id for one in rows])


def _matcher(context: Context, parts: Sequence[FootagePart], probe: PreparedProbe) -> Matcher:
    from workbench.matching.calibration import load_calibration  # noqa: PLC0415
    from workbench.retrospective.timelines import timeline_matcher  # noqa: PLC0415

    identities = {name: one.encoder for name, one in probe.templates.items()}
    return timeline_matcher(context.settings.encoder, parts, identities, load_calibration())


def _found(matcher: Matcher, probe: PreparedProbe, length: int, own: str | None) -> CandidateList:
    """Return the candidates; an appearance does not find itself."""
    if own is None:
        return searched_with(matcher, probe, length)
    return searched_with(matcher, probe, length + 1).without(own, length)
