"""Whether the alerts of a deployment have changed, for whoever follows them; tells of none."""

from __future__ import annotations

import hashlib

from workbench.bench.context import Context
from workbench.governance.permissions import Permission
from workbench.records.adjudications import said_counts
from workbench.records.alerts import alert_states
from workbench.records.deployments import find_deployment

__all__ = ["alerts_mark"]


def alerts_mark(context: Context, reference: str) -> str:
    """Return a word that changes once an alert is raised, spoken of, settled or destroyed.

    Raises:
        CredentialError: when whoever asks is not logged in any more.
        NotPermittedError: when the role may not look at alerts.
        UnknownRecordError: when there is no such deployment.
    """
    context.require(Permission.ALERT_CONSULT)
    with context.store.reading() as connection:
        context.require_current(connection, context.now())
        row = find_deployment(connection, reference)
        states = alert_states(connection, row.id)
        said = said_counts(connection, row.id)
    words = "\n".join(f"{alert} {word}" for alert, word in (*states.items(), *said))
    return hashlib.sha256(words.encode()).hexdigest()
