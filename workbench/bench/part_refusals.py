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
    from workbench.retrospective.importing import ImportedPart
    from workbench.retrospective.manifests import Manifest

__all__ = ["REFUSALS", "read_refusals", "refusals_of"]

REFUSALS: Final = "collection-refusals"
"""Kind of the sealed object."""
_COLUMNS: Final = ("row", "path", "why")


def refusals_of(part: ImportedPart, listed: Manifest, part_rows: int) -> bytes | None:
    """Return what was refused among the rows of a part, by row; `None` where nothing was.

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
    refused = pl.concat([one.select(_COLUMNS) for one in (ruled, part.refusals)]).sort("row")
    if refused.is_empty():
        return None
    table = io.BytesIO()
    refused.write_ipc(table)
    return table.getvalue()


def read_refusals(table: bytes) -> Iterator[RefusedImage]:
    """Give what `refusals_of` returned."""
    import polars as pl  # noqa: PLC0415 - opens quickly

    for row, path, why in pl.read_ipc(io.BytesIO(table)).select(_COLUMNS).iter_rows():
        yield RefusedImage(row, path, why)
