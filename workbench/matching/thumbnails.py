"""The thumbnails of a watchlist, kept as JPEG and decoded one at a time when somebody looks.

A thumbnail is for people to look at, so what a JPEG loses does not matter. 20,000 of them take
some 120 MB; as pixels they would take 1.5 GB, and seconds to decode.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import ImageArray, IntArray, check_shape
from workbench.errors import ImageError, WatchlistError
from workbench.images import ImageLimits, encode_jpeg, load_image
from workbench.matching.jpeg_shapes import jpeg_shapes

__all__ = ["THUMBNAIL_SIDE", "Thumbnails"]

THUMBNAIL_SIDE: Final = 160

_SHAPE: Final = (THUMBNAIL_SIDE, THUMBNAIL_SIDE, 3)
_ONE: Final = ImageLimits(max_pixels=THUMBNAIL_SIDE**2, max_bytes=1024 * 1024)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Thumbnails:
    """A tight square of each face, `(160, 160, 3)` uint8 RGB, by row.

    Attributes:
        pictures: shape `(bytes,)` uint8, a JPEG of each, one after the other.
        offsets: shape `(n + 1,)` int64, where in it each begins and the last ends.
        source: what they were read from, for an error.

    Raises:
        ValueError: when the offsets do not say where each lies, or a header is not that of a JPEG
            of this size; names the first such row, from 1.
    """

    pictures: NDArray[np.uint8]
    offsets: IntArray
    source: str = "the watchlist"

    def __post_init__(self) -> None:
        """Check where each lies and what its header declares; nothing is decoded."""
        check_shape("thumbnails", self.pictures, (None,))
        check_shape("offsets of thumbnails", self.offsets, (None,))
        if self.pictures.dtype != np.uint8 or self.offsets.dtype != np.int64:
            msg = f"thumbnails are {self.pictures.dtype}, their offsets {self.offsets.dtype}"
            raise ValueError(msg)
        ends = self.offsets
        # Compared rather than subtracted: a difference of two offsets may overflow.
        fits = len(ends) and ends[0] == 0 and ends[-1] == len(self.pictures)
        if not fits or not np.all(ends[:-1] < ends[1:]):
            msg = "the offsets of the thumbnails do not say where each lies"
            raise ValueError(msg)
        self._check_headers()

    @classmethod
    def from_images(cls, images: ImageArray | Iterable[ImageArray]) -> Self:
        """Encode images, each of shape `(160, 160, 3)` uint8 RGB.

        Raises:
            ValueError: when one has another shape.
            ImageError: when one has another type.
        """
        encoded: list[bytes] = []
        for image in images:
            check_shape(f"thumbnail {len(encoded) + 1}", image, _SHAPE)
            encoded.append(encode_jpeg(image))
        return cls.from_encoded(encoded)

    @classmethod
    def from_encoded(cls, pictures: Sequence[bytes]) -> Self:
        """Take JPEGs as `workbench.images.encode_jpeg` gives them.

        Raises:
            ValueError: when a header is not that of a JPEG of this size.
        """
        offsets = np.cumsum([0, *map(len, pictures)], dtype=np.int64)
        return cls(np.frombuffer(b"".join(pictures), np.uint8), offsets)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> ImageArray:
        """Decode one, shape `(160, 160, 3)` uint8 RGB.

        Raises:
            IndexError: when there is no such row.
            WatchlistError: when the picture behind its header is damaged.
        """
        row = range(len(self))[row]
        start, end = self.offsets[row : row + 2].tolist()
        try:
            image = load_image(self.pictures[start:end].tobytes(), limits=_ONE)
        except ImageError as error:
            raise self._damaged(row) from error
        if image.shape != _SHAPE:
            raise self._damaged(row)
        return image

    def encoded(self, row: int) -> bytes:
        """Return one as the JPEG that it is; nothing is decoded.

        Raises:
            IndexError: when there is no such row.
        """
        row = range(len(self))[row]
        start, end = self.offsets[row : row + 2].tolist()
        return self.pictures[start:end].tobytes()

    def __iter__(self) -> Iterator[ImageArray]:
        """Decode one after the other."""
        return (self[row] for row in range(len(self)))

    def __repr__(self) -> str:
        """Return how many there are, and no face."""
        return f"<Thumbnails of {len(self)} references>"

    def _check_headers(self) -> None:
        sizes = self.offsets[1:] - self.offsets[:-1]
        shapes = jpeg_shapes(self.pictures, self.offsets)
        faulty = (sizes > _ONE.max_bytes) | np.any(shapes != _SHAPE, axis=1)
        if not np.any(faulty):
            return
        row = int(np.argmax(faulty))
        shape = tuple(shapes[row].tolist())
        if sizes[row] > _ONE.max_bytes:
            fault = f"has {sizes[row]:,} bytes, more than {_ONE.max_bytes:,}"
        elif not any(shape):
            fault = "is not a whole JPEG"
        else:
            fault = f"has shape {shape} instead of {_SHAPE}"
        msg = f"thumbnail {row + 1} {fault}"
        raise ValueError(msg)

    def _damaged(self, row: int) -> WatchlistError:
        return WatchlistError(
            f"{self.source}: thumbnail {row + 1} is damaged and cannot be shown. Enrol again."
        )
