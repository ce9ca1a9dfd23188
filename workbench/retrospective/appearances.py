"""Appearances: who is seen when in a segment of footage, as a document that is checked whole.

An appearance is one face's way through one segment. It holds faces and templates of everybody in
view, so the document lies on disk nowhere but in the vault, encrypted under the key of its case.

Layout, version 2. The safetensors metadata holds `segment`, a JSON header, and `sha256`, the digest
of that text. The tensors: `rows`, uint8, a table `AppearanceRows` in Arrow's file format; `boxes`,
`(n, 3, 4)` float32, where each face is first, at its best look and last, pixels; `eyes`,
`(n, 2, 2)` float32, right and left eye at the best look; `quality`, `(n, k)` float32, the measures
that the header names; `looks/offsets`, `(n + 1,)` int64, `looks/times`, `(m,)` float64 seconds, and
`looks/weights`, `(m,)` float32, of the looks that have a template, those of an appearance together,
best first; `templates/<encoder>`, `(m, d)` float16; `thumbnails` and `thumbnails/offsets` as in a
watchlist document. The header carries the digest of the bytes of each. All times are in seconds
from the start of the footage, by its own clock.

The wider pictures that people compare are in the document while it is made, as `wider`,
`wider/offsets` and `wider/eyes`. Where it is kept they lie in objects of their own, some together
(`workbench.retrospective.wider_pictures`), and the header names these: a search loads none of them.
Version 1 has neither.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final, Literal, Never

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from workbench.arrays import FloatArray, IntArray
from workbench.errors import FootageError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.safetensors_view import (
    header_of,
    require_tensor,
    tensor_digest,
    tensors_of,
)
from workbench.matching.thumbnails import Thumbnails
from workbench.retrospective.documents import (
    DIGEST,
    EncoderFacts,
    read_header,
    require_encoders,
    require_unit_norm,
    sealed_document,
)
from workbench.retrospective.wider_pictures import TOGETHER, WiderPictures

__all__ = [
    "AppearanceRows",
    "Appearances",
    "SegmentFacts",
    "decode_appearances",
    "encode_appearances",
    "whole",
]

_LARGEST_HEADER: Final = 1024 * 1024
_KIND: Final = "a segment of footage"
_ROWS: Final = "rows"
_PICTURES: Final = "thumbnails"
_WIDER: Final = "wider"
_NUMBERS: Final = frozenset({"boxes", "eyes", "looks/times", "looks/weights"})
"""Tensors in which everything is a number; a measure that could not be taken is none."""
_SECONDS = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
_Count = Annotated[int, Field(ge=0)]


class AppearanceRows(dy.Schema):
    """What is known of each appearance, in the order in which faces came into view.

    - `track`: its number within the segment, from 0: that of the row.
    - `first_s`: when the face was first found.
    - `last_s`: when it was last found.
    - `found`: in how many frames it was found; those left to the tracker are not counted.
    - `looked_s`: when the best look was.
    - `looked_frame`: in which frame of the footage, from 0.
    - `hidden`: share of the face that is covered in the thumbnail because another reaches into it.
    - `verdict`: on the quality of the best look.
    - `reasons`: of the verdict, one a line.
    """

    track = dy.UInt32(primary_key=True)
    first_s = dy.Float64(nullable=False, min=0.0, allow_inf=False, allow_nan=False)
    last_s = dy.Float64(nullable=False, min=0.0, allow_inf=False, allow_nan=False)
    found = dy.UInt32(nullable=False, min=1)
    looked_s = dy.Float64(nullable=False, min=0.0, allow_inf=False, allow_nan=False)
    looked_frame = dy.UInt64(nullable=False)
    hidden = dy.Float32(nullable=False, min=0.0, max=1.0, allow_inf=False, allow_nan=False)
    verdict = dy.Enum(["accept", "warn", "reject"], nullable=False)
    reasons = dy.String(nullable=False)

    @dy.rule()
    def looked_at_while_in_view(cls) -> pl.Expr:  # noqa: N805 - dataframely's way
        """A face is looked at while it is in view."""
        return (pl.col("first_s") <= pl.col("looked_s")) & (pl.col("looked_s") <= pl.col("last_s"))


class SegmentFacts(BaseModel):
    """What a segment is and how it was indexed.

    Attributes:
        footage: SHA-256 of the file.
        number: of the segment in the footage, from 0.
        start_s: when it begins.
        end_s: when the next one begins, or the footage ends.
        width: of a picture as shown, px.
        height: likewise.
        frames: that could be decoded.
        searched: in how many of them faces were looked for; the others were left to the tracker.
        detector: what found the faces.
        smallest_face_px: narrowest face that was looked for.
        damage: what of the segment could not be decoded, in a sentence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    footage: Annotated[str, Field(pattern=DIGEST)]
    number: _Count
    start_s: _SECONDS
    end_s: _SECONDS
    width: Annotated[int, Field(ge=1)]
    height: Annotated[int, Field(ge=1)]
    frames: _Count
    searched: _Count
    detector: str
    smallest_face_px: Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
    damage: str | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Appearances:
    """Who is seen in a segment of footage.

    Attributes:
        facts: of the segment.
        rows: what is known of each of `n` appearances.
        encoders: what made the templates, by encoder name.
        boxes: shape `(n, 3, 4)` float32, px: where it is first, at the best look, and last.
        eyes: shape `(n, 2, 2)` float32, px: `x, y` of right and left eye at the best look.
        measures: names of the quality measures.
        quality: shape `(n, len(measures))` float32, of the best look, NaN where it could not be
            measured; units as in `workbench.faces.measures`.
        offsets: shape `(n + 1,)` int64, where in the looks those of each appearance begin.
        times_s: shape `(m,)` float64, when each look was.
        weights: shape `(m,)` float32, what each is worth, in 0..1.
        templates: by encoder name, `(m, d)` float16 of unit norm.
        thumbnails: a tight square of each face at its best look; others in it are unrecognisable.
        wider: each face at that look with what is around it; `None` where it lies elsewhere, or
            where an earlier version kept none.
        pictures: what that is kept as, `TOGETHER` in each; none where it is not.
    """

    facts: SegmentFacts
    rows: dy.DataFrame[AppearanceRows]
    encoders: Mapping[str, EncoderIdentity]
    boxes: FloatArray
    eyes: FloatArray
    measures: tuple[str, ...]
    quality: FloatArray
    offsets: IntArray
    times_s: NDArray[np.float64]
    weights: FloatArray
    templates: Mapping[str, NDArray[np.float16]]
    thumbnails: Thumbnails
    wider: WiderPictures | None = None
    pictures: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return how many appearances there are."""
        return self.rows.height

    def __repr__(self) -> str:
        """Return how many there are and where, and no face."""
        return f"<Appearances in segment {self.facts.number}: {len(self)}>"

    def looks_of(self, track: int) -> dict[str, Templates]:
        """Return the templates of an appearance, best look first, by encoder name."""
        start, end = self.offsets[track : track + 2].tolist()
        return {
            name: Templates(whole(halves[start:end]), self.encoders[name])
            for name, halves in self.templates.items()
        }


def whole(templates: NDArray[np.float16]) -> FloatArray:
    """Return templates in single precision, of unit norm again."""
    made = templates.astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    format: Literal["workbench-footage-segment"] = "workbench-footage-segment"
    version: Literal[1, 2] = 2
    facts: SegmentFacts
    encoders: Annotated[tuple[EncoderFacts, ...], Field(min_length=1, max_length=8)]
    measures: Annotated[tuple[str, ...], Field(max_length=64)]
    tensors: dict[str, Annotated[str, Field(pattern=DIGEST)]]
    pictures: tuple[str, ...] = ()


def encode_appearances(made: Appearances) -> bytes:
    """Return the appearances of a segment as bytes; the same ones give the same bytes.

    Raises:
        FootageError: when the parts do not fit each other.
    """
    table = io.BytesIO()
    made.rows.write_ipc(table)
    parts: dict[str, NDArray[Any]] = {
        _ROWS: np.frombuffer(table.getvalue(), np.uint8),
        "boxes": made.boxes,
        "eyes": made.eyes,
        "quality": made.quality,
        "looks/offsets": made.offsets,
        "looks/times": made.times_s,
        "looks/weights": made.weights,
        _PICTURES: made.thumbnails.pictures,
        f"{_PICTURES}/offsets": made.thumbnails.offsets,
        **{f"templates/{name}": one for name, one in made.templates.items()},
        **({} if made.wider is None else made.wider.tensors()),
    }
    tensors = {name: np.ascontiguousarray(one) for name, one in parts.items()}
    header = _Header(
        facts=made.facts,
        encoders=tuple(EncoderFacts(**asdict(one)) for one in made.encoders.values()),
        measures=made.measures,
        tensors={name: tensor_digest(tensor) for name, tensor in tensors.items()},
        pictures=made.pictures,
    )
    _require_fit(header, tensors, made.rows, f"segment {made.facts.number}")
    return sealed_document("segment", header, tensors)


def decode_appearances(
    document: bytes | memoryview,
    identities: Mapping[str, EncoderIdentity] | None = None,
    *,
    source: str,
) -> Appearances:
    """Read the appearances of a segment; check everything but the pictures behind their headers.

    Arrays and thumbnails are views of `document`, not copies.

    Args:
        document: what `encode_appearances` gave.
        identities: the encoders that probes are encoded with, by name; there must be templates of
            each. Not checked when `None`.
        source: what to call it in an error.

    Raises:
        FootageError: when it is damaged, or of another version.
        EncoderMismatchError: when it was made with other encoders than `identities`.
    """
    try:
        outer, values = header_of(memoryview(document).cast("B"), _LARGEST_HEADER, _KIND)
        header = read_header(outer, "segment", _KIND, _Header)
        tensors = tensors_of(outer, values)
    except ValueError as error:
        _refuse(source, str(error))
    for name, digest in header.tensors.items():
        if name not in tensors or tensor_digest(tensors[name]) != digest:
            _refuse(source, f"{name} is damaged: the digest does not fit")
    try:
        rows = AppearanceRows.validate(pl.read_ipc(io.BytesIO(tensors[_ROWS].tobytes())))
        offsets = tensors[f"{_PICTURES}/offsets"]
        thumbnails = Thumbnails(tensors[_PICTURES], offsets, source)
        wider = WiderPictures.from_tensors(tensors) if _WIDER in header.tensors else None
    except (ValueError, KeyError, pl.exceptions.PolarsError, dy.exc.ValidationError) as error:
        _refuse(source, f"its rows or pictures cannot be read ({type(error).__name__})")
    _require_fit(header, tensors, rows, source)
    encoders = {one.name: one.identity for one in header.encoders}
    require_encoders(
        encoders,
        identities,
        source,
        of="appearances",
        remedy="Index the footage again with this encoder, or search with those.",
    )
    return Appearances(
        facts=header.facts,
        rows=rows,
        encoders=encoders,
        boxes=tensors["boxes"],
        eyes=tensors["eyes"],
        measures=header.measures,
        quality=tensors["quality"],
        offsets=tensors["looks/offsets"],
        times_s=tensors["looks/times"],
        weights=tensors["looks/weights"],
        templates={name: tensors[f"templates/{name}"] for name in encoders},
        thumbnails=thumbnails,
        wider=wider,
        pictures=header.pictures,
    )


def _require_fit(
    header: _Header, tensors: Mapping[str, NDArray[Any]], rows: pl.DataFrame, source: str
) -> None:
    """Raise unless the tensors are those of the header, and fit each other."""
    n = rows.height
    times = tensors.get("looks/times")
    m = 0 if times is None else len(times)
    expected: dict[str, tuple[type[np.generic], tuple[int | None, ...]]] = {
        _ROWS: (np.uint8, (None,)),
        "boxes": (np.float32, (n, 3, 4)),
        "eyes": (np.float32, (n, 2, 2)),
        "quality": (np.float32, (n, len(header.measures))),
        "looks/offsets": (np.int64, (n + 1,)),
        "looks/times": (np.float64, (m,)),
        "looks/weights": (np.float32, (m,)),
        _PICTURES: (np.uint8, (None,)),
        f"{_PICTURES}/offsets": (np.int64, (n + 1,)),
        **{f"templates/{one.name}": (np.float16, (m, one.dimension)) for one in header.encoders},
    }
    if _WIDER in header.tensors:
        expected |= {
            _WIDER: (np.uint8, (None,)),
            f"{_WIDER}/offsets": (np.int64, (n + 1,)),
            f"{_WIDER}/eyes": (np.float32, (n, 2, 2)),
        }
    if set(tensors) != set(expected) or set(header.tensors) != set(expected):
        _refuse(source, f"it must hold exactly {', '.join(sorted(expected))}")
    try:
        for name, (kind, shape) in expected.items():
            require_tensor(name, tensors[name], kind, shape, n)
            if kind is np.float16:
                require_unit_norm(name, tensors[name])
            elif name in _NUMBERS and not np.isfinite(tensors[name]).all():
                _refuse(source, f"{name} holds what is no number")
    except ValueError as error:
        _refuse(source, str(error))
    ends = tensors["looks/offsets"]
    if ends[0] != 0 or ends[-1] != m or not np.all(ends[:-1] < ends[1:]):
        _refuse(source, "looks/offsets does not say which looks are of which appearance")
    if header.pictures and (_WIDER in tensors or len(header.pictures) != -(-n // TOGETHER)):
        _refuse(source, "the pictures that it names are not those of its appearances")
    if rows["track"].to_list() != list(range(n)):
        _refuse(source, "its appearances are not numbered from 0")


def _refuse(source: str, fault: str) -> Never:
    msg = f"{source} cannot be used as a part of indexed footage: {fault}. Index the footage again."
    raise FootageError(msg)
