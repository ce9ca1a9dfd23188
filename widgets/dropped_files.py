"""Files that a browser sends in pieces: each is acknowledged, and the whole is held to its SHA-256.

A server takes no message over 10 MiB, and would say nothing of one that it dropped. Nothing is
written anywhere: a file is bytes in the memory of the kernel, and goes with whoever holds them.
"""

from __future__ import annotations

import hashlib
import re
import threading
from dataclasses import dataclass, field
from typing import Final

from workbench.errors import UsageError
from workbench.matching.person_folders import printable

__all__ = ["LARGEST_FILE", "PIECE", "DroppedFile", "DroppedFiles"]

PIECE: Final = 2**20
"""Bytes of each piece but the last."""
LARGEST_FILE: Final = 64 * 2**20
"""Bytes of the largest file that a browser may send."""
_MOST_AT_ONCE: Final = 8
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, eq=False)
class DroppedFile:
    """A file that has come whole.

    Attributes:
        name: as the browser named it.
        data: what is in it.
        sha256: of that.
    """

    name: str
    data: bytes = field(repr=False)
    sha256: str


@dataclass(slots=True, eq=False)
class _Coming:
    """A file of which pieces are missing."""

    name: str
    size: int
    sha256: str
    data: bytearray = field(default_factory=bytearray, repr=False)

    @property
    def pieces(self) -> int:
        return -(-self.size // PIECE)


class DroppedFiles:
    """Files on their way from browsers, by the name of their upload; from any thread."""

    def __init__(self, largest: int = LARGEST_FILE) -> None:
        """Begin with none.

        Args:
            largest: bytes of the largest file that is taken.
        """
        self._largest = largest
        self._coming: dict[str, _Coming] = {}
        self._held = threading.Lock()

    def begin(self, upload: str, name: object, size: object, sha256: object) -> None:
        """Announce a file, before its first piece.

        Raises:
            UsageError: when it is empty, too large, or too many are on their way.
        """
        called = printable(str(name))[:200] or "file"
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            msg = f"{called}: the file is empty (0 bytes). Copy it again from its source."
            raise UsageError(msg)
        if size > self._largest:
            msg = (
                f"{called}: the file has {size:,} bytes, more than the {self._largest:,} that a "
                "page takes. Name its folder instead, or make the picture smaller."
            )
            raise UsageError(msg)
        if not isinstance(sha256, str) or not _DIGEST.fullmatch(sha256):
            msg = f"{called}: the browser gave no SHA-256 of it. Drop the file again."
            raise UsageError(msg)
        with self._held:
            if len(self._coming) >= _MOST_AT_ONCE and upload not in self._coming:
                msg = f"{called}: {_MOST_AT_ONCE} files are on their way already. Drop it again."
                raise UsageError(msg)
            self._coming[upload] = _Coming(called, size, sha256)

    def piece(self, upload: str, number: object, data: memoryview) -> DroppedFile | None:
        """Take the next piece of a file.

        Returns:
            The file, once it is whole; it is forgotten here then.

        Raises:
            UsageError: when it is not the next piece, or the whole is not what was announced; the
                file is forgotten.
        """
        with self._held:
            coming = self._coming.get(upload)
            if coming is None:
                msg = "this file is not on its way any more. Drop it again."
                raise UsageError(msg)
            taken, left = len(coming.data), coming.size - len(coming.data)
            if number != taken // PIECE or data.nbytes != min(PIECE, left):
                del self._coming[upload]
                msg = (
                    f"{coming.name}: piece {taken // PIECE + 1} of {coming.pieces} did not come as "
                    "announced. Drop the file again."
                )
                raise UsageError(msg)
            coming.data += data
            if len(coming.data) < coming.size:
                return None
            del self._coming[upload]
        whole = bytes(coming.data)
        coming.data.clear()
        if hashlib.sha256(whole).hexdigest() != coming.sha256:
            msg = (
                f"{coming.name}: what came is not what the browser sent (its SHA-256 is another), "
                "so it was not taken. Drop the file again."
            )
            raise UsageError(msg)
        return DroppedFile(coming.name, whole, coming.sha256)

    def forget(self, upload: str) -> None:
        """Let go of a file that is given up; of one that is not known nothing is done."""
        with self._held:
            self._coming.pop(upload, None)

    def clear(self) -> None:
        """Let go of all files on their way."""
        with self._held:
            self._coming.clear()
