"""Asking a live search to stop, to rest or to go on, whichever process runs it: by the records.

The process that runs it looks there twice a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from workbench.bench.context import ADMINISTRATION, Acting, Context
from workbench.errors import IllegalMoveError
from workbench.governance.permissions import Permission
from workbench.governance.session_pauses import Pause, with_pause, without_pause
from workbench.governance.stopping import StopReason
from workbench.governance.text import require_reason
from workbench.records.audit.verbs import Verb
from workbench.records.session_pauses import save_pauses
from workbench.records.sessions import SessionRow, ask_to_stop, find_session

__all__ = ["ask_to_end", "ask_to_pause", "ask_to_resume"]


def ask_to_end(context: Context, session_id: str, why: str | None) -> bool:
    """Ask a live search to end; return whether it was still to be asked.

    Raises:
        UnknownRecordError: when there is no such search.
    """
    with _asking(context, session_id) as acting:
        asked = ask_to_stop(acting.connection, session_id, StopReason.STOPPED)
        acting.log(
            Verb.STOP, [session_id], justification=why, details={"asked": True, "ran": asked}
        )
    return asked


def ask_to_pause(context: Context, session_id: str, why: str) -> tuple[Pause, ...]:
    """Ask a live search to rest; it does so within a second.

    Args:
        context: of the bench.
        session_id: of the search.
        why: kept in its record and in the log.

    Returns:
        The pauses of the search.

    Raises:
        IllegalMoveError: when it is paused, or has ended.
        RecordError: when the reason cannot be used.
        UnknownRecordError: when there is no such search.
    """
    what = f"the reason to pause live search {session_id}"
    require_reason(why, what=what)
    with _asking(context, session_id) as acting:
        row = _going_on(acting, session_id)
        pause = Pause.read({"at": acting.now, "why": why}, what=what)
        pauses = with_pause(row.pauses, pause, name=session_id)
        save_pauses(acting.connection, session_id, pauses)
        acting.log(
            Verb.STOP,
            [session_id],
            justification=pause.why,
            details={"feed": row.feed, "move": "pause"},
        )
    return pauses


def ask_to_resume(context: Context, session_id: str, why: str | None) -> tuple[Pause, ...]:
    """Ask a live search that rests to go on; it does so within a second.

    What its authority covers is asked at each frame, as ever.

    Returns:
        The pauses of the search.

    Raises:
        IllegalMoveError: when it is not paused, or has ended.
        UnknownRecordError: when there is no such search.
    """
    with _asking(context, session_id) as acting:
        row = _going_on(acting, session_id)
        pauses = without_pause(row.pauses, acting.now, name=session_id)
        save_pauses(acting.connection, session_id, pauses)
        acting.log(
            Verb.START,
            [session_id],
            justification=why,
            details={"feed": row.feed, "move": "resume"},
        )
    return pauses


@contextmanager
def _asking(context: Context, session_id: str) -> Iterator[Acting]:
    """Give a transaction of whoever may run live searches, for the deployment of this one."""
    with context.store.reading() as connection:
        purpose = (
            find_session(connection, session_id).deployment
            if context.may(Permission.LIVE_START)
            else ADMINISTRATION
        )
    with context.acting(Permission.LIVE_START, purpose=purpose, objects=[session_id]) as acting:
        yield acting


def _going_on(acting: Acting, session_id: str) -> SessionRow:
    """Return a live search that nobody has ended yet, or asked to end."""
    row = find_session(acting.connection, session_id)
    if row.ended is not None or row.stopped_by is not None:
        msg = f"live search {row.id} has ended, or is about to, so it neither rests nor goes on."
        raise IllegalMoveError(msg)
    return row
