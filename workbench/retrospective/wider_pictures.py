"""Faces with what is around them, some together: what people compare of references and appearances.

They lie apart from what searches compare, a few in an object, so that a search loads none of them
and a candidate is opened in some milliseconds.

Layout of those of appearances, version 1. The safetensors metadata holds `pictures`, a JSON header,
and `sha256`, the digest of that text. The tensors are `wider`, uint8, JPEGs of up to 640 px a side,
one after the other; `wider/offsets`, `(n + 1,)` int64, where each begins and the last ends; and
`wider/eyes`, `(n, 2, 2)` float32, px of the picture. No digest of them is in the header: the vault
lets nothing pass that was changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from workbench.arrays import FloatArray, IntArray
from workbench.errors import FootageError
from workbench.faces.surroundings import LONGEST_PX
from workbench.matching.jpeg_shapes import jpeg_shapes
from workbench.matching.safetensors_view import header_of, require_tensor, tensors_of
from workbench.retrospective.documents import read_header, sealed_document

__all__ = ["TOGETHER", "WiderPictures", "decode_wider", "encode_wider", "require_wider"]

TOGETHER: Final = 32
"""Faces whose pictures are kept together: some 2 MB at most."""
_LARGEST_HEADER: Final = 64 * 1024
_KIND: Final = "pictures of footage"
_COLOURS: Final = 3


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WiderPictures:
    """A face with what is around it of each of `n`; other people's faces are pixelated.

    Attributes:
        pictures: shape `(bytes,)` uint8, a JPEG of each, one after the other.
        offsets: shape `(n + 1,)` int64, where in it each begins and the last ends.
        eyes: shape `(n, 2, 2)` float32, right and left of the person, px of the picture.

    Raises:
        ValueError: when they do not fit each other, or a picture is none of its kind.
    """

    pictures: NDArray[np.uint8]
    offsets: IntArray
    eyes: FloatArray

    def __post_init__(self) -> None:
        """Check what the headers of the pictures declare; nothing is decoded."""
        require_wider(self.pictures, self.offsets, self.eyes, len(self.eyes))

    @classmethod
    def from_encoded(cls, pictures: Sequence[bytes], eyes: FloatArray) -> Self:
        """Take JPEGs, and shape `(n, 2, 2)`, where the eyes are in them."""
        offsets = np.cumsum([0, *map(len, pictures)], dtype=np.int64)
        return cls(np.frombuffer(b"".join(pictures), np.uint8), offsets, eyes)

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> Self:
        """Take what `tensors` gave.

        Raises:
            KeyError: when one is not there.
            ValueError: when they do not fit each other.
        """
        return cls(tensors["wider"], tensors["wider/offsets"], tensors["wider/eyes"])

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the tensors of a document that holds them, by name."""
        return {"wider": self.pictures, "wider/offsets": self.offsets, "wider/eyes": self.eyes}

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.eyes)

    def __repr__(self) -> str:
        """Return how many there are, and no face."""
        return f"<WiderPictures of {len(self)} faces>"

    def encoded(self, row: int) -> bytes:
        """Return one as the JPEG that it is.

        Raises:
            IndexError: when there is no such row.
        """
        row = range(len(self))[row]
        start, end = self.offsets[row : row + 2].tolist()
        return self.pictures[start:end].tobytes()

    def together(self) -> list[WiderPictures]:
        """Return them `TOGETHER` at a time, in their order."""
        rows = range(len(self))
        parts = [rows[start : start + TOGETHER] for start in range(0, len(rows), TOGETHER)]
        return [
            WiderPictures.from_encoded([self.encoded(row) for row in part], self.eyes[part])
            for part in parts
        ]


def require_wider(pictures: NDArray[np.uint8], offsets: IntArray, eyes: FloatArray, n: int) -> None:
    """Raise `ValueError` unless these are the wider pictures of `n` faces, by their headers."""
    require_tensor("wider", pictures, np.uint8, (None,), n)
    require_tensor("wider/offsets", offsets, np.int64, (n + 1,), n)
    require_tensor("eyes", eyes, np.float32, (n, 2, 2), n)
    if offsets[0] != 0 or offsets[-1] != len(pictures) or not np.all(offsets[:-1] < offsets[1:]):
        msg = "the offsets of the wider pictures do not say where each lies"
        raise ValueError(msg)
    shapes = jpeg_shapes(pictures, offsets)
    sides, colours = shapes[:, :2], shapes[:, 2]
    if not (np.all((sides >= 1) & (sides <= LONGEST_PX)) and np.all(colours == _COLOURS)):
        msg = f"a wider picture is no JPEG of at most {LONGEST_PX} px a side"
        raise ValueError(msg)
    if not np.all(np.isfinite(eyes)):
        msg = "where the eyes are in a wider picture is no number"
        raise ValueError(msg)


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    format: Literal["workbench-footage-pictures"] = "workbench-footage-pictures"
    version: Literal[1] = 1


def encode_wider(pictures: WiderPictures) -> bytes:
    """Return pictures of appearances as bytes, the same ones for the same pictures."""
    return sealed_document("pictures", _Header(), pictures.tensors())


def decode_wider(document: bytes | memoryview, *, source: str) -> WiderPictures:
    """Read pictures and check everything about them but what is behind their headers.

    Args:
        document: what `encode_wider` gave, as the vault gave it back.
        source: what to call it in an error.

    Raises:
        FootageError: when it is none of this version.
    """
    try:
        outer, values = header_of(memoryview(document).cast("B"), _LARGEST_HEADER, _KIND)
        read_header(outer, "pictures", _KIND, _Header)
        return WiderPictures.from_tensors(tensors_of(outer, values))
    except (KeyError, ValueError) as error:
        fault = str(error) if isinstance(error, ValueError) else f"{error} is not there"
        msg = f"{source} cannot be used as pictures of footage: {fault}. Index the footage again."
        raise FootageError(msg) from error
