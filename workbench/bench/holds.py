"""`bench.holds`: legal holds, which keep what would be destroyed until another person frees it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from workbench.bench.context import ADMINISTRATION, Acting, Context
from workbench.bench.rules import rules_in_force
from workbench.bench.whole_ids import whole_id
from workbench.errors import IllegalMoveError, RecordError, UnknownRecordError
from workbench.governance.holds import Hold, HoldGround, place_hold
from workbench.governance.permissions import Permission
from workbench.governance.text import require_reason
from workbench.records.audit.verbs import Verb
from workbench.records.erasures import objects_in_erasure
from workbench.records.holds import add_hold, find_hold, list_holds, purposes_of, save_hold
from workbench.records.id_parts import IdKind
from workbench.records.identifiers import new_id
from workbench.records.purposes import find_purpose
from workbench.records.retained import kept_now

__all__ = ["Holds"]


class Holds:
    """Legal holds of a bench. Whoever places one cannot release it."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def place(
        self,
        reference: str | None = None,
        *,
        ground: HoldGround,
        reason: str,
        review_by: datetime,
        alerts: Sequence[str] = (),
    ) -> Hold:
        """Keep alerts, or all of a deployment or case, past their limit.

        Args:
            reference: of the deployment, number of the case or name of the evaluation set, all of
                which is kept; left out where alerts are named, which is to be preferred.
            ground: why, of the closed list.
            reason: why, in words.
            review_by: when it is looked at again; how far ahead at most is a rule of the force,
                183 days unless it sets another.
            alerts: ids of the alerts, all of one deployment; a part of an id will do for those
                who may read ids of alerts.

        Raises:
            NotPermittedError: when the role may not.
            RecordError: when something cannot be used, or neither or both are named.
            UnknownRecordError: when there is no such deployment, case, set or alert any more.
            IllegalMoveError: when it is being destroyed.
        """
        if (reference is None) == (not alerts):
            msg = "a hold keeps alerts, or all of a deployment or case. Name one or the other."
            raise RecordError(msg)
        alerts = tuple(self._whole(Permission.HOLD_PLACE, one, IdKind.ALERT) for one in alerts)
        with self._context.acting(Permission.HOLD_PLACE, objects=list(alerts)) as acting:
            if reference is None:
                acting = acting.serving(_purpose_of(acting, alerts))  # noqa: PLW2901 - the same
            else:
                acting = acting.serving(_kept_purpose(acting, reference))  # noqa: PLW2901
            rules = rules_in_force(acting.connection)
            require_reason(reason, what="the legal hold")
            hold = place_hold(
                {
                    "id": new_id("hold", acting.now),
                    "ground": ground,
                    "reason": reason,
                    "authoriser": acting.name,
                    "objects": tuple(alerts),
                    "purpose": None if alerts else acting.purpose,
                    "placed": acting.now,
                    "review_by": review_by,
                },
                longest=rules.longest_to_review,
                left_out=rules.hold_grounds_left_out,
            )
            add_hold(acting.connection, hold)
            acting.log(
                Verb.HOLD,
                [hold.id, *alerts],
                justification=hold.reason,
                details={
                    "ground": hold.ground.value,
                    "whole": not alerts,
                    "review_by": hold.review_by.isoformat(),
                },
            )
        return hold

    def review(self, hold_id: str, *, reason: str, review_by: datetime) -> Hold:
        """Record that a hold was looked at and is still needed, and when it is looked at next.

        Raises:
            NotPermittedError: when the role may not.
            IllegalMoveError: when it is released.
            RecordError: when something cannot be used.
            UnknownRecordError: when there is none of that id.
        """
        hold_id = self._whole(Permission.HOLD_RELEASE, hold_id)
        with self._context.acting(Permission.HOLD_RELEASE, objects=[hold_id]) as acting:
            found = find_hold(acting.connection, hold_id)
            require_reason(reason, what=f"the review of hold {found.id}")
            hold = found.review(
                by=acting.name,
                at=acting.now,
                reason=reason,
                review_by=review_by,
                longest=rules_in_force(acting.connection).longest_to_review,
            )
            save_hold(acting.connection, hold)
            _serving(acting, hold).log(
                Verb.REVIEW,
                [hold.id],
                justification=hold.reviews[-1].reason,
                details={"review_by": hold.next_review.isoformat()},
            )
        return hold

    def release(self, hold_id: str, *, reason: str) -> Hold:
        """Release a hold, as another person than the one who placed it.

        What it kept goes at its limit, which may have passed: then at the next opening.

        Raises:
            NotPermittedError: when the role may not, or it is one's own.
            IllegalMoveError: when it is released already.
            UnknownRecordError: when there is none of that id.
        """
        hold_id = self._whole(Permission.HOLD_RELEASE, hold_id)
        with self._context.acting(Permission.HOLD_RELEASE, objects=[hold_id]) as acting:
            found = find_hold(acting.connection, hold_id)
            require_reason(reason, what=f"the release of hold {found.id}")
            hold = found.release(by=acting.name, at=acting.now, reason=reason)
            save_hold(acting.connection, hold)
            _serving(acting, hold).log(Verb.RELEASE, [hold.id, *hold.objects], justification=reason)
        return hold

    def list(self, *, released: bool = False) -> list[Hold]:
        """Return the holds in force, or with those that were released, by when they were placed.

        Raises:
            NotPermittedError: when the role may not.
        """
        with self._context.acting(Permission.HOLD_CONSULT) as acting:
            found = list_holds(acting.connection, unreleased=not released)
            acting.log(Verb.CONSULT, justification="listing legal holds, ids alone")
        return found

    def _whole(self, permission: Permission, text: str, kind: IdKind = IdKind.HOLD) -> str:
        """Return the id that begins or ends with a text, if it is one's to know."""
        return whole_id(self._context, permission, kind, text)


def _kept_purpose(acting: Acting, reference: str) -> str:
    """Return the deployment, case or set of a reference, if anything of it is still kept."""
    found = find_purpose(acting.connection, reference)
    if not any(one.purpose == found.id for one in kept_now(acting.connection)):
        msg = (
            f"{found.reference} has nothing left that a hold could keep: no watchlist and no "
            "alert, and no image of an evaluation set. It was destroyed, or never there."
        )
        raise IllegalMoveError(msg)
    return found.id


def _purpose_of(acting: Acting, alerts: Sequence[str]) -> str:
    """Return the deployment that raised all of the alerts, which must be there."""
    raised_by = purposes_of(acting.connection, alerts)
    going = objects_in_erasure(acting.connection)
    for name in alerts:
        if name not in raised_by:
            shown = ascii(name)[1:-1][:100]
            msg = f"there is no alert {shown}; it may have been destroyed. Nothing was held."
            raise UnknownRecordError(msg)
        if name in going:
            msg = f"alert {name} is being destroyed, so it cannot be held any more. Leave it out."
            raise IllegalMoveError(msg)
    if len(set(raised_by.values())) > 1:
        msg = "the alerts are of several deployments. Place a hold for each deployment."
        raise RecordError(msg)
    return next(iter(raised_by.values()))


def _serving(acting: Acting, hold: Hold) -> Acting:
    """Return the transaction for the deployment or case that a hold is about."""
    if hold.purpose is not None:
        return acting.serving(hold.purpose)
    raised_by = purposes_of(acting.connection, hold.objects)
    return acting.serving(next(iter(raised_by.values()), ADMINISTRATION))
