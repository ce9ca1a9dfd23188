"""In which sizes a camera's pictures come: the first that can hold a face is the feed's."""

from __future__ import annotations

import time
from typing import Final

from workbench.errors import CameraError

__all__ = ["LEAST_PX", "PictureSizes"]

LEAST_PX: Final = 24
"""Width and height below which a picture is none: the narrowest face that is looked for, unless
the settings say otherwise, would not fit in. It must never become the size of a feed."""
_SAME: Final = 0.05
"""How far width and height may be off, as a share: encoders round, and no face suffers from it."""


class PictureSizes:
    """Leaves out what is too small to be a picture, and counts what came in another size.

    Args:
        name: of the camera, for messages.
        patience_s: how long nothing but too small pictures may come.

    Attributes:
        feed: `(width, height)` in pixels of the first picture, to which the others are scaled;
            `None` before it.
    """

    def __init__(self, name: str, patience_s: float) -> None:
        """Begin with no picture."""
        self._name, self._patience_s = name, patience_s
        self.feed: tuple[int, int] | None = None
        self._small = self._others = 0
        self._newest = (0, 0)
        self._taken_s = time.monotonic()

    def connected(self) -> None:
        """Begin to wait for a picture of a new connection."""
        self._taken_s = time.monotonic()

    def takes(self, size: tuple[int, int]) -> bool:
        """Return whether what came in a size is a picture; the first that is sets that of the feed.

        Raises:
            CameraError: when none was for `patience_s`.
        """
        now_s = time.monotonic()
        if min(size) < LEAST_PX:
            self._small += 1
            if now_s - self._taken_s > self._patience_s:
                raise CameraError(
                    self._name,
                    f"its pictures are smaller than {LEAST_PX}x{LEAST_PX} pixels",
                    "Set a higher resolution in the camera.",
                )
            return False
        self._taken_s = now_s
        if self.feed is None:
            self.feed = size
        if any(abs(one - own) > _SAME * own for one, own in zip(size, self.feed, strict=True)):
            self._newest = size
            self._others += 1
        return True

    def sentence(self) -> str | None:
        """Return what did not come in the size of the feed, `None` where all did."""
        parts: list[str] = []
        if self._others and self.feed is not None:
            came, feed = (f"{width}x{height}" for width, height in (self._newest, self.feed))
            parts.append(
                f"{self._others} pictures came in another size (the last {came}) and were scaled "
                f"to {feed}: start the search again to use the new size"
            )
        if self._small:
            parts.append(f"{self._small} pictures below {LEAST_PX}x{LEAST_PX} pixels left out")
        return "; ".join(parts) or None
