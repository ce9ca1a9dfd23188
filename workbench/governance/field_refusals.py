"""What is refused of a policy that was stopped in the field, and of one that is its like."""

from __future__ import annotations

from workbench.errors import PolicyError
from workbench.governance.field_finding import FieldMonitor
from workbench.governance.field_words import stop_text
from workbench.governance.policies import ThresholdPolicy

__all__ = ["require_not_stopped", "require_unlike_stopped", "same_alerts"]


def require_not_stopped(found: FieldMonitor) -> None:
    """Let a search or an authority pass whose policy was not stopped in the field.

    Raises:
        PolicyError: when it was; says what was counted and what to do.
    """
    if found.stop is not None:
        msg = (
            f"policy {found.policy} was stopped in the field at deployment {found.stopped}: "
            f"{stop_text(found.stop, found.cap)}. So it stays until the force's limit is changed "
            "by two people or a decision is corrected. Have another policy issued and approved, "
            "whose minimum threshold is higher or whose lists are of other sizes, and apply with "
            "that."
        )
        raise PolicyError(msg)


def same_alerts(policy: ThresholdPolicy, stopped: ThresholdPolicy) -> bool:
    """Return whether a policy could raise the alerts that another was stopped for.

    It could where their setup is the same, its minimum threshold is not above the other's
    threshold, and there is a size of list that both are meant for.
    """
    return (
        policy.setup == stopped.setup
        and policy.minimum_threshold <= stopped.threshold
        and policy.smallest_list <= stopped.largest_list
        and stopped.smallest_list <= policy.largest_list
    )


def require_unlike_stopped(
    policy: ThresholdPolicy, other: ThresholdPolicy, found: FieldMonitor
) -> None:
    """Let a policy pass that is not another which was stopped, under a name of its own.

    Args:
        policy: that is to be approved, authorised or searched under.
        other: which is watched.
        found: how the other does in the field.

    Raises:
        PolicyError: when the other was stopped, and this could raise the same alerts.
    """
    if found.stop is not None and same_alerts(policy, other):
        msg = (
            f"policy {policy.id} cannot be used: it has the setup of policy {other.id}, which was "
            f"stopped in the field at deployment {found.stopped}, reaches down to its threshold "
            f"({policy.minimum_threshold:g} is not above {other.threshold:g} {other.unit}) and is "
            "meant for lists of the same sizes. Have one issued whose minimum threshold is higher, "
            "or whose lists are of other sizes."
        )
        raise PolicyError(msg)
