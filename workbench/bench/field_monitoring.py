"""How the policy of a deployment does in the field: asked before a search, and shown beside it."""

from __future__ import annotations

from workbench.bench.context import Acting, Context
from workbench.bench.rules import rules_in_force
from workbench.governance.field_monitor import (
    FieldDeployment,
    FieldMonitor,
    MonitorState,
    expected_rate,
    monitor,
    require_not_stopped,
)
from workbench.governance.permissions import Permission
from workbench.governance.policies import ThresholdPolicy
from workbench.records.field_counts import field_counts
from workbench.records.policies import find_policy
from workbench.records.team.needs import granted

__all__ = ["field_caution", "monitor_of", "require_in_the_field"]


def monitor_of(context: Context, acting: Acting, policy: ThresholdPolicy) -> FieldMonitor:
    """Return how a policy does, by all deployments under it that ended.

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
        )
        for one in field_counts(acting.connection, policy.id, views=views)
    )
    cap = rules_in_force(acting.connection).start.false_alert_cap
    return monitor(counted, policy=policy.id, cap=cap)


def require_in_the_field(context: Context, acting: Acting, policy: ThresholdPolicy) -> None:
    """Let a search or an authority pass whose policy was not stopped; a demonstration takes any.

    Raises:
        PolicyError: when false alerts stopped it.
    """
    if not context.is_demonstration:
        require_not_stopped(monitor_of(context, acting, policy))


def field_caution(context: Context, acting: Acting, policy_id: str) -> str | None:
    """Return what is to be weighed about the policy of a deployment, in words.

    Args:
        context: of the bench.
        acting: the transaction.
        policy_id: id of a policy that there is.
    """
    if context.is_demonstration:
        return None
    found = monitor_of(context, acting, find_policy(acting.connection, policy_id))
    return None if found.state is MonitorState.IN_ORDER else found.words
