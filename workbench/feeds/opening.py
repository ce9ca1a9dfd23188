"""Which kind of feed a path or an address is."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from workbench.errors import FeedError
from workbench.feeds.cameras import is_address, open_camera
from workbench.feeds.frames import Feed
from workbench.feeds.pictures import ImageFeed
from workbench.feeds.video import VideoFile
from workbench.hygiene import without_credentials
from workbench.images import IMAGE_SUFFIXES, ImageLimits
from workbench.settings import CameraSettings

__all__ = ["open_feed"]


def open_feed(
    source: Path | str,
    *,
    limits: ImageLimits | None = None,
    camera: CameraSettings | None = None,
) -> Feed:
    """Return the feed at a path or address: a video file, an image, a folder of images, a camera.

    An image file that holds an animation (GIF, APNG) is opened as a video. A text with `://` in it
    or that begins with `webcam:` is an address, see `workbench.feeds.cameras.parse_address`; a
    `Path` never is.

    Args:
        source: where it is.
        limits: largest picture that is decoded, and largest image file; `ImageLimits()` if not
            given. The length of a video file is not limited.
        camera: how long a camera is waited for, and what counts as a fault of it.

    Raises:
        FeedError: when there is nothing there, or nothing that can be shown; one line that says
            what and where.

    Example:
        >>> with open_feed("entrance.mp4") as feed:  # doctest: +SKIP
        ...     for frame in feed.frames():
        ...         print(frame.index, frame.time_s, frame.image.shape)
    """
    text = str(source)
    if not text.strip() or "\0" in text:
        msg = (
            "The feed has no name. Give a video file, an image, a folder of images or the address "
            "of a camera."
        )
        raise FeedError(msg)
    if isinstance(source, str) and is_address(source):
        pixels = (limits or ImageLimits()).max_pixels
        return open_camera(source, camera, max_pixels=pixels)
    path = Path(source).expanduser()
    try:
        present, folder = path.exists(), path.is_dir()
    except OSError as error:
        msg = f"{without_credentials(str(path))}: cannot be read ({error.strerror})."
        raise FeedError(msg) from None
    if not present:
        msg = (
            f"{without_credentials(str(path))}: there is no such file or folder. Give a video "
            "file, an image, a folder of images or the address of a camera."
        )
        raise FeedError(msg)
    if folder:
        return ImageFeed(path, limits=limits)
    if (path.suffix.lower() in IMAGE_SUFFIXES or path.suffix.lower() == ".gif") and not (
        _animated(path)
    ):
        return ImageFeed(path, limits=limits)
    if _is_safetensors(path):
        msg = (
            f"{path}: is not a video but a safetensors file, such as a watchlist. Give a video "
            "file, an image or a folder of images."
        )
        raise FeedError(msg)
    return VideoFile(path, max_pixels=(limits or ImageLimits()).max_pixels)


def _is_safetensors(path: Path) -> bool:
    """Return whether a file begins as a safetensors file does.

    FFmpeg looks for pictures anywhere in a file, and would take the thumbnails of a watchlist for
    a video of them.
    """
    try:
        with path.open("rb") as file:
            start = file.read(9)
            size = file.seek(0, 2)
    except OSError:
        return False
    return start[8:] == b"{" and int.from_bytes(start[:8], "little") <= size - 8


def _animated(path: Path) -> bool:
    """Return whether an image file holds more than one picture; damage is for others to name."""
    try:
        with Image.open(path) as image:
            return bool(getattr(image, "is_animated", False))
    except Exception:  # noqa: BLE001 - Pillow raises many types on damage; the reader names it
        return False
