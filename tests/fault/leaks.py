"""What of a person lies in bytes where it must not: a template, or a picture of the face."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import cv2
import numpy as np
from passers import Looks
from pictures import pictures
from unwrapping import SHORTEST, unwrapped
from vectors import alike, with_halves

from workbench.arrays import ImageArray
from workbench.faces.analysis import FaceAnalyser

__all__ = ["LEAST_FACE", "LEAST_TEMPLATE", "Leak", "leaks"]

LEAST_TEMPLATE: Final = 0.8
"""Cosine from which numbers are a known person's template. The very look that a search compares is
among those known, so that what it keeps of it has a cosine of 1 but for rounding, and the mean of
a track's templates one above 0.8 with most of them; the tests assert that nothing on the list,
whose templates may be kept, has one above 0.7."""
LEAST_FACE: Final = 0.7
"""Cosine from which a face in a picture is a known person's. A picture of a known look, packed as
JPEG and found again, has one above 0.9; a face that was made unrecognisable, or another person's,
stays below 0.6. Both are asserted."""

_MARGIN: Final = 0.4
_UPSCALED_BELOW: Final = 160


class Leak(NamedTuple):
    """Something of a person where it must not be.

    Attributes:
        place: of the bytes.
        form: how it lies there.
        person: whose it is.
        cosine: how sure that is.
    """

    place: str
    form: str
    person: str
    cosine: float


def leaks(
    streams: Iterable[tuple[str, bytes]],
    looks: Looks,
    analyser: FaceAnalyser,
    *,
    least_template: float = LEAST_TEMPLATE,
    least_face: float = LEAST_FACE,
) -> Iterator[Leak]:
    """Give everything of some people that lies in some bytes.

    Args:
        streams: bytes, and what to call them.
        looks: at the people.
        analyser: finds and encodes faces.
        least_template: cosine from which numbers count.
        least_face: cosine from which a face counts.
    """
    known = with_halves(looks.templates)
    for place, data in streams:
        if len(data) < SHORTEST:
            continue
        for dress, inner in unwrapped(data):
            for one in alike(inner, known, least_template):
                form = f"{one.form} {one.encoder} at {one.offset} {dress}".strip()
                yield Leak(place, form, looks.people[one.row], one.cosine)
            for form, image in pictures(inner):
                for person, cosine in _recognised(image, looks, analyser):
                    if cosine >= least_face:
                        yield Leak(place, f"{form} {dress}".strip(), person, cosine)


def _recognised(
    image: ImageArray, looks: Looks, analyser: FaceAnalyser
) -> Iterator[tuple[str, float]]:
    """Give the best of the known people for each face of a picture, with the cosine."""
    if min(image.shape[:2]) < _UPSCALED_BELOW:
        image = np.asarray(cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))
    side = int(_MARGIN * min(image.shape[:2]))
    image = np.asarray(
        cv2.copyMakeBorder(image, side, side, side, side, cv2.BORDER_CONSTANT, value=(128,) * 3)
    )
    faces = analyser.detect(image)
    if not len(faces) or not len(looks):
        return
    found = analyser.encode(image, faces)
    # All encoders must find them alike: each has chance likenesses of its own.
    scores = np.min([found[name].vectors @ looks.templates[name].T for name in found], axis=0)
    for row in scores:
        yield looks.people[int(row.argmax())], float(row.max())
