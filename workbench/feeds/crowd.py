"""A staged crowd: labelled portraits walk toward a camera, and who is where is known."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import dataframely as dy
import polars as pl
from av.error import FFmpegError

from workbench.arrays import ImageArray
from workbench.errors import OutputError
from workbench.feeds.frames import Feed
from workbench.feeds.staging.encoding import H264Writer, frame_rate
from workbench.feeds.staging.people import Portrait, StagedPerson
from workbench.feeds.staging.rendering import (
    StagedFace,
    StagedFrame,
    count_frames,
    render_crowd,
)
from workbench.feeds.staging.settings import CrowdSettings
from workbench.feeds.truth import GroundTruth, check_truth, truth_path, write_truth

__all__ = [
    "CrowdSettings",
    "Portrait",
    "StageProgress",
    "StagedFace",
    "StagedFrame",
    "StagedPerson",
    "render_crowd",
    "stage_crowd",
]

StageProgress = Callable[[int, int], None]
"""Is told after each frame: how many are done, and how many there will be."""


def stage_crowd(
    people: Sequence[StagedPerson],
    output: Path | str,
    settings: CrowdSettings | None = None,
    background: ImageArray | Feed | None = None,
    progress: StageProgress | None = None,
) -> dy.DataFrame[GroundTruth]:
    """Stage a crowd, write it as an H.264 video, and return who is where in it.

    The ground truth is also written beside the video, to `truth_path(output)`. Both files are
    placed when they are whole; after a failure neither is there, and what lay there before stays.

    Faces are photographs that move, so detection and comparison are tried honestly (size, blur,
    noise, compression, cover, change of photograph), but nobody turns the head or blinks:
    tracking looks easier here than on a street. Report real footage beside it.

    Args:
        people: who walks by; each once, listed or not, with one portrait or more.
        output: the video file, `.mp4`.
        settings: how large, how many at once, how bad; `CrowdSettings()` when left out.
        background: a picture or a feed to walk in front of, best without people: those in it are
            not in the ground truth. A drawn street when left out.
        progress: is told how far it is.

    Raises:
        UsageError: when the people cannot be staged or do not fit `settings.seconds`.
        FeedError: when the background cannot be read.
        OutputError: when a file cannot be written.

    Example:
        >>> person = StagedPerson("a", True, (Portrait(image, box),))  # doctest: +SKIP
        >>> truth = stage_crowd([person], "crowd.mp4", CrowdSettings(seed=1))  # doctest: +SKIP
    """
    chosen = settings or CrowdSettings()
    target = Path(output)
    total = count_frames(people, chosen)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    faces: list[tuple[int, StagedFace]] = []
    try:
        with H264Writer(partial, chosen) as writer:
            for frame in render_crowd(people, chosen, background):
                writer.write(frame.image)
                faces.extend((frame.index, face) for face in frame.faces)
                if progress is not None:
                    progress(frame.index + 1, total)
        truth = _table(faces, chosen, str(target))
        _place(partial, target, truth)
    except (FFmpegError, OSError) as error:
        words = " ".join((error.strerror or str(error)).split())
        msg = (
            f"{target}: the staged crowd could not be written ({words}). Check that the folder "
            "exists, may be written and has room."
        )
        raise OutputError(msg) from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return truth


def _place(partial: Path, target: Path, truth: pl.DataFrame) -> None:
    """Give video and ground truth their names, both or neither."""
    if target.is_dir():
        msg = f"{target} is a folder"
        raise IsADirectoryError(msg)
    beside = truth_path(target)
    new = not beside.exists()
    write_truth(truth, beside)
    try:
        partial.replace(target)
    except OSError:
        if new:
            beside.unlink(missing_ok=True)
        raise


def _table(
    faces: Sequence[tuple[int, StagedFace]], settings: CrowdSettings, name: str
) -> dy.DataFrame[GroundTruth]:
    """Return the faces of all frames as a checked table."""
    rate = frame_rate(settings.fps)
    rows = [
        (index, float(index / rate), face.person, face.listed, *face.box, face.occluded)
        for index, face in faces
    ]
    columns = {name: column.dtype for name, column in GroundTruth.columns().items()}
    return check_truth(pl.DataFrame(rows, schema=columns, orient="row"), name)
