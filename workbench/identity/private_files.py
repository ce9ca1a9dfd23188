"""Files that hold secrets: nobody but their owner may read them, and they are replaced whole.

They are checked as OpenSSH checks a private key ("ssh will simply ignore a private key file if it
is accessible by others", ssh(1), FILES): one that group or others may touch is refused, and so is
one that belongs to somebody else.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from workbench.errors import KeyStoreError, StoreBusyError

__all__ = ["create_private", "locked", "read_private", "remove_private", "write_private"]

_OTHERS: Final = 0o077
_PRIVATE: Final = 0o600
_PATIENCE_S: Final = 30.0


def read_private(path: Path, *, what: str, largest: int) -> bytes | None:
    """Return the content of a file, or `None` where there is none.

    Args:
        path: the file; a link to one is followed, and the file at its end is checked.
        what: what to call it in a message, for example `the users file`.
        largest: bytes above which it is not read.

    Raises:
        KeyStoreError: when others may read or write it, or it cannot be read.
    """
    # A pipe that nobody writes to would be waited for.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _unusable(path, what, error, "read") from None
    try:
        _require_private(os.fstat(descriptor), path, what)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise _unusable(path, what, error, "read") from None
    finally:
        os.close(descriptor)
    if len(content) > largest:
        msg = f"{what} {path} is larger than {largest:,} bytes, so it is none. Name the right file."
        raise KeyStoreError(msg)
    return content


def write_private(path: Path, content: bytes, *, what: str) -> None:
    """Put `content` at `path` in one step, for its owner alone; hold `locked` meanwhile.

    A file that was there is replaced, or stays whole where this one cannot be written.

    Raises:
        KeyStoreError: when it cannot be written.
    """
    path = _real(path)
    new = _new(path)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            new.chmod(_PRIVATE)  # a creation mask may have taken bits away
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise _unusable(path, what, error, "written") from None
    _keep_name(path.parent)


def create_private(path: Path, content: bytes, *, what: str) -> None:
    """Put `content` at `path`, where nothing may be yet.

    Raises:
        KeyStoreError: when there is something, or it cannot be written.
        StoreBusyError: when others hold it.
    """
    with locked(path, what=what):
        if path.exists():
            msg = f"{what} {path} is there already. Use it, or move it away first."
            raise KeyStoreError(msg)
        write_private(path, content, what=what)


def remove_private(path: Path, *, what: str) -> None:
    """Remove the file, and what a write that was cut off left beside it.

    Raises:
        KeyStoreError: when it cannot be removed.
    """
    try:
        for one in (path, _new(_real(path))):
            one.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise _unusable(path, what, error, "removed") from None
    _keep_name(path.parent)


@contextlib.contextmanager
def locked(path: Path, *, what: str) -> Iterator[None]:
    """Let one process at a time read, change and write the file.

    The lock is a file of its own beside it; the system frees it when its process dies.

    Raises:
        KeyStoreError: when the lock cannot be made.
        StoreBusyError: when others hold it for half a minute.
    """
    path = _real(path)
    beside = path.with_name(f".{path.name}.lock")
    lock = FileLock(beside, mode=_PRIVATE)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=_PATIENCE_S)
    except Timeout:
        msg = f"{what} {path} was held by others for {_PATIENCE_S:.0f} s. Try again."
        raise StoreBusyError(msg) from None
    except (OSError, ValueError) as error:
        raise _unusable(path, what, error, "locked") from None
    try:
        yield
    finally:
        lock.release()


def _require_private(found: os.stat_result, path: Path, what: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        msg = f"{what} {path} is no file. Name the file itself."
        raise KeyStoreError(msg)
    if sys.platform == "win32":
        return  # access lists decide there, which the mode does not show
    if found.st_uid not in {0, os.geteuid()}:
        msg = (
            f"{what} {path} belongs to user id {found.st_uid}, not to who runs this "
            f"({os.geteuid()}), so it is not used. Run as its owner, or name another file."
        )
        raise KeyStoreError(msg)
    if found.st_mode & _OTHERS:
        msg = (
            f"{what} {path} is open to others (mode {stat.S_IMODE(found.st_mode):04o}), so it is "
            "not used. If nobody can have read or changed it: chmod 600; otherwise make it anew."
        )
        raise KeyStoreError(msg)


def _real(path: Path) -> Path:
    """Return the file behind a link, so that the link is kept and one file has one lock."""
    return Path(os.path.realpath(path))


def _new(path: Path) -> Path:
    """Return where a write is prepared: one name, so that a cut-off one is found again."""
    return path.with_name(f".{path.name}.new")


def _keep_name(folder: Path) -> None:
    """Bring a rename or a removal to the disk; some file systems know no such thing."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unusable(path: Path, what: str, error: Exception, verb: str) -> KeyStoreError:
    reason = getattr(error, "strerror", None) or "the path is none"
    return KeyStoreError(
        f"{what} {path} cannot be {verb} ({reason}). Check the path, its permissions and the space."
    )
