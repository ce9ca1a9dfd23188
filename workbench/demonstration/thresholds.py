"""The threshold of a demonstration, which is held to its policy like that of any search."""

from __future__ import annotations

from workbench.errors import PolicyError
from workbench.governance.default_policies import load_default_policies
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.setups import Matcher

__all__ = ["policy_for", "require_threshold"]


def policy_for(encoder: str) -> ThresholdPolicy:
    """Return the shipped policy of a matcher: `facenet`, `sface` or `fused`."""
    return load_default_policies()[Matcher(encoder)]


def require_threshold(encoder: str, threshold: float | None) -> None:
    """Refuse a threshold below the least that the policy of the matcher allows; loads no model.

    Raises:
        PolicyError: says what is allowed.
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
