"""Where a rule comes from: what was read, in which source, and how far that can be relied on."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from workbench.governance.record import Record
from workbench.governance.text import Line

__all__ = ["Source", "Standing"]


class Standing(StrEnum):
    """How far a rule rests on something that was read.

    What others report of a source was not read in it, so to follow it is the product's own choice
    too. A default of the product's own choosing can be configured, and is never shown as what a
    force published or a law says. What a force sets in its rules is as the force states: nobody
    read its document for the product.
    """

    VERIFIED = "verified"
    SECOND_HAND = "second-hand"
    OWN_CHOICE = "own-choice"
    AS_STATED = "as-stated"

    @property
    def meaning(self) -> str:
        """The standing in words, for people."""
        return _MEANINGS[self]

    @property
    def is_own_choice(self) -> bool:
        """Whether it is the product's choice: neither read in the source, nor set by a force."""
        return self in _OWN


_MEANINGS: Final = {
    Standing.VERIFIED: "read in the source itself",
    Standing.SECOND_HAND: "the product's own choice, following what others report of the source",
    Standing.OWN_CHOICE: "the product's own choice",
    Standing.AS_STATED: "as the force states",
}
_OWN: Final = frozenset({Standing.SECOND_HAND, Standing.OWN_CHOICE})


class Source(Record):
    """What a rule rests on.

    Attributes:
        text: what the source says, or what was chosen and why.
        where: the statute, judgment, policy or article; for a choice of the product's own, what
            moved it to that choice.
        standing: how far it can be relied on.
    """

    text: Line
    where: Line
    standing: Standing

    def describe(self) -> str:
        """Return it as one phrase that always says how far it can be relied on."""
        return f"{self.text} ({self.where}; {self.standing.meaning})"
