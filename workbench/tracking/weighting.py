"""What one look at a face is worth against another look at the same face.

A cheap order of looks within one track, computed for every face of every frame; the quality
measures that judge a reference (`workbench.faces.quality`) are more careful and slower.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, ImageArray
from workbench.faces.mosaic import pixel_regions
from workbench.faces.types import Faces

__all__ = ["crop_weights", "most_weights"]

FULL_EYE_DISTANCE_PX = 32.0
"""Distance between the eyes from which a larger face says little more: SFace's crop of 112 px
has 35 px between them."""
_SIDE = 48
_HALF_SHARPNESS = 120.0
_LEAST = 1e-3


def crop_weights(image: ImageArray, faces: Faces) -> FloatArray:
    """Return a weight for each face, shape `(n,)` float32, in 0.001..1; larger is better.

    The product of three shares: the square of the distance between the eyes up to 32 px, which
    orders looks of a walker best (the score of a mated pair falls from .6 at 50 px face width to
    .3 at 20); how near the nose tip lies to the middle between eyes and mouth, which falls as
    the head turns; and, from a half to one, sharpness (variance of the Laplacian of the face at
    48 x 48 px, halfway at 120).
    """
    if not len(faces):
        return np.zeros(0, np.float32)
    sharpness = np.array([_sharpness(image, box) for box in faces.boxes])
    sharp = sharpness / (sharpness + _HALF_SHARPNESS)
    # Noise of a small face passes for sharpness, so that may only halve a weight.
    return np.asarray(np.maximum(_worth(faces) * (0.5 + 0.5 * sharp), _LEAST), np.float32)


def most_weights(faces: Faces) -> FloatArray:
    """Return what each weight cannot exceed, shape `(n,)` float32, without a look at the picture.

    A track that rests is hardly ever worth that look.
    """
    return np.asarray(np.maximum(_worth(faces), _LEAST), np.float32)


def _worth(faces: Faces) -> NDArray[np.float64]:
    """Return the product of the shares for size and for a frontal head, shape `(n,)`."""
    eyes = faces.landmarks[:, :2].astype(np.float64)
    between = np.maximum(np.linalg.norm(eyes[:, 1] - eyes[:, 0], axis=1), 1e-6)
    size = np.minimum(between / FULL_EYE_DISTANCE_PX, 1.0) ** 2
    middle = (faces.landmarks[:, [0, 1, 3, 4]].astype(np.float64)).mean(axis=1)
    aside = np.linalg.norm(faces.landmarks[:, 2] - middle, axis=1) / between
    return np.asarray(size * np.clip(1.0 - aside, 0.05, 1.0))


def _sharpness(image: ImageArray, box: FloatArray) -> float:
    height, width = image.shape[:2]
    x0, y0, x1, y1 = pixel_regions(box[None], 0.8, (width, height))[0].tolist()
    if x1 <= x0 or y1 <= y0:
        return 0.0
    small = cv2.resize(image[y0:y1, x0:x1], (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())
