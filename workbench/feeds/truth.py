"""Who is where in a staged feed, frame by frame: the table that live searches are scored by."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import dataframely as dy
import polars as pl
from dataframely.exc import SchemaError, ValidationError

from workbench.errors import FeedError, OutputError

__all__ = ["GroundTruth", "check_truth", "read_truth", "truth_path", "write_truth"]


class GroundTruth(dy.Schema):
    """One row for each face of each frame that shows at least a part of it.

    Units: `time_s` seconds from the start of the feed, equal to the decoded frame's; boxes in
    pixels, `x0, y0` the upper left and `x1, y1` the lower right corner, cut at the edges of the
    frame; `occluded` the share of the face that nearer people, obstacles or the edge of the frame
    hide, 0 to 1.
    """

    frame = dy.Int64(primary_key=True, min=0)
    time_s = dy.Float64(min=0.0, allow_inf=False, allow_nan=False)
    person = dy.String(primary_key=True, min_length=1)
    listed = dy.Bool(nullable=False)
    x0 = dy.Float32(allow_inf=False, allow_nan=False)
    y0 = dy.Float32(allow_inf=False, allow_nan=False)
    x1 = dy.Float32(allow_inf=False, allow_nan=False)
    y1 = dy.Float32(allow_inf=False, allow_nan=False)
    occluded = dy.Float32(min=0.0, max=1.0, allow_nan=False)

    @dy.rule()
    def box_has_extent(cls) -> pl.Expr:  # noqa: N805 - dataframely rules receive the class
        """Every box is wider and higher than nothing."""
        return (pl.col("x0") < pl.col("x1")) & (pl.col("y0") < pl.col("y1"))

    @dy.rule()
    def one_time_a_frame(cls) -> pl.Expr:  # noqa: N805
        """All rows of a frame carry the same time."""
        return pl.col("time_s").n_unique().over("frame") == 1

    @dy.rule()
    def listed_or_not(cls) -> pl.Expr:  # noqa: N805
        """A person is on the watchlist in every frame or in none."""
        return pl.col("listed").n_unique().over("person") == 1


def truth_path(video: Path | str) -> Path:
    """Return where the ground truth of a staged video lies: its name and `.truth.parquet`."""
    path = Path(video)
    return path.with_name(f"{path.name}.truth.parquet")


def check_truth(frame: pl.DataFrame, name: str) -> dy.DataFrame[GroundTruth]:
    """Return `frame` as checked ground truth, in order of frame and person.

    Args:
        frame: the table; columns beyond those of `GroundTruth` are dropped.
        name: what to call the table in the message.

    Raises:
        FeedError: when a column is missing or of another type, or a row breaks a rule.
    """
    try:
        checked = GroundTruth.validate(frame)
    except (SchemaError, ValidationError, pl.exceptions.PolarsError) as error:
        fault = "; ".join(part.strip(" -") for part in str(error).splitlines() if part.strip())
        msg = f"{name}: is not the ground truth of a staged crowd ({fault}). Stage the crowd again."
        raise FeedError(msg) from None
    ordered = checked.sort("frame", "person")
    return GroundTruth.cast(ordered)


def read_truth(path: Path | str) -> dy.DataFrame[GroundTruth]:
    """Return the ground truth in a Parquet file.

    Raises:
        FeedError: when the file is missing, is not Parquet, or does not hold ground truth.
    """
    try:
        # Polars reports damage as its own errors, as OSError, and as panics of its reader.
        frame = pl.read_parquet(path, glob=False)
    except FileNotFoundError:
        msg = f"{path}: there is no such file. The ground truth lies beside the staged video."
        raise FeedError(msg) from None
    except (pl.exceptions.PolarsError, OSError) as error:
        words = " ".join(str(error).split())
        msg = f"{path}: cannot be read as Parquet ({words}). Stage the crowd again."
        raise FeedError(msg) from None
    return check_truth(frame, str(path))


def write_truth(frame: pl.DataFrame, path: Path | str) -> None:
    """Write ground truth as Parquet; the file is whole or it is not there.

    Raises:
        FeedError: when `frame` is not ground truth.
        OutputError: when the file cannot be written.
    """
    target = Path(path)
    checked = check_truth(frame, str(target))
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        checked.write_parquet(partial)
        partial.replace(target)
    except (OSError, pl.exceptions.PolarsError) as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        msg = f"{target}: the ground truth could not be written ({error}). Check the folder."
        raise OutputError(msg) from None
