"""`bench.searches`: searches of a case, each with a probe, a reason and a list of candidates.

Software puts candidates forward, and no more: what a search says is for examiners
(`bench.reviews`). Everything of it is sealed with the case's own key, and goes with the case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from workbench.bench.candidate_entries import (
    appearance_entries,
    document_of,
    reference_entry,
)
from workbench.bench.case_access import on_case
from workbench.bench.collection_galleries import CollectionGalleries, require_searchable
from workbench.bench.context import Acting, Context
from workbench.bench.footage import footage_parts, indexed_footage
from workbench.bench.part_sealing import PartSealing
from workbench.bench.row_checks import require_standing_case
from workbench.bench.search_access import on_search, review_state
from workbench.bench.search_views import ProbeRequest, SearchFinding, SearchView
from workbench.errors import RecordError
from workbench.governance.cases import require_case_covers
from workbench.governance.permissions import Permission
from workbench.governance.searches import (
    DEFAULT_LENGTH,
    LONGEST_LENGTH,
    ProbeFacts,
    SearchKind,
    SearchRecord,
)
from workbench.governance.text import require_reason, require_said
from workbench.records.audit.verbs import Verb
from workbench.records.cases import CaseRow, case_key, find_case
from workbench.records.collections import find_collection
from workbench.records.identifiers import new_id
from workbench.records.row_digests import ROW, SEARCH, row_digest
from workbench.records.searches import SearchRow, add_search, review_of, searches_of

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser
    from workbench.matching.matcher import Matcher
    from workbench.records.footage import FootageRow
    from workbench.retrospective.candidate_lists import CandidateList
    from workbench.retrospective.probes import PreparedProbe
    from workbench.retrospective.search_document import SearchDocument

__all__ = ["KIND", "Searches"]

KIND: Final = "search"
"""What a sealed search is called in the vault."""


class Searches:
    """Searches of the cases of a bench, by id."""

    def __init__(self, context: Context, galleries: CollectionGalleries) -> None:
        """Take what is worked with, and what holds a collection in memory."""
        self._context, self._galleries = context, galleries
        self._loaded: FaceAnalyser | None = None

    def against_collection(
        self,
        case: str,
        probe: ProbeRequest,
        collection: str,
        *,
        reason: str,
        length: int = DEFAULT_LENGTH,
        analyser: FaceAnalyser | None = None,
    ) -> SearchView:
        """Search a reference collection for the face of a probe.

        Every reference is compared. The list is as long where nobody in the collection is the
        person: that none of the candidates is put forward is as good a result as any.

        Args:
            case: number of the case, which covers now.
            probe: what to search with.
            collection: name of the collection.
            reason: why this search is made.
            length: of the candidate list.
            analyser: loaded models; those of the settings if left out.

        Raises:
            CollectionError: when the collection is still being imported, or damaged.
            EncoderMismatchError: when the collection was made with other encoders.
            ImageError: when a picture cannot be decoded, or shows no face.
            NotAuthorisedError: when the case or the collection allows no search now.
            NotPermittedError: when the role may not.
            RecordError: when what is said of the probe cannot be used, for example a rejected
                quality without a reason to search all the same.
            UnknownRecordError: when there is no such case or collection.
        """
        _require_length(length)
        require_reason(reason, what="the search")
        with self._on(case) as (acting, _):
            row = find_collection(acting.connection, collection)
            require_searchable(acting, row)
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification=reason,
                details={"collection": row.name, "step": "begun"},
            )
        used = self._analyser() if analyser is None else analyser
        made = self._prepared(probe, used)
        loaded = self._galleries.get(row)
        found = _searched(loaded.matcher, made, length)
        known = self._galleries.facts(loaded, [one.reference for one in found.candidates])
        record = _record(
            SearchKind.COLLECTION,
            _facts(probe, made),
            loaded.matcher,
            found,
            target=(row.id,),
            target_name=row.name,
            subjects=0 if row.counts is None else row.counts.subjects,
            reason=reason,
        )
        entries = [reference_entry(one, known) for one in found.candidates]
        document = document_of(probe.pictures, made, entries, used)

        def still_allowed(acting: Acting, _: CaseRow) -> None:
            require_searchable(acting, find_collection(acting.connection, collection))

        return self._kept(case, record, document, still_allowed)

    def against_footage(
        self,
        case: str,
        probe: ProbeRequest,
        *,
        reason: str,
        footage: Sequence[str] = (),
        length: int = DEFAULT_LENGTH,
        analyser: FaceAnalyser | None = None,
    ) -> SearchView:
        """Search the footage of a case for the face of a probe: whose appearances are like it.

        Args:
            case: number of the case, which covers now.
            probe: what to search with.
            reason: why this search is made.
            footage: ids; all that is indexed if left out.
            length: of the candidate list.
            analyser: loaded models; those of the settings if left out.

        Raises:
            EncoderMismatchError: when the footage was indexed with other encoders.
            FootageError: when some is not indexed.
            ImageError: when a picture cannot be decoded, or shows no face.
            NotAuthorisedError: when the case allows no search now.
            NotPermittedError: when the role may not.
            RecordError: when what is said of the probe cannot be used.
            UnknownRecordError: when there is no such case.
        """
        from workbench.matching.calibration import load_calibration  # noqa: PLC0415
        from workbench.retrospective.timelines import timeline_matcher  # noqa: PLC0415

        _require_length(length)
        require_reason(reason, what="the search")
        with self._on(case) as (acting, of):
            rows = indexed_footage(acting, of, footage)
            acting.log(
                Verb.CONSULT,
                [one.id for one in rows],
                justification=reason,
                details={"footage": len(rows), "step": "begun"},
            )
        used = self._analyser() if analyser is None else analyser
        made = self._prepared(probe, used)
        parts = footage_parts(self._context, rows)
        identities = {name: one.encoder for name, one in made.templates.items()}
        matcher = timeline_matcher(
            self._context.settings.encoder, parts, identities, load_calibration()
        )
        found = _searched(matcher, made, length)
        record = _record(
            SearchKind.FOOTAGE,
            _facts(probe, made),
            matcher,
            found,
            target=tuple(one.id for one in rows),
            target_name=f"{len(rows)} pieces of footage",
            subjects=sum(len(one.appearances) for one in parts),
            reason=reason,
        )
        entries = appearance_entries(found, parts, rows, used)
        return self._kept(
            case,
            record,
            document_of(probe.pictures, made, entries, used),
            lambda acting, now: _require_there(acting, now, rows),
        )

    def get(self, search: str, *, justification: str) -> SearchFinding:
        """Return a search with the probe and all candidates.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that id.
            VaultError: when what is sealed of it is missing or damaged.
        """
        from workbench.retrospective.search_document import (  # noqa: PLC0415 - opens quickly
            decode_search,
        )

        permission = Permission.RETRO_SEARCH_CONSULT
        with on_search(self._context, permission, search) as (acting, case, row):
            acting.log(Verb.CONSULT, [row.id], justification=justification)
            view = self._view(acting, case, row)
        # After the transaction, in which nobody else may write: the pictures may be large.
        with self._context.store.reading() as connection:
            sealed = self._context.vault.get(connection, row.object_id)
        return SearchFinding(view, decode_search(sealed, source=f"search {row.id}"))

    def list(self, case: str) -> list[SearchView]:
        """Return the searches of a case, in their order; nobody whom they found.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is no such case.
        """
        with on_case(self._context, Permission.RETRO_SEARCH_CONSULT, case) as (acting, row):
            acting.log(
                Verb.CONSULT, [row.id], justification="listing searches of a case, nobody in them"
            )
            return [self._view(acting, row, one) for one in searches_of(acting.connection, row.id)]

    def close(self) -> None:
        """Let go of the collection and the models that are in memory."""
        self._galleries.forget()
        self._loaded = None

    def _prepared(self, probe: ProbeRequest, analyser: FaceAnalyser) -> PreparedProbe:
        from workbench.images import ImageLimits  # noqa: PLC0415 - opens quickly
        from workbench.retrospective.probes import ProbePicture, prepare_probe  # noqa: PLC0415

        limits = self._context.settings.images
        pictures = [
            ProbePicture(
                data,
                name="the probe" if place == 0 else f"frame {place + 1} of the probe",
                operations=probe.operations if place == 0 else (),
                face=probe.face if place == 0 else None,
            )
            for place, data in enumerate(probe.pictures)
        ]
        return prepare_probe(
            pictures,
            analyser,
            limits=ImageLimits(limits.max_pixels, limits.max_bytes),
        )

    def _analyser(self) -> FaceAnalyser:
        from workbench.faces.analysis import build_analyser  # noqa: PLC0415 - loads torch
        from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415

        if self._loaded is None:
            settings = self._context.settings
            self._loaded = build_analyser(settings, ArtefactStore.from_settings(settings))
        return self._loaded

    def _kept(
        self,
        case: str,
        record: SearchRecord,
        document: SearchDocument,
        still_allowed: Callable[[Acting, CaseRow], None],
    ) -> SearchView:
        """Keep a search, if the case and what was searched still allow it."""
        from workbench.retrospective.search_document import encode_search  # noqa: PLC0415

        data = encode_search(document)
        with self._context.store.reading() as connection:
            row = find_case(connection, case)
            key = case_key(connection, row.id)
        with PartSealing(self._context, key_id=key, purpose=row.id) as sealing:
            object_id = sealing.add(KIND, data)
            with self._on(case) as (acting, now):
                still_allowed(acting, now)
                search = SearchRow(
                    id=new_id("search", acting.now),
                    case=now.id,
                    actor=acting.name,
                    at=acting.now,
                    record=record,
                    object_id=object_id,
                )
                add_search(acting.connection, search)
                acting.log(
                    Verb.COMBINE,
                    [search.id, *record.target],
                    justification=record.reason,
                    details={
                        "kind": record.kind.value,
                        "references": record.references,
                        "candidates": record.candidates,
                        "length": record.length,
                        "full_scan": record.full_scan,
                        "enhanced": record.probe.log.is_enhanced,
                        ROW: row_digest(acting.connection, SEARCH, search.id),
                    },
                )
                sealing.keep(acting)
                return self._view(acting, now, search)

    @contextmanager
    def _on(self, case: str) -> Iterator[tuple[Acting, CaseRow]]:
        """Give a transaction that serves a case which allows a search now."""
        with on_case(self._context, Permission.RETRO_SEARCH_RUN, case) as (acting, row):
            require_case_covers(row.state, row.application, acting.now)
            require_standing_case(acting, row)
            yield acting, row

    def _view(self, acting: Acting, case: CaseRow, row: SearchRow) -> SearchView:
        review = review_of(acting.connection, row.id)
        return SearchView(
            id=row.id,
            case=case.number,
            actor=row.actor,
            at=row.at,
            record=row.record,
            state=review_state(self._context, acting.connection, review),
        )


def _require_length(length: int) -> None:
    if not 1 <= length <= LONGEST_LENGTH:
        msg = f"a candidate list has 1 to {LONGEST_LENGTH} candidates, not {length}."
        raise RecordError(msg)


def _facts(probe: ProbeRequest, prepared: PreparedProbe) -> ProbeFacts:
    quality = {
        "verdict": prepared.verdict,
        "reasons": prepared.reasons,
        "eye_distance_px": prepared.eye_distance_px,
        "override": probe.override,
    }
    facts = ProbeFacts.read(
        {
            "origin": probe.origin,
            "name": probe.name,
            "taken": probe.taken,
            "frame": probe.frame,
            "frames": prepared.frames,
            "log": prepared.log.plain(),
            "quality": quality,
        },
        what="the probe",
    )
    require_said(facts, what="the probe", names=("origin",))
    return facts


def _searched(matcher: Matcher, made: PreparedProbe, length: int) -> CandidateList:
    from workbench.retrospective.candidate_lists import (  # noqa: PLC0415 - opens quickly
        search_collection,
    )

    (found,) = search_collection(matcher, made.templates, length=length)
    return found


def _record(
    kind: SearchKind,
    probe: ProbeFacts,
    matcher: Matcher,
    found: CandidateList,
    *,
    target: tuple[str, ...],
    target_name: str,
    subjects: int,
    reason: str,
) -> SearchRecord:
    calibration = matcher.calibration
    return SearchRecord(
        kind=kind,
        probe=probe,
        target=target,
        target_name=target_name,
        references=found.references,
        subjects=subjects,
        length=found.length,
        candidates=len(found.candidates),
        matcher=found.matcher,
        unit=found.unit,
        calibration="none" if calibration is None else calibration.id,
        encoders=tuple(one.describe() for one in matcher.identities.values()),
        precision=dict(found.precision),
        full_scan=found.full_scan,
        stated=found.stated,
        reason=reason,
    )


def _require_there(acting: Acting, case: CaseRow, rows: Sequence[FootageRow]) -> None:
    """Raise `FootageError` where footage went while it was searched."""
    indexed_footage(acting, case, [one.id for one in rows])
