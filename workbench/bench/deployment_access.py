"""How every part of a bench comes to a deployment: as it is now, and under its own purpose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

from workbench.bench.context import ADMINISTRATION, SYSTEM, Acting, Context
from workbench.bench.deployment_record import freeze_record
from workbench.governance.authorisation import Withdrawal, covers_until, due_move
from workbench.governance.deployments import DEPLOYMENT_MOVES, DeploymentState
from workbench.governance.permissions import Permission
from workbench.governance.text import require_reason
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import (
    DeploymentRow,
    find_deployment,
    list_deployments,
    save_deployment,
)
from workbench.records.row_digests import DEPLOYMENT, changed_row, row_digest

__all__ = ["end", "moved", "on_deployment", "settle", "settle_all"]

_APPLIED: Final = frozenset(
    {DeploymentState.APPLIED, DeploymentState.AUTHORISED, DeploymentState.LIVE}
)
"""States that time alone can end."""


@contextmanager
def on_deployment(
    context: Context, permission: Permission, reference: str
) -> Iterator[tuple[Acting, DeploymentRow]]:
    """Give a transaction that serves a deployment, and the deployment as it is at that moment.

    What time alone made due is recorded first, in a transaction of its own: it stays even where
    the call itself is refused.

    Raises:
        NotPermittedError: when the role may not; said before whether there is such a deployment.
        UnknownRecordError: when there is none of that reference.
    """
    purpose = ADMINISTRATION
    if context.may(permission):
        with context.store.reading() as connection:
            row = find_deployment(connection, reference)
        purpose = row.id
        if _due(row, context.now()) is not None:
            _settle_alone(context, row)
    objects = [] if purpose == ADMINISTRATION else [purpose]
    with context.acting(permission, purpose=purpose, objects=objects) as acting:
        yield acting, settle(acting, find_deployment(acting.connection, reference))


def settle(acting: Acting, row: DeploymentRow) -> DeploymentRow:
    """Record what time alone has made due, and return the deployment as it is then.

    What was applied for or authorised expires at its end, what is live is closed at the end of
    its authority; it ended at that moment, whenever this is called.
    """
    move = _due(row, acting.now)
    if move is None:
        return row
    by_itself = replace(acting, name=SYSTEM, role="system", purpose=row.id)
    ended = row.application.ends if row.authority is None else covers_until(row.authority)
    return end(by_itself, row, move, Verb.STOP, ended=ended)


def settle_all(context: Context) -> int:
    """Settle every deployment of the bench, and return how many time had ended."""
    with context.store.reading() as connection:
        due = [row for row in list_deployments(connection) if _due(row, context.now()) is not None]
    for row in due:
        _settle_alone(context, row)
    return len(due)


def moved(
    acting: Acting,
    row: DeploymentRow,
    move: str,
    verb: Verb,
    *,
    why: str | None = None,
    **changes: object,
) -> DeploymentRow:
    """Move a deployment to its next state, keep what changes with it, and log that.

    Args:
        acting: the transaction.
        row: the deployment as it is.
        move: of `DEPLOYMENT_MOVES`.
        verb: of the entry.
        why: reasons that were given.
        changes: fields of the row.

    Raises:
        IllegalMoveError: when it is in no state for it.
    """
    state = DEPLOYMENT_MOVES.after(row.state, move, name=row.reference)
    after = replace(row, state=state, changed=acting.now, **changes)  # type: ignore[arg-type]
    before = row_digest(acting.connection, DEPLOYMENT, row.id)
    save_deployment(acting.connection, after)
    acting.serving(row.id).log(
        verb,
        [row.id],
        justification=why,
        details={
            "reference": row.reference,
            "move": move,
            "from": row.state,
            "to": state,
            **changed_row(acting.connection, DEPLOYMENT, row.id, before),
        },
    )
    # A record that is kept already says where its deployment is.
    return after if row.record is None else freeze_record(acting, after)


def end(
    acting: Acting,
    row: DeploymentRow,
    move: str,
    verb: Verb,
    *,
    reason: str | None = None,
    ended: datetime | None = None,
) -> DeploymentRow:
    """Move a deployment to one of its ends and keep its record.

    Args:
        acting: the transaction.
        row: the deployment as it is.
        move: of `DEPLOYMENT_MOVES`.
        verb: of the entry.
        reason: why it ends before its time, in the words of whoever ends it; `None` where it
            simply ends.
        ended: the moment, if it lies in the past; the same as its time otherwise.

    Raises:
        IllegalMoveError: when it is in no state for it.
        RecordError: when the reason cannot be used.
    """
    withdrawal = row.withdrawal
    if reason is not None:
        what = f"the reason to {move} deployment {row.reference}"
        require_reason(reason, what=what)
        withdrawal = Withdrawal.read(
            {"by": acting.name, "at": acting.now, "reason": reason}, what=what
        )
    after = moved(
        acting,
        row,
        move,
        verb,
        why=None if reason is None or withdrawal is None else withdrawal.reason,
        withdrawal=withdrawal,
        ended=ended or acting.now,
    )
    return after if row.state is DeploymentState.DRAFT else freeze_record(acting, after)


def _settle_alone(context: Context, row: DeploymentRow) -> None:
    """Settle a deployment in a transaction of its own, unless somebody else was first."""
    with context.system(purpose=row.id) as acting:
        found = find_deployment(acting.connection, row.reference)
        if settle(acting, found) is found:
            acting.log(Verb.CONSULT, [row.id], justification="nothing was due any more")


def _due(row: DeploymentRow, now: datetime) -> str | None:
    if row.state not in _APPLIED:
        return None
    return due_move(row.state, row.application, row.authority, now)
