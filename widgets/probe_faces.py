"""Which face of a probe is the one that was chosen, and where somebody placed its eyes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from widgets.probe_views import FoundFace
from workbench.governance.eyes_by_hand import EyesByHand
from workbench.retrospective.hand_eyes import Eyes

__all__ = ["eyes_placed", "still_chosen"]

_SAME_FACE: Final = 0.5
"""Overlap (intersection over union) from which a face is the one that was chosen before."""


def eyes_placed(eyes: Eyes, before: FoundFace | None, pixels: str) -> EyesByHand:
    """Return the record of eyes that were placed.

    Args:
        eyes: right and left of the person, px.
        before: the face as it was found; `None` where it was not.
        pixels: SHA-256 of those of the picture.

    Raises:
        RecordError: when they tell nothing.
    """
    found = None if before is None else (before.right_eye, before.left_eye)
    values = {"pixels": pixels, "right_eye": eyes[0], "left_eye": eyes[1], "found": found}
    return EyesByHand.read(values, what="where the eyes are")


def still_chosen(faces: Sequence[FoundFace], before: FoundFace | None) -> int | None:
    """Return the one face, or the one of several that lies where the chosen one did."""
    if len(faces) == 1:
        return 0
    if before is None or not faces:
        return None
    overlaps = [_overlap(one.box, before.box) for one in faces]
    best = max(range(len(faces)), key=overlaps.__getitem__)
    return best if overlaps[best] >= _SAME_FACE else None


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    common = max(0.0, width) * max(0.0, height)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return common / (areas - common) if areas > common else 0.0
