"""Police ranks in their order, across forces, and which of them may authorise.

The rank is a rule that a force sets for itself. The defaults are the product's own choice: they
follow what is generally said of the College of Policing's guidance (not below superintendent, in
urgency an inspector, reviewed as soon as possible), which was not read.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing

__all__ = ["Rank", "RankRule"]


class Rank(StrEnum):
    """A rank of the territorial police forces of the United Kingdom, compared by its level.

    `Rank.INSPECTOR < Rank.SUPERINTENDENT`. Up to chief superintendent all forces have the same
    ranks. Above, those of the Metropolitan Police count as equal in level to those of other
    forces: commander as assistant chief constable, deputy assistant commissioner as deputy chief
    constable, assistant commissioner as chief constable. In the City of London Police an
    assistant commissioner is deputy to the commissioner; since every rule here asks for a level
    below theirs, that makes no difference. The order is general knowledge, no source of which
    was read: it serves `RankRule`, which a force sets for itself.
    """

    CONSTABLE = "constable"
    SERGEANT = "sergeant"
    INSPECTOR = "inspector"
    CHIEF_INSPECTOR = "chief-inspector"
    SUPERINTENDENT = "superintendent"
    CHIEF_SUPERINTENDENT = "chief-superintendent"
    ASSISTANT_CHIEF_CONSTABLE = "assistant-chief-constable"
    COMMANDER = "commander"
    DEPUTY_CHIEF_CONSTABLE = "deputy-chief-constable"
    DEPUTY_ASSISTANT_COMMISSIONER = "deputy-assistant-commissioner"
    CHIEF_CONSTABLE = "chief-constable"
    ASSISTANT_COMMISSIONER = "assistant-commissioner"
    DEPUTY_COMMISSIONER = "deputy-commissioner"
    COMMISSIONER = "commissioner"

    @property
    def level(self) -> int:
        """Its place in the order, 1 for a constable; equal ranks of two forces share one."""
        return _LEVELS[self]

    @property
    def spoken(self) -> str:
        """The rank in words."""
        return self.value.replace("-", " ")

    def __lt__(self, other: str) -> bool:
        """Return whether the level is lower; the alphabet says nothing of ranks."""
        return self.level < _level_of(other)

    def __le__(self, other: str) -> bool:
        return self.level <= _level_of(other)

    def __gt__(self, other: str) -> bool:
        return self.level > _level_of(other)

    def __ge__(self, other: str) -> bool:
        return self.level >= _level_of(other)


def _level_of(other: object) -> int:
    """Return the level of a rank; any other text would be compared by the alphabet."""
    if not isinstance(other, Rank):
        msg = f"a rank is compared with a rank, not with {type(other).__name__}"
        raise TypeError(msg)
    return other.level


_LADDER: Final = (
    (Rank.CONSTABLE,),
    (Rank.SERGEANT,),
    (Rank.INSPECTOR,),
    (Rank.CHIEF_INSPECTOR,),
    (Rank.SUPERINTENDENT,),
    (Rank.CHIEF_SUPERINTENDENT,),
    (Rank.ASSISTANT_CHIEF_CONSTABLE, Rank.COMMANDER),
    (Rank.DEPUTY_CHIEF_CONSTABLE, Rank.DEPUTY_ASSISTANT_COMMISSIONER),
    (Rank.CHIEF_CONSTABLE, Rank.ASSISTANT_COMMISSIONER),
    (Rank.DEPUTY_COMMISSIONER,),
    (Rank.COMMISSIONER,),
)
_LEVELS: Final = {rank: level for level, ranks in enumerate(_LADDER, 1) for rank in ranks}

_SOURCE: Final = Source(
    text="superintendent, in urgency inspector; the rank for assemblies is higher than both",
    where="moved by what is said of the College of Policing's APP Live facial recognition",
    standing=Standing.OWN_CHOICE,
)


class RankRule(Record):
    """Which rank an authority needs; the product's own choice unless a force sets its own.

    Attributes:
        least: the lowest rank that may authorise.
        least_for_assembly: the lowest where an assembly is expected; urgency does not lower it.
        urgent_least: the lowest in urgency, until the review.
        urgent_review: how soon after it was given an urgent authority must be reviewed.
        source: what the rule rests on.
    """

    least: Rank = Rank.SUPERINTENDENT
    least_for_assembly: Rank = Rank.ASSISTANT_CHIEF_CONSTABLE
    urgent_least: Rank = Rank.INSPECTOR
    urgent_review: Annotated[timedelta, Field(gt=timedelta(0))] = timedelta(hours=24)
    source: Source = _SOURCE

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.least_for_assembly <= self.least:
            msg = f"least_for_assembly must be higher than least, which is {self.least.spoken}"
            raise ValueError(msg)
        if self.urgent_least > self.least:
            msg = f"urgent_least must not be higher than least, which is {self.least.spoken}"
            raise ValueError(msg)
        return self

    def needed(self, *, assembly: bool, urgent: bool) -> Rank:
        """Return the lowest rank that may authorise such a deployment."""
        if assembly:
            return self.least_for_assembly
        return self.urgent_least if urgent else self.least
