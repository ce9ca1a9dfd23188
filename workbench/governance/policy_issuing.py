"""What a policy must come with to be issued: evidence, of a locked test that was opened for it."""

from __future__ import annotations

from workbench.errors import PolicyError
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
            by another or at another time than it says, or fewer than three errors were seen and
            the policy does not say so.
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
            f"policy {policy.id} cannot be issued: no locked test of protocol "
            f"{evidence.digest[:12]} was opened for it. Open it with workbench policy open-test "
            "before it is searched."
        )
        raise PolicyError(msg)
    if not evidence.is_of(opening):
        msg = (
            f"policy {policy.id} cannot be issued: its locked test was {opening.words}, and its "
            "evidence says otherwise. Draft it anew from what was measured then."
        )
        raise PolicyError(msg)
    few = evidence.few_errors
    if few is not None and few not in policy.measured_on:
        msg = (
            f"policy {policy.id} cannot be issued: fewer than three errors were seen, and "
            f"measured_on does not say: {few}. Say it there, or measure on more people."
        )
        raise PolicyError(msg)
    return evidence
