"""How many of the staged faces were found, in the frames in which faces were looked for."""

from __future__ import annotations

import polars as pl

from workbench.live.overlap import attributed

__all__ = ["Found"]

MOST_HIDDEN = 0.5
"""Share of a face that may be hidden; beyond that nobody can say that it should be found."""
_CORNERS = dict.fromkeys(("x0", "y0", "x1", "y1"), pl.Float64)


class Found:
    """Notes the boxes of each frame in which faces were looked for."""

    def __init__(self) -> None:
        self._frames: list[int] = []
        self._rows: list[tuple[int, float, float, float, float]] = []

    def note(self, frame: int, boxes: list[list[float]]) -> None:
        """Note the boxes that were found in a frame, which may be none."""
        self._frames.append(frame)
        self._rows += [(frame, *box) for box in boxes]  # type: ignore[misc]  # four corners

    def share(self, truth: pl.DataFrame) -> float | None:
        """Share of the staged faces, at most half hidden, that a box overlaps (IoU 0.3)."""
        wanted = truth.filter(
            pl.col("frame").is_in(self._frames), pl.col("occluded") <= MOST_HIDDEN
        ).select(pl.col("frame").cast(pl.Int64), "person")
        boxes = pl.DataFrame(self._rows, schema={"frame": pl.Int64} | _CORNERS, orient="row")
        found = attributed(boxes, truth).select("frame", person="true_person").unique()
        return (
            len(wanted.join(found, on=["frame", "person"])) / len(wanted) if len(wanted) else None
        )
