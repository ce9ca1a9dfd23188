"""What people say of the entries of a list: whom an image shows, and whether it is necessary."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from workbench.bench.context import Value
from workbench.bench.list_access import (
    ENDED,
    OnLists,
    log_each,
    require_enrolled,
    require_state,
)
from workbench.bench.list_building import BUILDABLE
from workbench.bench.list_sealing import require_list
from workbench.governance.deployments import DeploymentState
from workbench.governance.entries import EntryReview, IdentityCheck
from workbench.governance.permissions import Permission
from workbench.governance.text import require_reason
from workbench.records.audit.verbs import Verb
from workbench.records.watchlist_entries import save_check, save_review

__all__ = ["OPEN", "ListJudging"]

OPEN: Final = BUILDABLE | {DeploymentState.LIVE}
"""States in which a list is worked on."""

_REVIEWABLE: Final = OPEN - {DeploymentState.DRAFT}


class ListJudging(OnLists):
    """Checks and reviews of entries."""

    def check(self, reference: str, entry_ids: Collection[str], note: str) -> int:
        """Say as a second person that these images show the people of their entries.

        Args:
            reference: of the deployment.
            entry_ids: which entries; all of them are taken, or none.
            note: what was compared with what.

        Returns:
            How many entries were checked, each once.

        Raises:
            NotPermittedError: when it is an entry of one's own.
            RecordError: when the note cannot be used.
            UnknownRecordError: when one is not on the list.
        """
        entry_ids = self._whole(Permission.WATCHLIST_CHECK, reference, entry_ids)
        with self._on(Permission.WATCHLIST_CHECK, reference) as (acting, row):
            require_state(row, OPEN, "nothing on its list can be checked", ENDED)
            watchlist = require_list(acting.connection, row)
            require_reason(note, what="the identity check", field="note")
            done = IdentityCheck.read(
                {"by": acting.name, "at": acting.now, "note": note}, what="the identity check"
            )
            found = require_enrolled(acting, watchlist, entry_ids, reference)
            for one in found:
                done.require_second_person(one.added_by, subject=one.entry.subject)
            ids = [one.id for one in found]
            save_check(acting.connection, ids, done)
            details: dict[str, Value] = {"reference": reference, "reviewed": "identity"}
            log_each(acting, Verb.REVIEW, ids, details, why=done.note)
            return len(ids)

    def review(
        self, reference: str, entry_ids: Collection[str] | None = None, note: str = ""
    ) -> int:
        """Say that these entries are necessary and proportionate for this very deployment.

        It must have been applied for: there is nothing before that they could be reviewed for.

        Args:
            reference: of the deployment.
            entry_ids: which entries; all that are on the list if left out.
            note: what was weighed, for the log.

        Returns:
            How many entries there were.

        Raises:
            IllegalMoveError: when it is a draft, or has ended.
            UnknownRecordError: when one is not on the list.
        """
        if entry_ids is not None:
            entry_ids = self._whole(Permission.WATCHLIST_REVIEW, reference, entry_ids)
        with self._on(Permission.WATCHLIST_REVIEW, reference) as (acting, row):
            remedy = "Apply for it first." if row.state is DeploymentState.DRAFT else ENDED
            require_state(row, _REVIEWABLE, "nothing on its list can be reviewed", remedy)
            watchlist = require_list(acting.connection, row)
            if note.strip():
                require_reason(note, what="the review", field="note")
            stamp = EntryReview(by=acting.name, at=acting.now, deployment=row.reference)
            found = require_enrolled(acting, watchlist, entry_ids, reference)
            ids = [one.id for one in found]
            save_review(acting.connection, ids, stamp)
            details: dict[str, Value] = {"reference": reference, "reviewed": "entries"}
            log_each(acting, Verb.REVIEW, ids, details, why=note.strip() or None)
        return len(ids)
