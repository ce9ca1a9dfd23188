"""Private files, put in place whole or not at all, and taken away for good."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from workbench.errors import StoreError
from workbench.records.vault.names import Octets

__all__ = [
    "as_store_error",
    "changed_at",
    "make_folder",
    "overwrite",
    "place_new",
    "shred",
    "sync_folder",
    "write_new",
]

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_LINKS: Final = frozenset(
    {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK, errno.EXDEV}
)


@contextmanager
def as_store_error(what: str, kind: type[StoreError] = StoreError) -> Iterator[None]:
    """Turn a failure of the file system into an error that names `what` and the remedy.

    Raises:
        StoreError: of the `kind` given.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            msg = f"{what}: no space is left there. Nothing was half-written; free some and retry."
        else:
            reason = error.strerror or type(error).__name__
            msg = f"{what}: {reason}. Check the folder, its permissions and that its disk is there."
        raise kind(msg) from error


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, for its owner alone; one that is there stays as it is.

    Raises:
        OSError: when it cannot be made.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    sync_folder(folder.parent)


def write_new(path: Path, content: Octets) -> None:
    """Write a new file of mode 0600 through to the disk; on failure it is gone again.

    Raises:
        FileExistsError: when something is there.
        OSError: when it cannot be written.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def place_new(target: Path, part: Path, content: Octets) -> None:
    """Write a file under the name `part`, then give it its own, which must be free.

    Args:
        target: its name in the end; a reader finds nothing there, or all of it.
        part: a free name on the same file system; free again afterwards.
        content: what to write.

    Raises:
        FileExistsError: when something is at `target`; that is left as it is.
        OSError: when it cannot be written; nothing is left.
    """
    write_new(part, content)
    try:
        _link(part, target)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(target.parent)


def _link(part: Path, target: Path) -> None:
    """Give a file its name by a link, which never replaces; where there are none, by a rename."""
    try:
        target.hardlink_to(part)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        part.replace(target)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, so that a power cut does not undo them.

    Raises:
        OSError: when the disk failed.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems know no such thing for a folder.
        if error.errno not in {errno.EINVAL, errno.EOPNOTSUPP, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)


def shred(path: Path) -> bool:
    """Overwrite a file with random bytes, then remove it; the folder is not yet synchronised.

    Removing is what is promised. That overwriting reaches the old blocks holds for a disk that
    writes in place; a solid-state disk, a copy-on-write or a journalling file system, a snapshot
    and a backup may keep them.

    Returns:
        Whether there was such a file.

    Raises:
        OSError: when it could not be removed.
    """
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY)
        try:
            overwrite(descriptor)
        finally:
            os.close(descriptor)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def overwrite(descriptor: int) -> None:
    """Fill an open file with as many random bytes as it has, through to the disk.

    Raises:
        OSError: when it cannot be written.
    """
    size, place = os.fstat(descriptor).st_size, 0
    while place < size:
        place += os.pwrite(descriptor, os.urandom(min(size - place, 1 << 20)), place)
    os.fsync(descriptor)


def changed_at(path: Path) -> datetime | None:
    """Return when a file was written, in UTC, or `None` where there is none."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
