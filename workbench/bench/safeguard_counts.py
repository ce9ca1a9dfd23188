"""What was due and what was done, in counts: read for those who are to see nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from workbench.bench.audit_part import AuditTrail, log_verification
from workbench.bench.context import Context
from workbench.bench.deployment_access import settle_all
from workbench.bench.rules import rules_in_force
from workbench.governance.permissions import Permission
from workbench.records.audit.agreeing import RowsOfEntries
from workbench.records.audit.times import TOLERANCE
from workbench.records.audit.verbs import Verb
from workbench.records.damage import reads_whole
from workbench.records.moments import from_text
from workbench.records.outcome_views import WATCHLISTS
from workbench.records.outcomes import relation
from workbench.records.safeguard_views import CHECKS
from workbench.records.safeguards import read_safeguards

if TYPE_CHECKING:
    from workbench.outcomes.safeguard_facts import SafeguardFacts

__all__ = ["VERIFIED_AGAIN", "read_safeguard_facts"]

VERIFIED_AGAIN: Final = timedelta(hours=24)
"""How long a verification of the audit log stands before another is made by itself; a choice: a
verification reads the whole log, a million entries in half a minute."""

_APART: Final = (
    "whoever reads outcomes in a team's store does not come to the log; a data-protection officer "
    "runs workbench audit verify"
)
_NOT_ASKED: Final = "this reading was not asked to"


def read_safeguard_facts(context: Context, *, check_log: bool) -> SafeguardFacts:
    """Return what was due and what was done: counts and moments, and nobody.

    Args:
        context: of a bench that somebody opened who may read outcomes.
        check_log: verify the audit log too where nobody did within a day, and log that; in a
            team's store that is left to those who come to the log.

    Raises:
        NotPermittedError: when the role may not.
        StoreError: when what is on record was changed or damaged.
    """
    from workbench.bench.safeguard_folding import Folding  # noqa: PLC0415 - keeps `--help` quick

    not_verified: str | None = _NOT_ASKED
    if context.may(Permission.OUTCOMES_READ):
        # In a team's store those do that who come to the deployments themselves.
        if context.store.through is None:
            settle_all(context)
        if check_log:
            not_verified = _verified_again(context)
    # Logged before it is read, and read in no transaction that others wait for: the log is long.
    with context.acting(Permission.OUTCOMES_READ) as acting:
        now, rules = acting.now, rules_in_force(acting.connection)
        acting.log(
            Verb.CONSULT,
            justification="reading what safeguards were due and done, counts alone",
        )
    with context.store.reading() as connection:
        rows = read_safeguards(connection)
        sizes = relation(connection, WATCHLISTS)
        rows[WATCHLISTS] = [dict(row) for row in connection.execute(sizes.select()).mappings()]
    head = AuditTrail(context).head()
    with reads_whole("what safeguards were due and done in", "this bench"):
        return Folding(rows, rules, now).facts(head, not_verified)


def _verified_again(context: Context) -> str | None:
    """Verify the log unless that was done within a day; return why it was not done."""
    if context.store.through is not None:
        return _APART
    newest = _verified(context)
    if newest is not None and context.now() - newest < VERIFIED_AGAIN:
        return None
    log = context.store.log
    found = log.verify(context.store.reading, said=RowsOfEntries())
    with context.system() as acting:
        log_verification(acting, found, len(log.witnesses))
    return None


def _verified(context: Context) -> datetime | None:
    """Return when the log was verified last, as it says itself.

    A verification that is to come is none, beyond what clocks may differ by: a clock was ahead, or
    somebody wrote it so that none is made.
    """
    with context.store.reading() as connection:
        checks = read_safeguards(connection)[CHECKS]
    verified = (from_text(one["utc"]) for one in checks if one["verb"] == Verb.VERIFY)
    latest = context.now() + TOLERANCE
    return max((one for one in verified if one <= latest), default=None)
