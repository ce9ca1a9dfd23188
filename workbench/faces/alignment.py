"""The crop that each encoder wants, cut from the five landmarks of whichever detector.

Crops come from landmarks alone, so a face has the same crop at enrolment and at search, at any
scale of the picture, and both detectors can be exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, ImageArray
from workbench.faces.types import Faces
from workbench.faces.warping import crop_affine, similarity

__all__ = ["FACENET_BOX", "FaceNetAlignment", "FaceNetBox", "SFaceAlignment"]


@dataclass(frozen=True, slots=True)
class FaceNetBox:
    """Where MTCNN's box lies in the frame of the five landmarks, and what is cut of it.

    The unit is a pixel of the 112x112 five-point template after the face is laid on it
    (`warping.similarity`): the eyes are 35.2 units apart.

    Attributes:
        centre: of the box, from the centroid of the landmarks, units to the right and down.
        size: width and height of the box, units.
        margin: pixels of the crop that lie beyond the box, both sides together, as the argument
            of facenet-pytorch's `extract_face`.
        follows_roll: whether the box turns with the head; otherwise it stays upright.
        replicate: beyond the picture repeat its border; otherwise black.
    """

    centre: tuple[float, float]
    size: tuple[float, float]
    margin: int
    follows_roll: bool
    replicate: bool


FACENET_BOX: Final = FaceNetBox(
    centre=(0.0, -6.36), size=(80.1, 106.5), margin=32, follows_roll=True, replicate=True
)
"""Mean of MTCNN's boxes over LFW tuning people, with the margin that found most of them again.

The width and height differ because FaceNet was trained on MTCNN's boxes, stretched to a square.
"""


class FaceNetAlignment:
    """160x160 px: the box that MTCNN would give, predicted from the landmarks."""

    def __init__(self, box: FaceNetBox = FACENET_BOX) -> None:
        """Set the box; another box than the one measured is for experiments only."""
        self._box = box

    @property
    def version(self) -> str:
        """`facenet-landmark-box/1`."""
        return "facenet-landmark-box/1"

    @property
    def size(self) -> int:
        """160 px."""
        return 160

    def crops(self, image: ImageArray, faces: Faces) -> ImageArray:
        """Return crops of shape `(len(faces), 160, 160, 3)` uint8 RGB."""
        crops = np.zeros((len(faces), self.size, self.size, 3), np.uint8)
        for index, landmarks in enumerate(faces.landmarks):
            crops[index] = crop_affine(
                image, self._matrix(landmarks), self.size, replicate=self._box.replicate
            )
        return crops

    def _matrix(self, landmarks: FloatArray) -> NDArray[np.float64]:
        box = self._box
        turn = similarity(landmarks)[:, :2]
        if not box.follows_roll:
            turn = np.eye(2) * np.sqrt(abs(np.linalg.det(turn)))
        # Units to crop pixels: the box fills all but the margin.
        stretch = np.diag((self.size - box.margin) / np.array(box.size))
        linear = stretch @ turn
        middle = linear @ landmarks.astype(np.float64).mean(axis=0) + stretch @ np.array(box.centre)
        return np.column_stack([linear, (self.size - 1) / 2 - middle])


class SFaceAlignment:
    """112x112 px: a similarity transform of the five landmarks onto `FIVE_POINTS`.

    The crop of OpenCV's `FaceRecognizerSF.alignCrop`, but free of aliasing where the picture is
    much larger than the crop.
    """

    @property
    def version(self) -> str:
        """`sface-five-point/1`."""
        return "sface-five-point/1"

    @property
    def size(self) -> int:
        """112 px."""
        return 112

    def crops(self, image: ImageArray, faces: Faces) -> ImageArray:
        """Return crops of shape `(len(faces), 112, 112, 3)` uint8 RGB."""
        crops = np.zeros((len(faces), self.size, self.size, 3), np.uint8)
        for index, landmarks in enumerate(faces.landmarks):
            crops[index] = crop_affine(image, similarity(landmarks), self.size, replicate=False)
        return crops
