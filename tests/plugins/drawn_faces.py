"""Faces that are noise: a detector and an encoder without any model, for benches that need none.

The encoder bears the name of a measured one, so that the shipped policy fits and a search starts;
what it makes of a picture is a direction that follows from the picture alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from workbench.arrays import ImageArray
from workbench.closing import ClosedAtTheEnd
from workbench.faces.alignment import SFaceAlignment
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.runtimes.network import Runtime
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.faces.types import Faces
from workbench.feeds.frames import Frame
from workbench.matching.calibration import load_calibration
from workbench.settings import QualitySettings

__all__ = ["SIDE", "DrawnFeed", "drawn_analyser", "drawn_pair_analyser", "portrait"]

SIDE: Final = 160
_FRONTAL: Final = np.array(
    [[38.29, 51.70], [73.53, 51.50], [56.03, 71.74], [41.55, 92.37], [70.73, 92.20]], np.float32
)
"""Where the five points lie in SFace's crop of 112 pixels."""


def portrait(seed: int) -> ImageArray:
    """Draw noise that the measures of quality let pass, `(160, 160, 3)`."""
    random = np.random.default_rng(seed)
    coarse = random.integers(60, 190, (SIDE // 8, SIDE // 8, 3), dtype=np.uint8)
    return np.asarray(np.kron(coarse, np.ones((8, 8, 1), np.uint8)), np.uint8)


def drawn_analyser() -> FaceAnalyser:
    """Return an analyser that finds one face in every picture, in its middle."""
    return FaceAnalyser(_Detector(), {"sface": _Encoder()}, QualitySettings())


def drawn_pair_analyser() -> FaceAnalyser:
    """Return an analyser that finds two faces, one in the middle of each half of a picture."""
    return FaceAnalyser(_PairDetector(), {"sface": _Encoder()}, QualitySettings())


class _Detector:
    name = "drawn"

    def detect(self, image: ImageArray) -> Faces:
        height, width = image.shape[:2]
        scale = 0.7 * min(width, height) / 112
        corner = np.array([width, height], np.float32) / 2 - 56 * scale
        box = np.concatenate([corner, corner + 112 * scale])
        points = _FRONTAL * scale + corner
        return Faces(
            box[None].astype(np.float32), points[None].astype(np.float32), np.ones(1, np.float32)
        )

    def detect_batch(self, images: Sequence[ImageArray]) -> list[Faces]:
        return [self.detect(image) for image in images]


class _PairDetector(_Detector):
    def detect(self, image: ImageArray) -> Faces:
        width = image.shape[1] // 2
        left, right = (super(_PairDetector, self).detect(half) for half in np.split(image, 2, 1))
        return Faces(
            np.concatenate([left.boxes, right.boxes + np.float32([width, 0, width, 0])]),
            np.concatenate([left.landmarks, right.landmarks + np.float32([width, 0])]),
            np.concatenate([left.confidence, right.confidence]),
        )


class _Encoder:
    runtime = Runtime.TORCH

    def __init__(self) -> None:
        self.alignment = SFaceAlignment()

    @property
    def identity(self) -> EncoderIdentity:
        return load_calibration().encoders["sface"].identity()

    def encode(self, crops: ImageArray) -> Templates:
        vectors = np.zeros((len(crops), 128), np.float32)
        for row, crop in enumerate(crops):
            seed = hashlib.sha256(np.ascontiguousarray(crop).tobytes()).digest()[:8]
            vector = np.random.default_rng(int.from_bytes(seed, "big")).normal(size=128)
            vectors[row] = vector / np.linalg.norm(vector)
        return Templates(vectors, self.identity)


class DrawnFeed(ClosedAtTheEnd):
    """A feed of a few drawn frames."""

    name = "drawn"
    size = (SIDE, SIDE)
    fps: float | None = 25.0
    live = False
    damage: str | None = None

    def __init__(self, frames: int = 3) -> None:
        self.frame_count: int | None = frames

    def frames(self) -> Iterator[Frame]:
        for index in range(self.frame_count or 0):
            yield Frame(index, index / 25, portrait(1000 + index))

    def close(self) -> None:
        pass
