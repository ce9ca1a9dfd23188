"""A feed in which everybody on the list of a drawn bench comes by, one after the other, for ever."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from typing import Any

from drawn_faces import SIDE, portrait
from worked_bench import PEOPLE

from workbench.closing import ClosedAtTheEnd
from workbench.feeds import Frame

__all__ = ["RollCall"]

_FRAMES = 6
_EVERY_S = 40.0 / PEOPLE
"""Whoever comes by again does so after the time in which they raise no other alert."""


class RollCall(ClosedAtTheEnd):
    """Gives a few frames of each; every visit is a view of its own, and raises an alert.

    Attributes:
        images: each picture that it gave, as long as anybody holds it.
    """

    name = "roll call"
    size = (SIDE, SIDE)
    fps: float | None = 25.0
    frame_count: int | None = None
    live = False
    damage: str | None = None

    def __init__(self) -> None:
        """Begin with the first."""
        self.images: list[weakref.ref[Any]] = []
        self._closed = threading.Event()

    def frames(self) -> Iterator[Frame]:
        """Give them until it is closed."""
        index = 0
        while not self._closed.wait(0.001):
            visit, step = divmod(index, _FRAMES)
            image = portrait(visit % PEOPLE)
            self.images.append(weakref.ref(image))
            frame = Frame(index, visit * _EVERY_S + step * 0.04, image, view=visit)
            del image
            index += 1
            yield frame
            del frame

    def held(self) -> int:
        """Return how many of its pictures somebody still holds."""
        return sum(image() is not None for image in self.images)

    def close(self) -> None:
        """Close it."""
        self._closed.set()
