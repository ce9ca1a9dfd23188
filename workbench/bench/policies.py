"""`bench.policies`: the thresholds that live searches may use, and what they were measured on."""

from __future__ import annotations

from workbench.bench.context import Acting, Context
from workbench.bench.default_policies import load_default_policies, load_int8_policy
from workbench.governance.permissions import Permission
from workbench.governance.policies import Origin, ThresholdPolicy
from workbench.governance.text import require_said
from workbench.records.audit.verbs import Verb
from workbench.records.policies import add_policy, find_policy, list_policies, replace_policy

__all__ = ["Policies", "add_shipped_policies"]


def add_shipped_policies(acting: Acting) -> None:
    """Put the product's own measured policies into a new bench."""
    for policy in (*load_default_policies().values(), load_int8_policy()):
        add_policy(acting.connection, policy, acting.name, acting.at)
        acting.log(Verb.THRESHOLD_CHANGE, [policy.id], details=_facts(policy))


class Policies:
    """Threshold policies of a bench. A policy is issued by one person and approved by another."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def issue(self, policy: ThresholdPolicy) -> ThresholdPolicy:
        """Keep a new policy; its owner is whoever issues it, and it is no product's default.

        Raises:
            NotPermittedError: when the role may not.
            RecordError: when it contradicts itself.
            RefusedError: when there is one of that id.
        """
        with self._context.acting(Permission.POLICY_ISSUE, objects=[policy.id]) as acting:
            issued = ThresholdPolicy.read(
                {
                    **policy.plain(),
                    "origin": Origin.ISSUED,
                    "owner": acting.name,
                    "created": acting.now,
                    "approver": None,
                    "approved": None,
                },
                what=f"policy {policy.id}",
            )
            require_said(
                issued,
                what=f"policy {policy.id}",
                reasons=("threshold_reason", "measured_on"),
                names=("equity",),
            )
            add_policy(acting.connection, issued, acting.name, acting.at)
            acting.log(Verb.THRESHOLD_CHANGE, [issued.id], details=_facts(issued))
        return issued

    def approve(self, policy_id: str) -> ThresholdPolicy:
        """Approve a policy for operational use.

        Raises:
            NotPermittedError: when the role may not, or it is one's own.
            UnknownRecordError: when there is none of that id.
        """
        with self._context.acting(Permission.POLICY_APPROVE, objects=[policy_id]) as acting:
            found = find_policy(acting.connection, policy_id)
            approved = found.approve(by=acting.name, at=acting.now)
            replace_policy(acting.connection, approved)
            acting.log(Verb.AUTHORISE, [policy_id], details=_facts(approved))
        return approved

    def get(self, policy_id: str) -> ThresholdPolicy:
        """Return a policy.

        Raises:
            UnknownRecordError: when there is none of that id.
        """
        with self._context.acting(Permission.POLICY_CONSULT, objects=[policy_id]) as acting:
            found = find_policy(acting.connection, policy_id)
            acting.log(
                Verb.CONSULT, [policy_id], justification="reading a threshold policy, no person"
            )
        return found

    def list(self) -> list[ThresholdPolicy]:
        """Return all policies, by id."""
        with self._context.acting(Permission.POLICY_CONSULT) as acting:
            found = list_policies(acting.connection)
            acting.log(Verb.CONSULT, justification="listing threshold policies, no person")
        return found


def _facts(policy: ThresholdPolicy) -> dict[str, str | float]:
    return {
        "policy": policy.id,
        "matcher": policy.matcher.value,
        "threshold": policy.threshold,
        "minimum_threshold": policy.minimum_threshold,
        "approval": policy.approval,
    }
