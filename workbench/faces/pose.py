"""Yaw, pitch and roll of a head from five landmarks.

Model: the eyes and mouth corners lie in one plane, the nose tip stands out of it by half the
distance between the eyes, and the camera is far (weak perspective). Roll is the tilt of the line
through the eyes. With the roll taken out, the nose tip moves sideways from the axis of the face
by `0.5 * eye distance * tan(yaw)` and along it by `0.5 * eye distance * tan(pitch)` from where it
lies on a frontal face. Signs as ISO/IEC 19794-5: yaw is positive for a face that looks to its own
left, pitch for one that looks down, roll for one tilted to its right shoulder.

Limits: noses differ, so a frontal face may read several degrees off (LFW tuning people: half of
them within 10 degrees of yaw). Beyond about 60 degrees of yaw one eye is hidden, the detector
guesses it, and the angle says only that the face is far from frontal. Up and down is the least
certain, because expression and the length of the nose move the landmarks as pitch does. On the
custody photographs of FRMDB taken 45 degrees apart, the medians are 35 degrees to each side.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray

__all__ = ["head_pose"]

NOSE_PROTRUSION: Final = 0.5
"""Height of the nose tip over the plane of eyes and mouth, in eye distances."""
NOSE_REST: Final = 0.56
"""Where the nose tip of a frontal face lies between eye line (0) and mouth line (1)."""
EYES_TO_MOUTH: Final = 1.0
"""Distance from eye line to mouth line of a frontal face, in eye distances."""
_LEAST: Final = 1e-6


def head_pose(landmarks: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return yaw, pitch and roll in degrees, each of shape `(n,)` float32.

    Args:
        landmarks: shape `(n, 5, 2)`, as in `Faces`.
    """
    points = landmarks.astype(np.float64)
    between = points[:, 1] - points[:, 0]
    roll = np.arctan2(between[:, 1], between[:, 0])
    across = np.stack([np.cos(roll), np.sin(roll)], axis=1)
    down = np.stack([-np.sin(roll), np.cos(roll)], axis=1)
    eyes = (points[:, 0] + points[:, 1]) / 2
    mouth = (points[:, 3] + points[:, 4]) / 2 - eyes
    nose = points[:, 2] - eyes
    apart = np.maximum(np.linalg.norm(between, axis=1), _LEAST)
    drop = np.maximum((mouth * down).sum(axis=1), _LEAST)
    sunk = (nose * down).sum(axis=1) / drop
    # The axis of the face leans where the mouth is not straight below the eyes.
    axis = (mouth * across).sum(axis=1) * sunk
    aside = ((nose * across).sum(axis=1) - axis) / apart
    yaw = np.arctan(aside / NOSE_PROTRUSION)
    pitch = np.arctan((sunk - NOSE_REST) * EYES_TO_MOUTH / NOSE_PROTRUSION)
    return _degrees(yaw), _degrees(pitch), _degrees(-roll)


def _degrees(angle: NDArray[np.float64]) -> FloatArray:
    return np.degrees(angle).astype(np.float32)
