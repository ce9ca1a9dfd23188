"""A probe: one face of one or several pictures, prepared, judged and encoded.

The picture that was captured is never changed: what is searched with is made of a copy, and a log
says how. Several pictures are of one face; their templates are joined, each weighing as much as its
size, its pose and its sharpness make it worth. Each is judged, and compared with the first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np

from workbench.arrays import BoolArray, FloatArray, ImageArray
from workbench.errors import ImageError, UsageError
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.boxes import same_face
from workbench.faces.quality import Judgement, Quality
from workbench.faces.surroundings import around_face
from workbench.faces.templates import Templates
from workbench.faces.types import Faces
from workbench.governance.enhancements import EnhancementLog, Operation, Upscale
from workbench.governance.eyes_by_hand import EyesByHand
from workbench.governance.joined_pictures import JoinedPicture, require_few
from workbench.images import ImageLimits, load_image
from workbench.retrospective.bystanders import found_in_either, holding
from workbench.retrospective.candidate_lists import joined_probe
from workbench.retrospective.enhancing import enhance
from workbench.retrospective.hand_eyes import Eyes, eyes_judged, face_of_eyes
from workbench.retrospective.likeness import likeness
from workbench.retrospective.mapping_back import in_original
from workbench.retrospective.probe_parts import (
    FaceInPicture,
    OtherPicture,
    PreparedProbe,
    ProbePicture,
)
from workbench.tracking.weighting import crop_weights

__all__ = [
    "FaceInPicture",
    "OtherPicture",
    "PreparedProbe",
    "ProbePicture",
    "prepare_probe",
    "with_surroundings",
]

_AROUND = 1.2
"""How far what is shown of a probe reaches beyond the face, as a share of the box on each side.

Hair, ears and neck are compared too.
"""


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
        RecordError: when eyes were placed where they tell nothing.
        UsageError: when there is no picture, or are more than 20, none of its faces has that
            number, eyes were placed outside it, or its pictures cancel each other out.
    """
    if not pictures:
        msg = "a search needs a probe. Give a picture."
        raise UsageError(msg)
    require_few(len(pictures))
    first = _read(pictures[0], analyser, limits)
    probe = _first(first, analyser)
    if len(pictures) == 1:
        return probe
    digests = [probe.log.file]
    templates, worth, others = [first.templates], [_worth(first)], []
    for picture in pictures[1:]:
        # One at a time: of a picture that was read, its face alone stays in memory.
        read = _read(picture, analyser, limits)
        digests.append(read.log.file)
        templates.append(read.templates)
        worth.append(_worth(read))
        others.append(_other(read, first.templates, analyser))
    stacked = {name: _stacked([one[name] for one in templates]) for name in first.templates}
    try:
        joined = joined_probe(stacked, np.concatenate(worth))
    except ValueError as error:
        msg = f"{error}. Leave out those that show somebody else."
        raise UsageError(msg) from error
    return replace(
        probe,
        templates=joined,
        frames=len(pictures),
        digests=tuple(digests),
        others=tuple(others),
    )


class _Read(NamedTuple):
    """A picture, its copy, faces in that, what may be one, which is meant, templates."""

    original: ImageArray
    image: ImageArray
    log: EnhancementLog
    faces: Faces
    faint: Faces
    face: Faces
    templates: dict[str, Templates]
    by_hand: EyesByHand | None

    @property
    def operations(self) -> list[Operation]:
        """Steps from the original to the copy."""
        return [step.operation for step in self.log.steps]

    def measured(self, analyser: FaceAnalyser) -> tuple[Quality, Judgement]:
        """Measure and judge the face that is meant."""
        quality, (judgement,) = analyser.measure(self.image, self.face)
        if self.by_hand is None:
            return quality, judgement
        return quality, eyes_judged(judgement, found=self.by_hand.found is not None)


def _read(picture: ProbePicture, analyser: FaceAnalyser, limits: ImageLimits | None) -> _Read:
    image = load_image(picture.data, limits=limits, name=picture.name)
    digest = hashlib.sha256(picture.data).hexdigest()
    copy, log = enhance(image, picture.operations, file=digest)
    faces, faint = analyser.detect_with_faint(copy)
    if picture.eyes is None:
        face, by_hand = faces[[_chosen(faces, copy, picture)]], None
    else:
        faces, face, by_hand = _placed(picture, picture.eyes, faces, copy, log)
    again = same_face(face.boxes[0], faint.boxes)
    if by_hand is not None:
        again |= _around_eyes(faint.boxes, face)
    return _Read(image, copy, log, faces, faint[~again], face, analyser.encode(copy, face), by_hand)


def _placed(
    picture: ProbePicture, eyes: Eyes, faces: Faces, copy: ImageArray, log: EnhancementLog
) -> tuple[Faces, Faces, EyesByHand]:
    """Put the eyes of a face where somebody placed them, or make one of them."""
    at = None if picture.face is None else _chosen(faces, copy, picture)
    face = face_of_eyes(eyes, copy.shape, None if at is None else float(faces.confidence[at]))
    told = None if at is None else faces.landmarks[at, :2].astype(float).tolist()
    by_hand = EyesByHand.read(
        {"pixels": log.searched, "right_eye": eyes[0], "left_eye": eyes[1], "found": told},
        what="where the eyes are",
    )
    rest = faces if at is None else faces[[one for one in range(len(faces)) if one != at]]
    rest = rest[~_around_eyes(rest.boxes, face)]
    return _joined(face, rest), face, by_hand


def _worth(read: _Read) -> FloatArray:
    """Return what a picture is worth beside the others, shape `(1,)`.

    A copy that was enlarged shows no more than the picture did, so it is measured at its size.
    """
    factor = 1
    for operation in read.operations:
        if isinstance(operation, Upscale):
            factor *= operation.factor
    if factor == 1:
        return crop_weights(read.image, read.face)
    height, width = read.image.shape[:2]
    size = max(1, width // factor), max(1, height // factor)
    small = np.asarray(cv2.resize(read.image, size, interpolation=cv2.INTER_AREA), np.uint8)
    scale = np.float32(1 / factor)
    face = Faces(read.face.boxes * scale, read.face.landmarks * scale, read.face.confidence)
    return crop_weights(small, face)


def _first(read: _Read, analyser: FaceAnalyser) -> PreparedProbe:
    copy = FaceInPicture(read.face.landmarks[0, :2], _others(read.faces, read.faint, read.face))
    original, faint = copy, read.faint
    if read.log.is_enhanced:
        found, shapes = len(copy.bystanders), (read.original.shape, read.image.shape)
        again = _found_again(read, analyser)
        original, copy = found_in_either(again, copy, read.operations, shapes)
        faint = _joined(faint, _hardly(copy.bystanders[found:]))
    shown, landmarks = with_surroundings(read.image, read.faces, faint, read.face)
    quality, judgement = read.measured(analyser)
    return PreparedProbe(
        log=read.log,
        shown=shown,
        landmarks=landmarks,
        original=original,
        copy=copy,
        verdict=str(judgement.verdict),
        reasons=tuple(judgement.reasons),
        eye_distance_px=float(quality.eye_distance_px[0]),
        templates=read.templates,
        frames=1,
        digests=(read.log.file,),
        by_hand=read.by_hand,
    )


def _other(read: _Read, first: dict[str, Templates], analyser: FaceAnalyser) -> OtherPicture:
    shown, landmarks = with_surroundings(read.image, read.faces, read.faint, read.face)
    quality, judgement = read.measured(analyser)
    alike = likeness(first, read.templates)
    return OtherPicture(
        shown=shown,
        landmarks=landmarks,
        place=FaceInPicture(read.face.landmarks[0, :2], _others(read.faces, read.faint, read.face)),
        joined=JoinedPicture(
            verdict=str(judgement.verdict),
            reasons=tuple(judgement.reasons),
            eye_distance_px=float(quality.eye_distance_px[0]),
            likeness=alike.score,
            unit=alike.unit,
            floor=alike.floor,
        ),
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
    image: ImageArray, faces: Faces, faint: Faces, face: Faces
) -> tuple[ImageArray, FloatArray]:
    """Cut out a face with what is around it, others pixelated; where its landmarks are.

    Args:
        image: shape `(height, width, 3)` uint8 RGB.
        faces: that were found in it.
        faint: what may be one.
        face: the one that is meant, of `faces`.
    """
    others, perhaps = _beside(faces.boxes, face), _beside(faint.boxes, face)
    shown, corner = around_face(image, face.boxes[0], others, perhaps, _AROUND)
    return shown, (face.landmarks[0] - corner).astype(np.float32)


def _around_eyes(boxes: FloatArray, face: Faces) -> BoolArray:
    """Return which boxes hold both eyes of a face: what was found of itself."""
    eyes = face.landmarks[0, :2]
    low, high = (boxes[:, None, :2] <= eyes), (eyes <= boxes[:, None, 2:])
    return np.asarray((low & high).all(axis=(1, 2)), np.bool_)


def _others(faces: Faces, faint: Faces, face: Faces) -> FloatArray:
    return np.concatenate([_beside(faces.boxes, face), _beside(faint.boxes, face)])


def _beside(boxes: FloatArray, face: Faces) -> FloatArray:
    others = [box for box in boxes if not np.array_equal(box, face.boxes[0])]
    return np.array(others, np.float32).reshape(-1, 4)


def _found_again(read: _Read, analyser: FaceAnalyser) -> FaceInPicture:
    """Find the face of a probe in the picture as it was captured: where the steps put it."""
    faces, faint = analyser.detect_with_faint(read.original)
    placed = read.face.landmarks[0, :2].astype(np.float64)
    eyes = in_original(placed, read.operations, read.original.shape).astype(np.float32)
    # It may be hardly found where it was not enhanced, or not at all: then nobody else is taken
    # for it.
    sure, perhaps = (holding(one.boxes, eyes.mean(axis=0)) for one in (faces, faint))
    others = np.concatenate([faces.boxes[~sure], faint.boxes[~perhaps]])
    if read.by_hand is not None:
        return FaceInPicture(eyes, others)
    return FaceInPicture(faces.landmarks[sure][0, :2] if sure.any() else None, others)


def _hardly(boxes: FloatArray) -> Faces:
    """Return what may be faces, of which nothing is known but where they are."""
    count = len(boxes)
    return Faces(boxes, np.zeros((count, 5, 2), np.float32), np.zeros(count, np.float32))


def _joined(first: Faces, second: Faces) -> Faces:
    return Faces(
        np.concatenate([first.boxes, second.boxes]),
        np.concatenate([first.landmarks, second.landmarks]),
        np.concatenate([first.confidence, second.confidence]),
    )


def _stacked(parts: Sequence[Templates]) -> Templates:
    return Templates(np.concatenate([one.vectors for one in parts]), parts[0].encoder)
