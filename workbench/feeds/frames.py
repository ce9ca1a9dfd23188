"""What a feed is: frames with the moment each was shown."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from workbench.arrays import ImageArray, check_shape

__all__ = ["Feed", "Frame", "shown_name"]


def shown_name(path: Path) -> str:
    """Return the name of a file as text that any document can hold.

    Bytes that are no letter of the system's encoding, and what cannot be shown, become escapes.
    """
    name = path.name or str(path)
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in name)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a feed.

    Attributes:
        index: position among the frames that the feed gave, from 0, without gaps.
        time_s: presentation time in seconds from the start of the feed; it grows with `index`,
            but not evenly: a variable frame rate and undecodable frames leave their gaps.
        image: shape `(height, width, 3)` uint8 RGB, upright, with square pixels.
        arrived_s: when it reached this machine, by `time.monotonic()`; `None` of a file.
        view: which unbroken look of a camera it is part of; rises with each gap, across which
            nobody may be followed. 0 of a file.

    Raises:
        ValueError: when `image` is not of that shape, or `time_s` is no moment.
    """

    index: int
    time_s: float
    image: ImageArray
    arrived_s: float | None = None
    view: int = 0

    def __post_init__(self) -> None:
        """Check shape and time."""
        check_shape("image", self.image, (None, None, 3))
        if not math.isfinite(self.time_s):
            # Where a face is expected at such a time is nowhere: it would be left bare.
            msg = f"a frame has a time in seconds, and not {self.time_s}"
            raise ValueError(msg)


@runtime_checkable
class Feed(Protocol):
    """Where frames come from: a file, a folder of images, a camera."""

    @property
    def name(self) -> str:
        """Return what to call the feed in messages and records."""
        ...

    @property
    def size(self) -> tuple[int, int]:
        """Return `(width, height)` in pixels of the frames, of the first one if they differ."""
        ...

    @property
    def fps(self) -> float | None:
        """Return the nominal frames a second, `None` where the feed does not say."""
        ...

    @property
    def frame_count(self) -> int | None:
        """Return an estimate of how many frames there are, for a progress bar only."""
        ...

    @property
    def live(self) -> bool:
        """Return whether frames come as they happen and are lost unless taken."""
        ...

    @property
    def damage(self) -> str | None:
        """Return what of the feed could not be read, in a sentence; complete after `frames()`."""
        ...

    def frames(self) -> Iterator[Frame]:
        """Give the frames in order; a feed that is not live starts over with every call."""
        ...

    def close(self) -> None:
        """Release what the feed holds; `frames()` raises `FeedError` from then on."""
        ...

    def __enter__(self) -> Self:
        """Return the feed itself."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the feed."""
        ...
