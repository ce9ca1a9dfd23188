"""Write safetensors so that the same tensors are the same bytes, whatever library is installed.

The format is an 8-byte little-endian length, a JSON header and the raw values
(https://github.com/huggingface/safetensors, "Format"). The library leaves the order of the
header to its release; a pinned digest cannot.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Tensors", "write_safetensors"]

Tensors: TypeAlias = dict[str, NDArray[Any]]

_KINDS = {"f4": "F32", "i8": "I64"}
_ALIGNMENT = 8


def write_safetensors(tensors: Tensors, target: Path) -> None:
    """Write `tensors` (float32 or int64), largest item first and then by name.

    Raises:
        KeyError: for another type of value.
    """
    order = sorted(tensors, key=lambda name: (-tensors[name].dtype.itemsize, name))
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name in order:
        array = tensors[name]
        header[name] = {
            "dtype": _KINDS[array.dtype.str[1:]],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + array.nbytes],
        }
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=True).encode()
    # Padded with spaces so that the values start at a multiple of eight.
    text += b" " * (-len(text) % _ALIGNMENT)
    with target.open("wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for name in order:
            array = tensors[name]
            little = array.astype(array.dtype.newbyteorder("<"), copy=False)
            file.write(np.ascontiguousarray(little).tobytes())
