"""A picture as the decoder of a stream left it, converted only where somebody takes it."""

from __future__ import annotations

from typing import cast

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from workbench.arrays import FloatArray, ImageArray
from workbench.feeds.cameras.health import GRID
from workbench.feeds.decoded import display_size, orientation, to_image

__all__ = ["DecodedPicture"]


class DecodedPicture:
    """A picture of a stream; it is a `workbench.feeds.cameras.source.Picture`.

    Args:
        frame: as decoded.
        stream: that it is of; says how wide a pixel is.
        shrink: scales to cells; one for all pictures of a stream, by one thread.
        is_timed: whether its time is the camera's own.
    """

    def __init__(
        self,
        frame: av.VideoFrame,
        stream: VideoStream,
        shrink: VideoReformatter,
        *,
        is_timed: bool,
    ) -> None:
        """Convert nothing yet."""
        self._frame, self._shrink = frame, shrink
        self._size = display_size(frame, stream.sample_aspect_ratio)
        self.own_s = (
            float(frame.pts * frame.time_base)
            if is_timed and frame.pts is not None and frame.time_base is not None
            else None
        )

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height, turned as it is shown."""
        width, height = self._size
        return (width, height) if orientation(self._frame)[0] else (height, width)

    def image(self, size: tuple[int, int] | None) -> ImageArray:
        """Return the picture, upright and with square pixels."""
        image = to_image(self._frame, self._size)
        if size is None or image.shape[1::-1] == size:
            return image
        again = av.VideoFrame.from_ndarray(image, format="rgb24")
        scaled = again.reformat(width=size[0], height=size[1])
        return cast("ImageArray", np.ascontiguousarray(scaled.to_ndarray()))

    def cells(self) -> FloatArray:
        """Return its grey levels, averaged."""
        rows, columns = GRID
        small = self._shrink.reformat(
            self._frame,
            width=columns,
            height=rows,
            format="gray",
            interpolation="AREA",
            dst_color_range="JPEG",
        )
        return small.to_ndarray().astype(np.float32)
