"""The staged crowd of the demonstration: five people, an H.264 file, and who is where in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import dataframely as dy
import polars as pl

from workbench.demonstration.portraits import staged
from workbench.demonstration.sample import Sample
from workbench.feeds import CrowdSettings, GroundTruth, StageProgress, stage_crowd

__all__ = ["SEED", "Scene", "stage"]

SEED = 2
"""Chosen so that each of the five can be seen by itself for a while: a demonstration shows the
parts at work, and what it shows is measured on other crowds."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A staged crowd.

    Attributes:
        video: the H.264 file.
        truth: who is where, frame by frame.
        settings: how it was staged.
    """

    video: Path
    truth: dy.DataFrame[GroundTruth]
    settings: CrowdSettings

    def table(self) -> pl.DataFrame:
        """Return one row a person: `person, listed, first_s, last_s, smallest_px, largest_px`.

        The sizes are heights of the face box in pixels.
        """
        height = pl.col("y1") - pl.col("y0")
        return (
            self.truth.group_by("person", "listed")
            .agg(
                first_s=pl.col("time_s").min().round(2),
                last_s=pl.col("time_s").max().round(2),
                smallest_px=height.min().round(),
                largest_px=height.max().round(),
            )
            .sort("first_s", "person")
        )


def stage(
    sample: Sample,
    video: Path,
    *,
    seed: int = SEED,
    crowd: CrowdSettings | None = None,
    progress: StageProgress | None = None,
) -> Scene:
    """Stage the five people walking toward a camera, several at once, into the file `video`.

    Args:
        sample: the photographs.
        video: the file to write; its ground truth is written beside it.
        seed: what is random follows from it.
        crowd: how to stage, in place of `seed` and the defaults.
        progress: is told how far it is.

    Raises:
        OutputError: when the file cannot be written.
    """
    # The file is read once and goes: encoding it well would take half of the time of staging.
    settings = crowd or CrowdSettings(seed=seed, at_once=5, obstacles=1, preset="ultrafast")
    people = staged(sample.photographs, sample.analyser)
    truth = stage_crowd(people, video, settings, progress=progress)
    return Scene(video, truth, settings)
