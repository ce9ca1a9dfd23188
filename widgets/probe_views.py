"""What is seen of a probe while it is prepared, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from workbench.arrays import ImageArray
from workbench.faces.quality import Verdict
from workbench.governance.enhancements import EnhancementLog
from workbench.governance.record import Record

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser

__all__ = ["FoundFace", "Judge", "PreparedProbe", "judge_by"]


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face in the picture that would be searched with.

    Attributes:
        box: `x0, y0, x1, y1`, px of that picture; may reach beyond it.
        right_eye: `x, y`, px; the subject's right, which is left in a picture.
        left_eye: `x, y`, px.
        verdict: on its quality.
        reasons: for it, a sentence each.
    """

    box: tuple[float, float, float, float]
    right_eye: tuple[float, float]
    left_eye: tuple[float, float]
    verdict: Verdict
    reasons: tuple[str, ...] = ()


Judge: TypeAlias = Callable[[ImageArray], tuple[FoundFace, ...]]
"""Finds the faces of an RGB picture and judges them, most confident first."""


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
        return tuple(
            FoundFace(
                box=tuple(map(float, box)),  # type: ignore[arg-type] # of four
                right_eye=(float(points[0, 0]), float(points[0, 1])),
                left_eye=(float(points[1, 0]), float(points[1, 1])),
                verdict=judgement.verdict,
                reasons=judgement.reasons,
            )
            for box, points, judgement in zip(faces.boxes, faces.landmarks, judgements, strict=True)
        )

    return judge
