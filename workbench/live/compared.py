"""A track that was just compared: what is held of it until it is decided who is alerted."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.live.crops import HeldCrop

__all__ = ["Compared"]


@dataclass(slots=True, eq=False)
class Compared:
    """What an alert is made of, beside the scores.

    Attributes:
        crops: the looks compared, best first; empty where they can bring no alert.
        weight: of the best look.
        since_s: by the clock, since when the first of them waited.
        first_seen_s: time in the feed at which the track began.
    """

    crops: list[HeldCrop]
    weight: float
    since_s: float
    first_seen_s: float

    def absorb(self, other: Compared) -> None:
        """Take in the looks of a track that proved to be the same person's."""
        self.crops = sorted([*self.crops, *other.crops], key=lambda crop: -crop.weight)
        self.weight = max(self.weight, other.weight)
        self.since_s = min(self.since_s, other.since_s)
        self.first_seen_s = min(self.first_seen_s, other.first_seen_s)
