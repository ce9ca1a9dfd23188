"""Segments of the footage of one case, and what their appearances are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from workbench.errors import FootageError, UsageError
from workbench.retrospective.appearances import Appearances

__all__ = ["AppearanceId", "FootagePart", "in_order"]


class AppearanceId(NamedTuple):
    """Which appearance: `<footage>/<segment>/<track>` as text."""

    footage: str
    segment: int
    track: int

    def __str__(self) -> str:
        """Return it as a search names it."""
        return f"{self.footage}/{self.segment}/{self.track}"

    @classmethod
    def read(cls, text: str) -> AppearanceId:
        """Return which appearance a search named.

        Raises:
            UsageError: when that is no such name.
        """
        footage, _, rest = text.partition("/")
        segment, _, track = rest.partition("/")
        if not footage or not segment.isdecimal() or not track.isdecimal():
            msg = f"{text!r} is no appearance. Name one as <footage>/<segment>/<track>."
            raise UsageError(msg)
        return cls(footage, int(segment), int(track))


@dataclass(frozen=True, slots=True, eq=False)
class FootagePart:
    """A segment of a piece of footage.

    Attributes:
        footage: id of the footage, without a slash.
        appearances: in the segment.
    """

    footage: str
    appearances: Appearances

    def __post_init__(self) -> None:
        """Check that the id can be told from what follows it."""
        if not self.footage or "/" in self.footage:
            msg = f"footage is named {self.footage!r}, but an id has letters and no slash."
            raise UsageError(msg)

    @property
    def ids(self) -> list[AppearanceId]:
        """Its appearances, in order."""
        return [self.id_of(row) for row in range(len(self.appearances))]

    def id_of(self, row: int) -> AppearanceId:
        """Return which appearance a row is."""
        return AppearanceId(self.footage, self.appearances.facts.number, row)


def in_order(parts: Sequence[FootagePart]) -> dict[str, list[FootagePart]]:
    """Return the segments of each piece of footage in order.

    Raises:
        FootageError: when one is given twice.
    """
    found: dict[str, list[FootagePart]] = {}
    for part in sorted(parts, key=lambda one: (one.footage, one.appearances.facts.number)):
        found.setdefault(part.footage, []).append(part)
    for footage, own in found.items():
        for one, other in pairwise(own):
            if one.appearances.facts.number == other.appearances.facts.number:
                number = one.appearances.facts.number
                msg = f"segment {number} of {footage} was given twice. Give each segment once."
                raise FootageError(msg)
    return found
