"""What a check of the audit log found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workbench.records.audit.checkpoints import Checkpoint

__all__ = ["LOOK", "MOST_FAULTS", "Fault", "FaultKind", "Verification"]

LOOK: Final = "Have a data-protection officer or an administrator run workbench audit verify"
"""What to do where something is wrong with the log, whoever is told of it."""

MOST_FAULTS = 1_000
"""Faults that are told one by one; of further ones only the number is."""


class FaultKind(StrEnum):
    """What is wrong."""

    UNREADABLE = "unreadable"
    """An entry is not one that the workbench wrote."""
    EDITED = "edited"
    """An entry or its hash was changed, or another was put in its place."""
    MISSING = "missing"
    """Entries were taken out."""
    ORDER = "order"
    """An entry stands where another was."""
    TIME = "time"
    """Time goes back without an entry that accepts it."""
    HEAD = "head"
    """The head is missing or does not fit the entries."""
    TRUNCATED = "truncated"
    """Entries that the head names are missing at the end."""
    SIGNATURE = "signature"
    """A signature is missing or wrong."""
    KEY = "key"
    """A checkpoint is signed with a key that is not the bench's."""
    ROLLBACK = "rollback"
    """Entries that a witness saw are missing."""
    REWRITTEN = "rewritten"
    """Entries are other than those that a witness saw."""
    WITNESS = "witness"
    """A witness cannot be read, or holds what is no checkpoint."""
    ROW = "row"
    """A row that authorises or decides is not what the entries made it."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        seq: place of the entry concerned, the first of several; 0 where it concerns none.
        kind: what is wrong.
        text: the same for people, in a sentence.
    """

    seq: int
    kind: FaultKind
    text: str


@dataclass(frozen=True)
class Verification:
    """The outcome of a check.

    Attributes:
        entries: how many were checked.
        faults: what is wrong, in the order in which it was found.
        unlisted: how many faults more there are.
        notes: what is worth knowing and no fault: what could not be checked, or was cut short.
        last: the newest checkpoint that agrees with the entries; None where there is none.
    """

    entries: int
    faults: tuple[Fault, ...]
    unlisted: int
    notes: tuple[str, ...]
    last: Checkpoint | None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults
