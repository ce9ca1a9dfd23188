"""Boxes of a run beside boxes of the ground truth, frame by frame."""

from __future__ import annotations

import polars as pl

__all__ = ["MIN_OVERLAP", "attributed"]

MIN_OVERLAP = 0.3
"""Overlap (IoU) from which a found face is the true one: detectors disagree on where a face ends,
two people's faces hardly ever overlap so much."""

_CORNERS = ("x0", "y0", "x1", "y1")


def attributed(
    boxes: pl.DataFrame, truth: pl.DataFrame, *, min_overlap: float = MIN_OVERLAP
) -> pl.DataFrame:
    """Say whose face each box shows.

    Args:
        boxes: `frame` and `x0, y0, x1, y1` in pixels, and any further columns.
        truth: ground truth of the same frames: `frame`, `person`, `listed` and the box.
        min_overlap: intersection over union from which a box is a person's.

    Returns:
        `boxes` in their order with `true_person`, `true_listed` and `overlap` of the person whose
        face overlaps most, null where none does enough.
    """
    numbered = boxes.with_row_index("_row").with_columns(pl.col("frame").cast(pl.Int64))
    true = truth.select(
        pl.col("frame").cast(pl.Int64),
        pl.col("person").alias("true_person"),
        pl.col("listed").alias("true_listed"),
        *(pl.col(corner).cast(pl.Float64).alias(f"true_{corner}") for corner in _CORNERS),
    )
    best = (
        numbered.select("_row", "frame", *(pl.col(c).cast(pl.Float64) for c in _CORNERS))
        .join(true, on="frame")
        .with_columns(_overlap().alias("overlap"))
        .filter(pl.col("overlap") >= min_overlap)
        .sort(["_row", "overlap", "true_person"], descending=[False, True, False])
        .unique("_row", keep="first", maintain_order=True)
        .select("_row", "true_person", "true_listed", "overlap")
    )
    return numbered.join(best, on="_row", how="left", maintain_order="left").drop("_row")


def _overlap() -> pl.Expr:
    wide = (pl.min_horizontal("x1", "true_x1") - pl.max_horizontal("x0", "true_x0")).clip(
        lower_bound=0.0
    )
    high = (pl.min_horizontal("y1", "true_y1") - pl.max_horizontal("y0", "true_y0")).clip(
        lower_bound=0.0
    )
    shared = wide * high
    area = (pl.col("x1") - pl.col("x0")) * (pl.col("y1") - pl.col("y0"))
    true_area = (pl.col("true_x1") - pl.col("true_x0")) * (pl.col("true_y1") - pl.col("true_y0"))
    return shared / (area + true_area - shared).clip(lower_bound=1e-9)
