"""What bytes may hold in another dress: base64, hexadecimal, compressed, or numbers in words.

What was encrypted with a key that nobody knows, or packed by a code that is not among these, is
not seen.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["numbers", "runs", "unwrapped"]

DEEPEST: Final = 3
"""How many dresses one over the other are taken off."""
SHORTEST: Final = 240
"""Bytes below which nothing fits that is looked for: 128 numbers of two bytes are 256."""

_SIXTY_FOUR: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
_SPACE: Final = b"\r\n"
_HEX: Final = b"0123456789abcdefABCDEF"
_LIST: Final = b"0123456789+-.eE,;:[](){} \t\r\n"
_NUMBER: Final = re.compile(rb"[-+]?\d+\.?\d*(?:[eE][-+]?\d+)?")
_ZLIB: Final = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08|PK\x03\x04", re.DOTALL)
_LOCAL: Final = 30
_MOST: Final = 1 << 27


def unwrapped(data: bytes, depth: int = DEEPEST) -> Iterator[tuple[str, bytes]]:
    """Give the bytes themselves, and all that is in them in another dress, with its name."""
    yield "", data
    if depth == 0:
        return
    for name, inner in _inside(data):
        for more, deeper in unwrapped(inner, depth - 1):
            yield f"{name}{' in ' if more else ''}{more}", deeper


def runs(data: bytes, alphabet: bytes, shortest: int) -> Iterator[tuple[int, int]]:
    """Give start and end of each stretch of at least so many bytes of an alphabet."""
    if len(data) < shortest:
        return
    allowed = np.zeros(256, np.bool_)
    allowed[np.frombuffer(alphabet, np.uint8)] = True
    yield from stretches(allowed[np.frombuffer(data, np.uint8)], shortest)


def stretches(good: NDArray[np.bool_], shortest: int) -> Iterator[tuple[int, int]]:
    """Give start and end of each stretch of at least so many true values."""
    edges = np.flatnonzero(np.diff(good, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    long = ends - starts >= shortest
    yield from zip(starts[long].tolist(), ends[long].tolist(), strict=True)


def numbers(data: bytes, least: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Give lists of at least so many numbers written in digits, with their offsets."""
    for start, end in runs(data, _LIST, 2 * least):
        found = [float(word) for word in _NUMBER.findall(data, start, end)]
        if len(found) >= least:
            yield start, np.array(found, np.float64).astype(np.float32)


def _inside(data: bytes) -> Iterator[tuple[str, bytes]]:
    for start, end in runs(data, _SIXTY_FOUR + _SPACE, SHORTEST * 4 // 3):
        text = data[start:end].translate(None, _SPACE).replace(b"-", b"+").replace(b"_", b"/")
        for phase in range(4):  # what stands before it may be of the alphabet too
            rest = text[phase:]
            yield f"base64 at {start + phase}", base64.b64decode(rest + b"A" * (-len(rest) % 4))
    for start, end in runs(data, _HEX, SHORTEST * 2):
        for phase in range(2):
            text = data[start + phase : end]
            yield f"hex at {start + phase}", binascii.unhexlify(text[: len(text) // 2 * 2])
    for match in _ZLIB.finditer(data):
        inner = _inflated(data, match.start())
        if len(inner) >= SHORTEST:
            yield f"compressed at {match.start()}", inner


def _inflated(data: bytes, start: int) -> bytes:
    """Return what was compressed from there on, as far as it is whole."""
    window = 47  # zlib or gzip, by its own head
    if data[start : start + 2] == b"PK":
        name, extra = (
            int.from_bytes(data[start + at : start + at + 2], "little") for at in (26, 28)
        )
        start, window = start + _LOCAL + name + extra, -15
    machine, found = zlib.decompressobj(window), bytearray()
    try:
        for at in range(start, len(data), 1 << 14):
            found += machine.decompress(data[at : at + (1 << 14)], _MOST)
            if machine.eof or len(found) > _MOST:
                break
    except zlib.error:
        pass
    return bytes(found)
