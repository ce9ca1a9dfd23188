"""What files of numbers hold, by their headers alone: no array is loaded, no pickle is opened."""

from __future__ import annotations

import ast
import json
import math
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

__all__ = ["ArrayHeader", "array_headers", "could_be_faces"]

_NPY: Final = b"\x93NUMPY"
_MAGIC: Final = len(_NPY) + 2
"""Bytes of numpy's mark and its version."""
_SIZES: Final = {"f2": "e", "f4": "f", "f8": "d"}
_WIDTHS: Final = frozenset({128, 512})
"""Numbers of a template: SFace has 128, FaceNet 512."""
_COLOURS: Final = frozenset({1, 3, 4})
_SMALLEST_SIDE: Final = 16
"""Pixels of a side from which on an array may be a picture."""
_LONGEST_HEADER: Final = 2**20
_LONGEST_INDEX: Final = 32 * 2**20
_MOST_MEMBERS: Final = 2000
_TOLERANCE: Final = 0.02
_OF_SAFETENSORS: Final = {"F16": "f2", "F32": "f4", "F64": "f8", "U8": "u1", "I8": "i1"}


@dataclass(frozen=True, slots=True)
class ArrayHeader:
    """One array of a file.

    Attributes:
        kind: of a number, as numpy writes it without byte order: `f4`, `u1`.
        shape: lengths of its sides.
        unit_norm: whether its first row has length 1; `None` where that was not read.
    """

    kind: str
    shape: tuple[int, ...]
    unit_norm: bool | None = None


def array_headers(file: BinaryIO, suffix: str) -> list[ArrayHeader]:
    """Return the arrays that a `.npy`, `.npz` or `.safetensors` file announces.

    Args:
        file: at its start.
        suffix: of its name, in small letters; the file's first bytes count, too.

    Raises:
        ValueError: when it is damaged, or announces more than can be read.
    """
    start = file.read(8)
    file.seek(0)
    if start.startswith(_NPY):
        return [_npy(file)]
    if start.startswith(b"PK\x03\x04") or suffix == ".npz":
        return list(_npz(file))
    if suffix == ".safetensors":
        return list(_safetensors(file))
    return []


def could_be_faces(array: ArrayHeader) -> str | None:
    """Return whether an array has the form of templates or of pictures, in words."""
    match array.shape:
        case (*rows, width) if array.kind in _SIZES and width in _WIDTHS and len(rows) <= 1:
            count = rows[0] if rows else 1
            length = " of unit length" if array.unit_norm else ""
            return f"{count:,} x {width} numbers{length}, as templates are" if count else None
        case (*_, height, width, colours) if colours in _COLOURS:
            pass
        case (*_, height, width):
            pass
        case _:
            return None
    if array.kind == "u1" and min(height, width) >= _SMALLEST_SIDE:
        return f"{width} x {height} pixels, as pictures are"
    return None


def _npy(file: BinaryIO) -> ArrayHeader:
    """Read the header of an array (numpy.lib.format, versions 1 to 3)."""
    magic = file.read(_MAGIC)
    if not magic.startswith(_NPY) or len(magic) < _MAGIC:
        msg = "not an array of numpy"
        raise ValueError(msg)
    width = 2 if magic[6] == 1 else 4
    length = int.from_bytes(file.read(width), "little")
    if length > _LONGEST_HEADER:
        msg = "its header is too long"
        raise ValueError(msg)
    try:
        header = ast.literal_eval(file.read(length).decode("latin-1").strip())
        kind, shape = str(header["descr"]), tuple(int(side) for side in header["shape"])
    except (SyntaxError, TypeError, KeyError, RecursionError, MemoryError) as error:
        msg = "its header cannot be read"
        raise ValueError(msg) from error
    plain = kind.lstrip("<>|=")
    return ArrayHeader(plain, shape, _unit_norm(file, plain, shape, big=kind.startswith(">")))


def _npz(file: BinaryIO) -> Iterator[ArrayHeader]:
    try:
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist()[:_MOST_MEMBERS]:
                if member.filename.endswith(".npy") and not member.flag_bits & 1:
                    with archive.open(member) as array:
                        yield _npy(array)  # type: ignore[arg-type]  # read and no more
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        msg = "a damaged archive"
        raise ValueError(msg) from error


def _safetensors(file: BinaryIO) -> Iterator[ArrayHeader]:
    """Read the header of a safetensors file: its length, then JSON, then all numbers."""
    length = int.from_bytes(file.read(8), "little")
    if not 0 < length <= _LONGEST_INDEX:
        msg = "its header is too long"
        raise ValueError(msg)
    try:
        header = json.loads(file.read(length))
        entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
        for entry in list(entries.values())[:_MOST_MEMBERS]:
            kind = _OF_SAFETENSORS.get(str(entry["dtype"]), str(entry["dtype"]).lower())
            shape = tuple(int(side) for side in entry["shape"])
            file.seek(8 + length + int(entry["data_offsets"][0]))
            yield ArrayHeader(kind, shape, _unit_norm(file, kind, shape, big=False))
    except (AttributeError, TypeError, KeyError, IndexError, RecursionError) as error:
        msg = "its header cannot be read"
        raise ValueError(msg) from error


def _unit_norm(file: BinaryIO, kind: str, shape: tuple[int, ...], *, big: bool) -> bool | None:
    """Return whether the row that comes next in a file has length 1."""
    code = _SIZES.get(kind)
    if code is None or not shape or shape[-1] not in _WIDTHS or not math.prod(shape):
        return None
    form = f"{'>' if big else '<'}{shape[-1]}{code}"
    row = file.read(struct.calcsize(form))
    if len(row) < struct.calcsize(form):
        return None
    return abs(math.hypot(*struct.unpack(form, row)) - 1) <= _TOLERANCE
