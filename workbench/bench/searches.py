"""`bench.searches`: searches of a case, each with a probe, a reason and a list of candidates.

Software puts candidates forward, and no more: what a search says is for examiners
(`bench.reviews`). Everything of it is sealed with the case's own key, and goes with the case.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from workbench.bench.case_access import on_case
from workbench.bench.collection_galleries import (
    CollectionGalleries,
    LoadedCollection,
    require_searchable,
)
from workbench.bench.context import Acting, Context
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
    from workbench.retrospective.candidate_lists import CandidateList
    from workbench.retrospective.probes import PreparedProbe
    from workbench.retrospective.search_document import SearchDocument

__all__ = ["KIND", "Searches"]

KIND: Final = "search"
"""What a sealed search is called in the vault."""


class Searches:
    """Searches of the cases of a bench, by id."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context
        self._galleries = CollectionGalleries(context)

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
        prepared = self._prepared(probe, analyser)
        facts = _facts(probe, prepared)
        loaded = self._galleries.get(row)
        found = _searched(loaded, prepared, length)
        document = self._document(probe, prepared, loaded, found)
        counts = row.counts
        record = SearchRecord(
            kind=SearchKind.COLLECTION,
            probe=facts,
            target=(row.id,),
            target_name=row.name,
            references=found.references,
            subjects=0 if counts is None else counts.subjects,
            length=length,
            candidates=len(found.candidates),
            matcher=found.matcher,
            unit=found.unit,
            calibration=_calibration(loaded),
            encoders=tuple(one.describe() for one in loaded.matcher.identities.values()),
            precision=dict(found.precision),
            full_scan=found.full_scan,
            stated=found.stated,
            reason=reason,
        )
        return self._kept(case, record, document, collection)

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
            sealed = self._context.vault.get(acting.connection, row.object_id)
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
        """Let go of the collection that is in memory."""
        self._galleries.forget()

    def _prepared(self, probe: ProbeRequest, analyser: FaceAnalyser | None) -> PreparedProbe:
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
            self._analyser() if analyser is None else analyser,
            limits=ImageLimits(limits.max_pixels, limits.max_bytes),
        )

    def _analyser(self) -> FaceAnalyser:
        from workbench.faces.analysis import build_analyser  # noqa: PLC0415 - loads torch
        from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415

        settings = self._context.settings
        return build_analyser(settings, ArtefactStore.from_settings(settings))

    def _document(
        self,
        probe: ProbeRequest,
        prepared: PreparedProbe,
        loaded: LoadedCollection,
        found: CandidateList,
    ) -> SearchDocument:
        from workbench.images import encode_png  # noqa: PLC0415 - loads OpenCV
        from workbench.retrospective.search_document import (  # noqa: PLC0415
            CandidateEntry,
            SearchDocument,
        )

        known = self._galleries.facts(loaded, [one.reference for one in found.candidates])
        points = [(float(x), float(y)) for x, y in prepared.landmarks]
        return SearchDocument(
            originals=probe.pictures,
            probe=encode_png(prepared.shown),
            landmarks=(points[0], points[1], points[2], points[3], points[4]),
            candidates=tuple(
                CandidateEntry(
                    rank=one.rank,
                    subject=one.subject,
                    score=one.score,
                    gap=one.gap,
                    meaning=one.meaning.text,
                    fpir=one.meaning.fpir,
                    picture=known[one.reference].picture,
                    sha256=known[one.reference].sha256,
                    image_date=known[one.reference].image_date,
                    source=known[one.reference].source,
                    legal_basis=known[one.reference].legal_basis,
                    verdict=known[one.reference].verdict,
                    reasons=known[one.reference].reasons,
                )
                for one in found.candidates
            ),
        )

    def _kept(
        self, case: str, record: SearchRecord, document: SearchDocument, collection: str
    ) -> SearchView:
        """Keep a search, if the case and the collection still allow it."""
        from workbench.retrospective.search_document import encode_search  # noqa: PLC0415

        data = encode_search(document)
        with self._context.store.reading() as connection:
            row = find_case(connection, case)
            key = case_key(connection, row.id)
        with PartSealing(self._context, key_id=key, purpose=row.id) as sealing:
            object_id = sealing.add(KIND, data)
            with self._on(case) as (acting, now):
                require_searchable(acting, find_collection(acting.connection, collection))
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


def _searched(loaded: LoadedCollection, prepared: PreparedProbe, length: int) -> CandidateList:
    from workbench.retrospective.candidate_lists import (  # noqa: PLC0415 - opens quickly
        search_collection,
    )

    (found,) = search_collection(loaded.matcher, prepared.templates, length=length)
    return found


def _calibration(loaded: LoadedCollection) -> str:
    calibration = loaded.matcher.calibration
    return "none" if calibration is None else calibration.id
