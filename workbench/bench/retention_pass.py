"""One pass of retention: what time has ended is ended, and what is due is destroyed.

It runs by itself at every opening of a bench, again while one stays open, by a timer, and when a
person asks for it. Several processes may
do so at once: what is due is worked out and marked in one transaction, and the next finds it gone.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workbench.bench.case_access import settle_case
from workbench.bench.context import Acting, Context
from workbench.bench.deployment_access import settle
from workbench.bench.erasing import begin, finish_erasures
from workbench.bench.erasure_rows import purge_if_spent
from workbench.bench.retention_due import due_erasures
from workbench.bench.rules import rules_in_force
from workbench.errors import ClockError
from workbench.governance.cases import CaseState
from workbench.governance.certificates import DeletionCertificate, Leftover
from workbench.governance.deployments import DeploymentState
from workbench.governance.permissions import Permission
from workbench.records.audit.verbs import Verb
from workbench.records.cases import list_cases
from workbench.records.deployments import list_deployments
from workbench.records.retained import anything_due, has_lapsed, spent_deployments

__all__ = ["RetentionRun", "enforce", "enforce_again", "run_as_role"]

_LOGGER: Final = logging.getLogger(__name__)
_NOTHING: Final = "looking at what is due; there was nothing, or another process did it"


@dataclass(frozen=True, slots=True)
class RetentionRun:
    """What one pass did.

    Attributes:
        certificates: of what was destroyed, also of what had been begun before.
        ended: how many deployments and cases time had ended.
        purged: how many deployments nothing was left of.
        failures: what could not be destroyed yet, and why; it is tried again at each opening.
    """

    certificates: tuple[DeletionCertificate, ...] = ()
    ended: int = 0
    purged: int = 0
    failures: tuple[str, ...] = ()


def enforce(context: Context) -> RetentionRun:
    """Do what is due, as the workbench itself; costs one statement where nothing is.

    A clock that is behind the records does not stop the bench from being opened, since whoever is
    to accept or correct it must come in; nothing else can be done with it until then.

    Raises:
        StoreError: when it cannot be begun: what is past its limit is not to be read.
    """
    try:
        if not _has_work(context):
            return RetentionRun()
        with context.system() as acting:
            ended, purged, begun = _begin_due(acting)
            if not (ended or purged or begun):
                acting.log(Verb.CONSULT, justification=_NOTHING)
        return _finish(context, ended, purged)
    except ClockError as error:
        _LOGGER.warning("retention waits for the clock: %s", error)
        return RetentionRun()


def enforce_again(context: Context) -> None:
    """Do what has come due in a bench that stays open; see `enforce`.

    What was begun before and resists is left to the next opening: it opens no more as it is, and
    each look would write an entry about it.

    Raises:
        StoreError: when it cannot be begun.
    """
    now = context.now()
    with context.store.reading() as connection:
        profile = rules_in_force(connection).retention
        if not anything_due(connection, now, profile) or not any(
            True for _ in due_erasures(connection, now)
        ):
            return
    enforce(context)


def run_as_role(context: Context, *, leftovers: Sequence[Leftover] = ()) -> RetentionRun:
    """Do what is due, for somebody whose role permits it.

    Raises:
        NotPermittedError: when the role does not.
    """
    with context.acting(Permission.RETENTION_RUN) as acting:
        ended, purged, begun = _begin_due(acting)
        if not (ended or purged or begun):
            acting.log(Verb.CONSULT, justification=_NOTHING)
    return _finish(context, ended, purged, leftovers)


def _has_work(context: Context) -> bool:
    now = context.now()
    with context.store.reading() as connection:
        profile = rules_in_force(connection).retention
        if not anything_due(connection, now, profile):
            return False
        # What holds keep looks due as well, and is not to cost a transaction each time.
        return bool(
            has_lapsed(connection, now)
            or spent_deployments(connection, now, profile)
            or any(True for _ in due_erasures(connection, now))
        )


def _begin_due(acting: Acting) -> tuple[int, int, int]:
    """End what time has ended, mark what is due; return how many ended, were purged, begun."""
    connection = acting.connection
    ended = sum(
        settle(acting, row) is not row
        for state in (DeploymentState.APPLIED, DeploymentState.AUTHORISED, DeploymentState.LIVE)
        for row in list_deployments(connection, state)
    )
    going_on = (CaseState.OPEN_PROVISIONAL, CaseState.AUTHORISED)
    ended += sum(settle_case(acting, row) is not row for row in list_cases(connection, going_on))
    due = list(due_erasures(connection, acting.now))
    for one in due:
        begin(acting, one.what, due=one.due, held=one.held)
    profile = rules_in_force(connection).retention
    spent = spent_deployments(connection, acting.now, profile)
    purged = sum(purge_if_spent(acting, name) for name in spent)
    return ended, purged, len(due)


def _finish(
    context: Context, ended: int, purged: int, leftovers: Sequence[Leftover] = ()
) -> RetentionRun:
    done = finish_erasures(context, leftovers=leftovers)
    return RetentionRun(done.certificates, ended, purged, done.failures)
