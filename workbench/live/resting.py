"""Which tracks are compared again, and when: one that was compared often enough rests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from workbench.settings import LiveSettings

__all__ = ["MUCH_BETTER", "Rests"]

MUCH_BETTER: Final = 2.0
"""A look worth so many times the best one compared ends a track's rest: a walker who comes nearer
is compared again as soon as more can be seen. In four staged crowds of 18 s with 70 listed people
1.5 took 641 comparisons, this 524 and 3.0 took 474; they found 41, 41 and 34 of them."""

_ROUNDED_S: Final = 1e-3


class Rests:
    """Until when each track rests, and how good a look would wake it."""

    def __init__(self, settings: LiveSettings) -> None:
        """Begin with everybody awake."""
        self._settings = settings
        self._until: dict[int, float] = {}
        self._best: dict[int, float] = {}
        self._last_s: dict[int, float] = {}
        self._begun_s: dict[int, float] = {}

    def begun(self, track: int, time_s: float) -> None:
        """Note that a comparison of a track was begun."""
        self._begun_s[track] = time_s

    def is_due(self, track: int, time_s: float) -> bool:
        """Whether a track's last comparison was begun so long ago that the next one may be."""
        # A hair less: times of frames are rounded.
        pause_s = self._settings.compare_interval_s - _ROUNDED_S
        return time_s - self._begun_s.get(track, -np.inf) >= pause_s

    def since(self, track: int, time_s: float) -> float:
        """Return how long ago in the feed a track was last compared, infinite if never."""
        return time_s - self._last_s.get(track, -np.inf)

    def is_awake(self, track: int, time_s: float, weight: float, *, alerted: bool) -> bool:
        """Whether a look may be compared: the track's rest ends soon, or the look is worth it.

        Args:
            track: number of the track.
            time_s: time in the feed.
            weight: what the look is worth.
            alerted: whether the track has raised an alert; no look is then worth its waking.
        """
        soon = time_s + self._settings.compare_interval_s
        if self._until.get(track, -np.inf) <= soon:
            return True
        return not alerted and weight > MUCH_BETTER * self._best.get(track, 0.0)

    def compared(self, track: int, time_s: float, weight: float, *, enough: bool) -> None:
        """Note that a track was compared, at best by a look of that weight.

        Args:
            track: number of the track.
            time_s: time in the feed.
            weight: of its best look.
            enough: whether it may rest now.
        """
        self._last_s[track] = time_s
        self._best[track] = max(weight, self._best.get(track, 0.0))
        if enough:
            self._until[track] = time_s + self._settings.relaxed_interval_s

    def joined(self, number: int, into: int) -> None:
        """Note that track `number`, compared just now, goes on as track `into`."""
        for of in (self._begun_s, self._best, self._last_s):
            if number in of:
                of[into] = max(of[number], of.get(into, of[number]))
        self.forget(number)

    def forget(self, track: int) -> None:
        """Note that a track ended, or goes on as another."""
        self._begun_s.pop(track, None)
        self._until.pop(track, None)
        self._best.pop(track, None)
        self._last_s.pop(track, None)

    def clear(self) -> None:
        """Forget every track."""
        self._begun_s.clear()
        self._until.clear()
        self._best.clear()
        self._last_s.clear()
