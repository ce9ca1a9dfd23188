"""Which images of a manifest are not in a collection, sealed with the part that they lie in.

What the rules refuse of a manifest never reaches an import. It is kept with the part whose rows it
lies among, so that it is there once however often an import is cut off, and goes with its key.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from workbench.bench.collection_views import RefusedImage

if TYPE_CHECKING:
    import polars as pl

    from workbench.retrospective.importing import ImportedPart
    from workbench.retrospective.manifests import Manifest

__all__ = ["REFUSALS", "read_refusals", "refusals_of", "refused_frame", "sealed_refusals"]

REFUSALS: Final = "collection-refusals"
"""Kind of the sealed object."""
_COLUMNS: Final = ("row", "path", "why")


def refusals_of(part: ImportedPart, listed: Manifest, part_rows: int) -> pl.DataFrame:
    """Return what was refused among the rows of a part, by row.

    Args:
        part: with what could not be taken.
        listed: what the part is of, with what the rules refused.
        part_rows: rows that may be imported, a part.
    """
    import polars as pl  # noqa: PLC0415 - opens quickly

    rows, first = listed.references["row"], part.number * part_rows
    row = pl.col("row")
    among = pl.lit(value=True) if part.number == 0 else row >= rows[first]
    if first + part_rows < len(rows):
        among &= row < rows[first + part_rows]
    ruled = listed.refusals.filter(among)
    return pl.concat([one.select(_COLUMNS) for one in (ruled, part.refusals)]).sort("row")


def sealed_refusals(refusals: pl.DataFrame) -> bytes:
    """Return what was refused as bytes for the vault."""
    table = io.BytesIO()
    refusals.select(_COLUMNS).write_ipc(table)
    return table.getvalue()


def refused_frame(table: bytes) -> pl.DataFrame:
    """Return what `sealed_refusals` made bytes of."""
    import polars as pl  # noqa: PLC0415 - opens quickly

    return pl.read_ipc(io.BytesIO(table)).select(_COLUMNS)


def read_refusals(table: bytes) -> Iterator[RefusedImage]:
    """Give what `sealed_refusals` made bytes of, an image at a time."""
    for row, path, why in refused_frame(table).iter_rows():
        yield RefusedImage(row, path, why)
