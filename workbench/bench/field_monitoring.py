"""How the policy of a deployment does in the field: asked before a search, and shown beside it."""

from __future__ import annotations

from workbench.bench.context import Acting, Context
from workbench.bench.rules import rules_in_force
from workbench.governance.field_deployments import FieldDeployment
from workbench.governance.field_finding import FieldMonitor
from workbench.governance.field_monitor import expected_rate, monitor
from workbench.governance.field_refusals import (
    require_not_stopped,
    require_unlike_stopped,
    same_alerts,
)
from workbench.governance.permissions import Permission
from workbench.governance.policies import ThresholdPolicy
from workbench.records.field_counts import field_counts
from workbench.records.policies import list_policies
from workbench.records.team.needs import granted

__all__ = ["field_caution", "monitor_of", "require_in_the_field"]


def monitor_of(context: Context, acting: Acting, policy: ThresholdPolicy) -> FieldMonitor:
    """Return how a policy does, by all deployments under it.

    Args:
        context: of the bench.
        acting: the transaction.
        policy: that is watched.
    """
    # In a team's store those who are to see nobody come to the views, the others to the tables.
    views = context.store.through is not None and Permission.DEPLOYMENT_CONSULT not in granted(
        context.actor.role
    )
    counted = (
        FieldDeployment(
            reference=one.reference,
            ended=one.ended,
            faces=one.faces,
            false=one.false,
            undecided=one.undecided,
            expected=expected_rate(policy, one.threshold, one.references),
            threshold=one.threshold,
            uncounted=one.uncounted,
            alerts=one.alerts,
            counted_by=one.counted_by,
        )
        for one in field_counts(acting.connection, policy.id, views=views)
    )
    cap = rules_in_force(acting.connection).start.false_alert_cap
    return monitor(counted, policy=policy.id, cap=cap)


def require_in_the_field(context: Context, acting: Acting, policy: ThresholdPolicy) -> str | None:
    """Let a policy pass that was not stopped, nor its like; a demonstration takes any.

    Returns:
        What is to be weighed about the policy, in words; `None` where nothing is.

    Raises:
        PolicyError: when false alerts stopped it, or another that could raise the same alerts.
    """
    if context.is_demonstration:
        return None
    found = monitor_of(context, acting, policy)
    require_not_stopped(found)
    for other in list_policies(acting.connection):
        if other.id != policy.id and same_alerts(policy, other):
            require_unlike_stopped(policy, other, monitor_of(context, acting, other))
    return _caution(found)


def field_caution(context: Context, acting: Acting, policy: ThresholdPolicy) -> str | None:
    """Return what is to be weighed about a policy, in words, also where it was stopped.

    Args:
        context: of the bench.
        acting: the transaction.
        policy: of a deployment.
    """
    return None if context.is_demonstration else _caution(monitor_of(context, acting, policy))


def _caution(found: FieldMonitor) -> str | None:
    return found.words if found.state.is_caution else None
