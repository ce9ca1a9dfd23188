"""Cameras of this machine, read with OpenCV."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import CameraError
from workbench.feeds.cameras.address import WebcamAddress
from workbench.feeds.cameras.health import GRID
from workbench.feeds.cameras.source import Picture
from workbench.feeds.ffmpeg import silence_ffmpeg

if TYPE_CHECKING:
    import cv2

__all__ = ["WebcamSource"]


class WebcamSource:
    """A camera of this machine.

    Args:
        address: its number.
        capture: opens it, `cv2.VideoCapture` when left out.
    """

    damage: str | None = None

    def __init__(
        self,
        address: WebcamAddress,
        *,
        capture: Callable[[int], cv2.VideoCapture] | None = None,
    ) -> None:
        """Open nothing yet."""
        silence_ffmpeg()
        self._address = address
        self._capture = capture

    @property
    def shown(self) -> str:
        """Its number."""
        return self._address.shown

    def connect(self) -> _Webcam:
        """Open the camera.

        Raises:
            CameraError: when there is none of that number, or another program holds it.
        """
        import cv2  # noqa: PLC0415 - only where a webcam is used

        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        capture = (self._capture or cv2.VideoCapture)(self._address.number)
        if not capture.isOpened():
            capture.release()
            raise CameraError(
                self.shown,
                "there is no such camera, or another program uses it",
                "Check that it is plugged in and that you may read /dev/video*.",
            )
        return _Webcam(self.shown, capture)


class _Webcam:
    def __init__(self, shown: str, capture: cv2.VideoCapture) -> None:
        self._shown, self._capture = shown, capture

    @property
    def fps(self) -> float | None:
        """Nominal frames a second, if the driver says."""
        import cv2  # noqa: PLC0415 - loaded by now

        rate = float(self._capture.get(cv2.CAP_PROP_FPS))
        return rate if np.isfinite(rate) and rate > 0 else None

    def pictures(self) -> Iterator[Picture]:
        """Give pictures as they come; raises `CameraError` when the driver gives none."""
        while True:
            good, image = self._capture.read()
            if not good or image is None:
                raise CameraError(
                    self._shown, "it gives no picture any more", "Check that it is plugged in."
                )
            yield _Captured(cast("ImageArray", image))

    def close(self) -> None:
        """Let go of the camera."""
        self._capture.release()


class _Captured:
    own_s: float | None = None

    def __init__(self, image: ImageArray) -> None:
        self._image = image

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height."""
        height, width = self._image.shape[:2]
        return width, height

    def image(self, size: tuple[int, int] | None) -> ImageArray:
        """Return the picture as RGB."""
        import cv2  # noqa: PLC0415 - loaded by now

        image = cv2.cvtColor(self._image, cv2.COLOR_BGR2RGB)
        if size is not None and image.shape[1::-1] != size:
            image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        return cast("ImageArray", image)

    def cells(self) -> FloatArray:
        """Return its grey levels, averaged."""
        import cv2  # noqa: PLC0415 - loaded by now

        small = cv2.resize(self._image, GRID[::-1], interpolation=cv2.INTER_AREA)
        return cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
