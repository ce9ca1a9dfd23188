"""One at a time: what changes a place that several processes use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from workbench.errors import KeyStoreError

__all__ = ["alone"]

_WAIT_S: Final = 60.0
_POLL_S: Final = 0.01


@contextmanager
def alone(lock: Path, where: str) -> Iterator[None]:
    """Hold a lock file; the system frees it when its process dies, however it dies.

    Args:
        lock: the file; made if need be, in a folder that is there.
        where: what it protects, for messages.

    Raises:
        KeyStoreError: when another process holds it for a minute, or the disk has no locks.
        OSError: when the file cannot be written.
    """
    held = FileLock(lock, timeout=_WAIT_S, mode=0o600)
    try:
        held.acquire(poll_interval=_POLL_S)
    except Timeout:
        msg = f"{where}: another process held it for {_WAIT_S:.0f} s. Try again."
        raise KeyStoreError(msg) from None
    except NotImplementedError:
        msg = f"{where}: the file system of {lock.parent} has no locks. Name a folder elsewhere."
        raise KeyStoreError(msg) from None
    try:
        yield
    finally:
        held.release()
