"""Crops of many tracks -> templates -> candidates -> scores, in one batch; then all is dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.faces.templates import Templates
from workbench.live.crops import HeldCrop
from workbench.live.fusion import TrackScores
from workbench.live.lifetimes import TemplateMemory
from workbench.matching.candidates import Candidates

__all__ = ["Comparer", "CropEncoder", "TrackMatcher"]


class CropEncoder(Protocol):
    """What the comparison asks of a face analyser."""

    def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
        """Return a template for each crop, by encoder."""
        ...


class TrackMatcher(Protocol):
    """What the comparison asks of a matcher."""

    def search(self, probes: Mapping[str, Templates], k: int = 10) -> list[Candidates]:
        """Return the best `k` subjects of each probe."""
        ...

    def scores(self, probes: Mapping[str, Templates], subjects: Sequence[str]) -> FloatArray:
        """Return the scores of each probe against named subjects, `(n, len(subjects))`."""
        ...


class Comparer:
    """Compares what the crop buffer held; nothing of it is left afterwards but scores."""

    def __init__(
        self,
        encoder: CropEncoder,
        matcher: TrackMatcher,
        *,
        candidates: int,
        memory: TemplateMemory,
        clock: Callable[[], float],
    ) -> None:
        """Set what compares.

        Args:
            encoder: turns crops into templates.
            matcher: holds the watchlist.
            candidates: length of a candidate list.
            memory: is told when templates were dropped, and may keep one a track for a moment.
            clock: seconds, monotonic.
        """
        self._encoder = encoder
        self._matcher = matcher
        self._candidates = candidates
        self._memory = memory
        self._clock = clock
        self._comparisons = 0

    @property
    def comparisons(self) -> int:
        """How many templates were compared."""
        return self._comparisons

    def compare(
        self, held: Mapping[int, Sequence[HeldCrop]], scores: dict[int, TrackScores]
    ) -> None:
        """Compare the crops of tracks and add to their `scores`.

        Args:
            held: crops by track, best first.
            scores: by track; missing ones are made.
        """
        order = [(track, crop) for track, crops in held.items() for crop in crops]
        if not order:
            return
        names = list(order[0][1].crops)
        batch = {name: np.concatenate([crop.crops[name] for _, crop in order]) for name in names}
        templates = self._encoder.encode_crops(batch)
        found = self._matcher.search(templates, self._candidates)
        first_of: set[int] = set()
        for row, ((track, crop), candidates) in enumerate(zip(order, found, strict=True)):
            one = {name: templates[name][[row]] for name in names}
            track_scores = scores.setdefault(track, TrackScores())
            track_scores.add(candidates, crop.weight, self._lookup(one))
            if track not in first_of:
                # The best crop's template stands for the track for the moment that it may live.
                first_of.add(track)
                self._memory.keep(track, one, self._clock())
        self._comparisons += len(order)
        compared_s = self._clock()
        count = len(order) * len(names)
        del templates, batch, one, order, crop
        self._memory.record_dropped(compared_s, count)

    def _lookup(self, one: Mapping[str, Templates]) -> Callable[[Sequence[str]], FloatArray]:
        return lambda subjects: self._matcher.scores(one, list(subjects))[0]
