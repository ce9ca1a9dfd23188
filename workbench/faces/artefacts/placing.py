"""Put a file in place whole or not at all: written beside it, checked, then renamed."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from workbench.errors import ArtefactError, DigestMismatchError, OutputError
from workbench.faces.artefacts.digest import file_digest

__all__ = ["PARTIAL", "as_output_error", "locked", "place", "placing"]

PARTIAL = ".part"
"""Suffix of a file that is not whole."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_LOCK_SECONDS = 1800.0


@contextmanager
def placing(target: Path) -> Iterator[Path]:
    """Give a temporary path in the folder of `target`; it is gone afterwards unless placed.

    Raises:
        OutputError: when the folder cannot be written, or the disk is full.
    """
    with as_output_error(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            dir=target.parent, prefix=f".{target.name}.", suffix=PARTIAL
        )
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)


def place(temporary: Path, target: Path, sha256: str, subject: str) -> None:
    """Rename `temporary` to `target` if its digest is `sha256`; otherwise remove it.

    Args:
        temporary: a file in the folder of `target`.
        target: where it belongs.
        sha256: the digest it must have.
        subject: what to call it in an error.

    Raises:
        DigestMismatchError: when the digest differs; nothing is left in place.
    """
    found = file_digest(temporary)
    if found != sha256:
        temporary.unlink(missing_ok=True)
        raise DigestMismatchError(subject, sha256, found)
    with as_output_error(target):
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(target)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`, so that one process at a time does the work.

    The system frees it when its process dies, however it dies.

    Raises:
        ArtefactError: when another process holds it for half an hour.
        OutputError: when the lock file cannot be written.
    """
    with as_output_error(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        try:
            lock.acquire(timeout=_LOCK_SECONDS)
        except Timeout as error:
            msg = f"another process has held {path} for {_LOCK_SECONDS:.0f} s. End it and retry."
            raise ArtefactError(msg) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def as_output_error(target: Path) -> Iterator[None]:
    """Turn a failure to write into an `OutputError` that names `target` and the remedy."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            reason = "no space is left there, or a size limit is reached. Free some and run again"
        else:
            reason = f"{error.strerror or error}. Check the folder and its permissions"
        msg = f"{target} could not be written: {reason}. Nothing partial was left in its place."
        raise OutputError(msg) from error
