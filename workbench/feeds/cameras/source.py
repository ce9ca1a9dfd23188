"""What a camera is to the reader above it: something to connect to, and pictures from there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from workbench.arrays import FloatArray, ImageArray

__all__ = ["CameraSource", "Connection", "Picture"]


class Picture(Protocol):
    """One picture of a camera, converted only where somebody takes it."""

    @property
    def own_s(self) -> float | None:
        """Return its time by the camera, from any moment; `None` where that means nothing."""
        ...

    @property
    def size(self) -> tuple[int, int]:
        """Return `(width, height)` in pixels, as it is shown."""
        ...

    def image(self, size: tuple[int, int] | None) -> ImageArray:
        """Return it as `(height, width, 3)` uint8 RGB, scaled to `(width, height)` if given."""
        ...

    def cells(self) -> FloatArray:
        """Return its grey levels by cells, shape `workbench.feeds.cameras.health.GRID`."""
        ...


class Connection(Protocol):
    """A camera that answers."""

    @property
    def fps(self) -> float | None:
        """Return the nominal frames a second, if it says."""
        ...

    def pictures(self) -> Iterator[Picture]:
        """Give pictures as they come; raises `CameraError` when they stop, and never ends else."""
        ...

    def close(self) -> None:
        """Let go of the camera; by the thread that reads, or when none does."""
        ...


class CameraSource(Protocol):
    """A camera that may be connected to, again and again."""

    @property
    def shown(self) -> str:
        """Return what may be said of where it is."""
        ...

    @property
    def damage(self) -> str | None:
        """Return what of all connections could not be read, in a sentence."""
        ...

    def connect(self) -> Connection:
        """Open it; raises `CameraError` where that fails."""
        ...
