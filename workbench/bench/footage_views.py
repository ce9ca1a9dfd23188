"""Footage of a case as people see it: which file, how far its index is, who is in view when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.governance.footage import Footage
from workbench.records.moments import as_text

__all__ = ["AppearanceView", "FootageView"]


@dataclass(frozen=True, slots=True)
class FootageView:
    """A piece of footage.

    Attributes:
        id: names it.
        case: number of the case.
        state: `added` or `indexed`.
        added_by: account of who added it.
        added: when.
        footage: what it is.
        segments_kept: how many of its segments are indexed.
        counts: what that came to, by kind.
        indexed: when indexing ended; `None` before.
    """

    id: str
    case: str
    state: str
    added_by: str
    added: datetime
    footage: Footage
    segments_kept: int
    counts: dict[str, int]
    indexed: datetime | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "id": self.id,
            "case": self.case,
            "state": self.state,
            "added_by": self.added_by,
            "added": as_text(self.added),
            "footage": self.footage.plain(),
            "stated": list(self.footage.stated),
            "segments_kept": self.segments_kept,
            "counts": self.counts,
            "indexed": None if self.indexed is None else as_text(self.indexed),
        }


@dataclass(frozen=True, slots=True)
class AppearanceView:
    """Somebody in view of footage, without the cuts that segments make.

    Attributes:
        id: of the appearance whose look is best.
        parts: ids of all that are this one.
        footage: id of the footage.
        first_s: when the face was first found, s from the start of the footage.
        last_s: when it was last found.
        at: when that was by true time, if the start of the footage is known.
        found: in how many frames.
        picture: JPEG of the best look.
    """

    id: str
    parts: tuple[str, ...]
    footage: str
    first_s: float
    last_s: float
    at: datetime | None
    found: int
    picture: bytes = field(repr=False)
