"""Probes and pairs of drawn pictures, for panels in a browser: no model is needed."""

from __future__ import annotations

import cv2
import numpy as np

from widgets import ComparedPicture, ComparisonView, FoundFace, ProbeEditor
from workbench.arrays import ImageArray
from workbench.faces.quality import Judgement, Verdict
from workbench.retrospective.hand_eyes import Eyes, eyes_judged, face_of_eyes

__all__ = [
    "drawn_eye_judge",
    "drawn_judge",
    "editor",
    "large_picture",
    "marked",
    "pair",
    "view",
    "with_faces",
]

RED, BLUE, GREEN = (230, 20, 20), (20, 20, 230), (20, 200, 20)


def drawn_judge(image: ImageArray) -> tuple[FoundFace, ...]:
    """Find a face in each red square, as wide as that; one below 40 px is rejected."""
    red = np.all(np.abs(image.astype(np.int16) - np.int16(RED)) < 12, axis=2).astype(np.uint8)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(red)
    found = []
    for x, y, width, height, area in boxes[1:]:
        if area < 50:
            continue
        x0, y0, x1, y1 = float(x), float(y), float(x + width), float(y + height)
        eyes = ((x0 + width / 4, y0 + height / 3), (x0 + 3 * width / 4, y0 + height / 3))
        small = width < 40
        verdict = Verdict.REJECT if small else Verdict.ACCEPT
        reasons = ("Distance between the eyes is below the least required.",) if small else ()
        found.append(FoundFace((x0, y0, x1, y1), *eyes, verdict, reasons))
    return tuple(sorted(found, key=lambda one: one.box[0]))


def drawn_eye_judge(image: ImageArray, eyes: Eyes, found: FoundFace | None) -> FoundFace:
    """Judge a face whose eyes were placed by hand by what the product makes of them."""
    face = face_of_eyes(eyes, image.shape, None if found is None else 1.0)
    given = Judgement(Verdict.ACCEPT if found is None else found.verdict, ())
    judged = eyes_judged(given, found=found is not None)
    x0, y0, x1, y1 = map(float, face.boxes[0])
    return FoundFace((x0, y0, x1, y1), *eyes, judged.verdict, judged.reasons)


def with_faces(width: int, height: int, *faces: tuple[int, int, int]) -> ImageArray:
    """Draw red squares, each by its left, top and side, on grey."""
    image = np.full((height, width, 3), 120, np.uint8)
    for left, top, side in faces:
        image[top : top + side, left : left + side] = RED
    return image


def large_picture() -> bytes:
    """Return a file of more than 10 MiB with one face: PPM, which compresses nothing."""
    image = with_faces(2200, 1900, (300, 400, 200))
    return b"P6 2200 1900 255\n" + image.tobytes()


def editor() -> ProbeEditor:
    """Return an editor that finds drawn faces."""
    return ProbeEditor(drawn_judge)


def marked(side: int, apart: float, tilt_deg: float, caption: str) -> ComparedPicture:
    """Draw a disc at each eye, red at the right and blue at the left one, half as wide as apart."""
    turn = np.deg2rad(tilt_deg)
    arm = np.array([np.cos(turn), np.sin(turn)]) * apart / 2
    middle = np.array([side / 2, side / 2])
    image = np.full((side, side, 3), 235, np.uint8)
    for at, colour in ((middle - arm, RED), (middle + arm, BLUE)):
        # A point is measured from the corner of the picture, OpenCV's from its first pixel's middle.
        centre = (round(at[0] * 16) - 8, round(at[1] * 16) - 8)
        cv2.circle(image, centre, round(apart / 4 * 16), colour, -1, cv2.LINE_AA, 4)
    right, left = middle - arm, middle + arm
    eyes = ((float(right[0]), float(right[1])), (float(left[0]), float(left[1])))
    return ComparedPicture(image, *eyes, caption)


def pair() -> tuple[ComparedPicture, ComparedPicture]:
    """Return a small tilted probe and a large upright candidate."""
    return marked(150, 24, 12, "drawn probe"), marked(900, 210, 0, "drawn candidate")


def view() -> ComparisonView:
    """Return a view of such a pair."""
    return ComparisonView(*pair())
