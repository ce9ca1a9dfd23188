"""`bench.policies`: the thresholds that live searches may use, and what they were measured on."""

from __future__ import annotations

from pathlib import Path

from workbench.bench.context import Acting, Context
from workbench.bench.default_policies import load_default_policies, load_int8_policy
from workbench.bench.field_monitoring import monitor_of, require_in_the_field
from workbench.bench.rules import rules_in_force
from workbench.errors import IllegalMoveError
from workbench.governance.field_finding import FieldMonitor
from workbench.governance.openings import Opening
from workbench.governance.permissions import Permission
from workbench.governance.policies import Origin, ThresholdPolicy
from workbench.governance.policy_choice import ChosenThreshold
from workbench.governance.policy_equity import EquityEvidence
from workbench.governance.policy_equity_rules import require_equity, with_shown_equity
from workbench.governance.policy_issuing import require_evidence
from workbench.governance.text import require_reason, require_said
from workbench.records.audit.verbs import Verb
from workbench.records.moments import as_json
from workbench.records.openings import (
    OPENED,
    add_opening,
    chosen_digest,
    find_opening,
    list_openings,
    next_place,
    with_earlier,
)
from workbench.records.policies import (
    add_policy,
    find_policy,
    has_policy,
    list_policies,
    replace_policy,
)

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

    def issue(self, policy: ThresholdPolicy, *, equity: Path | None = None) -> ThresholdPolicy:
        """Keep a new policy; its owner is whoever issues it, and it is no product's default.

        Args:
            policy: as it was drafted.
            equity: folder of the comparison of groups that it rests on, if on any.

        Raises:
            NotPermittedError: when the role may not.
            PolicyError: when it has no evidence, or the locked test that this names was not
                opened for this policy, by whom and when it says, and with its threshold; or
                the comparison of groups is not that of the folder, or says nothing of the policy.
            ProtocolError: when the folder holds no comparison of groups, or contradicts itself.
            RecordError: when it contradicts itself.
            RefusedError: when there is one of that id.
        """
        shown = None if equity is None else _shown(equity)
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
            )
            opening = None
            if issued.evidence is not None:
                opening = find_opening(acting.connection, issued.id)
                issued = _with_earlier(issued, opening)
            # That there is one of that id is said first: nothing about its evidence mends that.
            if not has_policy(acting.connection, issued.id):
                issued = with_shown_equity(issued, shown)
                require_evidence(issued, opening)
            add_policy(acting.connection, issued, acting.name, acting.at)
            acting.log(Verb.THRESHOLD_CHANGE, [issued.id], details=_facts(issued))
        return issued

    def open_test(
        self,
        policy_id: str,
        *,
        digest: str,
        data_set: str,
        justification: str,
        chosen: ChosenThreshold,
    ) -> Opening:
        """Open a locked test set for a policy that is yet to be issued: once, and on record.

        Open it before the test is searched. It fixes the threshold: with another, no policy is
        issued under that id.

        Args:
            policy_id: id that the policy will be issued under.
            digest: SHA-256 of the protocol of the test set, 64 hexadecimal digits.
            data_set: name of its images.
            justification: why it is opened now.
            chosen: the threshold, and what it was chosen on; see `choose_threshold`.

        Raises:
            IllegalMoveError: when any test was opened for that policy before, or it was issued.
            NotPermittedError: when the role may not.
            RecordError: when a value cannot be used.
        """
        what = f"the opening of a locked test for policy {policy_id}"
        with self._context.acting(Permission.POLICY_ISSUE, objects=[policy_id]) as acting:
            told = Opening.read(
                {
                    "policy_id": policy_id,
                    "digest": digest,
                    "data_set": data_set,
                    "justification": justification,
                    "opened_by": acting.name,
                    "opened_at": acting.now,
                    "place": 1,
                    "chosen": chosen,
                },
                what=what,
            )
            place = next_place(acting.connection, told.digest, told.data_set)
            opening = with_earlier(
                told.model_copy(update={"place": place}), list_openings(acting.connection)
            )
            require_reason(opening.justification, what=what, field="justification")
            _require_closed(acting, opening)
            add_opening(acting.connection, opening)
            acting.log(
                Verb.CONSULT,
                [policy_id],
                justification=opening.justification,
                details={
                    "opened": OPENED,
                    "policy": policy_id,
                    "digest": digest,
                    "data_set": opening.data_set,
                    "place": opening.place,
                    "threshold": chosen.threshold,
                    "matcher": chosen.matcher.value,
                    "tuning": chosen.tuning.digest,
                    "chosen_sha256": chosen_digest(as_json(chosen.plain())),
                },
            )
        return opening

    def openings(self) -> list[Opening]:
        """Return every opening of a locked test set, in order.

        Raises:
            NotPermittedError: when the role may not.
        """
        with self._context.acting(Permission.POLICY_CONSULT) as acting:
            found = list_openings(acting.connection)
            acting.log(Verb.CONSULT, justification="listing openings of locked tests, no person")
        return found

    def monitor(self, policy_id: str) -> FieldMonitor:
        """Return how a policy does in the field: false alerts a face, by deployment.

        Counts and rates alone; of nobody.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that id.
        """
        with self._context.acting(Permission.POLICY_MONITOR, objects=[policy_id]) as acting:
            found = find_policy(acting.connection, policy_id)
            monitored = monitor_of(self._context, acting, found)
            acting.log(
                Verb.CONSULT,
                [policy_id],
                justification="monitoring a threshold policy, counts alone",
                details={"policy": policy_id, "state": monitored.state.value},
            )
        return monitored

    def approve(self, policy_id: str) -> ThresholdPolicy:
        """Approve a policy for operational use.

        Raises:
            NotPermittedError: when the role may not, or it is one's own.
            PolicyError: when its equity was not measured and this bench asks for that, or it, or
                another that could raise the same alerts, was stopped in the field.
            UnknownRecordError: when there is none of that id.
        """
        with self._context.acting(Permission.POLICY_APPROVE, objects=[policy_id]) as acting:
            found = find_policy(acting.connection, policy_id)
            if (
                not self._context.is_demonstration
                and rules_in_force(acting.connection).needs_equity
            ):
                require_equity(found)
            approved = found.approve(by=acting.name, at=acting.now)
            require_in_the_field(self._context, acting, found)
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


def _with_earlier(policy: ThresholdPolicy, opening: Opening | None) -> ThresholdPolicy:
    """Return a policy whose evidence says what the record does of earlier openings of its test."""
    assert policy.evidence is not None  # noqa: S101 - the caller asked
    before = () if opening is None else opening.earlier
    evidence = policy.evidence.model_copy(update={"opened_before": before})
    return policy.model_copy(update={"evidence": evidence})


def _shown(equity: Path) -> EquityEvidence:
    from workbench.bench.policy_equity import read_equity_evidence  # noqa: PLC0415 - opens quickly

    return read_equity_evidence(equity)


def _require_closed(acting: Acting, opening: Opening) -> None:
    """Let an opening pass that is the first for its policy, while that is not issued."""
    if has_policy(acting.connection, opening.policy_id):
        msg = (
            f"policy {opening.policy_id} was issued already, so no locked test is opened for it. "
            "Draft another under another id."
        )
        raise IllegalMoveError(msg)
    before = find_opening(acting.connection, opening.policy_id)
    if before is not None:
        msg = (
            f"the locked test of protocol {before.digest[:12]} was {before.words}, for policy "
            f"{opening.policy_id}, and no test is opened for that policy again, of these or of "
            "other rows. Use what was measured then, or choose another threshold on tuning people "
            "and issue it under another id."
        )
        raise IllegalMoveError(msg)


def _facts(policy: ThresholdPolicy) -> dict[str, str | float]:
    return {
        "policy": policy.id,
        "matcher": policy.matcher.value,
        "threshold": policy.threshold,
        "minimum_threshold": policy.minimum_threshold,
        "approval": policy.approval,
    }
