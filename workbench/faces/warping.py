"""Affine crops without aliasing, and the similarity that lays five landmarks on a template."""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, ImageArray

__all__ = ["FIVE_POINTS", "crop_affine", "similarity"]

FIVE_POINTS: Final[tuple[tuple[float, float], ...]] = (
    (38.2946, 51.6963),
    (73.5318, 51.5014),
    (56.0252, 71.7366),
    (41.5493, 92.3655),
    (70.7299, 92.2041),
)
"""The five landmarks in the 112x112 template of ArcFace (Deng et al., 2019), px, `x, y`."""
_SMALLEST_SPREAD: Final = 1e-6
_MARGIN_PX: Final = 2


def similarity(landmarks: FloatArray) -> NDArray[np.float64]:
    """Return the least-squares similarity from landmarks to `FIVE_POINTS`.

    Umeyama, "Least-squares estimation of transformation parameters between two point patterns",
    1991, in the closed form of two dimensions, without reflection.

    Args:
        landmarks: shape `(5, 2)`, pixels.

    Returns:
        Matrix of shape `(2, 3)` that takes pixels to the template. Landmarks that all lie on one
        point, which no detector gives for a face, are treated as a face one pixel wide.
    """
    source, target = landmarks.astype(np.float64), np.array(FIVE_POINTS)
    mean_source, mean_target = source.mean(axis=0), target.mean(axis=0)
    from_mean, to_mean = source - mean_source, target - mean_target
    spread = float((from_mean**2).sum())
    if spread < _SMALLEST_SPREAD:
        turn = np.eye(2) * 112
    else:
        cosine = float((from_mean * to_mean).sum()) / spread
        cross = from_mean[:, 0] * to_mean[:, 1] - from_mean[:, 1] * to_mean[:, 0]
        sine = float(cross.sum()) / spread
        turn = np.array([[cosine, -sine], [sine, cosine]])
    return np.column_stack([turn, mean_target - turn @ mean_source])


def crop_affine(
    image: ImageArray, matrix: NDArray[np.float64], size: int, *, replicate: bool
) -> ImageArray:
    """Cut a square crop through an affine map.

    Where the crop shrinks the picture twice or more, the picture is first reduced by area, so
    that a crop of a large photograph equals that of the same photograph made smaller.

    Args:
        image: shape `(height, width, 3)` uint8.
        matrix: shape `(2, 3)`, takes pixels of `image` to pixels of the crop.
        size: side of the crop.
        replicate: beyond the picture repeat its border; otherwise black.

    Returns:
        Array of shape `(size, size, 3)` uint8.
    """
    height, width = image.shape[:2]
    corners = np.array([[0, 0], [size, 0], [0, size], [size, size]], np.float64) - 0.5
    back = np.linalg.inv(matrix[:, :2])
    seen = (corners - matrix[:, 2]) @ back.T
    shrink = math.sqrt(abs(float(np.linalg.det(back))))
    factor = max(1, math.floor(shrink))
    # Only the part that is seen is touched: a crop of 40 megapixels costs no more than of one.
    pad = _MARGIN_PX * factor
    low = np.floor(seen.min(axis=0)).astype(int) - pad
    high = np.ceil(seen.max(axis=0)).astype(int) + pad + 1
    x0, y0 = np.clip(low, 0, [width - 1, height - 1])
    x1, y1 = np.clip(high, [x0 + 1, y0 + 1], [width, height])
    part = image[y0:y1, x0:x1]
    move = matrix.copy()
    move[:, 2] += move[:, :2] @ np.array([x0, y0], np.float64)
    if factor > 1:
        full = np.array([x1 - x0, y1 - y0], np.float64)
        small = np.maximum(np.rint(full / factor), 1)
        size_small = int(small[0]), int(small[1])
        part = np.asarray(cv2.resize(part, size_small, interpolation=cv2.INTER_AREA), np.uint8)
        step = full / small
        # Pixel centres: small pixel u shows big pixels (u + 0.5) * step - 0.5.
        move[:, 2] += move[:, :2] @ (0.5 * step - 0.5)
        move[:, :2] *= step
    border = cv2.BORDER_REPLICATE if replicate else cv2.BORDER_CONSTANT
    crop = cv2.warpAffine(
        np.ascontiguousarray(part), move, (size, size), flags=cv2.INTER_LINEAR, borderMode=border
    )
    return np.asarray(crop, np.uint8)
