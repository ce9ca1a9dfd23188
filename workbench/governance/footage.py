"""Footage of a case: which file, where it comes from, and how its clock runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field

from workbench.governance.footage_facts import facts_stated
from workbench.governance.record import Record
from workbench.governance.text import Identifier, Line, Moment, Prose

__all__ = ["Footage", "FootageFact", "FootagePlan", "FootageState"]

FootageFact: TypeAlias = Prose | int | float | bool | None
"""A fact of a file, for example its codec or its frames a second."""


class FootageState(StrEnum):
    """How far the index of a piece of footage is."""

    ADDED = "added"
    INDEXED = "indexed"


class FootagePlan(Record):
    """What a person says of footage.

    Attributes:
        origin: which camera or person it comes from.
        basis: what allows the case to hold it.
        starts: when its first frame was taken, by the clock of its camera; `None` where nobody
            knows, and times are then from its start.
        clock_offset_s: how far that clock was ahead of the true time, s; negative when behind.
    """

    origin: Line
    basis: Prose
    starts: Moment | None = None
    clock_offset_s: Annotated[float, Field(ge=-86_400 * 366, le=86_400 * 366)] = 0.0

    def true_time(self, time_s: float) -> datetime | None:
        """Return when something at `time_s` from the start happened; `None` if nobody knows."""
        if self.starts is None:
            return None
        return self.starts + timedelta(seconds=time_s - self.clock_offset_s)


class Footage(FootagePlan):
    """Footage that was added to a case.

    Attributes:
        name: of the file.
        place: where the file lay when it was added, which is where clips are played from.
        sha256: of the file.
        bytes: of the file.
        facts: what its decoder says of it.
        segments: in how many parts it is indexed.
    """

    name: Line
    place: Prose
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(ge=1)]
    facts: dict[Identifier, FootageFact]
    segments: Annotated[int, Field(ge=1)]

    @property
    def stated(self) -> tuple[str, ...]:
        """What whoever works with it has to know of its times and of what is missing."""
        return facts_stated(self.facts)
