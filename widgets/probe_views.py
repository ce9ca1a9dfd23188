"""What is seen of a probe while it is prepared, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from workbench.arrays import ImageArray
from workbench.faces.quality import Judgement, Verdict
from workbench.faces.types import Faces
from workbench.governance.enhancements import EnhancementLog
from workbench.governance.eyes_by_hand import EyesByHand
from workbench.governance.record import Record
from workbench.retrospective.hand_eyes import Eyes, eyes_judged, face_of_eyes

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser

__all__ = ["EyeJudge", "FoundFace", "Judge", "PreparedProbe", "judge_by", "judge_eyes_by"]


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face in the picture that would be searched with.

    Attributes:
        box: `x0, y0, x1, y1`, px of that picture; may reach beyond it.
        right_eye: `x, y`, px; the subject's right, which is left in a picture.
        left_eye: `x, y`, px.
        verdict: on its quality.
        reasons: for it, a sentence each.
        confidence: of the detector, 0..1; `None` where it found no face there.
    """

    box: tuple[float, float, float, float]
    right_eye: tuple[float, float]
    left_eye: tuple[float, float]
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    confidence: float | None = 1.0


Judge: TypeAlias = Callable[[ImageArray], tuple[FoundFace, ...]]
"""Finds the faces of an RGB picture and judges them, most confident first."""
EyeJudge: TypeAlias = Callable[[ImageArray, Eyes, FoundFace | None], FoundFace]
"""Judges the face that has its eyes there: one that was found and is put right, or a new one."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedProbe:
    """What a person decided to search with.

    Attributes:
        picture: `(height, width, 3)` uint8 RGB: the original, or its enhanced copy.
        log: what leads from the original to it.
        face: that is searched for.
        face_number: of it among the faces of the picture, from 0.
        override: why it is searched with although its quality is rejected; none where it is not.
        origin: where the original comes from, as the caller's record says it.
        original: as it was decoded.
        file: bytes of the original's file.
        name: of that file.
        by_hand: that the eyes of the face were placed by hand, and where.
    """

    picture: ImageArray
    log: EnhancementLog
    face: FoundFace
    face_number: int
    override: str | None
    origin: Record | None
    original: ImageArray
    file: bytes
    name: str
    by_hand: EyesByHand | None = None

    @property
    def overridden(self) -> bool:
        """Whether somebody set the verdict on its quality aside."""
        return self.override is not None

    def __repr__(self) -> str:
        """Say what it is without a pixel of it: a notebook keeps what a cell returns."""
        height, width = self.picture.shape[:2]
        return f"PreparedProbe({width}x{height} px, {self.log.describe()!r})"


def judge_by(analyser: FaceAnalyser) -> Judge:
    """Return a judge that finds and measures faces as an analyser does; it encodes none."""

    def judge(image: ImageArray) -> tuple[FoundFace, ...]:
        faces = analyser.detect(image)
        _, judgements = analyser.measure(image, faces)
        return tuple(_found(faces, at, one) for at, one in enumerate(judgements))

    return judge


def judge_eyes_by(analyser: FaceAnalyser) -> EyeJudge:
    """Return a judge of faces whose eyes were placed by hand, as a search with them is judged."""

    def judge(image: ImageArray, eyes: Eyes, found: FoundFace | None) -> FoundFace:
        face = face_of_eyes(eyes, image.shape, None if found is None else found.confidence)
        _, (judgement,) = analyser.measure(image, face)
        made = _found(face, 0, eyes_judged(judgement, found=found is not None))
        return made if found is not None else replace(made, confidence=None)

    return judge


def _found(faces: Faces, at: int, judgement: Judgement) -> FoundFace:
    points = faces.landmarks[at].astype(float)
    x0, y0, x1, y1 = map(float, faces.boxes[at])
    return FoundFace(
        box=(x0, y0, x1, y1),
        right_eye=(points[0, 0], points[0, 1]),
        left_eye=(points[1, 0], points[1, 1]),
        verdict=judgement.verdict,
        reasons=judgement.reasons,
        confidence=float(faces.confidence[at]),
    )
