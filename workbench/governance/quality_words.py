"""The verdict on a picture's quality with its reasons, in one line."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["judged", "told_reasons"]


def told_reasons(reasons: Sequence[str]) -> str:
    """Return reasons, each a sentence, as parts of one that has no full stop yet.

    >>> told_reasons(["The eyes are 13 px apart.", "Contrast is 0.04."])
    'The eyes are 13 px apart; Contrast is 0.04'
    """
    return "; ".join(one.rstrip(".") for one in reasons)


def judged(verdict: str, reasons: Sequence[str]) -> str:
    """Return a verdict with its reasons.

    >>> judged("accept", [])
    'accept'
    >>> judged("warn", ["The eyes are 13 px apart."])
    'warn: The eyes are 13 px apart'
    """
    return f"{verdict}: {told_reasons(reasons)}" if reasons else verdict
