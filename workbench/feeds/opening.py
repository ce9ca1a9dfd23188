"""Which kind of feed a path is."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from workbench.errors import FeedError
from workbench.feeds.frames import Feed
from workbench.feeds.pictures import ImageFeed
from workbench.feeds.video import VideoFile
from workbench.images import IMAGE_SUFFIXES

__all__ = ["open_feed"]


def open_feed(source: Path | str) -> Feed:
    """Return the feed at a path: a video file, an image file or a folder of images.

    An image file that holds an animation (GIF, APNG) is opened as a video.

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
        msg = "The feed has no name. Give a video file, an image or a folder of images."
        raise FeedError(msg)
    path = Path(source).expanduser()
    try:
        present, folder = path.exists(), path.is_dir()
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror})."
        raise FeedError(msg) from None
    if not present:
        msg = (
            f"{path}: there is no such file or folder. Give a video file, an image or a folder "
            "of images."
        )
        raise FeedError(msg)
    if folder:
        return ImageFeed(path)
    if (path.suffix.lower() in IMAGE_SUFFIXES or path.suffix.lower() == ".gif") and not (
        _animated(path)
    ):
        return ImageFeed(path)
    return VideoFile(path)


def _animated(path: Path) -> bool:
    """Return whether an image file holds more than one picture; damage is for others to name."""
    try:
        with Image.open(path) as image:
            return bool(getattr(image, "is_animated", False))
    except Exception:  # noqa: BLE001 - Pillow raises many types on damage; the reader names it
        return False
