"""A probe: one face of one or several pictures, prepared, judged and encoded.

The picture that was captured is never changed: what is searched with is made of a copy, and a log
says how. Several pictures are frames of one track; their templates are joined.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import ImageError, UsageError
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.templates import Templates
from workbench.faces.types import Faces
from workbench.governance.enhancements import EnhancementLog, Operation
from workbench.images import ImageLimits, load_image
from workbench.retrospective.candidate_lists import joined_probe
from workbench.retrospective.enhancing import enhance
from workbench.retrospective.surroundings import around_face

__all__ = ["FaceInPicture", "PreparedProbe", "ProbePicture", "prepare_probe", "with_surroundings"]

_AROUND = 1.2
"""How far what is shown of a probe reaches beyond the face, as a share of the box on each side.

Hair, ears and neck are compared too.
"""


@dataclass(frozen=True, slots=True)
class ProbePicture:
    """A picture as it was captured, and which face of it is meant.

    Attributes:
        data: bytes of its file.
        name: what to call it in an error.
        operations: what is done to a copy of it before the search, in order.
        face: number of the face, most confident first, as the copy shows them; the main one when
            `None`.
    """

    data: bytes = field(repr=False)
    name: str = "the probe"
    operations: tuple[Operation, ...] = ()
    face: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FaceInPicture:
    """Where the face of a probe is in a picture, and where other people's are.

    Attributes:
        eyes: `(2, 2)` px, right and left of the person; `None` where the face was not found.
        bystanders: `(n, 4)` px, boxes of the other faces.
    """

    eyes: FloatArray | None
    bystanders: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PreparedProbe:
    """What a search is made with.

    Attributes:
        log: what was done to the first picture.
        shown: the face of the first picture with what is around it, `(height, width, 3)` uint8
            RGB, as it was searched with; other faces in it are pixelated.
        landmarks: of the face in `shown`, `(5, 2)` px; the eyes come first.
        original: the face in the first picture as it was captured.
        copy: the face in the copy that was searched with.
        verdict: of the first picture's quality: `accept`, `warn` or `reject`.
        reasons: of the verdict, a sentence each.
        eye_distance_px: between the pupils in the first picture, px.
        templates: by encoder name, one row.
        frames: how many pictures were joined.
    """

    log: EnhancementLog
    shown: ImageArray
    landmarks: FloatArray
    original: FaceInPicture
    copy: FaceInPicture
    verdict: str
    reasons: tuple[str, ...]
    eye_distance_px: float
    templates: dict[str, Templates]
    frames: int


def prepare_probe(
    pictures: Sequence[ProbePicture], analyser: FaceAnalyser, *, limits: ImageLimits | None = None
) -> PreparedProbe:
    """Make a probe.

    Args:
        pictures: the first is what people compare; the others show the same face.
        analyser: what finds, judges and encodes faces.
        limits: largest picture that is read.

    Raises:
        ImageError: when a picture cannot be decoded, or no face is found in it.
        UsageError: when there is no picture, or none of its faces has that number.
    """
    if not pictures:
        msg = "a search needs a probe. Give a picture."
        raise UsageError(msg)
    first, *others = [_read(picture, analyser, limits) for picture in pictures]
    probe = _first(first, analyser)
    if not others:
        return probe
    every = [first, *others]
    joined = joined_probe(
        {name: _stacked([one.templates[name] for one in every]) for name in first.templates}
    )
    return replace(probe, templates=joined, frames=len(every))


class _Read(NamedTuple):
    """A picture, its copy that is searched with, the faces of that, which is meant, templates."""

    original: ImageArray
    image: ImageArray
    log: EnhancementLog
    faces: Faces
    face: Faces
    templates: dict[str, Templates]


def _read(picture: ProbePicture, analyser: FaceAnalyser, limits: ImageLimits | None) -> _Read:
    image = load_image(picture.data, limits=limits, name=picture.name)
    digest = hashlib.sha256(picture.data).hexdigest()
    copy, log = enhance(image, picture.operations, file=digest)
    faces = analyser.detect(copy)
    face = faces[[_chosen(faces, copy, picture)]]
    return _Read(image, copy, log, faces, face, analyser.encode(copy, face))


def _first(read: _Read, analyser: FaceAnalyser) -> PreparedProbe:
    shown, landmarks = with_surroundings(read.image, read.faces, read.face)
    quality, (judgement,) = analyser.measure(read.image, read.face)
    copy = FaceInPicture(read.face.landmarks[0, :2], _others(read.faces, read.face))
    return PreparedProbe(
        log=read.log,
        shown=shown,
        landmarks=landmarks,
        original=_found_again(read, analyser) if read.log.is_enhanced else copy,
        copy=copy,
        verdict=str(judgement.verdict),
        reasons=tuple(judgement.reasons),
        eye_distance_px=float(quality.eye_distance_px[0]),
        templates=read.templates,
        frames=1,
    )


def _chosen(faces: Faces, image: ImageArray, picture: ProbePicture) -> int:
    if picture.face is not None:
        if not 0 <= picture.face < len(faces):
            msg = (
                f"{picture.name}: there is no face {picture.face}; {len(faces)} were found, "
                "numbered from 0."
            )
            raise UsageError(msg)
        return picture.face
    main = primary_face(faces, image.shape)
    if main is None:
        msg = (
            f"{picture.name}: no face was found in it. Crop and enlarge it, or take another "
            "picture."
        )
        raise ImageError(msg)
    return main


def with_surroundings(
    image: ImageArray, faces: Faces, face: Faces
) -> tuple[ImageArray, FloatArray]:
    """Cut out a face with what is around it, other faces pixelated; where its landmarks are."""
    shown, corner = around_face(image, face.boxes[0], _others(faces, face), _AROUND)
    return shown, (face.landmarks[0] - corner).astype(np.float32)


def _others(faces: Faces, face: Faces) -> FloatArray:
    others = [box for box in faces.boxes if not np.array_equal(box, face.boxes[0])]
    return np.array(others, np.float32).reshape(-1, 4)


def _found_again(read: _Read, analyser: FaceAnalyser) -> FaceInPicture:
    """Find the face of a probe in the picture as it was captured: the one most like it."""
    faces = analyser.detect(read.original)
    if not len(faces):
        return FaceInPicture(None, np.zeros((0, 4), np.float32))
    name, probe = next(iter(read.templates.items()))
    alike = analyser.encode(read.original, faces)[name].vectors @ probe.vectors[0]
    face = faces[[int(np.argmax(alike))]]
    return FaceInPicture(face.landmarks[0, :2], _others(faces, face))


def _stacked(parts: Sequence[Templates]) -> Templates:
    return Templates(np.concatenate([one.vectors for one in parts]), parts[0].encoder)
