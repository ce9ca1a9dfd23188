"""Crops of many tracks -> templates -> candidates -> scores, in one batch; then all is dropped.

The crops are encoded while the next frames are searched. What was made of them is compared when
the batch is finished, all at once, and nothing of it is left afterwards but scores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np

from workbench.arrays import FloatArray
from workbench.faces.templates import Templates
from workbench.live.crops import HeldCrop
from workbench.live.encoding import EncodeWorker
from workbench.live.fusion import TrackScores
from workbench.live.lifetimes import TemplateMemory
from workbench.matching.candidates import Candidates

__all__ = ["Comparer", "TrackMatcher"]

Held = dict[int, list[HeldCrop]]


class TrackMatcher(Protocol):
    """What the comparison asks of a matcher."""

    def search(self, probes: Mapping[str, Templates], k: int = 10) -> list[Candidates]:
        """Return the best `k` subjects of each probe."""
        ...

    def scores(self, probes: Mapping[str, Templates], subjects: Sequence[str]) -> FloatArray:
        """Return the scores of each probe against named subjects, `(n, len(subjects))`."""
        ...


class Comparer:
    """Compares what the crop buffer held, one batch at a time."""

    def __init__(
        self,
        worker: EncodeWorker,
        matcher: TrackMatcher,
        *,
        candidates: int,
        memory: TemplateMemory,
        clock: Callable[[], float],
    ) -> None:
        """Set what compares.

        Args:
            worker: turns crops into templates.
            matcher: holds the watchlist.
            candidates: length of a candidate list.
            memory: is told when templates were dropped, and may keep one a track for a moment.
            clock: seconds, monotonic.
        """
        self._worker = worker
        self._matcher = matcher
        self._candidates = candidates
        self._memory = memory
        self._clock = clock
        self._comparisons = 0
        self._held: Held = {}

    @property
    def comparisons(self) -> int:
        """How many templates were compared."""
        return self._comparisons

    @property
    def is_ready(self) -> bool:
        """Whether a batch was begun and can be finished without a wait."""
        return bool(self._held) and self._worker.is_ready

    @property
    def is_busy(self) -> bool:
        """Whether a batch was begun and not finished."""
        return bool(self._held)

    def __contains__(self, track: object) -> bool:
        """Whether crops of that track are being encoded."""
        return track in self._held

    def start(self, held: Held) -> None:
        """Begin to encode the crops of tracks; finish the batch before first.

        Args:
            held: crops by track, best first.
        """
        crops = [crop for crops in held.values() for crop in crops]
        if not crops:
            return
        names = list(crops[0].crops)
        batch = {name: np.concatenate([crop.crops[name] for crop in crops]) for name in names}
        self._worker.submit(batch)
        self._held = held

    def finish(self, scores: dict[int, TrackScores]) -> Held:
        """Compare the batch that was begun, if any, and add to the `scores` of its tracks.

        Args:
            scores: by track; missing ones are made.

        Returns:
            The crops compared, by track, best first.

        Raises:
            Exception: whatever the encoder raised.
        """
        if not self._held:
            return {}
        held, self._held = self._held, {}
        templates = self._worker.take()
        order = [(track, crop) for track, crops in held.items() for crop in crops]
        found = self._matcher.search(templates, self._candidates)
        first_of: set[int] = set()
        for row, ((track, crop), candidates) in enumerate(zip(order, found, strict=True)):
            one = {name: templates[name][[row]] for name in templates}
            track_scores = scores.setdefault(track, TrackScores())
            track_scores.add(candidates, crop.weight, self._lookup(one))
            if track not in first_of:
                # The best crop's template stands for the track for the moment that it may live.
                first_of.add(track)
                self._memory.keep(track, one, self._clock())
        self._comparisons += len(order)
        compared_s = self._clock()
        count = len(order) * len(templates)
        del templates, one, order, crop
        self._memory.record_dropped(compared_s, count)
        return held

    def clear(self) -> None:
        """Drop the batch that was begun."""
        self._held = {}
        self._worker.clear()

    def _lookup(self, one: Mapping[str, Templates]) -> Callable[[Sequence[str]], FloatArray]:
        return lambda subjects: self._matcher.scores(one, list(subjects))[0]
