"""The tensors of a safetensors document where they lie, without a copy of any.

The format is an 8-byte little-endian length, a JSON header and the raw values
(https://github.com/huggingface/safetensors, "Format"): each tensor has a type, a shape and where
among the values it begins and ends, and together they fill the values without hole or overlap.
The library's own reader copies everything; templates and faces are better not in memory twice.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, StrictInt, TypeAdapter, ValidationError
from safetensors.numpy import save

__all__ = [
    "METADATA",
    "document_of",
    "header_of",
    "require_tensor",
    "tensor_digest",
    "tensors_of",
    "told_text",
]

METADATA: Final = "__metadata__"

_LENGTH_BYTES: Final = 8
_TYPES: Final = {
    "BOOL": np.dtype("?"),
    **{
        f"{sign}{8 * size}": np.dtype(f"<{sign.lower()}{size}")
        for sign in "UI"
        for size in (1, 2, 4, 8)
    },
    **{f"F{8 * size}": np.dtype(f"<f{size}") for size in (2, 4, 8)},
}
_Count: TypeAlias = Annotated[StrictInt, Field(ge=0, le=2**48)]


class _Place(BaseModel):
    """What a tensor is and where it lies."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dtype: str
    shape: Annotated[tuple[_Count, ...], Field(max_length=8)]
    data_offsets: tuple[_Count, _Count]


_PLACES: Final = TypeAdapter(dict[str, _Place])


def document_of(tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """Return tensors and metadata as a document: the same bytes for the same content.

    The library writes metadata in an order that differs from time to time.
    """
    plain = save(dict(tensors))
    start = _LENGTH_BYTES + int.from_bytes(plain[:_LENGTH_BYTES], "little")
    header = {METADATA: dict(metadata)} | json.loads(plain[_LENGTH_BYTES:start])
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _LENGTH_BYTES)
    values = memoryview(plain)[start:]
    return b"".join((len(text).to_bytes(_LENGTH_BYTES, "little"), text, values))


def header_of(
    document: memoryview, largest: int, kind: str = "a watchlist"
) -> tuple[dict[str, Any], memoryview]:
    """Return the header and the bytes of the values behind it.

    Args:
        document: the whole, as bytes.
        largest: bytes of header that are read at most.
        kind: what it should be, for a message.

    Raises:
        ValueError: when there is no such header; says what is wrong.
    """
    length = int.from_bytes(document[:_LENGTH_BYTES], "little")
    if len(document) < _LENGTH_BYTES or length > len(document) - _LENGTH_BYTES:
        msg = f"it is cut short, or not {kind}"
        raise ValueError(msg)
    if length > largest:
        msg = f"its header has {length:,} bytes, more than {largest:,}"
        raise ValueError(msg)
    end = _LENGTH_BYTES + length
    try:
        header = json.loads(bytes(document[_LENGTH_BYTES:end]), object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        msg = f"its header is damaged, or it is not {kind}"
        raise ValueError(msg) from None
    if not isinstance(header, dict):
        msg = f"its header is no object, so it is not {kind}"
        raise ValueError(msg)  # noqa: TRY004 - of the document, not of a type in the program
    return header, document[end:]


def told_text(header: dict[str, Any], name: str, kind: str) -> str:
    """Return a text of the metadata, once `sha256` beside it is its digest.

    Raises:
        ValueError: when there is none, or the digest does not fit; says what is wrong.
    """
    metadata = header.get(METADATA)
    text = metadata.get(name) if isinstance(metadata, dict) else None
    if not isinstance(metadata, dict) or not isinstance(text, str):
        msg = f"it is a safetensors document but not {kind}"
        raise ValueError(msg)  # noqa: TRY004 - of the document, not of a type in the program
    if metadata.get("sha256") != hashlib.sha256(text.encode("utf-8")).hexdigest():
        msg = "its header is damaged: the digest does not fit"
        raise ValueError(msg)
    return text


def tensor_digest(tensor: NDArray[Any]) -> str:
    """Return the SHA-256 of a tensor's bytes."""
    # Seen as bytes rather than copied: thumbnails of a long list are large.
    flat = np.ascontiguousarray(tensor).reshape(-1).view(np.uint8)
    return hashlib.sha256(flat.data).hexdigest()


def require_tensor(
    name: str,
    tensor: NDArray[Any],
    kind: type[np.generic],
    shape: tuple[int | None, ...],
    references: int,
) -> None:
    """Raise `ValueError` unless a tensor has its type and shape, where `None` stands for any."""
    fits = tensor.ndim == len(shape) and all(
        side in (None, length) for side, length in zip(shape, tensor.shape, strict=True)
    )
    if tensor.dtype != kind or not fits:
        needed = str(shape).replace("None", "any")
        msg = (
            f"{name} is {tensor.dtype} of shape {tensor.shape}, but {references} references need "
            f"{np.dtype(kind)} of shape {needed}"
        )
        raise ValueError(msg)


def tensors_of(header: dict[str, Any], values: memoryview) -> dict[str, NDArray[Any]]:
    """Return read-only arrays over the values, by name.

    Raises:
        ValueError: when types, shapes and places do not fit the values exactly.
    """
    try:
        places = _PLACES.validate_python({k: v for k, v in header.items() if k != METADATA})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        msg = f"its header does not say where a tensor lies: {first['msg']}"
        raise ValueError(msg) from None
    tensors: dict[str, NDArray[Any]] = {}
    filled = 0
    for name, place in sorted(places.items(), key=lambda item: item[1].data_offsets):
        start, end = place.data_offsets
        kind = _TYPES.get(place.dtype)
        if kind is None:
            msg = f"a tensor has type {place.dtype[:20]!r}, which is not read"
            raise ValueError(msg)
        if start != filled or end - start != math.prod(place.shape) * kind.itemsize:
            msg = "its tensors do not fill the place they are given"
            raise ValueError(msg)
        filled = end
        if end > len(values):
            break
        tensors[name] = _over(values, start, place.shape, kind)
    if filled != len(values):
        msg = "its tensors do not fill the document"
        raise ValueError(msg)
    return tensors


def _over(
    values: memoryview, start: int, shape: tuple[int, ...], kind: np.dtype[Any]
) -> NDArray[Any]:
    tensor: NDArray[Any] = np.ndarray(shape, kind, buffer=values, offset=start)
    tensor.flags.writeable = False
    return tensor


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that is given twice: readers differ in which one they take."""
    found = dict(pairs)
    if len(found) != len(pairs):
        msg = "a name is given twice"
        raise ValueError(msg)
    return found
