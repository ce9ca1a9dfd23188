"""The looks of an appearance as pictures, cut out of the footage that they were taken from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import TYPE_CHECKING, Final

import numpy as np

from workbench.arrays import ImageArray
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.boxes import same_face
from workbench.retrospective.appearances import Appearances
from workbench.retrospective.clip_tracks import stretch_of
from workbench.retrospective.probes import ProbePicture, prepare_probe, with_surroundings

if TYPE_CHECKING:
    from workbench.faces.templates import Templates
    from workbench.retrospective.segments import FootagePlan

__all__ = ["look_pictures", "of_one_person"]

_SAME_LOOK: Final = 0.95
"""Cosine from which a face is the one that a template was made of: the same crop, encoded again,
gives 0.999 and more, and in int8 0.995."""


def look_pictures(
    plan: FootagePlan, appearances: Appearances, row: int, analyser: FaceAnalyser
) -> list[ImageArray]:
    """Return a picture of each look that has a template, best first; other faces unrecognisable.

    A look is left out where its face is not found again, by its template, in the picture that it
    was taken from, or is not the main face of what would be cut out.

    Args:
        plan: of the file; the more segments it has, the less is decoded for nothing.
        appearances: in the segment.
        row: which appearance.
        analyser: with the encoders that the footage was indexed with.

    Raises:
        EncoderMismatchError: when the footage was indexed with other encoders.
        FootageError: when the file was changed since it was planned, or cannot be read.
    """
    looks = appearances.looks_of(row)
    start, end = appearances.offsets[row : row + 2].tolist()
    pictures = []
    for place, time_s in enumerate(appearances.times_s[start:end].tolist()):
        wanted = {name: one[place : place + 1] for name, one in looks.items()}
        picture = _picture(plan, time_s, wanted, analyser)
        if picture is not None:
            pictures.append(picture)
    return pictures


def of_one_person(pictures: Sequence[bytes], analyser: FaceAnalyser) -> tuple[bytes, ...]:
    """Return the first look and those beside it that a probe may be joined of without a reason.

    A track may pass from one person to another, and looks may be too poor: those are left out.
    """
    named = [ProbePicture(data, name=f"look {at}") for at, data in enumerate(pictures, 1)]
    others = prepare_probe(named, analyser).others
    fit = [one.joined.verdict != "reject" and not one.joined.is_unlike for one in others]
    return (pictures[0], *compress(pictures[1:], fit))


def _picture(
    plan: FootagePlan, time_s: float, wanted: dict[str, Templates], analyser: FaceAnalyser
) -> ImageArray | None:
    half_s = plan.facts.step_s / 2
    frames = stretch_of(plan, time_s - half_s, time_s + half_s)
    frame = min(frames, key=lambda one: abs(one.time_s - time_s), default=None)
    if frame is None:
        return None
    faces, faint = analyser.detect_with_faint(frame.image)
    if not len(faces):
        return None
    found = analyser.encode(frame.image, faces)
    alike = np.ones(len(faces), np.float32)
    for name, identity in analyser.identities.items():
        if name in wanted:
            identity.require_same(wanted[name].encoder, "appearances of this footage")
            alike = np.minimum(alike, found[name].cosine(wanted[name])[:, 0])
    face = int(np.argmax(alike))
    if alike[face] < _SAME_LOOK:
        return None
    faint = faint[~same_face(faces.boxes[face], faint.boxes)]
    picture, _ = with_surroundings(frame.image, faces, faint, faces[[face]])
    again = analyser.detect(picture)
    return None if primary_face(again, picture.shape) is None else picture
