"""What an import and the processes that read its images say to each other, through pipes.

A message is a kind, a length and that many bytes: JSON, and behind it the arrays of a result as
safetensors. A reader decodes images that strangers made, so nothing that it says is unpickled, and
all of it is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import IO, Annotated, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from safetensors import SafetensorError
from safetensors.numpy import load, save

__all__ = ["Batch", "Hello", "Job", "Kind", "Read", "ReadBatch", "Row", "receive", "send"]

_COUNT_BYTES: Final = 4
_LARGEST: Final = 256 * 1024 * 1024
_SMALL: Final = "thumbnails"
_WIDER: Final = "wider"


class Kind(IntEnum):
    """What a message is."""

    JOB = 1
    HELLO = 2
    BATCH = 3
    ROW = 4
    """A reader has begun a row of its batch, or is past all of them."""
    READ = 5
    FAULT = 6
    """A reader cannot go on, and says why."""
    GONE = 7
    """A reader has ended; nobody sends this."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Job(_Part):
    """What a reader is to do; the first message that it gets.

    Attributes:
        settings: how faces are found, judged and encoded.
        folder: of the collection.
    """

    settings: dict[str, Any]
    folder: Path


class Encoder(_Part):
    """What makes the templates, as `EncoderIdentity`."""

    name: str
    artefact: str
    sha256: str
    alignment: str
    dimension: Annotated[int, Field(ge=1, le=4096)]


class Hello(_Part):
    """A reader has loaded its models."""

    encoders: Annotated[tuple[Encoder, ...], Field(min_length=1, max_length=8)]


class Row(_Part):
    """An image to read.

    Attributes:
        path: from the folder of the collection on.
        refused: why it may be no reference, where that is known before its face is looked for.
        unread: whether it is not even to be opened.
    """

    path: str
    refused: str = ""
    unread: bool = False


class Batch(_Part):
    """Rows that are encoded together; which those are never changes, since it moves last bits."""

    number: Annotated[int, Field(ge=0)]
    rows: tuple[Row, ...]


class Read(_Part):
    """What became of a row: refused for a reason, or all of the rest.

    Attributes:
        refused: why; empty where it is accepted.
        sha256: of the file.
        verdict: on the quality of the face.
        reasons: of the verdict.
    """

    refused: str = ""
    sha256: str = ""
    verdict: Literal["", "accept", "warn"] = ""
    reasons: tuple[str, ...] = ()


class _Rows(_Part):
    rows: tuple[Read, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ReadBatch:
    """What became of a batch.

    Attributes:
        rows: what became of each of its rows.
        templates: by encoder name, `(n, d)` float16, of the rows that are accepted.
        thumbnails: of the same, each a JPEG.
        wider: of the same, each a JPEG of the face and what is around it.
        eyes: `(n, 2, 2)` float32, right and left of the person, px of the wider picture.
    """

    rows: tuple[Read, ...]
    templates: Mapping[str, NDArray[np.float16]]
    thumbnails: tuple[bytes, ...]
    wider: tuple[bytes, ...]
    eyes: NDArray[np.float32]

    def __repr__(self) -> str:
        """Return how many rows there are, and no face."""
        return f"<ReadBatch of {len(self.rows)} rows>"

    def to_bytes(self) -> bytes:
        """Return it as the content of a message."""
        text = _Rows(rows=self.rows).model_dump_json().encode()
        tensors: dict[str, NDArray[Any]] = {
            f"templates/{name}": np.ascontiguousarray(one) for name, one in self.templates.items()
        }
        for name, pictures in ((_SMALL, self.thumbnails), (_WIDER, self.wider)):
            tensors[name] = np.frombuffer(b"".join(pictures), np.uint8)
            tensors[f"{name}/sizes"] = np.array([len(one) for one in pictures], np.int64)
        tensors["eyes"] = np.ascontiguousarray(self.eyes)
        return len(text).to_bytes(_COUNT_BYTES) + text + save(tensors)

    @classmethod
    def from_bytes(cls, content: bytes, batch: Batch, hello: Hello) -> ReadBatch:
        """Read the content of a message.

        Args:
            content: of the message.
            batch: that was asked for.
            hello: what the reader said that it encodes with.

        Raises:
            ValueError: when it is no answer to the batch; says where it differs.
        """
        start = _COUNT_BYTES + int.from_bytes(content[:_COUNT_BYTES])
        rows = _Rows.model_validate_json(content[_COUNT_BYTES:start]).rows
        try:
            tensors = load(content[start:])
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            msg = f"its arrays cannot be read ({type(error).__name__})"
            raise ValueError(msg) from None
        count = sum(not row.refused for row in rows)
        expected: dict[str, tuple[Any, tuple[int, ...]]] = {
            f"templates/{one.name}": (np.float16, (count, one.dimension)) for one in hello.encoders
        }
        expected |= {f"{name}/sizes": (np.int64, (count,)) for name in (_SMALL, _WIDER)}
        expected["eyes"] = (np.float32, (count, 2, 2))
        for name, (kind, shape) in expected.items():
            if name not in tensors or tensors[name].shape != shape or tensors[name].dtype != kind:
                msg = f"it has no {name} for {count} faces"
                raise ValueError(msg)
        if len(rows) != len(batch.rows) or set(tensors) != {*expected, _SMALL, _WIDER}:
            msg = f"it is of {len(rows)} rows, and {len(batch.rows)} were asked for"
            raise ValueError(msg)
        return cls(
            rows,
            {one.name: tensors[f"templates/{one.name}"] for one in hello.encoders},
            _pictures(tensors, _SMALL),
            _pictures(tensors, _WIDER),
            tensors["eyes"],
        )


def _pictures(tensors: Mapping[str, NDArray[Any]], name: str) -> tuple[bytes, ...]:
    """Take pictures apart; `ValueError` where their sizes do not say where each lies."""
    pictures, sizes = tensors[name].tobytes(), tensors[f"{name}/sizes"]
    if np.any(sizes <= 0) or sizes.sum() != len(pictures):
        msg = f"its {name} do not fill their place"
        raise ValueError(msg)
    ends = np.cumsum(sizes).tolist()
    return tuple(pictures[start:end] for start, end in zip([0, *ends], ends, strict=False))


def send(pipe: IO[bytes], kind: Kind, content: bytes | BaseModel = b"") -> None:
    """Send a message.

    Raises:
        OSError: when nobody is there to read it.
    """
    data = content if isinstance(content, bytes) else content.model_dump_json().encode()
    pipe.write(bytes([kind]) + len(data).to_bytes(_COUNT_BYTES))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[Kind, bytes] | None:
    """Wait for a message; `None` where the other side has ended, even in the middle of one.

    Raises:
        ValueError: when what comes is no message.
    """
    head = pipe.read(1 + _COUNT_BYTES)
    if len(head) <= _COUNT_BYTES:
        return None
    length = int.from_bytes(head[1:])
    if length > _LARGEST:
        msg = f"a message of {length:,} bytes is longer than any may be"
        raise ValueError(msg)
    content = pipe.read(length)
    return (Kind(head[0]), content) if len(content) == length else None
