"""What comes after a verdict in a team's store, whose database keeps verdicts blind.

There a verifier's connection reads nobody else's verdict on an alert before their own is in the
store for good, so what both make of the alert is worked out afterwards, by the database. Whoever
opens the bench next finishes what was cut off in between.
"""

from __future__ import annotations

from workbench.bench.context import Context
from workbench.governance.alerts import AlertState
from workbench.records.alerts import find_alert
from workbench.records.audit.verbs import Verb
from workbench.records.row_digests import ALERT, changed_row, row_digest
from workbench.records.team.verdicts import settle_alert, unsettled

__all__ = ["settle_all_verdicts", "settle_verdicts"]


def settle_verdicts(context: Context, alert: str) -> AlertState | None:
    """Bring an alert to the state that its verdicts make of it, once each of them is saved.

    Returns:
        The state; `None` where it stays as it is, and where verdicts are not kept apart by the
        database: it has the state from the verdict on then.
    """
    if context.store.through is None:
        return None
    with context.store.reading() as connection:
        purpose = find_alert(connection, alert).deployment
        if alert not in unsettled(connection):
            return None
    with context.system(purpose=purpose) as acting:
        before = row_digest(acting.connection, ALERT, alert)
        state = settle_alert(acting.connection, alert)
        if state is None:
            acting.log(Verb.CONSULT, [alert], justification="another process had settled it")
        else:
            acting.log(
                Verb.ADJUDICATE,
                [alert],
                details={
                    "state": state.value,
                    **changed_row(acting.connection, ALERT, alert, before),
                },
            )
    return state


def settle_all_verdicts(context: Context) -> int:
    """Settle every alert that was cut off before it was; return how many there were."""
    if context.store.through is None:
        return 0
    with context.store.reading() as connection:
        found = unsettled(connection)
    return sum(settle_verdicts(context, alert) is not None for alert in found)
