"""What can be measured of a face in an image, each number with its unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.arrays import BoolArray, FloatArray, ImageArray, IntArray, check_shape
from workbench.faces.alignment import SFaceAlignment
from workbench.faces.pose import head_pose
from workbench.faces.types import Faces

__all__ = ["MEASURES", "Measure", "Quality", "measure"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What one number of `Quality` is.

    Attributes:
        label: for people.
        unit: of the number.
        description: one sentence.
    """

    label: str
    unit: str
    description: str


MEASURES: Final[Mapping[str, Measure]] = {
    "eye_distance_px": Measure(
        "distance between the eyes", "px", "Between the two eye landmarks, in the picture's pixels."
    ),
    "sharpness": Measure(
        "sharpness",
        "grey levels squared",
        "Variance of the Laplacian of luma (0..255) over the face, brought to 112x112 px and to "
        "mean luminance 0.5.",
    ),
    "exposure": Measure("mean luminance", "0..1", "Mean Rec. 601 luma over the face."),
    "contrast": Measure(
        "contrast", "0..1", "RMS contrast: standard deviation of luminance over the face."
    ),
    "clipped_dark": Measure("share in black", "0..1", "Share of the face at luma 5/255 or below."),
    "clipped_bright": Measure(
        "share in white", "0..1", "Share of the face at luma 250/255 or above."
    ),
    "yaw_deg": Measure("yaw", "degrees", "Turn from frontal, positive to the person's left."),
    "pitch_deg": Measure("pitch", "degrees", "Nod from frontal, positive for looking down."),
    "roll_deg": Measure("roll", "degrees", "Tilt, positive to the person's right shoulder."),
    "confidence": Measure("detector confidence", "0..1", "The detector's own score."),
}
"""Name of each measure -> label, unit and description."""

_FACE_ROWS, _FACE_COLUMNS = slice(28, 108), slice(20, 92)  # brows to chin in the 112 px crop
_DARK, _BRIGHT, _WHITE = 5, 250, 255
_LEAST_LUMA: Final = 8.0  # below, brightening would only measure noise


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """Measures of the faces of one image; `MEASURES` says what each number is.

    Attributes:
        eye_distance_px: shape `(n,)` float32.
        sharpness: shape `(n,)` float32.
        exposure: shape `(n,)` float32.
        contrast: shape `(n,)` float32.
        clipped_dark: shape `(n,)` float32.
        clipped_bright: shape `(n,)` float32.
        yaw_deg: shape `(n,)` float32; `workbench.faces.pose` states model and limits.
        pitch_deg: shape `(n,)` float32.
        roll_deg: shape `(n,)` float32.
        confidence: shape `(n,)` float32.

    Raises:
        ValueError: when the shapes do not fit each other.
    """

    eye_distance_px: FloatArray
    sharpness: FloatArray
    exposure: FloatArray
    contrast: FloatArray
    clipped_dark: FloatArray
    clipped_bright: FloatArray
    yaw_deg: FloatArray
    pitch_deg: FloatArray
    roll_deg: FloatArray
    confidence: FloatArray

    def __post_init__(self) -> None:
        """Check the shapes."""
        for field in fields(self):
            check_shape(field.name, getattr(self, field.name), (len(self),))

    @classmethod
    def empty(cls) -> Quality:
        """No face."""
        return cls(*(np.zeros(0, np.float32) for _ in MEASURES))

    def __len__(self) -> int:
        """Return how many faces were measured."""
        return len(self.eye_distance_px)

    def __getitem__(self, index: slice | IntArray | BoolArray | list[int]) -> Quality:
        """Return the measures that a slice, an index array or a mask picks, in that order."""
        return Quality(*(getattr(self, name)[index] for name in MEASURES))

    def values(self, index: int) -> dict[str, float]:
        """Return the measures of one face by name."""
        return {name: float(getattr(self, name)[index]) for name in MEASURES}


def measure(image: ImageArray, faces: Faces) -> Quality:
    """Measure the faces of an image.

    Light and sharpness are measured on the five-point crop of 112x112 px, so that they do not
    depend on the scale of the picture; a face that is smaller than the crop reads as less sharp,
    as it is.

    Args:
        image: shape `(height, width, 3)` uint8 RGB.
        faces: found in it.
    """
    if not len(faces):
        return Quality.empty()
    crops = SFaceAlignment().crops(image, faces)
    light = np.array([_light(crop) for crop in crops], np.float32)
    apart = np.linalg.norm(faces.landmarks[:, 1] - faces.landmarks[:, 0], axis=1)
    yaw, pitch, roll = head_pose(faces.landmarks)
    return Quality(
        eye_distance_px=apart.astype(np.float32),
        sharpness=light[:, 0],
        exposure=light[:, 1],
        contrast=light[:, 2],
        clipped_dark=light[:, 3],
        clipped_bright=light[:, 4],
        yaw_deg=yaw,
        pitch_deg=pitch,
        roll_deg=roll,
        confidence=faces.confidence,
    )


def _light(crop: ImageArray) -> tuple[float, float, float, float, float]:
    """Return sharpness, exposure, contrast and the clipped shares of one crop."""
    luma: NDArray[np.uint8] = np.asarray(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), np.uint8)
    face = luma[_FACE_ROWS, _FACE_COLUMNS]
    edges = cv2.Laplacian(luma, cv2.CV_32F)[_FACE_ROWS, _FACE_COLUMNS]
    # A dark picture has small edges, not blurred ones: exposure says that it is dark.
    brightened = _WHITE / 2 / max(float(face.mean()), _LEAST_LUMA)
    return (
        float(edges.var()) * brightened**2,
        float(face.mean()) / _WHITE,
        float(face.std()) / _WHITE,
        float((face <= _DARK).mean()),
        float((face >= _BRIGHT).mean()),
    )
