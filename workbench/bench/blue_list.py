"""`bench.blue_list`: consenting staff among passers-by, their known passes, and how many were seen.

The true recognition rate needs passes that are known to have happened. Staff are on the list by
their written consent alone, under the category `blue-list`; see `governance.blue_list`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any

from workbench.bench.blue_linking import is_settled, link
from workbench.bench.context import Acting, Context
from workbench.bench.deployment_access import on_deployment
from workbench.bench.rules import rules_in_force
from workbench.errors import NotAuthorisedError, RecordError, RefusedError
from workbench.governance.blue_list import BlueListMember, Pass, require_consent
from workbench.governance.categories import Category
from workbench.governance.moments import spoken
from workbench.governance.permissions import Permission
from workbench.governance.recognition import RecognitionRate, true_recognition_rate
from workbench.governance.text import require_said
from workbench.records.audit.verbs import Verb
from workbench.records.blue_list import (
    PassRow,
    add_pass,
    consents_of,
    list_passes,
    members,
    save_consents,
)
from workbench.records.deployments import DeploymentRow, find_deployment_by_id
from workbench.records.identifiers import new_id
from workbench.records.watchlist_entries import EntryState, entries_of_subject

__all__ = ["BlueList", "BlueRate"]


@dataclass(frozen=True, slots=True)
class BlueRate:
    """The true recognition rate, and what it leaves out.

    Attributes:
        rate: of the passes of which it is known whether they raised an alert; its people are
            numbered, not named.
        unsettled: passes that are left out, since their alerts were not all looked through: the
            last was too recent, or nobody did before the alerts were destroyed.
    """

    rate: RecognitionRate
    unsettled: int

    def describe(self) -> str:
        """Return the rate in words, with what it leaves out."""
        said = f"True recognition rate: {self.rate.describe()}"
        if not self.unsettled:
            return said
        one = self.unsettled == 1
        return (
            f"{said}; {self.unsettled} {'pass is' if one else 'passes are'} left out, whose alerts "
            "nobody looked through yet (workbench blue-list list --deployment)"
        )


class BlueList:
    """The blue list of a bench."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def add_member(self, values: Mapping[str, Any]) -> BlueListMember:
        """Record the consent of a member of staff.

        Args:
            values: `member`, `consent` and `consented`; see `governance.blue_list`.

        Raises:
            NotPermittedError: when the role may not.
            RecordError: when a field is missing or wrong.
            RefusedError: when their consent is recorded already.
        """
        new = BlueListMember.read(values, what="the consent")
        if new.withdrawn is not None:
            msg = "a new consent is not withdrawn. Leave withdrawn out."
            raise RecordError(msg)
        with self._context.acting(Permission.BLUE_LIST_MANAGE) as acting:
            known = consents_of(acting.connection, new.member)
            last = known[-1] if known else None
            if last is not None and (last.withdrawn is None or new.consented < last.withdrawn):
                msg = (
                    f"{new.member} consents since {last.consented.isoformat()} ({last.consent}) "
                    "already. Withdraw that first, and let the new one begin then."
                )
                raise RefusedError(msg)
            save_consents(acting.connection, [*known, new], by=acting.name, at=acting.at)
            acting.log(Verb.COLLECT, details={"member": new.member, "consent": new.consent})
        return new

    def withdraw_member(self, member: str, *, on: date | None = None) -> tuple[str, ...]:
        """Record that a member withdrew their consent.

        Args:
            member: reference of the member.
            on: the day from which it no longer holds; today if left out, never before.

        Returns:
            References of deployments whose list still holds their face: take it off those with
            `watchlists.drop`.

        Raises:
            NotPermittedError: when the role may not.
            RecordError: when the day lies before today, or before the consent.
            RefusedError: when no consent of theirs holds.
        """
        with self._context.acting(Permission.BLUE_LIST_MANAGE) as acting:
            known = consents_of(acting.connection, member)
            if not known or known[-1].withdrawn is not None:
                msg = f"{ascii(member)[1:-1][:100]} is not on the blue list. List its members."
                raise RefusedError(msg)
            today = acting.now.astimezone(UTC).date()
            day = today if on is None else on
            if day < today:
                msg = (
                    f"a consent is withdrawn from today on, {today.isoformat()}, not from before. "
                    "Name today or a later day."
                )
                raise RecordError(msg)
            last = BlueListMember.read(
                {**known[-1].plain(), "withdrawn": day}, what="the withdrawal"
            )
            save_consents(acting.connection, [*known[:-1], last], by=acting.name, at=acting.at)
            acting.log(Verb.WITHDRAW, details={"member": last.member, "withdrawn": day.isoformat()})
            return tuple(
                find_deployment_by_id(acting.connection, deployment).reference
                for deployment, entry in entries_of_subject(acting.connection, last.member)
                if entry.state is EntryState.ENROLLED and entry.removed is None
            )

    def members(self, *, justification: str) -> list[BlueListMember]:
        """Return all consents by member, those that were withdrawn too.

        Raises:
            NotPermittedError: when the role may not.
        """
        with self._context.acting(Permission.BLUE_LIST_MANAGE) as acting:
            found = members(acting.connection)
            acting.log(Verb.CONSULT, justification=justification, details={"consents": len(found)})
        return found

    def record_pass(self, reference: str, values: Mapping[str, Any]) -> PassRow:
        """Record that a member walked past a feed of a deployment.

        Which alert it raised is looked up, now and whenever passes are listed: `alert` is not
        given.

        Args:
            reference: of the deployment.
            values: `member`, `at`, `feed`, and `seen_by` if another than whoever records it saw
                it; see `governance.blue_list.Pass`.

        Raises:
            NotAuthorisedError: when no consent of theirs, or no authority of the deployment,
                covered that moment.
            NotPermittedError: when the role may not.
            RecordError: when a field is missing or wrong.
            RefusedError: when they were not on the list then, or the pass is recorded already.
        """
        seen = self._context.actor.name
        passed = Pass.read({"seen_by": seen, **values}, what="the pass")
        require_said(passed, what="the pass", names=("seen_by",))
        if passed.alert is not None:
            msg = "the alert of a pass is looked up, not given. Leave alert out."
            raise RecordError(msg)
        with on_deployment(self._context, Permission.BLUE_LIST_RECORD, reference) as (acting, row):
            _require_moment(passed, row, acting)
            require_consent(consents_of(acting.connection, passed.member), passed)
            _require_listed(acting, row, passed)
            kept = PassRow(new_id("pass", acting.now), row.id, passed, acting.name, acting.now)
            add_pass(acting.connection, kept)
            acting.log(
                Verb.COLLECT,
                [kept.id],
                details={"reference": reference, "member": passed.member, "feed": passed.feed},
            )
            linked = link(acting, row)
        return next(one for one in linked if one.id == kept.id)

    def passes(self, reference: str, *, justification: str) -> list[PassRow]:
        """Return the passes by a deployment, each with the alert that it raised, if any.

        Raises:
            NotPermittedError: when the role may not.
        """
        with on_deployment(self._context, Permission.BLUE_LIST_RECORD, reference) as (acting, row):
            found = link(acting, row)
            acting.log(
                Verb.CONSULT,
                [one.id for one in found],
                justification=justification,
                details={"reference": reference, "passes": len(found)},
            )
        return found

    def rate(self, reference: str | None = None) -> BlueRate:
        """Return the true recognition rate of one deployment, or of all: counts, and nobody.

        Raises:
            NotPermittedError: when the role may not.
        """
        if reference is None:
            with self._context.acting(Permission.OUTCOMES_READ) as acting:
                found = list_passes(acting.connection)
                window = rules_in_force(acting.connection).pass_window
                _log_rate(acting, None, found)
            return _rate(found, window)
        with on_deployment(self._context, Permission.OUTCOMES_READ, reference) as (acting, row):
            found = list_passes(acting.connection, row.id)
            if self._context.may(Permission.ALERT_CONSULT):
                found = link(acting, row)
            window = rules_in_force(acting.connection).pass_window
            _log_rate(acting, reference, found)
        return _rate(found, window)


def _require_moment(passed: Pass, row: DeploymentRow, acting: Acting) -> None:
    """Refuse a pass that is still to come, or that nobody's authority covered."""
    if passed.at > acting.now:
        msg = f"the pass of {passed.member} at {spoken(passed.at)} is still to come. Correct at."
        raise RecordError(msg)
    authority = row.authority
    ends = row.ended or row.ends
    if authority is None or passed.at < authority.starts or (ends and passed.at >= ends):
        msg = (
            f"deployment {row.reference} was not authorised at {spoken(passed.at)}, so no pass of "
            "that moment is recorded. Correct at, or the deployment."
        )
        raise NotAuthorisedError(msg)


def _require_listed(acting: Acting, row: DeploymentRow, passed: Pass) -> None:
    """Refuse a pass of somebody who could not have been recognised, which says nothing."""
    listed = any(
        deployment == row.id
        and entry.state is not EntryState.REFUSED
        and entry.entry.category is Category.BLUE_LIST
        and entry.added <= passed.at
        and (entry.removed is None or passed.at < entry.removed)
        for deployment, entry in entries_of_subject(acting.connection, passed.member)
    )
    if not listed:
        msg = (
            f"{passed.member} was not on the list of deployment {row.reference} at "
            f"{spoken(passed.at)} under the category {Category.BLUE_LIST}, so the pass tells "
            "nothing of recognition. Correct member or at, or leave the pass out."
        )
        raise RefusedError(msg)


def _log_rate(acting: Acting, reference: str | None, found: Sequence[PassRow]) -> None:
    acting.log(
        Verb.CONSULT,
        justification="reading the true recognition rate, counts alone",
        details={"reference": reference, "passes": len(found)},
    )


def _rate(found: Sequence[PassRow], window: timedelta) -> BlueRate:
    settled = [row.seen for row in found if is_settled(row, window)]
    rate = true_recognition_rate(settled)
    numbered = tuple(
        one._replace(member=f"person-{place}") for place, one in enumerate(rate.people, 1)
    )
    return BlueRate(rate._replace(people=numbered), len(found) - len(settled))
