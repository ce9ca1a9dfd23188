"""What somebody was shown of a search before they conclude, as the audit log tells it."""

from __future__ import annotations

from typing import Final

from workbench.bench.context import Acting
from workbench.records.own_looks import own_looks

__all__ = [
    "EXAMINATIONS",
    "HIDDEN",
    "OTHERS",
    "REPORT",
    "SCORES",
    "SHOWN",
    "scores_seen",
    "was_told",
]

SCORES: Final = "scores"
"""Detail of a look at the candidates of a search: whether their scores were shown."""
SHOWN: Final = "shown"
HIDDEN: Final = "hidden"
OTHERS: Final = "others"
"""Detail of a look at examinations: how many of them were another's."""
EXAMINATIONS: Final = "examinations"
REPORT: Final = "report"


def scores_seen(acting: Acting, search: str) -> bool | None:
    """Return whether whoever acts was shown scores of a search.

    Returns:
        `None` where they looked at it with a version that did not write that down.
    """
    looks = own_looks(acting.connection, acting.name, search)
    if any(one.get(SCORES) == SHOWN for one in looks):
        return True
    # One without any detail is of a version that did not write it down.
    return None if {} in looks else False


def was_told(acting: Acting, search: str) -> bool:
    """Return whether whoever acts was shown what another concluded on a search."""
    looks = own_looks(acting.connection, acting.name, search)
    return any(one.get("what") == REPORT or bool(one.get(OTHERS)) for one in looks)
