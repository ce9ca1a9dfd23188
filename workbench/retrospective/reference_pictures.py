"""Pictures of references, a few together, with what is known of each: what a candidate is shown by.

A reference has two pictures: a tight square for lists, and the face with what is around it for
whoever compares. They lie beside the shard of their references and not in it, so that a collection
is loaded for searches without them, and so few together that a candidate is opened in some
milliseconds. Like a shard they are bytes for the vault, under the key of the collection.

Layout, version 1. The safetensors metadata holds `pictures`, a JSON header, and `sha256`, the
digest of that text. The tensors are `thumbnails` and `thumbnails/offsets` as in a watchlist
document; `wider` and `wider/offsets` likewise, JPEGs of up to 640 px a side; `eyes`,
`(n, 2, 2)` float32, px of the wider picture; and `rows`, a table `ShardRows` in Arrow's file
format. No digest of them is in the header: the vault lets nothing pass that was changed.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Never

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from workbench.arrays import FloatArray, IntArray
from workbench.errors import CollectionError
from workbench.matching.safetensors_view import header_of, tensors_of
from workbench.matching.thumbnails import Thumbnails
from workbench.retrospective.documents import read_header, sealed_document
from workbench.retrospective.shards import ShardRows
from workbench.retrospective.wider_pictures import TOGETHER, require_wider

__all__ = ["TOGETHER", "ReferencePictures", "decode_pictures", "encode_pictures", "pictures_of"]

_LARGEST_HEADER: Final = 64 * 1024
_KIND: Final = "pictures of references"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ReferencePictures:
    """Pictures of some references.

    Attributes:
        rows: what is known of each reference.
        thumbnails: a tight square of each face.
        wider: shape `(bytes,)` uint8, a JPEG of each face with what is around it, one after the
            other; other people's faces are pixelated.
        offsets: shape `(n + 1,)` int64, where in it each begins and the last ends.
        eyes: shape `(n, 2, 2)` float32, right and left of the person, px of the wider picture.

    Raises:
        ValueError: when they do not fit each other, or a picture is none of its kind.
    """

    rows: dy.DataFrame[ShardRows]
    thumbnails: Thumbnails
    wider: NDArray[np.uint8]
    offsets: IntArray
    eyes: FloatArray

    def __post_init__(self) -> None:
        """Check what the headers of the pictures declare; nothing is decoded."""
        n = self.rows.height
        require_wider(self.wider, self.offsets, self.eyes, n)
        if len(self.thumbnails) != n:
            msg = f"its thumbnails are not those of {n} references"
            raise ValueError(msg)

    def __len__(self) -> int:
        """Return of how many references they are."""
        return self.rows.height

    def __repr__(self) -> str:
        """Return of how many references they are, and no face."""
        return f"<ReferencePictures of {len(self)} references>"

    def encoded(self, row: int) -> bytes:
        """Return the wider picture of one as the JPEG that it is.

        Raises:
            IndexError: when there is no such row.
        """
        row = range(len(self))[row]
        start, end = self.offsets[row : row + 2].tolist()
        return self.wider[start:end].tobytes()


def pictures_of(
    rows: dy.DataFrame[ShardRows],
    thumbnails: Sequence[bytes],
    wider: Sequence[bytes],
    eyes: FloatArray,
) -> tuple[ReferencePictures, ...]:
    """Return the pictures of the references of a shard, `TOGETHER` at a time, in their order.

    Args:
        rows: of the shard.
        thumbnails: a JPEG of each, 160 px a side.
        wider: likewise, up to 640 px a side.
        eyes: shape `(n, 2, 2)`, px of the wider picture.

    Raises:
        ValueError: when they do not fit each other.
    """
    parts = []
    for start in range(0, rows.height, TOGETHER):
        some = slice(start, start + TOGETHER)
        parts.append(
            ReferencePictures(
                ShardRows.validate(rows[some]),
                Thumbnails.from_encoded(thumbnails[some]),
                np.frombuffer(b"".join(wider[some]), np.uint8),
                np.cumsum([0, *map(len, wider[some])], dtype=np.int64),
                np.ascontiguousarray(eyes[some]),
            )
        )
    return tuple(parts)


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    format: Literal["workbench-reference-pictures"] = "workbench-reference-pictures"
    version: Literal[1] = 1


def encode_pictures(pictures: ReferencePictures) -> bytes:
    """Return pictures as bytes, the same ones for the same pictures."""
    table = io.BytesIO()
    pictures.rows.write_ipc(table)
    tensors: dict[str, NDArray[Any]] = {
        "thumbnails": pictures.thumbnails.pictures,
        "thumbnails/offsets": pictures.thumbnails.offsets,
        "wider": pictures.wider,
        "wider/offsets": pictures.offsets,
        "eyes": pictures.eyes,
        "rows": np.frombuffer(table.getvalue(), np.uint8),
    }
    return sealed_document("pictures", _Header(), tensors)


def decode_pictures(document: bytes | memoryview, *, source: str) -> ReferencePictures:
    """Read pictures and check everything about them but what is behind their headers.

    Args:
        document: what `encode_pictures` gave, as the vault gave it back.
        source: what to call it in an error.

    Raises:
        CollectionError: when it is none of this version.
    """
    try:
        outer, values = header_of(memoryview(document).cast("B"), _LARGEST_HEADER, _KIND)
        read_header(outer, "pictures", _KIND, _Header)
        tensors = tensors_of(outer, values)
        rows = ShardRows.validate(pl.read_ipc(io.BytesIO(tensors["rows"].tobytes())))
        return ReferencePictures(
            rows,
            Thumbnails(tensors["thumbnails"], tensors["thumbnails/offsets"], source),
            tensors["wider"],
            tensors["wider/offsets"],
            tensors["eyes"],
        )
    except (KeyError, pl.exceptions.PolarsError, dy.exc.ValidationError) as error:
        _refuse(source, f"its parts cannot be read ({type(error).__name__})")
    except ValueError as error:
        _refuse(source, str(error))


def _refuse(source: str, fault: str) -> Never:
    msg = f"{source} cannot be used as part of a collection: {fault}. Import the collection again."
    raise CollectionError(msg)
