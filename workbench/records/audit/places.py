"""The hashes of a log by their places, in bounded memory."""

from __future__ import annotations

import tempfile
from typing import Final

from workbench.closing import ClosedAtTheEnd
from workbench.errors import OutputError

__all__ = ["HashesByPlace"]

_IN_MEMORY: Final = 64 * 1024 * 1024
_SEQ: Final = 8
_SIZE: Final = _SEQ + 32


class HashesByPlace(ClosedAtTheEnd):
    """Keeps the hash of each entry that is added in ascending order of places.

    Forty bytes an entry: in memory for the first 1.6 million, beyond those in a temporary file
    without a name. It holds hashes of the log and nothing else.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by `close`
        self._count = 0

    def close(self) -> None:
        """Let go of the hashes."""
        self._file.close()

    def add(self, seq: int, digest: str) -> None:
        """Add the hash of an entry behind all others; what is no hash counts as zeros.

        Raises:
            OutputError: when there is no room for the temporary file.
        """
        try:
            raw = bytes.fromhex(digest)
        except ValueError:
            raw = b""
        digest_bytes = raw if len(raw) == _SIZE - _SEQ else bytes(_SIZE - _SEQ)
        try:
            self._file.write(seq.to_bytes(_SEQ, "big") + digest_bytes)
        except OSError as error:
            msg = (
                f"the folder for temporary files cannot be written ({error.strerror or error}). "
                "Free space there, or name another in TMPDIR."
            )
            raise OutputError(msg) from None
        self._count += 1

    def find(self, seq: int) -> str | None:
        """Return the hash of an entry; None where there is no such entry."""
        low, high = 0, self._count
        middle = seq - 1  # where it stands unless entries before it are missing
        while low < high:
            if not low <= middle < high:
                middle = (low + high) // 2
            self._file.seek(middle * _SIZE)
            record = self._file.read(_SIZE)
            found = int.from_bytes(record[:_SEQ], "big")
            if found == seq:
                return record[_SEQ:].hex()
            low, high = (middle + 1, high) if found < seq else (low, middle)
            middle = (low + high) // 2
        return None
