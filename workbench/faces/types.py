"""Faces found in one image, as a struct of arrays that checks itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from workbench.arrays import BoolArray, FloatArray, IntArray, check_shape

__all__ = ["FAINT", "Faces"]

FAINT: Final = 0.3
"""Detector confidence from which something may be a face: it keeps a track alive, and is hidden in
the picture of somebody else."""


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """The faces of one image; no face is `Faces.empty()`, never `None`.

    Attributes:
        boxes: shape `(n, 4)` float32, pixels, `x0, y0, x1, y1`; may reach beyond the image.
        landmarks: shape `(n, 5, 2)` float32, pixels, `x, y` of right eye, left eye, nose tip,
            right and left mouth corner (the subject's right, which is left in the image).
        confidence: shape `(n,)` float32, the detector's own score in 0..1.

    Raises:
        ValueError: when the shapes do not fit each other.
    """

    boxes: FloatArray
    landmarks: FloatArray
    confidence: FloatArray

    def __post_init__(self) -> None:
        """Check the shapes."""
        n = len(self.boxes)
        check_shape("boxes", self.boxes, (None, 4))
        check_shape("landmarks", self.landmarks, (n, 5, 2))
        check_shape("confidence", self.confidence, (n,))

    @classmethod
    def empty(cls) -> Faces:
        """No face."""
        return cls(
            np.zeros((0, 4), np.float32),
            np.zeros((0, 5, 2), np.float32),
            np.zeros((0,), np.float32),
        )

    def __len__(self) -> int:
        """Return how many faces there are."""
        return len(self.boxes)

    def __getitem__(self, index: slice | IntArray | BoolArray | list[int]) -> Faces:
        """Return the faces that a slice, an index array or a mask picks, in that order."""
        return Faces(self.boxes[index], self.landmarks[index], self.confidence[index])
