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
"""Cosine from which numbers, or a picture taken as a crop, are a known look at a person. The very
looks that a search compares are among the known ones, so that what it keeps of one has a cosine of
1 but for rounding, and the mean of a track's templates one above 0.8 with some of them. The likest
that a whole search of the street clip left anywhere, halves of templates included, had 0.70."""
LEAST_FACE: Final = 0.75
"""Cosine from which a face that is found in a picture is a known person's, by every encoder. In the
redacted video of the whole street clip, frame by frame, the likest had 0.65: somebody far off and
blurred. In a frame that was kept as JPEG most faces have more than 0.9, and no face that is large
enough to be told from others has less than 0.75."""

_MARGIN: Final = 0.4
_UPSCALED_BELOW: Final = 160
_LARGEST_CROP, _SQUARE = 400, 1.5


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
    every: int = 5,
) -> Iterator[Leak]:
    """Give everything of some people that lies in some bytes.

    Args:
        streams: bytes, and what to call them.
        looks: at the people.
        analyser: finds and encodes faces.
        least_template: cosine from which numbers count.
        least_face: cosine from which a face counts.
        every: of a video, only each so many frames.
    """
    known = with_halves(looks.templates)
    for place, data in streams:
        if len(data) < SHORTEST:
            continue
        for dress, inner in unwrapped(data):
            for one in alike(inner, known, least_template):
                form = f"{one.form} {one.encoder} at {one.offset} {dress}".strip()
                yield Leak(place, form, looks.people[one.row], one.cosine)
            for form, image in pictures(inner, every=every):
                for person, cosine in _recognised(image, looks, analyser):
                    if cosine >= least_face:
                        yield Leak(place, f"{form} {dress}".strip(), person, cosine)
                for person, cosine in _as_crop(image, looks, analyser):
                    if cosine >= least_template:
                        yield Leak(place, f"crop, {form} {dress}".strip(), person, cosine)


def _as_crop(
    image: ImageArray, looks: Looks, analyser: FaceAnalyser
) -> Iterator[tuple[str, float]]:
    """Give the best of the known looks for a picture that may be the crop of an encoder."""
    height, width = image.shape[:2]
    if max(height, width) > min(_LARGEST_CROP, _SQUARE * min(height, width)) or not len(looks):
        return
    for name, encoder in analyser.encoders.items():
        size = encoder.alignment.size
        crop = np.asarray(cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
        scores = encoder.encode(crop[None]).vectors @ looks.templates[name].T
        yield looks.people[int(scores.argmax())], float(scores.max())


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
