"""Pictures for a browser, without loss: reduced where they are larger than any screen shows."""

from __future__ import annotations

from typing import Any, Final

from workbench.arrays import ImageArray
from workbench.images import encode_png

__all__ = ["LONGEST_PX", "shown"]

LONGEST_PX: Final = 1600
"""A picture with a longer side is reduced to it before it is sent."""


def shown(image: ImageArray, longest: int = LONGEST_PX) -> tuple[bytes, dict[str, Any]]:
    """Return a picture as PNG, and what a browser must know of it.

    Args:
        image: `(height, width, 3)` uint8 RGB.
        longest: side of what is sent, px.

    Returns:
        The file, and `size`, width and height of the picture, beside `sent`, those of the file.
    """
    height, width = image.shape[:2]
    scale = min(1.0, longest / max(height, width))
    small = image
    if scale < 1.0:
        import cv2  # noqa: PLC0415 - a kernel that shows no large picture loads none of it
        import numpy as np  # noqa: PLC0415

        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    sent = [small.shape[1], small.shape[0]]
    return encode_png(small), {"size": [width, height], "sent": sent}
