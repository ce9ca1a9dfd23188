"""`bench.watchlists`: the list of one deployment, built from entries, checked and reviewed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from workbench.bench import erasing
from workbench.bench.context import Acting, Value
from workbench.bench.list_access import (
    ENDED,
    entry_views,
    log_each,
    require_enrolled,
    require_state,
)
from workbench.bench.list_building import Enrolled, Plan, keep, match, plan
from workbench.bench.list_judging import OPEN, ListJudging
from workbench.bench.list_preparing import ListPreparing
from workbench.bench.list_reading import ListReading
from workbench.bench.list_sealing import (
    encoded,
    opened_list,
    require_list,
    sealed,
    without_entries,
)
from workbench.bench.list_views import BuildReport, EntryImage
from workbench.bench.rules import rules_in_force
from workbench.errors import RefusedError, WorkbenchError
from workbench.governance.certificates import DeletionCertificate
from workbench.governance.deployments import DeploymentState
from workbench.governance.holds import require_not_held
from workbench.governance.permissions import Permission
from workbench.governance.retention import RetentionClass
from workbench.governance.text import require_reason
from workbench.records.audit.verbs import Result, Verb
from workbench.records.deployments import DeploymentRow
from workbench.records.erasable import Erasable
from workbench.records.holds import effective_holds
from workbench.records.watchlist_entries import (
    EntryState,
    composition_of,
    end_entries,
    entries_of,
)
from workbench.records.watchlists import WatchlistRow, save_watchlist

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser
    from workbench.matching.enrolment import EnrolmentProgress
    from workbench.matching.watchlist import Watchlist

__all__ = ["Watchlists"]

_NOT_LIVE: Final = frozenset(DeploymentState) - {DeploymentState.LIVE}


class Watchlists(ListReading, ListJudging, ListPreparing):
    """Watchlists of a bench, each of one deployment and of that alone.

    Who adds an entry does not check it, and who builds a list does not review it.
    """

    def build(
        self,
        reference: str,
        entries: Sequence[EntryImage],
        analyser: FaceAnalyser,
        *,
        strict: bool = False,
        progress: EnrolmentProgress | None = None,
    ) -> BuildReport:
        """Build the list of a deployment from its entries, in place of the list there was.

        Images that cannot be used are refused with the reason; their entries are kept, without
        the image. An entry that was on the list before with the same image and content stays
        what it was, with its check and review; all others need both. What was sealed before is
        destroyed.

        Args:
            reference: of the deployment: a draft, applied for, or authorised.
            entries: whom to look for, each with one image.
            analyser: what finds, judges and encodes the faces.
            strict: refuse the whole when any image is refused.
            progress: called after each image.

        Raises:
            HeldError: when a legal hold keeps the list that there is.
            IllegalMoveError: when the deployment was live, or has ended.
            NotAuthorisedError: when somebody on the blue list does not consent.
            RefusedError: when `strict` and anything was refused, or entries of a demonstration
                and of an operation meet.
            WatchlistError: when nobody could be enrolled.
        """
        given = tuple(entries)
        with self._on(Permission.WATCHLIST_BUILD, reference) as (acting, row):
            planned = plan(self._context, acting, row, given)
            self._require_not_held(acting, row, planned.before)
            acting.log(
                Verb.COLLECT,
                [] if planned.before is None else [planned.before.id],
                details={
                    "reference": reference,
                    "images": len(given),
                    "subjects": len({one.entry.subject for one in given}),
                },
            )
        try:
            enrolled = self._enrolled(reference, planned, analyser, strict=strict, tell=progress)
            document = encoded(enrolled.watchlist)
        except RefusedError as error:
            with self._on(Permission.WATCHLIST_BUILD, reference):
                raise error from None
        except WorkbenchError as error:
            with self._on(Permission.WATCHLIST_BUILD, reference) as (acting, _):
                details = {"reference": reference, "kind": type(error).__name__}
                acting.log(Verb.ENROL, result=Result.FAILED, details=details)
            raise
        erasure = None
        with self._on(Permission.WATCHLIST_BUILD, reference) as (acting, row):
            self._require_not_held(acting, row, planned.before)
            built = keep(self._context, acting, row, enrolled, document)
            report = self._report(acting, row, built.row, built.kept, enrolled.watchlist)
            log_each(
                acting,
                Verb.ENROL,
                [built.row.id, *(one.id for one in report.enrolled)],
                {
                    "reference": reference,
                    "references": built.row.references,
                    "subjects": built.row.subjects,
                    "refused": len(report.refused),
                    "kept": built.kept,
                    "digest": built.row.digest,
                    **{
                        one.value: share.references
                        for one, share in report.composition.by_category.items()
                    },
                },
            )
            if built.retired is not None:
                erasure = self._retire(acting, row, built.retired)
        self._complete(erasure)
        return report

    def drop(self, reference: str, entry_ids: Collection[str], reason: str) -> int:
        """Take entries off a list; the rest is sealed anew, what was sealed before is destroyed.

        A search that runs ends by itself, since its list is another now.

        Args:
            reference: of the deployment.
            entry_ids: which entries.
            reason: why, for the log.

        Returns:
            How many entries were taken off, each once.

        Raises:
            HeldError: when a legal hold keeps the list.
            RefusedError: when nobody would be left on it.
            UnknownRecordError: when one is not on the list.
        """
        entry_ids = self._whole(Permission.WATCHLIST_PURGE, reference, entry_ids)
        with self._on(Permission.WATCHLIST_PURGE, reference) as (acting, row):
            require_state(row, OPEN, "nobody can be taken off its list", ENDED)
            require_reason(reason, what="the entry of who was dropped")
            before = require_list(acting.connection, row)
            self._require_not_held(acting, row, before)
            found = require_enrolled(acting, before, entry_ids, reference)
            ids = [one.id for one in found]
            people = opened_list(self._context, acting.connection, before, reference)
            rest = without_entries(people, frozenset(ids))
            if not rest.references:
                msg = (
                    f"nobody would be left on the watchlist of deployment {reference}. Destroy it "
                    "with workbench watchlist purge."
                )
                raise RefusedError(msg)
            fresh = replace(before, references=len(rest), subjects=len(rest.subjects))
            fresh = sealed(self._context, acting, fresh, encoded(rest))
            save_watchlist(acting.connection, fresh)
            end_entries(acting.connection, ids, EntryState.DROPPED, acting.now)
            details: dict[str, Value] = {
                "reference": reference,
                "dropped": len(ids),
                "left": fresh.references,
                "digest": fresh.digest,
            }
            log_each(acting, Verb.ALTER, [before.id, *ids], details, why=reason)
            erasure = self._retire(acting, row, before)
        self._complete(erasure)
        return len(ids)

    def purge(self, reference: str) -> DeletionCertificate:
        """Destroy a list by hand before it is due, and return the certificate.

        Raises:
            HeldError: when a legal hold keeps it.
            IllegalMoveError: while its search may run.
            UnknownRecordError: when there is none.
        """
        with self._on(Permission.WATCHLIST_PURGE, reference) as (acting, row):
            require_state(row, _NOT_LIVE, "its list is in use", "Close the deployment first.")
            require_list(acting.connection, row)
            erasure = erasing.begin_watchlist(acting, row.id)
        return erasing.complete(self._context, erasure)

    def _enrolled(
        self,
        reference: str,
        planned: Plan,
        analyser: FaceAnalyser,
        *,
        strict: bool,
        tell: EnrolmentProgress | None,
    ) -> Enrolled:
        """Enrol what was planned, outside of any transaction: it may take hours."""
        from workbench.images import ImageLimits  # noqa: PLC0415 - opening a bench is quick
        from workbench.matching.enrolment import enrol_photographs  # noqa: PLC0415

        images = self._context.settings.images
        matched = match(planned, self._context.now())
        done = enrol_photographs(
            matched.photographs,
            analyser,
            name=reference,
            strict=strict,
            progress=tell,
            limits=ImageLimits(images.max_pixels, images.max_bytes),
        )
        return Enrolled(
            matched,
            replace(done.watchlist, created=self._context.now()),
            {one.entry: one.reason for one in done.refused if one.entry},
        )

    def _report(
        self,
        acting: Acting,
        row: DeploymentRow,
        watchlist: WatchlistRow,
        kept: int,
        people: Watchlist,
    ) -> BuildReport:
        entries = entry_views(
            entries_of(acting.connection, watchlist.id),
            row,
            acting.now,
            ageing_years=rules_in_force(acting.connection).start.ageing_years,
        )
        return BuildReport(
            id=watchlist.id,
            reference=row.reference,
            built=watchlist.built,
            enrolled=tuple(one for one in entries if one.state is EntryState.ENROLLED),
            refused=tuple(one for one in entries if one.state is EntryState.REFUSED),
            kept=kept,
            composition=composition_of(acting.connection, watchlist.id),
            encoders={name: one.describe() for name, one in people.encoders.items()},
            detector=people.detector,
        )

    def _require_not_held(
        self, acting: Acting, row: DeploymentRow, watchlist: WatchlistRow | None
    ) -> None:
        """Refuse to replace a list that a legal hold keeps."""
        if watchlist is not None:
            holds = effective_holds(acting.connection)
            require_not_held(watchlist.id, row.id, holds, acting.now)

    def _retire(self, acting: Acting, row: DeploymentRow, before: WatchlistRow) -> str:
        """Have what was sealed before destroyed: marked in this transaction, gone after it."""
        return erasing.begin(
            acting,
            Erasable(
                retention=RetentionClass.WATCHLIST,
                purpose=row.id,
                reference=row.reference,
                objects=(before.object_id or before.id,),
                keys=() if before.key_id is None else (before.key_id,),
                sealed=() if before.object_id is None else (before.object_id,),
                counts={"replaced-references": before.references, "keys": 1, "sealed-objects": 1},
            ),
        )

    def _complete(self, erasure: str | None) -> None:
        if erasure is not None:
            erasing.complete(self._context, erasure)
