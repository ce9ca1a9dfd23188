"""Which kind of camera an address names."""

from __future__ import annotations

from workbench.feeds.cameras.address import CameraAddress, parse_address
from workbench.feeds.cameras.camera import Camera
from workbench.feeds.cameras.stream import StreamSource
from workbench.feeds.cameras.webcam import WebcamSource
from workbench.settings import CameraSettings

__all__ = ["open_camera"]


def open_camera(
    address: str, settings: CameraSettings | None = None, *, max_pixels: int = 64_000_000
) -> Camera:
    """Open the camera at an address and wait for its first picture.

    Args:
        address: `rtsp[s]://`, `http[s]://`, `tcp://`, `udp://` or `webcam:`, see `parse_address`.
        settings: how long is waited, and what counts as a fault; the defaults when left out.
        max_pixels: the largest width times height that is decoded.

    Raises:
        FeedError: when the address is refused, or the camera cannot be opened; without anything
            secret of the address.

    Example:
        >>> with open_camera("rtsp://10.0.0.7/ch1") as camera:  # doctest: +SKIP
        ...     for frame in camera.frames():
        ...         print(frame.index, frame.time_s, camera.health)
    """
    chosen = settings or CameraSettings()
    where = parse_address(address)
    if isinstance(where, CameraAddress):
        return Camera(StreamSource(where, chosen, max_pixels=max_pixels), chosen)
    return Camera(WebcamSource(where), chosen)
