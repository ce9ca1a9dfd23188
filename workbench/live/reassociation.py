"""A face found again just after it was lost: the same track, if a template still says so.

Within the second that a template may live after its comparison, a new track's template is
compared with those of tracks lost shortly before in the same feed. Afterwards nothing is left to
compare with, and whoever comes back is a new track: there is no following of people.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from workbench.faces.templates import Templates
from workbench.live.lifetimes import TemplateMemory
from workbench.matching.assignment import assign
from workbench.tracking.tracker import Track, TrackState

__all__ = ["Reassociation", "TemplateScore"]

TemplateScore = Callable[[Mapping[str, Templates], Mapping[str, Templates]], float]
"""The matcher's score of one template against another, each one row for each encoder."""


class Reassociation:
    """Finds the tracks that are the continuation of a track just lost."""

    def __init__(self, memory: TemplateMemory, score: TemplateScore, floor: float) -> None:
        """Set where templates are, how they compare and from which score two are one person."""
        self._memory = memory
        self._score = score
        self._floor = floor

    def pairs(self, tracks: Sequence[Track], compared: Collection[int]) -> list[tuple[int, int]]:
        """Return `(new, lost)` track numbers that are one person, each track at most once.

        Args:
            tracks: those that have not ended.
            compared: numbers of those compared just now.
        """
        held = set(self._memory.tracks())
        lost = [t for t in tracks if t.state is TrackState.LOST and t.number in held]
        new = [
            t
            for t in tracks
            if t.number in held and t.number in compared and t.state is not TrackState.LOST
        ]
        if not lost or not new:
            return []
        table = np.full((len(new), len(lost)), -np.inf)
        for row, later in enumerate(new):
            for column, earlier in enumerate(lost):
                # Seen together once, two tracks are two people.
                if later.first_seen_s > earlier.last_seen_s:
                    table[row, column] = self._compared(later.number, earlier.number)
        chosen = assign(table, self._floor)
        return [
            (new[row].number, lost[column].number)
            for row, column in enumerate(chosen.tolist())
            if column >= 0
        ]

    def _compared(self, later: int, earlier: int) -> float:
        mine, theirs = self._memory.recall(later), self._memory.recall(earlier)
        if mine is None or theirs is None:
            return -np.inf
        return self._score(mine, theirs)
