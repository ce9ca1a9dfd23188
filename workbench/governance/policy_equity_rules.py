"""When a comparison of groups is one of a policy, and where a force asks for it."""

from __future__ import annotations

from typing import Final, Protocol

from workbench.errors import PolicyError
from workbench.governance.equity_words import EQUITY_MEASURED
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.policy_equity import EQUITY_TOLERANCE, EquityEvidence
from workbench.governance.setups import Setup
from workbench.intervals import FEWEST_EXPECTED_ERRORS

__all__ = [
    "SMALLEST_GROUP",
    "Measured",
    "coverage_faults",
    "equity_faults",
    "require_equity",
    "with_equity",
    "with_shown_equity",
]

SMALLEST_GROUP: Final = 30
"""Fewest people of a group whose rate counts here, as `workbench evaluate equity` has it."""


class Measured(Protocol):
    """What of a policy a comparison of groups must be of."""

    @property
    def setup(self) -> Setup:
        """What it scores with."""

    @property
    def threshold(self) -> float:
        """From which score on it raises alerts."""

    @property
    def minimum_threshold(self) -> float:
        """Below which no deployment goes."""


def equity_faults(policy: Measured, equity: EquityEvidence) -> list[str]:
    """Return why a comparison of groups says nothing of a policy; none where it does.

    Another size of list is no fault: it is said wherever the comparison is named.
    """
    setup, compared = policy.setup, equity.setup
    faults = [
        f"the two differ in {name}"
        for name in ("matcher", "encoders", "fusion", "runtime")
        if getattr(setup, name) != getattr(compared, name)
    ]
    if equity.smallest_people < SMALLEST_GROUP or equity.fewest_errors < FEWEST_EXPECTED_ERRORS:
        faults.append(
            f"rates are told from {equity.smallest_people} people and {equity.fewest_errors} "
            f"expected errors on, and not from {SMALLEST_GROUP} and {FEWEST_EXPECTED_ERRORS}"
        )
    at = equity.at(policy.threshold)
    levels = ", ".join(f"{one.threshold!s}" for one in equity.compared)
    if at is None:
        faults.append(
            f"groups were compared at {levels}, and not at its threshold {policy.threshold!s} "
            f"(within {EQUITY_TOLERANCE:g})"
        )
    elif not at.is_compared:
        faults.append(
            f"at {at.threshold!s} no rate is told of two groups, so that nothing was compared"
        )
    return faults


def with_equity(policy: ThresholdPolicy, equity: EquityEvidence) -> ThresholdPolicy:
    """Return a policy whose evidence holds a comparison of groups, and whose words say so.

    Raises:
        PolicyError: when it says nothing of the policy, or the evidence holds another.
        RecordError: when the values are no policy.
    """
    evidence = policy.evidence
    if evidence is None:
        msg = (
            f"policy {policy.id} has no evidence that a comparison of groups could be part of. "
            "Draft it from measurements."
        )
        raise PolicyError(msg)
    if evidence.by_group not in (None, equity):
        msg = (
            f"policy {policy.id} holds another comparison of groups than is given. Give the folder "
            "that it was drafted with, or draft it anew."
        )
        raise PolicyError(msg)
    faults = equity_faults(policy, equity)
    if faults:
        msg = (
            f"policy {policy.id} cannot rest on this comparison of groups: {'; '.join(faults)}. "
            "Compare groups with what the policy scores with, at its threshold: workbench evaluate "
            f"equity --threshold {policy.threshold!s}."
        )
        raise PolicyError(msg)
    values = {"by_group": equity, "equity": EQUITY_MEASURED}
    whole = {"evidence": dict(evidence) | values, "equity": EQUITY_MEASURED}
    after = ThresholdPolicy.read(dict(policy) | whole, what=f"policy {policy.id}")
    said = policy.measured_on.replace(_sentence(policy), _sentence(after))
    return ThresholdPolicy.read(dict(after) | {"measured_on": said}, what=f"policy {policy.id}")


def with_shown_equity(policy: ThresholdPolicy, shown: EquityEvidence | None) -> ThresholdPolicy:
    """Return a policy that is issued, with the comparison of groups that is shown for it.

    Args:
        policy: that somebody issues.
        shown: what the folder that is given comes to; `None` where none is.

    Raises:
        PolicyError: when the policy holds a comparison that no folder shows, or as `with_equity`.
    """
    if shown is not None:
        return with_equity(policy, shown)
    if policy.evidence is not None and policy.evidence.by_group is not None:
        msg = (
            f"policy {policy.id} cannot be issued: it holds a comparison of groups, and nothing "
            "shows it. Give the folder of workbench evaluate equity: --equity."
        )
        raise PolicyError(msg)
    return policy


def require_equity(policy: ThresholdPolicy) -> None:
    """Let a policy pass whose error rates were compared by group, where deployments may search.

    The public sector equality duty is not discharged by a person who looks at alerts: a force
    must satisfy itself about bias (R (Bridges) v CC SWP [2020] EWCA Civ 1058, as reported).

    Raises:
        PolicyError: when they were not, not with what the policy scores with, not at its
            threshold, or at none as low as its minimum.
    """
    evidence = policy.evidence
    equity = None if evidence is None else evidence.by_group
    if equity is None:
        words = policy.equity_words.removeprefix("equity ")
        msg = (
            f"policy {policy.id} cannot be used here: its error rates by group are {words}, and "
            "this bench asks for them. Compare groups of a labelled set with workbench evaluate "
            "equity, and issue a policy with that folder: --equity."
        )
        raise PolicyError(msg)
    faults = coverage_faults(policy, equity)
    if faults:
        msg = (
            f"policy {policy.id} cannot be used here: its comparison of groups, which this bench "
            f"asks for, does not cover it: {'; '.join(faults)}. Issue another policy, with a "
            "comparison that does."
        )
        raise PolicyError(msg)


def coverage_faults(policy: Measured, equity: EquityEvidence) -> list[str]:
    """Return why a comparison of groups does not cover all that deployments may do under a policy.

    Those of `equity_faults`, and that deployments may go below every threshold of it.
    """
    faults = equity_faults(policy, equity)
    lowest = min((one.threshold for one in equity.compared if one.is_compared), default=None)
    if lowest is not None and policy.minimum_threshold < lowest - EQUITY_TOLERANCE:
        faults.append(
            f"deployments may go down to {policy.minimum_threshold!s}, and groups were compared "
            f"from {lowest!s} on"
        )
    return faults


def _sentence(policy: ThresholdPolicy) -> str:
    """Return what its words say of equity, as a sentence."""
    words = policy.equity_words
    return f"{words[:1].upper()}{words[1:]}."
