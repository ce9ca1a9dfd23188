"""The threshold of a demonstration, which is held to its policy like that of any search."""

from __future__ import annotations

from workbench.bench.default_policies import load_default_policies
from workbench.errors import PolicyError, UsageError
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.setups import Matcher

__all__ = ["policy_for", "require_threshold"]


def policy_for(encoder: str) -> ThresholdPolicy:
    """Return the shipped policy of a matcher: `facenet`, `sface` or `fused`."""
    return load_default_policies()[Matcher(encoder)]


def require_threshold(encoder: str, threshold: float | None) -> None:
    """Refuse a threshold that a search would refuse, before any model is loaded.

    Raises:
        PolicyError: when it lies below the least that the policy of the matcher allows.
        UsageError: when no score can reach it.
    """
    policy = policy_for(encoder)
    # Written so that what is not a number does not pass.
    if threshold is not None and not threshold >= policy.minimum_threshold:
        msg = (
            f"threshold {threshold:g} is asked for, and policy {policy.id} allows "
            f"{policy.minimum_threshold:g} {policy.unit} at the least. Keep to that or above, or "
            "leave --threshold out."
        )
        raise PolicyError(msg)
    highest = _highest(policy)
    if threshold is not None and threshold > highest:
        msg = (
            f"threshold {threshold:g}: no score of {encoder} ({policy.unit}) lies above "
            f"{highest:.2f}, so it would alert on nobody. Give a lower one."
        )
        raise UsageError(msg)


def _highest(policy: ThresholdPolicy) -> float:
    """Return the highest score that any two templates can have; a cosine is at most 1."""
    fusion = policy.setup.fusion
    if fusion is None:
        return 1.0
    return fusion.intercept + sum(abs(weight) for weight in fusion.weights.values())
