"""Pauses of a live search: asked for by whoever may run one, with a reason, and ended by the same.

While a search is paused no frame of its feed is looked at, whoever passes: so each pause is a gap
in what was searched, and kept as one.
"""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import IllegalMoveError
from workbench.governance.record import Record
from workbench.governance.text import Line, Moment

__all__ = ["Pause", "is_paused", "moves_of", "with_pause", "without_pause"]


class Pause(Record):
    """One pause of a live search.

    Attributes:
        at: when it was asked for; the search rests within a second.
        why: in the words of whoever asked.
        until: when it was ended; `None` while it lasts, and where the search ended before it did.
    """

    at: Moment
    why: Line
    until: Moment | None = None


def is_paused(pauses: Sequence[Pause]) -> bool:
    """Return whether the last pause lasts."""
    return bool(pauses) and pauses[-1].until is None


def moves_of(pauses: Sequence[Pause]) -> int:
    """Return how often a search was paused or resumed: an odd number while it is paused."""
    return 2 * len(pauses) - is_paused(pauses)


def with_pause(pauses: Sequence[Pause], pause: Pause, *, name: str) -> tuple[Pause, ...]:
    """Return the pauses of a search and a new one.

    Raises:
        IllegalMoveError: when it is paused.
    """
    if is_paused(pauses):
        msg = f"live search {name} is paused already. Resume it, or let it rest."
        raise IllegalMoveError(msg)
    return (*pauses, pause)


def without_pause(pauses: Sequence[Pause], until: Moment, *, name: str) -> tuple[Pause, ...]:
    """Return the pauses of a search, of which the last one is over.

    Raises:
        IllegalMoveError: when it is not paused.
    """
    if not is_paused(pauses):
        msg = f"live search {name} is not paused, so there is nothing to resume."
        raise IllegalMoveError(msg)
    last = pauses[-1].model_copy(update={"until": until})
    return (*pauses[:-1], last)
