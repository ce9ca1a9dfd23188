"""What stands in a policy in the place of a measurement by group, and what is said of it."""

from __future__ import annotations

from typing import Final

__all__ = ["EQUITY_MEASURED", "EQUITY_NOT_MEASURED", "unmeasured_words"]

EQUITY_NOT_MEASURED: Final = "not measured"

EQUITY_MEASURED: Final = "measured, as evidence.by_group says"
"""What a policy says whose evidence holds a comparison of groups; nobody types it."""


def unmeasured_words(equity: str) -> str:
    """Return what a policy without a comparison of groups is said to be.

    Policies that were issued while any words were taken may name a measurement: nothing shows
    that it was made.

    >>> unmeasured_words("not measured")
    'not measured'
    >>> unmeasured_words("evaluation E-12")
    'not measured in a form that can be checked'
    """
    if equity == EQUITY_NOT_MEASURED:
        return EQUITY_NOT_MEASURED
    return f"{EQUITY_NOT_MEASURED} in a form that can be checked"
