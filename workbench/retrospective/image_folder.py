"""The folder that the images of a collection lie in: nothing outside of it is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from workbench.errors import CollectionError

__all__ = ["ImageFolder"]

_OUT: Final = (
    "a symbolic link leads it out of the folder of the collection; put the image itself there"
)
_REMEMBERED: Final = 1_024
"""Folders within it, of which it is known where they really are."""


class ImageFolder:
    """A folder and what is really in it, symbolic links followed."""

    def __init__(self, folder: Path) -> None:
        """Find out where the folder really is.

        Raises:
            CollectionError: when there is no such folder.
        """
        try:
            self._root = folder.resolve(strict=True)
        except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
            reason = getattr(error, "strerror", None) or "its links lead in a circle"
            msg = f"{folder}: the folder of the images cannot be read ({reason}). Check the path."
            raise CollectionError(msg) from None
        if not self._root.is_dir():
            msg = f"{folder}: this is no folder. Name the one that the images lie in."
            raise CollectionError(msg)
        self._places: dict[str, str | None] = {}

    @property
    def root(self) -> Path:
        """Where it really is."""
        return self._root

    def file(self, path: str) -> tuple[Path | None, str]:
        """Return where an image really is, or `None` and why it may not be read.

        Whether it is there at all is for whoever reads it.

        Args:
            path: as a manifest gives it, from the folder on, without `..`.
        """
        parent, _, name = path.rpartition("/")
        if parent not in self._places:
            if len(self._places) >= _REMEMBERED:
                self._places.clear()
            self._places[parent] = self._inside(str(self._root / parent))
        place = self._places[parent]
        if place is None:
            return None, _OUT
        # os.path rather than Path: this runs for each of millions of images.
        given = os.path.join(place, name)  # noqa: PTH118
        found = self._inside(given) if os.path.islink(given) else given  # noqa: PTH114
        return (None, _OUT) if found is None else (Path(found), "")

    def _inside(self, path: str) -> str | None:
        real = os.path.realpath(path)
        root = str(self._root)
        return real if real == root or real.startswith(root.rstrip(os.sep) + os.sep) else None
