"""`bench.searches`: searches of a case, each with a probe, a reason and a list of candidates.

Software puts candidates forward, and no more: what a search says is for examiners
(`bench.reviews`). Everything of it is sealed with the case's own key, and goes with the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.bench.candidate_entries import (
    appearance_entries,
    document_of,
    reference_entry,
)
from workbench.bench.case_access import on_case
from workbench.bench.collection_galleries import CollectionGalleries, require_searchable
from workbench.bench.context import Acting, Context
from workbench.bench.footage_access import footage_parts, indexed_footage
from workbench.bench.search_access import on_search
from workbench.bench.search_keeping import keep_search, on_search_work, search_view
from workbench.bench.search_probes import ProbeModels, searched_with
from workbench.bench.search_records import probe_facts, require_length, search_record
from workbench.bench.search_views import ProbeRequest, SearchFinding, SearchView
from workbench.governance.permissions import Permission
from workbench.governance.searches import DEFAULT_LENGTH, SearchKind
from workbench.governance.text import require_reason
from workbench.records.audit.verbs import Verb
from workbench.records.cases import CaseRow
from workbench.records.collections import find_collection
from workbench.records.searches import searches_of

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser
    from workbench.records.footage import FootageRow

__all__ = ["Searches"]


class Searches:
    """Searches of the cases of a bench, by id."""

    def __init__(
        self, context: Context, galleries: CollectionGalleries, models: ProbeModels
    ) -> None:
        """Take what is worked with, what holds a collection in memory, and the models."""
        self._context, self._galleries, self._models = context, galleries, models

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
        require_length(length)
        require_reason(reason, what="the search")
        with on_search_work(self._context, case) as (acting, _):
            row = find_collection(acting.connection, collection)
            require_searchable(acting, row)
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification=reason,
                details={"collection": row.name, "step": "begun"},
            )
        used = self._models.analyser() if analyser is None else analyser
        made = self._models.prepared(probe, used)
        with self._galleries.using(row) as loaded:
            found = searched_with(loaded.matcher, made, length)
            known = self._galleries.facts(loaded, [one.reference for one in found.candidates])
            record = search_record(
                SearchKind.COLLECTION,
                probe_facts(probe, made),
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

        return keep_search(self._context, case, record, document, still_allowed)

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

        require_length(length)
        require_reason(reason, what="the search")
        with on_search_work(self._context, case) as (acting, of):
            rows = indexed_footage(acting, of, footage)
            acting.log(
                Verb.CONSULT,
                [one.id for one in rows],
                justification=reason,
                details={"footage": len(rows), "step": "begun"},
            )
        used = self._models.analyser() if analyser is None else analyser
        made = self._models.prepared(probe, used)
        parts = footage_parts(self._context, rows)
        identities = {name: one.encoder for name, one in made.templates.items()}
        matcher = timeline_matcher(
            self._context.settings.encoder, parts, identities, load_calibration()
        )
        found = searched_with(matcher, made, length)
        record = search_record(
            SearchKind.FOOTAGE,
            probe_facts(probe, made),
            matcher,
            found,
            target=tuple(one.id for one in rows),
            target_name="1 piece of footage"
            if len(rows) == 1
            else f"{len(rows)} pieces of footage",
            subjects=sum(len(one.appearances) for one in parts),
            reason=reason,
        )
        entries = appearance_entries(found, parts, rows, used)
        return keep_search(
            self._context,
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
            view = search_view(self._context, acting, case, row)
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
            return [
                search_view(self._context, acting, row, one)
                for one in searches_of(acting.connection, row.id)
            ]

    def close(self) -> None:
        """Let go of the collection that is in memory."""
        self._galleries.forget()


def _require_there(acting: Acting, case: CaseRow, rows: Sequence[FootageRow]) -> None:
    """Raise `FootageError` where footage went while it was searched."""
    indexed_footage(acting, case, [one.id for one in rows])
