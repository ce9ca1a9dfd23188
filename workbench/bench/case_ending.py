"""What is kept for a case goes when the case ends, as far as no legal hold keeps it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from workbench.bench.context import Acting, Context
from workbench.bench.erasing import begin, complete
from workbench.governance.cases import CASE_MOVES
from workbench.governance.certificates import DeletionCertificate
from workbench.governance.holds import is_held
from workbench.governance.retention import RetentionClass
from workbench.records.audit.verbs import Verb
from workbench.records.cases import CaseRow, find_case_by_id, moved_alerts
from workbench.records.erasable import Erasable, erasable_case
from workbench.records.erasures import objects_in_erasure
from workbench.records.holds import effective_holds

__all__ = ["begin_ending", "destroy_ended"]


def begin_ending(acting: Acting, row: CaseRow) -> str | None:
    """Begin to destroy what is kept for a case, in the transaction in which it ended.

    Args:
        acting: the transaction.
        row: the case, which has ended.

    Returns:
        The erasure that `bench.erasing.complete` goes on with; `None` where legal holds keep all
        of it, or it is being destroyed already.
    """
    found = _going(acting.connection, row, acting.now)
    if found is None:
        return None
    what, held = found
    return begin(acting, what, due=row.ended, held=held)


def destroy_ended(context: Context, case: str) -> DeletionCertificate | None:
    """Destroy what is kept for a case that ended by time alone.

    Args:
        context: the bench.
        case: id of the case.

    Returns:
        The certificate; `None` where the case goes on, nothing of it may or need be destroyed, or
        that is for others to do.
    """
    if not context.may_erase(RetentionClass.CASE):
        return None
    with context.store.reading() as connection:
        row = find_case_by_id(connection, case)
        if not CASE_MOVES.allows(row.state, "purge"):
            return None
        if _going(connection, row, context.now()) is None:
            return None
    with context.system(purpose=case) as acting:
        erasure = begin_ending(acting, row)
        if erasure is None:  # somebody else was first, or a hold keeps it
            acting.log(Verb.CONSULT, [case], justification="destroying what ended with a case")
    return None if erasure is None else complete(context, erasure)


def _going(
    connection: Connection, row: CaseRow, now: datetime
) -> tuple[Erasable, list[str]] | None:
    """Return what of a case may go, and the alerts of it that stay."""
    holds = effective_holds(connection)
    moved = moved_alerts(connection, row.id)
    in_hand = objects_in_erasure(connection)
    if is_held(row.id, row.id, holds, now) or row.id in in_hand or in_hand.intersection(moved):
        return None
    held = [name for name in moved if is_held(name, row.id, holds, now)]
    what = erasable_case(connection, row.id, held)
    # What was sealed for the case goes also where holds keep all of its alerts.
    return (what, held) if what.objects or what.keys or what.sealed else None
