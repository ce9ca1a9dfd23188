"""A decoded picture as it is meant to be seen: upright, square pixels, RGB, no alpha."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import cast

import numpy as np
from av import VideoFrame
from av.sidedata.sidedata import SideData, SideDataContainer, Type
from numpy.typing import NDArray

from workbench.arrays import ImageArray

__all__ = ["display_size", "orientation", "to_image"]

_SQUARE = Fraction(1)
_ODDEST_ASPECT = 4
_ONE = 1 << 16
_OPAQUE = 255


def orientation(frame: VideoFrame) -> tuple[int, int, int, int]:
    """Return the display matrix `(a, b, c, d)` of a frame, each -1, 0 or 1.

    A pixel at `(p, q)` is shown at `(a p + c q, b p + d q)`: a telephone held upright writes a
    quarter turn here. Anything that is not a multiple of a quarter turn is shown as stored.
    """
    # A container that the frame keeps itself (`frame.side_data`) refers back to it, and its picture
    # would stay in memory until Python next looks for such circles. That it takes a frame and looks
    # side data up by type, PyAV's annotations do not say.
    kept_apart = SideDataContainer(frame)  # type: ignore[call-arg]
    data = cast("Mapping[Type, SideData]", kept_apart).get(Type.DISPLAYMATRIX)
    if data is None:
        return (1, 0, 0, 1)
    return _quarter_turns(np.frombuffer(bytes(data), dtype=np.int32))


def _quarter_turns(numbers: NDArray[np.int32]) -> tuple[int, int, int, int]:
    """Return `(a, b, c, d)` of a display matrix of 9 numbers, as `orientation` describes."""
    turned = [round(float(numbers[place]) / _ONE) for place in (0, 1, 3, 4)]
    a, b, c, d = (max(-1, min(1, value)) for value in turned)
    upright = a * d != 0 and b == 0 and c == 0
    sideways = b * c != 0 and a == 0 and d == 0
    return (a, b, c, d) if upright or sideways else (1, 0, 0, 1)


def display_size(frame: VideoFrame, aspect: Fraction | None) -> tuple[int, int]:
    """Return `(width, height)` in pixels at which a frame is shown, before it is turned.

    Args:
        frame: the decoded frame.
        aspect: width of a stored pixel divided by its height; `None` or nonsense is square.
    """
    if not aspect or aspect == _SQUARE or not 1 <= max(aspect, 1 / aspect) <= _ODDEST_ASPECT:
        return frame.width, frame.height
    return max(1, round(frame.width * aspect)), frame.height


def to_image(frame: VideoFrame, size: tuple[int, int]) -> ImageArray:
    """Return a frame's picture, shape `(height, width, 3)` uint8 RGB.

    Args:
        frame: the decoded frame, of any pixel format (10 bit, 4:2:2, palette, alpha).
        size: `(width, height)` in pixels to scale to, before the frame is turned.

    Transparent parts become white, as those of a still image do.
    """
    alpha = frame.format.has_palette or any(part.is_alpha for part in frame.format.components)
    scaled = frame.reformat(width=size[0], height=size[1], format="rgba" if alpha else "rgb24")
    image = cast("ImageArray", scaled.to_ndarray())
    if alpha:
        image = _on_white(image)
    a, b, c, d = orientation(frame)
    turned = image[::d, ::a] if a else image.transpose(1, 0, 2)[::b, ::c]
    return cast("ImageArray", np.ascontiguousarray(turned))


def _on_white(image: ImageArray) -> ImageArray:
    """Return `(height, width, 4)` RGBA laid on white, as `(height, width, 3)`."""
    cover = image[..., 3:]
    if cover.min() == _OPAQUE:
        return image[..., :3]
    weight = cover.astype(np.uint16)
    mixed = image[..., :3] * weight + _OPAQUE * (_OPAQUE - weight)
    return cast("ImageArray", ((mixed + _OPAQUE // 2) // _OPAQUE).astype(np.uint8))
