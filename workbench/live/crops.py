"""The best crops of each track, kept for the moment until the next comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.arrays import FloatArray, ImageArray

__all__ = ["CropBuffer", "HeldCrop", "to_show"]


@dataclass(frozen=True, slots=True, eq=False)
class HeldCrop:
    """One look at a face.

    Attributes:
        crops: what each encoder wants of it, `(1, size, size, 3)` uint8 RGB by encoder.
        probe: `(h, w, 3)` uint8 RGB, the tight crop for an alert, bystanders unrecognisable.
        box: shape `(4,)`, pixels.
        weight: what the look is worth, above 0.
        frame: index of the frame.
        time_s: time in the feed.
        first_seen_s: time in the feed at which the track began.
        hidden: share of `probe` covered because another face reaches into it, 0..1.
    """

    crops: Mapping[str, ImageArray]
    probe: ImageArray
    box: FloatArray
    weight: float
    frame: int
    time_s: float
    first_seen_s: float
    hidden: float = 0.0


def to_show(crops: Sequence[HeldCrop]) -> HeldCrop:
    """Return the look that a person should see: the best one that shows the face whole.

    Args:
        crops: of one track, at least one, best first.
    """
    return min(crops, key=lambda crop: (crop.hidden, -crop.weight))


class CropBuffer:
    """At most `most` crops a track, the best by weight; each track's taken together."""

    def __init__(self, most: int) -> None:
        """Set how many crops a track may hold."""
        self._most = most
        self._held: dict[int, list[HeldCrop]] = {}
        self._since: dict[int, float] = {}

    def __len__(self) -> int:
        """Return how many crops are held of all tracks."""
        return sum(len(held) for held in self._held.values())

    def __contains__(self, track: object) -> bool:
        """Whether crops of that track are held."""
        return track in self._held

    def wants(self, track: int, weight: float) -> bool:
        """Whether a crop of that weight would be kept, before it is cut out."""
        held = self._held.get(track, [])
        return len(held) < self._most or weight > held[-1].weight

    def add(self, track: int, crop: HeldCrop, now_s: float) -> None:
        """Keep a crop if it is among the best of its track.

        Args:
            track: number of the track.
            crop: the look.
            now_s: when its frame came; the track waits from its first one on.
        """
        self._since.setdefault(track, now_s)
        held = self._held.setdefault(track, [])
        held.append(crop)
        held.sort(key=lambda one: -one.weight)
        del held[self._most :]

    def joined(self, number: int, into: int) -> None:
        """Give the crops of track `number` to track `into`."""
        since_s = self._since.pop(number, 0.0)
        for crop in self._held.pop(number, []):
            self.add(into, crop, since_s)

    def waiting(self) -> dict[int, tuple[float, list[HeldCrop]]]:
        """Return since when each track waits, and its crops, best first."""
        return {track: (self._since[track], held) for track, held in self._held.items()}

    def take(self, track: int) -> list[HeldCrop]:
        """Return the crops of a track, best first, and hold none of it any more."""
        self._since.pop(track, None)
        return self._held.pop(track, [])

    def clear(self) -> None:
        """Drop all crops."""
        self._held.clear()
        self._since.clear()
