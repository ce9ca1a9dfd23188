"""A secret in memory: shown nowhere, held where it can be overwritten, and overwritten at its end.

This is done as well as Python can. What the random source or a library returned as `bytes` or
`str`, what OpenSSL holds while it works, and what the swap or a core dump took cannot be
overwritten from here.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from workbench.errors import KeyDestroyedError

__all__ = ["Secret", "wipe"]


def wipe(held: bytearray) -> None:
    """Overwrite a secret with zeros, in place."""
    held[:] = bytes(len(held))


class Secret:
    """A key that is given out as copies, each overwritten after its use.

    The copies are what makes it safe to `wipe` it while another thread is sealing: that thread
    goes on with its own, and never with zeros.
    """

    __slots__ = ("_held", "_lock", "_name")

    def __init__(self, name: str, held: bytearray) -> None:
        """Take the memory over; the caller keeps no other reference.

        Args:
            name: what it is, for messages.
            held: the secret.
        """
        self._name = name
        self._held: bytearray | None = held
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._name}>"

    def __reduce__(self) -> NoReturn:
        msg = f"{self._name} is a secret and is not pickled or copied"
        raise TypeError(msg)

    def __del__(self) -> None:
        # One that was refused while it was being made has nothing to wipe yet.
        with contextlib.suppress(AttributeError):
            self.wipe()

    @contextmanager
    def opened(self) -> Iterator[bytearray]:
        """Give a copy of the secret, overwritten at the end of the block.

        Raises:
            KeyDestroyedError: when it was wiped.
        """
        with self._lock:
            if self._held is None:
                msg = f"{self._name} was destroyed while it was in use. Nothing was done with it."
                raise KeyDestroyedError(msg)
            copy = bytearray(self._held)
        try:
            yield copy
        finally:
            wipe(copy)

    def wipe(self) -> None:
        """Overwrite it; it cannot be opened again."""
        with self._lock:
            if self._held is not None:
                wipe(self._held)
                self._held = None
