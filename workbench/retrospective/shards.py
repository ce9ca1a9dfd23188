"""Shards of a reference collection: some thousand references each, checked whole when read.

A shard is bytes. It holds faces, so it lies on disk nowhere but in the vault, encrypted under the
key of its collection. It is the unit in which a collection is imported, kept and searched. The
pictures of its references lie beside it (`reference_pictures`); it says where, in their order.

Layout, version 2. The safetensors metadata holds `shard`, a JSON header, and `sha256`, the digest
of that text. The tensors are `templates/<encoder>`, `(n, d)` float16, one for each encoder of the
header; and `rows`, uint8, a table `ShardRows` in Arrow's file format. The header carries the digest
of the bytes of each, and the ids of the pictures.
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

from workbench.errors import CollectionError
from workbench.faces.templates import EncoderIdentity
from workbench.governance.categories import LegalBasis
from workbench.governance.image_sources import ImageSource
from workbench.matching.safetensors_view import (
    header_of,
    require_tensor,
    tensor_digest,
    tensors_of,
)
from workbench.retrospective.documents import (
    DIGEST,
    EncoderFacts,
    read_header,
    require_encoders,
    require_unit_norm,
    sealed_document,
)

__all__ = ["Shard", "ShardRows", "decode_shard", "encode_shard"]

_LARGEST_HEADER: Final = 1024 * 1024
_KIND: Final = "a shard"
_ROWS: Final = "rows"


class ShardRows(dy.Schema):
    """What is known of each reference of a shard, in the order of its templates.

    - `number`: of the reference in its collection.
    - `subject`: reference of the person in the force's own records.
    - `sha256`: of the image's file.
    - `image_date`: when it was taken, if that is known.
    - `source`: where it comes from.
    - `legal_basis`: what allows its use.
    - `verdict`: on its quality; what is rejected is not in a collection.
    - `reasons`: of the verdict, one a line.
    """

    number = dy.UInt64(primary_key=True)
    subject = dy.String(nullable=False, min_length=1)
    sha256 = dy.String(nullable=False, regex=r"^[0-9a-f]{64}$")
    image_date = dy.Date(nullable=True)
    source = dy.Enum([one.value for one in ImageSource], nullable=False)
    legal_basis = dy.Enum([one.value for one in LegalBasis], nullable=False)
    verdict = dy.Enum(["accept", "warn"], nullable=False)
    reasons = dy.String(nullable=False)


@dataclass(frozen=True, slots=True, eq=False)
class Shard:
    """References of a collection.

    Attributes:
        rows: what is known of each.
        encoders: what made the templates, by encoder name.
        templates: by encoder name, `(n, d)` float16 of unit norm.
        pictures: ids of the sealed pictures of its references, as many together as
            `reference_pictures.TOGETHER` says; empty where they are not kept yet.
    """

    rows: dy.DataFrame[ShardRows]
    encoders: Mapping[str, EncoderIdentity]
    templates: Mapping[str, NDArray[np.float16]]
    pictures: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return how many references it has."""
        return self.rows.height

    def __repr__(self) -> str:
        """Return how many references it has, and no face."""
        return f"<Shard of {len(self)} references>"


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    format: Literal["workbench-reference-shard"] = "workbench-reference-shard"
    version: Literal[2] = 2
    encoders: Annotated[tuple[EncoderFacts, ...], Field(min_length=1, max_length=8)]
    pictures: tuple[Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")], ...]
    tensors: dict[str, Annotated[str, Field(pattern=DIGEST)]]


def encode_shard(shard: Shard) -> bytes:
    """Return a shard as bytes, the same ones for the same shard.

    Raises:
        CollectionError: when its parts do not fit each other.
    """
    tensors: dict[str, NDArray[Any]] = {
        f"templates/{name}": np.ascontiguousarray(templates)
        for name, templates in shard.templates.items()
    }
    table = io.BytesIO()
    shard.rows.write_ipc(table)
    tensors[_ROWS] = np.frombuffer(table.getvalue(), np.uint8)
    header = _Header(
        encoders=tuple(EncoderFacts(**asdict(one)) for one in shard.encoders.values()),
        pictures=shard.pictures,
        tensors={name: tensor_digest(tensor) for name, tensor in tensors.items()},
    )
    _require_fit(header, tensors, shard.rows, "this shard")
    return sealed_document("shard", header, tensors)


def decode_shard(
    document: bytes | memoryview,
    identities: Mapping[str, EncoderIdentity] | None = None,
    *,
    source: str,
) -> Shard:
    """Read a shard and check everything about it.

    Templates are views of `document`, not copies.

    Args:
        document: what `encode_shard` gave.
        identities: the encoders that probes are encoded with, by name; the shard must hold
            templates of each. Not checked when `None`.
        source: what to call it in an error.

    Raises:
        CollectionError: when it is damaged, or no shard of this version.
        EncoderMismatchError: when it was made with other encoders than `identities`.
    """
    try:
        outer, values = header_of(memoryview(document).cast("B"), _LARGEST_HEADER, _KIND)
        header = read_header(outer, "shard", _KIND, _Header)
        tensors = tensors_of(outer, values)
    except ValueError as error:
        _refuse(source, str(error))
    for name, digest in header.tensors.items():
        if name not in tensors or tensor_digest(tensors[name]) != digest:
            _refuse(source, f"{name} is damaged: the digest does not fit")
    try:
        table = pl.read_ipc(io.BytesIO(tensors[_ROWS].tobytes()))
        rows = ShardRows.validate(table)
    except (ValueError, KeyError, pl.exceptions.PolarsError, dy.exc.ValidationError) as error:
        _refuse(source, f"its rows cannot be read ({type(error).__name__})")
    _require_fit(header, tensors, rows, source)
    encoders = {one.name: one.identity for one in header.encoders}
    require_encoders(
        encoders,
        identities,
        source,
        of="references",
        remedy="Import the collection again with this encoder, or search with those.",
    )
    templates = {name: tensors[f"templates/{name}"] for name in encoders}
    return Shard(rows, encoders, templates, header.pictures)


def _require_fit(
    header: _Header, tensors: Mapping[str, NDArray[Any]], rows: pl.DataFrame, source: str
) -> None:
    """Raise unless the tensors are those of the header, with a row for each reference."""
    n = rows.height
    expected: dict[str, tuple[type[np.generic], tuple[int, ...]]] = {
        f"templates/{one.name}": (np.float16, (n, one.dimension)) for one in header.encoders
    }
    if set(tensors) != {*expected, _ROWS} or set(header.tensors) != set(tensors):
        _refuse(source, f"it must hold exactly {', '.join(sorted({*expected, _ROWS}))}")
    for name, (kind, shape) in expected.items():
        tensor = tensors[name]
        try:
            require_tensor(name, tensor, kind, shape, n)
            if kind is np.float16:
                require_unit_norm(name, tensor)
        except ValueError as error:
            _refuse(source, str(error))


def _refuse(source: str, fault: str) -> Never:
    msg = f"{source} cannot be used as part of a collection: {fault}. Import the collection again."
    raise CollectionError(msg)
