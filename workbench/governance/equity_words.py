"""What a policy says of error rates by group: which measurement, or that there is none."""

from __future__ import annotations

from typing import Final

__all__ = ["EQUITY_NOT_MEASURED", "denies_equity", "equity_words"]

EQUITY_NOT_MEASURED: Final = "not measured"

_DENIALS: Final = (
    *("not measured", "unmeasured", "not assessed", "not known", "not yet", "no measurement"),
    *("to be measured", "to follow", "to do", "not applicable"),
)
_NOTHING: Final = frozenset(
    {"", "na", "n/a", "nil", "no", "none", "nothing", "never", "pending", "tba", "tbd", "unknown"}
)


def equity_words(equity: str) -> str:
    """Return what stands beside a policy: `equity not measured`, or what it was measured in."""
    if equity == EQUITY_NOT_MEASURED:
        return f"equity {EQUITY_NOT_MEASURED}"
    return f"equity measured in {equity}"


def denies_equity(equity: str) -> bool:
    """Return whether words in the place of a measurement's reference say that there is none.

    Whatever else stands there passes: that such a measurement was made is not checked.
    """
    words = " ".join(equity.casefold().split()).strip(" .,;:!?-_'\"()[]")
    first = words.split(" ", 1)[0].rstrip(".,;:")
    names_one = any(letter.isdigit() for letter in words)
    return (
        words in _NOTHING
        or any(denial in words for denial in _DENIALS)
        or (first in _NOTHING and not names_one)
    )
