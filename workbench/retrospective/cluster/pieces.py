"""Messages in pieces that Ray carries from process to process, without its object store.

What is larger than 100 kB Ray puts into its object store, where it may outlast its use or be
spilled to a disk. Pieces that are smaller go in the call itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

__all__ = ["PIECE", "Whole", "pieces"]

PIECE: Final = 64 * 1024
"""Largest piece, bytes."""


def pieces(message: bytes) -> Iterator[tuple[bytes, bool]]:
    """Cut a message; with each piece comes whether it is the last."""
    for at in range(0, max(1, len(message)), PIECE):
        yield message[at : at + PIECE], at + PIECE >= len(message)


class Whole:
    """Puts pieces together, in the order in which they come."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def add(self, piece: bytes, *, is_last: bool) -> bytes | None:
        """Take a piece; return the message once it is whole."""
        self._parts.append(piece)
        if not is_last:
            return None
        message = b"".join(self._parts)
        self._parts.clear()
        return message
