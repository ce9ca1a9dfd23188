"""`bench.cases`: what retrospective work needs before it may search, and that its data go with it.

A case names one offence. Work may begin before anybody has authorised it; an officer other than
whoever asked has 48 hours, and if they refuse or say nothing, what is kept for the case is
destroyed at once (see `governance.cases`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from workbench.bench.case_access import move_case, on_case, settle_all_cases, settle_apart
from workbench.bench.case_ending import begin_ending, destroy_ended
from workbench.bench.context import Acting, Context
from workbench.bench.erasing import complete
from workbench.bench.whole_ids import case_number
from workbench.errors import RecordError
from workbench.governance.cases import (
    CaseApplication,
    CaseDecision,
    CaseState,
    require_decision_possible,
)
from workbench.governance.certificates import DeletionCertificate
from workbench.governance.moments import spoken
from workbench.governance.permissions import Permission
from workbench.governance.retention import RetentionClass
from workbench.governance.text import require_reason, require_said
from workbench.records.audit.verbs import Verb
from workbench.records.cases import (
    CaseItem,
    CaseRow,
    add_case,
    find_case,
    list_cases,
    list_items,
)
from workbench.records.identifiers import new_id
from workbench.records.row_digests import CASE, ROW, row_digest
from workbench.records.vault.register import KeyRegister

__all__ = ["CaseEnd", "CaseView", "Cases"]

_ENDED: Final = (CaseState.REFUSED, CaseState.CLOSED, CaseState.EXPIRED)


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as people see it.

    Attributes:
        id: names it in the records and in the log.
        number: names it for people.
        state: where it is.
        offence: the one offence that it is about.
        requester: who asked for it.
        opened: when work on it may begin.
        authorise_by: the last moment at which it can be authorised.
        expires: from when on it may not go on.
        ended: when it was refused or closed or expired.
        application: all that was asked for; `None` in a list of cases.
        decision: of an officer, once there was one; likewise.
        items: what the vault holds for it; likewise.
    """

    id: str
    number: str
    state: CaseState
    offence: str
    requester: str
    opened: datetime
    authorise_by: datetime
    expires: datetime
    ended: datetime | None
    application: CaseApplication | None = None
    decision: CaseDecision | None = None
    items: tuple[CaseItem, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "id": self.id,
            "number": self.number,
            "state": self.state.value,
            "offence": self.offence,
            "requester": self.requester,
            "opened": self.opened.isoformat(),
            "authorise_by": self.authorise_by.isoformat(),
            "expires": self.expires.isoformat(),
            "ended": None if self.ended is None else self.ended.isoformat(),
            "application": None if self.application is None else self.application.plain(),
            "decision": None if self.decision is None else self.decision.plain(),
            "items": [
                {"id": one.id, "kind": one.kind, "stored": one.stored.isoformat()}
                for one in self.items
            ],
        }


@dataclass(frozen=True, slots=True)
class CaseEnd:
    """That a case ended, and what was destroyed with it.

    Attributes:
        case: as it is now.
        certificate: of what was destroyed; `None` where a legal hold keeps all of it.
    """

    case: CaseView
    certificate: DeletionCertificate | None


class Cases:
    """Cases of a bench, by number."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def open(self, values: Mapping[str, Any]) -> CaseView:
        """Open a case, provisionally: it must be authorised within 48 hours.

        Args:
            values: by field of `CaseApplication`. `requester` is whoever opens it and is left
                out; `opened` is now if left out, and never before.

        Raises:
            NotPermittedError: when the role may not.
            RecordError: names every field that is missing or wrong.
            RefusedError: when there is a case of that number.
        """
        with self._context.acting(Permission.CASE_OPEN) as acting:
            if "requester" in values:
                msg = "the requester of a case is whoever opens it. Leave requester out."
                raise RecordError(msg)
            application = CaseApplication.read(
                {"opened": acting.now, **values, "requester": acting.name}, what="the case"
            )
            require_said(
                application,
                what="the case",
                reasons=("authority", "purpose", "necessity"),
                names=("offence",),
            )
            if application.opened < acting.now:
                msg = (
                    f"case {application.number} cannot be opened as of "
                    f"{spoken(application.opened)}, which is past. Leave opened out."
                )
                raise RecordError(msg)
            row = CaseRow(
                id=new_id("case", acting.now),
                number=application.number,
                state=CaseState.OPEN_PROVISIONAL,
                application=application,
            )
            add_case(acting.connection, row)
            KeyRegister(self._context.keys).make(
                acting.connection,
                key_id=new_id("key", acting.now),
                retention=RetentionClass.CASE.value,
                purpose=row.id,
                now=acting.now,
            )
            acting.serving(row.id).log(
                Verb.APPLY,
                [row.id],
                details={
                    "number": row.number,
                    "state": row.state,
                    "authorise_by": application.decide_by.isoformat(),
                    ROW: row_digest(acting.connection, CASE, row.id),
                },
            )
        return _view(row)

    def authorise(self, number: str, reason: str) -> CaseView:
        """Authorise a case, as another officer than whoever asked.

        Raises:
            IllegalMoveError: when it is not provisional any more.
            NotAuthorisedError: when the time for that has passed.
            NotPermittedError: when the role may not, or who decides is who asked.
            RecordError: when the reason cannot be used.
        """
        with self._on(Permission.CASE_AUTHORISE, number) as (acting, row):
            decision = self._decision(acting, row, reason, granted=True)
            after = move_case(
                acting, row, "authorise", Verb.AUTHORISE, decision=decision, why=decision.reason
            )
        return _view(after)

    def refuse(self, number: str, reason: str) -> CaseEnd:
        """Refuse a case, and destroy what is kept for it at once.

        Raises:
            IllegalMoveError: when it is not provisional any more.
            NotPermittedError: when the role may not, or who decides is who asked.
            RecordError: when the reason cannot be used.
        """
        with self._on(Permission.CASE_REFUSE, number) as (acting, row):
            decision = self._decision(acting, row, reason, granted=False)
            after = move_case(
                acting,
                row,
                "refuse",
                Verb.REFUSE,
                decision=decision,
                ended=acting.now,
                why=decision.reason,
            )
            erasure = begin_ending(acting, after)
        return self._end(row.number, erasure)

    def close(self, number: str) -> CaseEnd:
        """Close an authorised case, and destroy what is kept for it at once.

        Raises:
            IllegalMoveError: when it is not authorised: a provisional case is owed a decision.
            NotPermittedError: when the role may not.
        """
        with self._on(Permission.CASE_CLOSE, number) as (acting, row):
            after = move_case(acting, row, "close", Verb.STOP, ended=acting.now)
            erasure = begin_ending(acting, after)
        return self._end(row.number, erasure)

    def get(self, number: str, *, justification: str) -> CaseView:
        """Return a case with what is kept for it; no picture.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that number.
        """
        with self._on(Permission.CASE_CONSULT, number) as (acting, row):
            items = tuple(list_items(acting.connection, row.id))
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification=justification,
                details={"number": row.number, "items": len(items)},
            )
        return _view(row, items)

    def list(self) -> list[CaseView]:
        """Return all cases by when they were opened, without what was written about each."""
        if self._context.may(Permission.CASE_CONSULT):
            settle_all_cases(self._context)
            with self._context.store.reading() as connection:
                ended = [row.id for row in list_cases(connection, _ENDED)]
            for case in ended:
                destroy_ended(self._context, case)
        with self._context.acting(Permission.CASE_CONSULT) as acting:
            rows = list_cases(acting.connection)
            acting.log(Verb.CONSULT, justification="listing cases, no person in them")
        return [_summary(row) for row in rows]

    @contextmanager
    def _on(self, permission: Permission, number: str) -> Iterator[tuple[Acting, CaseRow]]:
        """Give a transaction that serves a case; what is kept for one that has ended goes first."""
        number = case_number(self._context, permission, number)
        if self._context.may(permission):
            with self._context.store.reading() as connection:
                row = find_case(connection, number)
            settle_apart(self._context, row)
            destroy_ended(self._context, row.id)
        with on_case(self._context, permission, number) as (acting, row):
            yield acting, row

    def _decision(
        self, acting: Acting, row: CaseRow, reason: str, *, granted: bool
    ) -> CaseDecision:
        """Return the decision of whoever acts, unless it cannot be theirs or comes too late."""
        rank = self._context.actor.rank
        require_reason(reason, what=f"the decision on case {row.number}")
        decision = CaseDecision.read(
            {
                "by": acting.name,
                "rank": self._context.actor.role.value if rank is None else rank.spoken,
                "at": acting.now,
                "granted": granted,
                "reason": reason,
            },
            what=f"the decision on case {row.number}",
        )
        if row.decision is None:
            require_decision_possible(row.application, decision)
        return decision

    def _end(self, number: str, erasure: str | None) -> CaseEnd:
        """Destroy what was begun, and return the case as it is then."""
        certificate = None if erasure is None else complete(self._context, erasure)
        with self._context.store.reading() as connection:
            found = find_case(connection, number)
        return CaseEnd(_view(found), certificate)


def _summary(row: CaseRow) -> CaseView:
    application = row.application
    return CaseView(
        id=row.id,
        number=row.number,
        state=row.state,
        offence=application.offence,
        requester=application.requester,
        opened=application.opened,
        authorise_by=application.decide_by,
        expires=application.expiry,
        ended=row.ended,
    )


def _view(row: CaseRow, items: tuple[CaseItem, ...] = ()) -> CaseView:
    return replace(_summary(row), application=row.application, decision=row.decision, items=items)
