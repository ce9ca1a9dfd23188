"""What a policy must come with to be issued: evidence, of a locked test that was opened for it."""

from __future__ import annotations

from workbench.errors import PolicyError
from workbench.governance.equity_words import EQUITY_MEASURED, EQUITY_NOT_MEASURED
from workbench.governance.moments import spoken
from workbench.governance.openings import Opening
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.policy_evidence import PolicyEvidence

__all__ = ["require_evidence"]


def require_evidence(policy: ThresholdPolicy, opening: Opening | None) -> PolicyEvidence:
    """Return the evidence of a policy that may be issued.

    Args:
        policy: that somebody issues.
        opening: of the locked test that its evidence names, as it is on record; `None` where
            none is.

    Raises:
        PolicyError: when there is no evidence, its locked test was not opened for this policy, or
            by another or at another time than it says, or with another threshold; or the policy
            does not say that fewer than three errors were seen, that the test missed the target, or
            how many errors there are at its minimum threshold; or its equity is words of
            somebody's own.
    """
    evidence = policy.evidence
    if evidence is None:
        msg = (
            f"policy {policy.id} cannot be issued: it comes without evidence. Measure it on tuning "
            "people and on a locked test, and have workbench policy draft write it."
        )
        raise PolicyError(msg)
    if opening is None:
        msg = (
            f"policy {policy.id} cannot be issued: no locked test was opened for it, of protocol "
            f"{evidence.digest[:12]} or another. Open it with workbench policy open-test before it "
            "is searched."
        )
        raise PolicyError(msg)
    if not evidence.is_of(opening):
        msg = (
            f"policy {policy.id} cannot be issued: its locked test was {opening.words}, of "
            f"protocol {opening.digest[:12]}, and its evidence says otherwise. Draft it anew from "
            "what was measured then."
        )
        raise PolicyError(msg)
    _require_chosen(policy, evidence, opening)
    few = evidence.few_errors
    if few is not None and few not in policy.measured_on:
        msg = (
            f"policy {policy.id} cannot be issued: fewer than three errors were seen, and "
            f"measured_on does not say: {few}. Say it there, or measure on more people."
        )
        raise PolicyError(msg)
    for said in (evidence.missed_target, policy.minimum_words):
        if said is not None and said not in policy.measured_on:
            msg = (
                f"policy {policy.id} cannot be issued: measured_on leaves out: {said}. Say it "
                "there, or draft another."
            )
            raise PolicyError(msg)
    if policy.equity not in (EQUITY_NOT_MEASURED, EQUITY_MEASURED):
        msg = (
            f"policy {policy.id} cannot be issued: equity reads {policy.equity!r}, which nothing "
            f"can check. Write {EQUITY_NOT_MEASURED!r}, or give the folder of workbench evaluate "
            "equity: --equity."
        )
        raise PolicyError(msg)
    return evidence


def _require_chosen(policy: ThresholdPolicy, evidence: PolicyEvidence, opening: Opening) -> None:
    """Let evidence pass that has what was fixed when its locked test was opened."""
    chosen = opening.chosen
    if chosen is None:
        msg = (
            f"policy {policy.id} cannot be issued: its locked test was {opening.words}, and no "
            "threshold was fixed then, so that nothing shows that it was chosen before. Issue it "
            "under another id, and open the test for that with workbench policy open-test."
        )
        raise PolicyError(msg)
    pairs = (
        ("threshold", evidence.threshold, chosen.threshold),
        ("target_fpir", evidence.target_fpir, chosen.target_fpir),
        ("planned_list", evidence.planned_list, chosen.planned_list),
        ("matcher", policy.setup.matcher, chosen.matcher),
        ("runtime", policy.setup.runtime, chosen.runtime),
        ("tuning errors", evidence.tuning.errors, chosen.tuning.errors),
        ("tuning measurement", evidence.tuning.measurement, chosen.tuning.measurement),
    )
    faults = [f"{name} is {is_!s} and was {was!s}" for name, is_, was in pairs if is_ != was]
    least, fixed = policy.minimum_threshold, chosen.minimum_threshold
    if least < fixed:
        faults.append(f"minimum_threshold is {least!s} and was {fixed!s}")
    if evidence.tuning != chosen.tuning and not faults:
        faults.append("the tuning people are others")
    if faults:
        msg = (
            f"policy {policy.id} cannot be issued: not what was fixed when its locked test was "
            f"opened at {spoken(opening.opened_at)}: {'; '.join(faults)}. Draft it with what was "
            "fixed; what was chosen since needs another id and an opening of its own."
        )
        raise PolicyError(msg)
