"""Messages in pieces that Ray carries from process to process, without its object store.

What is larger than 100 kB Ray puts into its object store, where it may outlast its use or be
spilled to a disk. Pieces that are smaller go in the call itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

__all__ = ["LONGEST", "PIECE", "Message", "TooLongError", "Whole", "pieces"]

PIECE: Final = 64 * 1024
"""Largest piece, bytes."""
LONGEST: Final = 256 * 2**20
"""Longest message, bytes. The document of a minute in which somebody is always seen takes 10 MB."""


class TooLongError(Exception):
    """What comes is no message: it has no end, or is not in pieces as `pieces` cuts them."""


class Message:
    """What a message of the process in between to the bench begins with."""

    SAID: Final = b"s"
    """A worker said what follows."""
    FAILED: Final = b"f"
    """There is no worker: why, in words."""


def pieces(message: bytes) -> Iterator[tuple[bytes, bool]]:
    """Cut a message; with each piece comes whether it is the last."""
    for at in range(0, max(1, len(message)), PIECE):
        yield message[at : at + PIECE], at + PIECE >= len(message)


class Whole:
    """Puts pieces together, in the order in which they come."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def add(self, piece: bytes, *, is_last: bool) -> bytes | None:
        """Take a piece; return the message once it is whole.

        Raises:
            TooLongError: when it is larger than `PIECE`, smaller and not the last, or the message
                is longer than `LONGEST`.
        """
        if len(piece) > PIECE or (len(piece) < PIECE and not is_last):
            msg = f"a worker sent {len(piece)} bytes as a piece of a message"
            raise TooLongError(msg)
        if len(self._parts) * PIECE + len(piece) > LONGEST:
            msg = f"a worker sent a message of more than {LONGEST >> 20} MB"
            raise TooLongError(msg)
        self._parts.append(piece)
        if not is_last:
            return None
        message = b"".join(self._parts)
        self._parts.clear()
        return message
