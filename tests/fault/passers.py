"""Who passes by in a feed, by a direct run: each face of each frame, encoded and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.arrays import ImageArray
from workbench.faces.analysis import FaceAnalyser
from workbench.feeds import open_feed
from workbench.live.overlap import attributed
from workbench.tracking.tracker import Tracker

__all__ = ["Looks", "of_clip", "of_crowd"]

COMPARED: Final = 0.6
"""Confidence of the detector from which a face may be compared: `LiveSettings.min_confidence`."""
SAME_PERSON: Final = 0.5
"""Cosine between the means of two tracks from which they may be one person; in the street clip
the tracks of different people reach 0.4 where the faces are large, those of one person 0.66."""

Templates = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Looks:
    """Every look at a face that a search could have compared.

    Attributes:
        people: who it is; the number of a track where nobody knows more.
        frames: in which frame.
        boxes: where, `(n, 4)` pixels.
        templates: of each look, by encoder.
        pictures: a few of the looks, cut out, by person.
    """

    people: list[str]
    frames: NDArray[np.int64]
    boxes: NDArray[np.float32]
    templates: Templates
    pictures: Mapping[str, ImageArray]

    def __len__(self) -> int:
        """Return how many looks there are."""
        return len(self.people)

    def of(self, person: str) -> Looks:
        """Return the looks at one person."""
        return self._where(np.array([one == person for one in self.people]))

    def without(self, person: str) -> Looks:
        """Return the looks at all others: neither that person nor who may be the same."""
        means = {one: _mean(self.of(one)) for one in set(self.people)}
        same = {
            one
            for one in means
            if one == person
            or all(means[one][name] @ means[person][name] >= SAME_PERSON for name in means[one])
        }
        return self._where(np.array([one not in same for one in self.people]))

    def _where(self, mask: NDArray[np.bool_]) -> Looks:
        rows = np.flatnonzero(mask)
        return Looks(
            [self.people[row] for row in rows.tolist()],
            self.frames[rows],
            self.boxes[rows],
            {name: vectors[rows] for name, vectors in self.templates.items()},
            self.pictures,
        )


def of_clip(path: Path, analyser: FaceAnalyser, frames: int) -> Looks:
    """Return the looks of an unlabelled clip; a track is taken for a person."""
    return _looks(path, analyser, frames, None)


def of_crowd(path: Path, analyser: FaceAnalyser, frames: int, truth: pl.DataFrame) -> Looks:
    """Return the looks of a staged crowd, named by its ground truth."""
    return _looks(path, analyser, frames, truth)


def _looks(path: Path, analyser: FaceAnalyser, frames: int, truth: pl.DataFrame | None) -> Looks:
    people: list[str] = []
    at: list[int] = []
    boxes: list[NDArray[np.float32]] = []
    templates: defaultdict[str, list[NDArray[np.float32]]] = defaultdict(list)
    pictures: dict[str, ImageArray] = {}
    tracker = Tracker(confirm_frames=3, lost_s=1.0)
    with open_feed(path) as feed:
        for frame in islice(feed.frames(), frames):
            faces = analyser.detect(frame.image)
            strong = faces.confidence >= COMPARED
            numbers, _ = tracker.update(frame.time_s, faces.boxes, strong)
            rows = np.flatnonzero(strong).tolist()
            found = analyser.encode(frame.image, faces[rows])
            for name, one in found.items():
                templates[name].append(one.vectors)
            for row in rows:
                people.append(f"track-{numbers[row]}")
                at.append(frame.index)
                boxes.append(faces.boxes[row])
                pictures[people[-1]] = _cut(frame.image, faces.boxes[row])
    looks = Looks(
        people,
        np.array(at, np.int64),
        np.array(boxes, np.float32),
        {name: np.concatenate(parts) for name, parts in templates.items()},
        pictures,
    )
    return looks if truth is None else _named(looks, truth)


def _named(looks: Looks, truth: pl.DataFrame) -> Looks:
    names = ("x0", "y0", "x1", "y1")
    table = pl.DataFrame(
        {"frame": looks.frames, **{name: looks.boxes[:, at] for at, name in enumerate(names)}}
    )
    true = attributed(table, truth)["true_person"].to_list()
    known = np.array([one is not None for one in true])
    named = Looks([one or "" for one in true], looks.frames, looks.boxes, looks.templates, {})
    return named._where(known)


def _cut(image: ImageArray, box: NDArray[np.float32]) -> ImageArray:
    """Cut a face out with a fifth of its size on each side."""
    x0, y0, x1, y1 = box.tolist()
    beside, above = (x1 - x0) / 5, (y1 - y0) / 5
    height, width = image.shape[:2]
    left, right = max(0, int(x0 - beside)), min(width, int(x1 + beside))
    top, bottom = max(0, int(y0 - above)), min(height, int(y1 + above))
    return np.array(image[top:bottom, left:right])


def _mean(looks: Looks) -> Templates:
    means = {name: vectors.mean(axis=0) for name, vectors in looks.templates.items()}
    return {name: mean / np.linalg.norm(mean) for name, mean in means.items()}
