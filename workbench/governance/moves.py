"""State machines as data: which state may follow which, and by what it is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from workbench.errors import IllegalMoveError

__all__ = ["Moves"]

State = TypeVar("State", bound=StrEnum)


@dataclass(frozen=True)
class Moves(Generic[State]):
    """The legal moves of one kind of record.

    Attributes:
        what: what moves, for messages, for example `deployment`.
        table: by state, the moves that lead out of it: name of the move to the next state.
    """

    what: str
    table: Mapping[State, Mapping[str, State]]

    def after(self, state: State, move: str, *, name: str = "") -> State:
        """Return the state that `move` leads to.

        Args:
            state: where the record is.
            move: what shall happen to it.
            name: reference of the record, for the message.

        Raises:
            IllegalMoveError: when it cannot happen in this state; says what can.
        """
        out = self.table[state]
        if move in out:
            return out[move]
        subject = f"{self.what} {name}".rstrip()
        possible = ", ".join(sorted(out)) or "nothing more"
        msg = f"{subject} is {state}, so {move} is not possible. Possible now: {possible}."
        raise IllegalMoveError(msg)

    def allows(self, state: State, move: str) -> bool:
        """Return whether `move` is legal in `state`."""
        return move in self.table[state]

    @property
    def moves(self) -> frozenset[str]:
        """The names of all moves."""
        return frozenset(move for out in self.table.values() for move in out)
