"""Still images as feeds: one file, or every image of a folder in order of name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workbench.closing import ClosedAtTheEnd
from workbench.errors import FeedError, ImageError
from workbench.feeds.frames import Frame, shown_name
from workbench.images import ImageLimits, image_files, load_image

__all__ = ["ImageFeed"]


class ImageFeed(ClosedAtTheEnd):
    """One image, or the images of a folder sorted by name, shown one after the other.

    The images keep their own sizes, so frames may differ in size; `size` is the first one's.
    An image of a folder that cannot be read is left out and named in `damage`; the images after
    it keep their times.

    Args:
        path: an image file, or a folder with images (hidden files and sub-folders are skipped).
        fps: nominal frames a second; image `i` of the folder is shown at `i / fps` seconds.
        limits: largest image that is read; `ImageLimits()` if not given.

    Raises:
        FeedError: when there is nothing at `path`, no image in the folder, or none that can be
            read.
        ValueError: when `fps` is not above 0.
    """

    live = False

    def __init__(
        self, path: Path | str, *, fps: float = 1.0, limits: ImageLimits | None = None
    ) -> None:
        """List the images and read the first one."""
        if not fps > 0:
            msg = f"fps must be above 0, but is {fps}"
            raise ValueError(msg)
        self._path = Path(path)
        self._fps = float(fps)
        self._limits = limits
        self._closed = False
        self._damage: str | None = None
        self._files = self._listed()
        self._size = self._first_size()

    @property
    def name(self) -> str:
        """Return the name of the file or folder."""
        return shown_name(self._path)

    @property
    def size(self) -> tuple[int, int]:
        """Return `(width, height)` in pixels of the first image that can be read."""
        return self._size

    @property
    def fps(self) -> float:
        """Return the nominal frames a second."""
        return self._fps

    @property
    def frame_count(self) -> int:
        """Return how many images there are."""
        return len(self._files)

    @property
    def damage(self) -> str | None:
        """Return which images could not be read in the last `frames()`, `None` if all could."""
        return self._damage

    def frames(self) -> Iterator[Frame]:
        """Give the images in order of name.

        Raises:
            FeedError: when the feed was closed, or none of its images can be read any more.
        """
        self._check_open()
        self._damage = None
        unread: list[str] = []
        index = 0
        for place, file in enumerate(self._files):
            try:
                image = load_image(file, limits=self._limits)
            except ImageError as error:
                unread.append(str(error))
                self._damage = self._told(unread)
                continue
            yield Frame(index, place / self._fps, image)
            self._check_open()
            index += 1
        if not index:
            msg = f"{self._path}: no image can be read: {unread[0]}"
            raise FeedError(msg)

    def close(self) -> None:
        """Let `frames()` raise from now on."""
        self._closed = True

    def _listed(self) -> list[Path]:
        """Return the image files to show."""
        try:
            if not self._path.is_dir():
                if not self._path.exists():
                    msg = f"{self._path}: there is no such file or folder."
                    raise FeedError(msg)
                return [self._path]
            files = image_files(self._path)
        except (OSError, ImageError) as error:
            msg = f"{self._path}: cannot be listed ({error})."
            raise FeedError(msg) from None
        if not files:
            msg = (
                f"{self._path}: the folder has no images. Give a folder of pictures, an image "
                "or a video file."
            )
            raise FeedError(msg)
        return files

    def _first_size(self) -> tuple[int, int]:
        """Return the size of the first image that can be read."""
        first_fault = ""
        for file in self._files:
            try:
                height, width = load_image(file, limits=self._limits).shape[:2]
            except ImageError as error:
                first_fault = first_fault or str(error)
            else:
                return width, height
        raise FeedError(
            first_fault
            if len(self._files) == 1
            else f"{self._path}: none of its {len(self._files)} images can be read: {first_fault}"
        )

    def _told(self, unread: list[str]) -> str:
        """Return which images were left out, the first in full."""
        return (
            f"{len(unread)} of {len(self._files)} images could not be read and "
            f"{'was' if len(unread) == 1 else 'were'} left out, the first: {unread[0]}"
        )

    def _check_open(self) -> None:
        if self._closed:
            msg = f"{self._path}: the feed was closed. Open it again to read it."
            raise FeedError(msg)
