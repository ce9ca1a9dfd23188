"""Looking at a list: who is on it and why, one face at a time, and its faces for a search."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from workbench.bench.context import Acting
from workbench.bench.list_access import OnLists, entry_views, require_enrolled, require_state
from workbench.bench.list_facts import (
    expected_false_alerts,
    list_facts,
    require_consents,
    without_consent,
)
from workbench.bench.list_sealing import missing_list, opened_list, picture_at, require_list
from workbench.bench.list_views import ExpectedFalseAlerts, ListView
from workbench.bench.rules import rules_in_force
from workbench.errors import UnknownRecordError, UsageError, VaultError
from workbench.governance.categories import Category
from workbench.governance.deployments import DeploymentState
from workbench.governance.permissions import Permission
from workbench.governance.starting import blocks, cautions, require_startable
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import DeploymentRow
from workbench.records.watchlist_entries import composition_of, entries_of
from workbench.records.watchlists import WatchlistRow

if TYPE_CHECKING:
    from workbench.matching.watchlist import Watchlist

__all__ = ["ListReading"]

_SEARCHED: Final = frozenset({DeploymentState.AUTHORISED, DeploymentState.LIVE})


class ListReading(OnLists):
    """What is read of lists. No call but `picture` gives a face to a person, and that gives one."""

    def show(
        self,
        reference: str,
        justification: str,
        *,
        faces: int | None = None,
        hours: float | None = None,
        step: float | None = None,
    ) -> ListView:
        """Return who is on a list and why, and what still keeps its search from starting.

        Args:
            reference: of the deployment.
            justification: why it is looked at.
            faces: how many faces the plan expects, for the false alerts to expect.
            hours: how long the search is to last, for false alerts an hour.
            step: false alerts are also reckoned so much above and below the threshold.

        Raises:
            UnknownRecordError: when it has no list.
            UsageError: when one of the numbers cannot be, or only the faces are missing.
        """
        if faces is None and (hours is not None or step is not None):
            msg = "hours and step belong to a plan, and a plan needs faces. Say how many to expect."
            raise UsageError(msg)
        with self._on(Permission.WATCHLIST_CONSULT, reference) as (acting, row):
            watchlist = require_list(acting.connection, row)
            acting.log(
                Verb.CONSULT,
                [watchlist.id],
                justification=justification,
                details={"reference": reference, "references": watchlist.references},
            )
            expected = None
            if faces is not None:
                expected = expected_false_alerts(
                    acting.connection, row, watchlist, faces, hours=hours, step=step
                )
            return self._view(acting, row, watchlist, faces, expected)

    def picture(self, reference: str, entry_id: str, justification: str) -> bytes:
        """Return the face of one entry, a JPEG of 160 by 160 pixels, to compare with the record.

        Raises:
            UnknownRecordError: when it is not on the list.
        """
        with self._on(Permission.WATCHLIST_CONSULT, reference) as (acting, row):
            watchlist = require_list(acting.connection, row)
            require_enrolled(acting, watchlist, [entry_id], reference)
            acting.log(
                Verb.CONSULT,
                [entry_id],
                justification=justification,
                details={"reference": reference, "shown": "face"},
            )
            people = opened_list(self._context, acting.connection, watchlist, reference)
            at = [one.entry for one in people.references].index(entry_id)
            return picture_at(people, at)

    def expected_false_alerts(
        self, reference: str, faces: int, *, threshold: float | None = None
    ) -> ExpectedFalseAlerts:
        """Return how many false alerts a number of faces must be expected to raise.

        Args:
            reference: of the deployment.
            faces: how many are expected.
            threshold: from which score on alerts are raised; that of the policy, or the
                deployment's own minimum where it is higher, when left out.

        Raises:
            UnknownRecordError: when there is no list, or no policy.
            UsageError: when one of the numbers cannot be.
        """
        with self._on(Permission.WATCHLIST_CONSULT, reference) as (acting, row):
            watchlist = require_list(acting.connection, row)
            found = expected_false_alerts(acting.connection, row, watchlist, faces, threshold)
            if found is None:
                msg = (
                    f"deployment {reference} names no threshold policy that there is, so nothing "
                    "is known of false alerts. Name one in its application."
                )
                raise UnknownRecordError(msg)
            acting.log(
                Verb.CONSULT,
                [watchlist.id],
                justification="reckoning false alerts from counts, nobody on the list",
                details={"reference": reference, "faces": faces},
            )
        return found

    def open_list(self, acting: Acting, row: DeploymentRow) -> Watchlist:
        """Return the faces of a list for a search of its deployment, and for nothing else.

        Part of a transaction of its caller's, who logs it. A search that runs ends once the digest
        in the row of its list is another: whoever was dropped is not looked for any longer.

        Raises:
            BlockedError: lists everything that keeps the search from starting.
            IllegalMoveError: when the deployment is neither authorised nor live.
            NotAuthorisedError: when the consent of somebody on the blue list does not hold.
            UnknownRecordError: when it has no list.
            VaultError: when the list is damaged, or another than the records say.
        """
        require_state(
            row, _SEARCHED, "its list cannot be searched", "Only what is authorised is searched."
        )
        watchlist = require_list(acting.connection, row)
        facts = list_facts(self._context, acting.connection, row, watchlist)
        require_startable(facts, rules_in_force(acting.connection).start, acting.now)
        listed = [(one.subject, one.category) for one in facts.entries]
        require_consents(acting.connection, listed, acting.now)
        people = opened_list(self._context, acting.connection, watchlist, row.reference)
        # Only who was checked and reviewed is searched for, whatever became of the rows since.
        if Counter(listed) != Counter((one.subject, one.category) for one in people.references):
            msg = (
                f"the watchlist of deployment {row.reference} does not hold the entries that the "
                "records say. Restore records and vault from one backup, or build it anew."
            )
            raise VaultError(msg)
        return people

    def _view(
        self,
        acting: Acting,
        row: DeploymentRow,
        watchlist: WatchlistRow,
        faces: int | None,
        expected: ExpectedFalseAlerts | None,
    ) -> ListView:
        connection = acting.connection
        start = rules_in_force(connection).start
        facts = list_facts(self._context, connection, row, watchlist, faces=faces)
        blue = (one.subject for one in facts.entries if one.category is Category.BLUE_LIST)
        return ListView(
            id=watchlist.id,
            reference=row.reference,
            builder=watchlist.builder,
            built=watchlist.built,
            good_until=watchlist.built + timedelta(hours=start.oldest_list_hours),
            entries=entry_views(
                entries_of(connection, watchlist.id),
                row,
                acting.now,
                ageing_years=start.ageing_years,
            ),
            composition=composition_of(connection, watchlist.id),
            blocks=blocks(facts, start, acting.now),
            cautions=cautions(facts, start),
            without_consent=without_consent(connection, blue, acting.now),
            expected=expected,
            missing=missing_list(self._context, connection, watchlist, row.reference),
        )
