"""A face whose eyes somebody placed by hand: where the rest of it is taken to be, and its verdict.

Two points fix a similarity, and with it where a face of mean shape has its nose and mouth
(`warping.FIVE_POINTS`). Each encoder's crop follows from those five points, so the face is cut with
the eyes where they were placed, and nothing of what the detector had wrong goes into it.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np

from workbench.errors import UsageError
from workbench.faces.alignment import FACENET_BOX
from workbench.faces.quality import Judgement, Verdict
from workbench.faces.types import Faces
from workbench.faces.warping import FIVE_POINTS
from workbench.governance.eyes_by_hand import LEAST_APART_PX

__all__ = ["Eyes", "eyes_judged", "face_of_eyes"]

Eyes: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""Right and left eye of the person, `x, y` px."""
_PLACED: Final = (
    "The eyes were placed by hand: nose and mouth are taken to be where a face of mean shape has "
    "them, and how far the head is turned was not measured."
)
_NOT_FOUND: Final = "No face was found there; the eyes were placed by hand."
_POSE: Final = ("Yaw is ", "Pitch is ")
_SURE: Final = "Detector confidence is "


def face_of_eyes(eyes: Eyes, shape: tuple[int, ...], confidence: float | None) -> Faces:
    """Return the one face that has its eyes there.

    Args:
        eyes: right and left of the person, px.
        shape: of the picture, height and width first.
        confidence: of the detector in the face that is put right; `None` where it found none.

    Raises:
        UsageError: when an eye lies outside the picture, or both on one point.
    """
    right, left = (complex(*map(float, one)) for one in eyes)
    height, width = shape[:2]
    if not all(0 <= one.real <= width and 0 <= one.imag <= height for one in (right, left)):
        msg = f"an eye lies outside the picture of {width}x{height} px. Place it on the face."
        raise UsageError(msg)
    if abs(left - right) < LEAST_APART_PX:
        msg = (
            f"the eyes are {abs(left - right):.1f} px apart, less than {LEAST_APART_PX:g}. Place "
            "them on both eyes; enlarge the picture where the face is so small."
        )
        raise UsageError(msg)
    points = np.array(FIVE_POINTS) @ np.array([1, 1j])
    # The similarity without reflection, as one multiplication in the complex plane.
    turn = (left - right) / (points[1] - points[0])
    placed = right + turn * (points - points[0])
    landmarks = np.stack([placed.real, placed.imag], axis=1).astype(np.float32)
    unit = abs(turn)
    middle = landmarks.mean(axis=0) + unit * np.array(FACENET_BOX.centre)
    reach = unit * np.array(FACENET_BOX.size) / 2
    box = np.concatenate([middle - reach, middle + reach]).astype(np.float32)
    sure = np.array([confidence or 0.0], np.float32)
    return Faces(box[None], landmarks[None], sure)


def eyes_judged(judgement: Judgement, *, found: bool) -> Judgement:
    """Return the verdict on a face whose eyes were placed by hand, which is never `accept`.

    Angles that follow from a mean shape are no measurement, and no reason.

    Args:
        judgement: of `face_of_eyes`.
        found: whether the detector found a face there; it is rejected otherwise.
    """
    left_out = _POSE if found else (*_POSE, _SURE)
    reasons = tuple(one for one in judgement.reasons if not one.startswith(left_out))
    if not found:
        return Judgement(Verdict.REJECT, (_NOT_FOUND, _PLACED, *reasons))
    rejected = judgement.verdict is Verdict.REJECT
    return Judgement(Verdict.REJECT if rejected else Verdict.WARN, (*reasons, _PLACED))
