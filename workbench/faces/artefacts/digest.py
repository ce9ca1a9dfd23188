"""SHA-256 of files, remembered within a process for as long as the file is untouched."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from workbench.errors import ArtefactError

__all__ = ["BLOCK", "file_digest"]

BLOCK = 1 << 20
"""How much is read at a time, in bytes."""

_REMEMBERED = 256


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file in lower-case hexadecimal.

    A file of the same path, inode, size, modification and change time is not read again in the
    same process: the change time moves with every write, even where a writer sets the other back.

    Raises:
        ArtefactError: when the file cannot be read.
    """
    try:
        state = path.stat()
        return _digest(
            os.fspath(path.resolve()),
            state.st_ino,
            state.st_size,
            state.st_mtime_ns,
            state.st_ctime_ns,
        )
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror}). Check that it is a file you may read."
        raise ArtefactError(msg) from error


@lru_cache(maxsize=_REMEMBERED)
def _digest(path: str, _inode: int, _size: int, _modified_ns: int, _changed_ns: int) -> str:
    with open(path, "rb") as file:  # noqa: PTH123 - the key is a string
        return hashlib.file_digest(file, "sha256").hexdigest()
