"""The chain: each entry is bound to its place and to everything before it.

`hash(n) = SHA-256(prefixed(hash(n-1), n, body(n)))`, where `prefixed` puts before each part its
length in bytes as 8 bytes, the highest first; hashes are 64 lower-case hexadecimal digits, numbers
are decimal digits, and text is UTF-8. `hash(0)` is that of the words `workbench audit log 1` and
the name of the bench, so that no part of another bench's log fits.
"""

from __future__ import annotations

import hashlib
from typing import Final

__all__ = ["genesis", "link", "prefixed"]

_GENESIS: Final = b"workbench audit log 1"


def prefixed(*parts: bytes) -> bytes:
    """Return parts one after the other, each after its length, so that no border can move."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def genesis(bench_id: str) -> str:
    """Return the hash that the first entry of a bench follows."""
    return hashlib.sha256(prefixed(_GENESIS, bench_id.encode())).hexdigest()


def link(previous: str, seq: int, body: str) -> str:
    """Return the hash of an entry.

    Args:
        previous: hash of the entry before, or that of `genesis`.
        seq: place of the entry; the first has 1.
        body: the text that `canonical` gives.
    """
    parts = (previous.encode(), str(seq).encode(), body.encode(errors="surrogatepass"))
    return hashlib.sha256(prefixed(*parts)).hexdigest()
