"""Looks at faces that have gone -> what is kept of each: encoded together, then dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from workbench.arrays import FloatArray
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.measures import MEASURES
from workbench.faces.surroundings import encode_around
from workbench.faces.templates import Templates
from workbench.faces.thumbnails import thumbnail
from workbench.images import encode_jpeg
from workbench.matching.thumbnails import Thumbnails
from workbench.retrospective.appearances import AppearanceRows, Appearances, SegmentFacts
from workbench.retrospective.looks import Look
from workbench.retrospective.wider_pictures import WiderPictures

__all__ = ["Found", "Maker"]

_BATCH: Final = 16
"""Looks that are encoded together, of as many tracks as there are."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A track that ended.

    Attributes:
        number: of the track.
        first_s: when it was first detected.
        last_s: when it was last detected.
        found: how often it was.
        first: shape `(4,)`, its box then, px.
        last: shape `(4,)`, its last box, px.
    """

    number: int
    first_s: float
    last_s: float
    found: int
    first: FloatArray
    last: FloatArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Made:
    """What is kept of one track."""

    track: Found
    row: dict[str, object]
    box: FloatArray
    eyes: FloatArray
    quality: list[float]
    times_s: list[float]
    weights: list[float]
    templates: dict[str, FloatArray]
    picture: bytes
    wider: bytes
    wider_eyes: FloatArray


class Maker:
    """Takes tracks as they end, and encodes their looks in batches."""

    def __init__(self, analyser: FaceAnalyser) -> None:
        """Set what encodes and measures them."""
        self._analyser = analyser
        self._waiting: list[tuple[Found, list[Look]]] = []
        self._made: list[_Made] = []

    def take(self, track: Found, looks: Sequence[Look]) -> None:
        """Take a track and its looks, best first, at least one."""
        self._waiting.append((track, list(looks)))
        if sum(len(own) for _, own in self._waiting) >= _BATCH:
            self._make()

    def finish(self, facts: SegmentFacts) -> Appearances:
        """Encode what waits, and return everything in the order in which faces came into view."""
        self._make()
        made = sorted(self._made, key=lambda one: one.track.number)
        n = len(made)
        rows = pl.DataFrame(
            [{"track": at, **one.row} for at, one in enumerate(made)],
            schema=AppearanceRows.create_empty().schema,
        )
        identities = self._analyser.identities
        boxes = [[one.track.first, one.box, one.track.last] for one in made]
        return Appearances(
            facts=facts,
            rows=AppearanceRows.validate(rows, cast=True),
            encoders=identities,
            boxes=np.array(boxes, np.float32).reshape(n, 3, 4),
            eyes=np.array([one.eyes for one in made], np.float32).reshape(n, 2, 2),
            measures=tuple(MEASURES),
            quality=np.array([one.quality for one in made], np.float32).reshape(n, len(MEASURES)),
            offsets=np.cumsum([0, *(len(one.times_s) for one in made)], dtype=np.int64),
            times_s=np.array([at for one in made for at in one.times_s], np.float64),
            weights=np.array([one for track in made for one in track.weights], np.float32),
            templates={
                name: np.concatenate(
                    [Templates.empty(identity).vectors, *(one.templates[name] for one in made)]
                ).astype(np.float16)
                for name, identity in identities.items()
            },
            thumbnails=Thumbnails.from_encoded([one.picture for one in made]),
            wider=WiderPictures.from_encoded(
                [one.wider for one in made],
                np.array([one.wider_eyes for one in made], np.float32).reshape(n, 2, 2),
            ),
        )

    def _make(self) -> None:
        """Encode the looks that wait, all together, and keep no crop of them."""
        waiting, self._waiting = self._waiting, []
        looks = [look for _, own in waiting for look in own]
        if not looks:
            return
        crops = {
            name: np.concatenate([look.crops[name] for look in looks]) for name in looks[0].crops
        }
        templates = self._analyser.encode_crops(crops)
        start = 0
        for track, own in waiting:
            part = slice(start, start + len(own))
            start = part.stop
            vectors = {name: one.vectors[part] for name, one in templates.items()}
            self._made.append(self._kept(track, own, vectors))

    def _kept(self, track: Found, looks: list[Look], vectors: dict[str, FloatArray]) -> _Made:
        # A person should see the face whole: the best look that nobody reaches into.
        shown = min(looks, key=lambda look: (look.hidden, -look.weight, look.time_s))
        face = shown.face_in_picture()
        quality, judgements = self._analyser.measure(shown.around, face)
        measured = quality.values(0)
        return _Made(
            track=track,
            row={
                "first_s": track.first_s,
                "last_s": track.last_s,
                "found": track.found,
                "looked_s": shown.time_s,
                "looked_frame": shown.frame,
                "hidden": shown.hidden,
                "verdict": str(judgements[0].verdict),
                "reasons": "\n".join(judgements[0].reasons),
            },
            box=shown.face.boxes[0],
            eyes=shown.face.landmarks[0, :2],
            quality=[measured[name] for name in MEASURES],
            times_s=[look.time_s for look in looks],
            weights=[look.weight for look in looks],
            templates=vectors,
            picture=encode_jpeg(thumbnail(shown.around, face.boxes)[0]),
            wider=encode_around(shown.wider),
            wider_eyes=shown.wider_eyes,
        )
