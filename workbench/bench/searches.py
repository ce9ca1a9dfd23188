"""`bench.searches`: searches of a case, each with a probe, a reason and a list of candidates.

Software puts candidates forward, and no more: what a search says is for examiners
(`bench.reviews`). Everything of it is sealed with the case's own key, and goes with the case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from workbench.bench.candidate_entries import document_of, reference_entry
from workbench.bench.case_access import on_case
from workbench.bench.collection_galleries import CollectionGalleries, require_searchable
from workbench.bench.collection_removed import removed_meanwhile
from workbench.bench.context import Acting, Context
from workbench.bench.earlier_probes import earlier_probes, given
from workbench.bench.footage_pairs import search_between
from workbench.bench.footage_probes import require_of_case
from workbench.bench.footage_searching import search_footage
from workbench.bench.footage_seen import seen_where, seen_while
from workbench.bench.search_access import on_search
from workbench.bench.search_galleries import chosen_gallery, gallery_words
from workbench.bench.search_keeping import keep_search, on_search_work, search_view
from workbench.bench.search_looks import HIDDEN, SCORES, SHOWN
from workbench.bench.search_probes import ProbeModels, searched_with
from workbench.bench.search_records import probe_facts, require_length, search_record
from workbench.bench.search_views import PairsFinding, ProbeRequest, SearchFinding, SearchView
from workbench.errors import CollectionError, RefusedError, UsageError
from workbench.governance.permissions import Permission
from workbench.governance.searches import DEFAULT_LENGTH, GalleryChoice, SearchKind
from workbench.governance.text import require_reason
from workbench.records.audit.verbs import Verb
from workbench.records.cases import CaseRow
from workbench.records.collections import find_collection
from workbench.records.footage import FootageRow, footage_of
from workbench.records.identifiers import new_id
from workbench.records.searches import searches_of

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser

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
        gallery: GalleryChoice | str | None = None,
        analyser: FaceAnalyser | None = None,
    ) -> SearchView:
        """Search a reference collection for the face of a probe.

        Every reference is compared, unless triage is chosen, on which nobody concludes. The list
        is as long where nobody in the collection is the person: that none of the candidates is put
        forward is as good a result as any.

        Args:
            case: number of the case, which covers now.
            probe: what to search with.
            collection: name of the collection.
            reason: why this search is made.
            length: of the candidate list.
            gallery: `exact` compares every reference; `triage` goes through a large collection
                faster and may lose people. As the settings say if left out.
            analyser: loaded models; those of the settings if left out.

        Raises:
            BlockedError: when the collection is on a server that is not declared encrypted.
            CollectionError: when the collection is still being imported, damaged, or large, on a
                server, and triage is chosen.
            EncoderMismatchError: when the collection was made with other encoders.
            ImageError: when a picture cannot be decoded, or shows no face.
            NotAuthorisedError: when the case or the collection allows no search now.
            NotPermittedError: when the role may not.
            RecordError: when what is said of the probe cannot be used, for example a rejected
                quality without a reason to search all the same; or there is no such gallery.
            StoreError: when the collection is on a server that does not answer.
            UnknownRecordError: when there is no such case or collection.
        """
        from workbench.retrospective.search_document import (  # noqa: PLC0415 - opens quickly
            encode_search,
        )

        choice = chosen_gallery(self._context.settings.gallery.search, gallery)
        require_length(length)
        require_reason(reason, what="the search")
        with on_search_work(self._context, case) as (acting, of):
            require_of_case(acting, of, probe.appearance)
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
        with self._galleries.using(row, choice) as loaded:
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
                gallery=gallery_words(
                    GalleryChoice.EXACT if found.full_scan else choice, row.record.gallery
                ),
                reason=reason,
            )
        entries = [reference_entry(one, known) for one in found.candidates]
        document = encode_search(document_of(probe.pictures, made, entries, used))

        def still_allowed(acting: Acting, _: CaseRow) -> None:
            now = find_collection(acting.connection, collection)
            require_searchable(acting, now)
            if now != row:  # who was removed meanwhile may be among the candidates
                raise CollectionError(removed_meanwhile(row.name))

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
        require_length(length)
        require_reason(reason, what="the search")
        (view,) = search_footage(
            self._context,
            self._models,
            case,
            [given(probe)],
            kind=SearchKind.FOOTAGE,
            reason=reason,
            footage=footage,
            length=length,
            analyser=analyser,
        )
        return view

    def everyone_against_footage(
        self,
        case: str,
        *,
        reason: str,
        probes: Sequence[ProbeRequest] = (),
        left_out: Sequence[str] = (),
        footage: Sequence[str] = (),
        length: int = DEFAULT_LENGTH,
        analyser: FaceAnalyser | None = None,
    ) -> list[SearchView]:
        """Search the footage of a case for everyone of it: each probe that it was searched with.

        A search is kept for each, as if it were made alone; the records name them together. Where
        one of them cannot be made, none is, and the error names the search that its probe is of:
        that one may be left out, which each record of the others says.

        Args:
            case: number of the case, which covers now.
            reason: why these searches are made.
            probes: others than those that the case was searched with before.
            left_out: ids of earlier searches whose probes are left out.
            footage: ids; all that is indexed if left out.
            length: of each candidate list.
            analyser: loaded models; those of the settings if left out.

        Raises:
            RefusedError: when the case has no probe yet and none is given, or none remains; or
                one to leave out is of no search of the case that had a probe.
            WorkbenchError: as `against_footage`.
        """
        require_length(length)
        require_reason(reason, what="the search")
        without = tuple(dict.fromkeys(left_out))
        earlier = earlier_probes(self._context, case, reason=reason, left_out=without)
        everyone = [*earlier, *map(given, probes)]
        if not everyone and without:
            msg = (
                f"each probe of case {case} was left out, so nobody is searched for. Leave fewer "
                "out, or give a probe."
            )
            raise RefusedError(msg)
        if not everyone:
            msg = (
                f"nobody was searched for with a probe for case {case} yet. Give a probe, or make "
                "a search with one first."
            )
            raise RefusedError(msg)
        return search_footage(
            self._context,
            self._models,
            case,
            everyone,
            kind=SearchKind.EVERYONE,
            reason=reason,
            footage=footage,
            length=length,
            analyser=analyser,
            together=new_id("together", self._context.now()),
            left_out=without,
        )

    def between_footage(
        self,
        case: str,
        first: str,
        second: str,
        *,
        reason: str,
        policy: str | None = None,
        length: int = DEFAULT_LENGTH,
    ) -> SearchView:
        """Search two pieces of footage of one case for the same people.

        Every appearance of the one is compared with every look at those of the other. Pairs are
        those at or above the threshold of a policy; that there is none is as good a result as any.

        Args:
            case: number of the case, which covers now.
            first: id of the one piece of footage.
            second: id of the other.
            reason: why they are compared.
            policy: id of the threshold policy; the product's own of the matcher if left out.
            length: pairs that are kept, best first.

        Raises:
            EncoderMismatchError: when the two were indexed with different encoders.
            FootageError: when either is not of this case, or not indexed.
            NotAuthorisedError: when the case allows no search now.
            NotPermittedError: when the role may not.
            PolicyError: when the policy was measured with something else.
            UnknownRecordError: when there is no such case or policy.
            UsageError: when both are one.
        """
        require_length(length)
        require_reason(reason, what="the search")
        return search_between(
            self._context, case, first, second, reason=reason, policy=policy, length=length
        )

    def get(self, search: str, *, justification: str, scores: bool = True) -> SearchFinding:
        """Return a search with the probe and all candidates.

        Args:
            search: id of it.
            justification: why.
            scores: whether whoever asks is shown scores, as the log then says. What is returned
                holds them either way: with `False`, show none.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that id.
            UsageError: when it compared two pieces of footage: `pairs` reads those.
            VaultError: when what is sealed of it is missing or damaged.
        """
        from workbench.retrospective.search_document import (  # noqa: PLC0415 - opens quickly
            decode_search,
        )

        view, sealed, files = self._read(
            search, justification, {SCORES: SHOWN if scores else HIDDEN}
        )
        document = decode_search(sealed, source=f"search {view.id}")
        return SearchFinding(
            view,
            document,
            {one.subject: seen_where(one, files) for one in document.candidates if files},
        )

    def pairs(self, search: str, *, justification: str) -> PairsFinding:
        """Return the pairs of a search that compared two pieces of footage.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that id.
            UsageError: when it was made with a probe: `get` reads those.
            VaultError: when what is sealed of it is missing or damaged.
        """
        from workbench.retrospective.pairs_document import decode_pairs  # noqa: PLC0415

        view, sealed, files = self._read(search, justification)
        document = decode_pairs(sealed, source=f"search {view.id}")
        sides = chain.from_iterable((one.first, one.second) for one in document.pairs)
        return PairsFinding(
            view,
            document,
            files=tuple(files[one].footage.name for one in view.record.target),
            seen={one.appearance: seen_while(one, files) for one in sides},
        )

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

    def _read(
        self, search: str, justification: str, details: Mapping[str, str] | None = None
    ) -> tuple[SearchView, bytes, dict[str, FootageRow]]:
        """Log that a search is read; return it, what is sealed of it and what footage it is of.

        Details are of a search with a probe; without any, of two compared pieces of footage.
        """
        permission = Permission.RETRO_SEARCH_CONSULT
        with on_search(self._context, permission, search) as (acting, case, row):
            acting.log(Verb.CONSULT, [row.id], justification=justification, details=details)
            view = search_view(self._context, acting, case, row)
            files = {one.id: one for one in footage_of(acting.connection, case.id)}
        files = {name: one for name, one in files.items() if name in view.record.target}
        if details is not None:
            _ = view.record.asked  # which refuses two pieces of footage
        elif view.record.pairs is None:
            msg = (
                f"search {view.id} was made with a probe and has candidates, but no pairs. Read "
                f"those: workbench review show {view.id}"
            )
            raise UsageError(msg)
        # After the transaction, in which nobody else may write: the pictures may be large.
        with self._context.store.reading() as connection:
            return view, self._context.vault.get(connection, row.object_id), files
