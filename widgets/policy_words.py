"""What stands beside a threshold policy wherever a page names one: whether equity was measured."""

from __future__ import annotations

from workbench.governance.policies import EQUITY_NOT_MEASURED, ThresholdPolicy

__all__ = ["equity_words"]


def equity_words(policy: ThresholdPolicy) -> str:
    """Return `equity not measured`, or what it was measured in."""
    if policy.equity == EQUITY_NOT_MEASURED:
        return f"equity {EQUITY_NOT_MEASURED}"
    return f"equity measured in {policy.equity}"
