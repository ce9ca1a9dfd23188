"""How every part of a bench comes to a case: as it is now, and under its own purpose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

from workbench.bench.context import ADMINISTRATION, SYSTEM, Acting, Context
from workbench.bench.row_checks import require_standing_case
from workbench.errors import NotAuthorisedError
from workbench.governance.cases import (
    CASE_MOVES,
    CaseDecision,
    CaseState,
    due_move,
    require_case_covers,
)
from workbench.governance.permissions import Permission
from workbench.records.audit.verbs import Verb
from workbench.records.cases import CaseRow, find_case, find_case_by_id, list_cases, save_case
from workbench.records.row_digests import CASE, changed_row, row_digest

__all__ = [
    "covering",
    "move_case",
    "on_case",
    "on_covered_case",
    "purged",
    "refuse_unseen",
    "settle_all_cases",
    "settle_apart",
    "settle_case",
]

_GOING_ON: Final = (CaseState.OPEN_PROVISIONAL, CaseState.AUTHORISED)


@contextmanager
def on_case(
    context: Context, permission: Permission, number: str
) -> Iterator[tuple[Acting, CaseRow]]:
    """Give a transaction that serves a case, and the case as it is at that moment.

    What time alone made due is recorded first, in a transaction of its own: it stays even where
    the call itself is refused.

    Raises:
        NotPermittedError: when the role may not; said before whether there is such a case.
        UnknownRecordError: when there is none of that number.
    """
    purpose = ADMINISTRATION
    if context.may(permission):
        with context.store.reading() as connection:
            row = find_case(connection, number)
        purpose = row.id
        settle_apart(context, row)
    objects = [] if purpose == ADMINISTRATION else [purpose]
    with context.acting(permission, purpose=purpose, objects=objects) as acting:
        yield acting, settle_case(acting, find_case(acting.connection, number))


@contextmanager
def on_covered_case(
    context: Context, permission: Permission, number: str
) -> Iterator[tuple[Acting, CaseRow]]:
    """Give a transaction that serves a case which covers now, and is what the audit log says.

    Raises:
        NotAuthorisedError: when it does not, or is not.
        NotPermittedError: as `on_case`.
        UnknownRecordError: as `on_case`.
    """
    with on_case(context, permission, number) as (acting, row):
        require_case_covers(row.state, row.application, acting.now)
        require_standing_case(acting, row)
        yield acting, row


def refuse_unseen(context: Context, permission: Permission) -> None:
    """Refuse and log whoever may not, before anything is looked up.

    Raises:
        NotPermittedError: when the role may not.
    """
    if not context.may(permission):
        with context.acting(permission):
            pass


def covering(acting: Acting, number: str) -> CaseRow:
    """Return a case that allows a search now.

    Raises:
        NotAuthorisedError: when it does not; says why.
        UnknownRecordError: when there is none of that number.
    """
    row = find_case(acting.connection, number)
    require_case_covers(row.state, row.application, acting.now)
    return row


def settle_case(acting: Acting, row: CaseRow) -> CaseRow:
    """Record what time alone has made due, and return the case as it is then.

    A provisional case that nobody authorised in time counts as refused, an authorised one expires;
    it ended at that moment, whenever this is called. What it holds is then due to be erased.
    """
    move = _due(row, acting.now)
    if move is None:
        return row
    by_itself = replace(acting, name=SYSTEM, role="system", purpose=row.id)
    if move == "expire":
        return move_case(by_itself, row, move, Verb.STOP, ended=row.application.expiry)
    ended = row.application.decide_by
    return move_case(by_itself, row, move, Verb.REFUSE, ended=ended, why="nobody decided in time")


def settle_all_cases(context: Context) -> int:
    """Settle every case of the bench, and return how many time had ended."""
    with context.store.reading() as connection:
        rows = list_cases(connection, _GOING_ON)
    return sum(settle_apart(context, row) for row in rows)


def settle_apart(context: Context, row: CaseRow) -> bool:
    """Settle a case in a transaction of its own; returns whether time made anything due."""
    if _due(row, context.now()) is None:
        return False
    with context.system(purpose=row.id) as acting:
        found = find_case_by_id(acting.connection, row.id)
        if settle_case(acting, found).state is found.state:  # somebody else was first
            acting.log(Verb.CONSULT, [row.id], justification="settling what is due")
    return True


def move_case(
    acting: Acting,
    row: CaseRow,
    move: str,
    verb: Verb,
    *,
    decision: CaseDecision | None = None,
    ended: datetime | None = None,
    why: str | None = None,
) -> CaseRow:
    """Move a case to its next state, keep what changes with it, and log that.

    Args:
        acting: the transaction.
        row: the case as it is.
        move: of `CASE_MOVES`.
        verb: of the entry.
        decision: of an officer; that of the row where none is given.
        ended: when it ended, if the move ends it.
        why: reasons that were given.

    Raises:
        IllegalMoveError: when it is in no state for it.
    """
    state = CASE_MOVES.after(row.state, move, name=row.number)
    after = replace(row, state=state, decision=decision or row.decision, ended=ended or row.ended)
    before = row_digest(acting.connection, CASE, row.id)
    save_case(acting.connection, after)
    acting.serving(row.id).log(
        verb,
        [row.id],
        justification=why,
        details={
            "number": row.number,
            "move": move,
            "from": row.state,
            "to": state,
            **changed_row(acting.connection, CASE, row.id, before),
        },
    )
    return after


def purged(acting: Acting, case: str) -> CaseRow:
    """Record that nothing is kept for a case any more, once its data were erased.

    Args:
        acting: the transaction in which that is recorded.
        case: id of the case.

    Raises:
        NotAuthorisedError: when it goes on; its data are not to be erased then.
    """
    row = find_case_by_id(acting.connection, case)
    if row.state is CaseState.PURGED:
        return row
    if row.state in _GOING_ON:
        msg = f"case {row.number} is {row.state}, so its data stay. Close or refuse it first."
        raise NotAuthorisedError(msg)
    return move_case(acting, row, "purge", Verb.ERASE)


def _due(row: CaseRow, now: datetime) -> str | None:
    """Return what time made due, but for the erasing, which is not for here."""
    move = due_move(row.state, row.application, now)
    return None if move == "purge" else move
