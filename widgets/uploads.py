"""A file that a browser sends in pieces: counted, acknowledged, and checked by its digest.

JupyterLab's and Voila's servers refuse messages of more than 10 MiB, and say so to nobody. Nothing
is written anywhere: a file is bytes in the memory of the kernel, and goes with whoever holds them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from workbench.errors import ImageError

__all__ = ["LARGEST_BYTES", "PIECE_BYTES", "Upload", "UploadedFile"]

PIECE_BYTES: Final = 1024 * 1024
LARGEST_BYTES: Final = 64 * PIECE_BYTES
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class UploadedFile:
    """A file that has come whole.

    Attributes:
        name: as the browser named it, on one line.
        data: what is in it.
        sha256: of that.
        replaces: in whose place it comes, as the browser said it.
    """

    name: str
    data: bytes = field(repr=False)
    sha256: str
    replaces: str | None = None


class Upload:
    """One file on its way.

    Attributes:
        number: what the browser calls it.
        view: that sends it.
        name: of the file, on one line.
        size: of the file, bytes.
    """

    def __init__(
        self,
        content: Mapping[str, Any],
        *,
        most_bytes: int = LARGEST_BYTES,
        smaller: str = "Make it smaller.",
    ) -> None:
        """Begin with nothing received.

        Args:
            content: what the browser says of the file: `upload`, `view`, `name`, `size`, `sha256`,
                and `replaces` where it is to take the place of another.
            most_bytes: that a file may have.
            smaller: what to do about a larger one, a sentence.

        Raises:
            ImageError: when the file is empty or too large, or it is not said what it is.
        """
        name, size, digest = (content.get(word) for word in ("name", "size", "sha256"))
        self.number, self.view = str(content.get("upload"))[:40], str(content.get("view"))
        self.name = _one_line(name if isinstance(name, str) else "")
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            msg = f"{self.name}: the browser did not say how large the file is. Upload it again."
            raise ImageError(msg)
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            msg = f"{self.name}: the browser did not say the file's SHA-256. Upload it again."
            raise ImageError(msg)
        if not size:
            msg = f"{self.name}: the file is empty (0 bytes). Copy it again from its source."
            raise ImageError(msg)
        if size > most_bytes:
            msg = (
                f"{self.name}: the file has {size:,} bytes, more than the {most_bytes:,} that are "
                f"taken here. {smaller}"
            )
            raise ImageError(msg)
        replaces = content.get("replaces")
        self._replaces = replaces if isinstance(replaces, str) and replaces else None
        self.size, self._digest = size, digest
        self._data = bytearray()

    @property
    def received(self) -> int:
        """How many bytes are here; the next piece begins with the byte of that number."""
        return len(self._data)

    @property
    def is_whole(self) -> bool:
        """Whether all bytes are here."""
        return len(self._data) == self.size

    def take(self, at: object, piece: memoryview) -> bool:
        """Take the next piece; one that was had before, or comes too early, is passed over.

        Args:
            at: number of its first byte.
            piece: at most `PIECE_BYTES`.

        Returns:
            Whether it was the next one.

        Raises:
            ImageError: when it is larger than a piece or than what is left of the file.
        """
        length = piece.nbytes
        if at != self.received:
            return False
        if not 0 < length <= PIECE_BYTES or self.received + length > self.size:
            msg = (
                f"{self.name}: a piece of {length:,} bytes does not fit a file of {self.size:,}. "
                "It may have changed while it was read: upload it again."
            )
            raise ImageError(msg)
        self._data += piece
        return True

    def file(self) -> UploadedFile:
        """Return the file.

        Raises:
            ImageError: when it is not whole, or not what the browser read.
        """
        if not self.is_whole:
            msg = (
                f"{self.name}: {self.received:,} of {self.size:,} bytes came. Upload it once more."
            )
            raise ImageError(msg)
        data = bytes(self._data)
        if hashlib.sha256(data).hexdigest() != self._digest:
            msg = (
                f"{self.name}: what came is not what the browser read (their SHA-256 differ), so "
                "nothing of it was kept. Upload it again."
            )
            raise ImageError(msg)
        return UploadedFile(self.name, data, self._digest, self._replaces)


def _one_line(name: str) -> str:
    line = "".join(letter if letter.isprintable() else "?" for letter in " ".join(name.split()))
    return line[:_LONGEST_NAME] or "the picture"
