"""What a feed of a camera says beyond what every feed does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, runtime_checkable

from workbench.feeds.cameras.health import CameraGap, Health, HealthChange
from workbench.feeds.frames import Feed

__all__ = ["LiveFeed"]


@runtime_checkable
class LiveFeed(Feed, Protocol):
    """A feed whose frames come as they happen, and may stop coming."""

    began: datetime
    """The moment of second 0 of its times."""

    @property
    def health(self) -> Health:
        """Return what the camera is."""
        ...

    @property
    def gaps(self) -> tuple[CameraGap, ...]:
        """Return when it showed nothing that could be searched, in order."""
        ...

    @property
    def drops(self) -> int:
        """Return how many frames were dropped because nobody took them in time."""
        ...

    def on_health(self, listener: Callable[[HealthChange], None]) -> None:
        """Have each change of its health told from now on."""
        ...
