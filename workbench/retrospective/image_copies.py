"""Images of a collection that are there more than once: a sign that somebody has the wrong name.

Files are compared by size, those of one size by their end, and those of one end by SHA-256 of the
whole. So of a million different images little more than their ends is read.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import dataframely as dy

from workbench.images import ImageLimits
from workbench.retrospective.image_folder import ImageFolder
from workbench.retrospective.manifests import References

__all__ = ["image_copies"]

_END_BYTES: Final = 4_096
_NAMED: Final = 5
"""Other rows that a reason names at most."""


def image_copies(
    references: dy.DataFrame[References], folder: ImageFolder, limits: ImageLimits
) -> dict[int, str]:
    """Return which rows are copies, by row, with the reason to refuse them.

    As on a watchlist: one image under two people cannot be right for both, and all of its copies
    are refused. A second copy under one person adds nothing and is refused alone.

    Args:
        references: of the whole collection.
        folder: where the images are.
        limits: a larger file is not looked at; it is refused for its size.
    """
    paths = references["path"].to_list()

    def file(at: int) -> Path | None:
        return folder.file(paths[at])[0]

    same = _alike(range(len(paths)), lambda at: _size(file(at), limits))
    same = [part for group in same for part in _alike(group, lambda at: _end(file(at)))]
    same = [part for group in same for part in _alike(group, lambda at: _digest(file(at)))]
    rows, subjects = references["row"].to_list(), references["subject"].to_list()
    reasons: dict[int, str] = {}
    for group in same:
        several = len({subjects[at] for at in group}) > 1
        if not several:
            for at in group[1:]:
                reasons[rows[at]] = f"is the same image as row {rows[group[0]]}; one is enough"
            continue
        for at in group:
            others = [f"row {rows[one]} of {subjects[one]}" for one in group if one != at]
            more = len(others) - _NAMED
            named = ", ".join(others[:_NAMED]) + (f" and {more} more" if more > 0 else "")
            reasons[rows[at]] = f"is the same image as {named}; keep it under the person it shows"
    return reasons


def _alike(those: Iterable[int], key: Callable[[int], int | str | None]) -> list[list[int]]:
    """Group by key, in order, those that share it with others; what has none is left out."""
    groups: dict[int | str, list[int]] = defaultdict(list)
    for one in those:
        if (found := key(one)) is not None:
            groups[found].append(one)
    return [group for group in groups.values() if len(group) > 1]


def _size(path: Path | None, limits: ImageLimits) -> int | None:
    """Return how many bytes a file has; `None` for what is no file, empty, or too large."""
    try:
        status = os.stat(path) if path is not None else None  # noqa: PTH116 - of millions
    except (OSError, ValueError):
        return None
    if status is None or not stat.S_ISREG(status.st_mode):
        return None
    return status.st_size if 0 < status.st_size <= limits.max_bytes else None


def _end(path: Path | None) -> str | None:
    try:
        if path is None:
            return None
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - _END_BYTES))
            return hashlib.sha256(file.read(_END_BYTES)).hexdigest()
    except OSError:
        return None


def _digest(path: Path | None) -> str | None:
    try:
        if path is None:
            return None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
