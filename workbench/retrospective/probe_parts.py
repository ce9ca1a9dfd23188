"""What a probe is made of and what becomes of it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.arrays import FloatArray, ImageArray
from workbench.faces.templates import Templates
from workbench.governance.enhancements import EnhancementLog, Operation
from workbench.governance.eyes_by_hand import EyesByHand
from workbench.governance.joined_pictures import JoinedPicture
from workbench.retrospective.hand_eyes import Eyes

__all__ = ["FaceInPicture", "OtherPicture", "PreparedProbe", "ProbePicture"]


@dataclass(frozen=True, slots=True)
class ProbePicture:
    """A picture as it was captured, and which face of it is meant.

    Attributes:
        data: bytes of its file.
        name: what to call it in an error.
        operations: what is done to a copy of it before the search, in order.
        face: number of the face, most confident first, as the copy shows them; the main one when
            `None`.
        eyes: where they are in the copy, as somebody placed them by hand; of that face, or where
            none is named of one that was not found.
    """

    data: bytes = field(repr=False)
    name: str = "the probe"
    operations: tuple[Operation, ...] = ()
    face: int | None = None
    eyes: Eyes | None = None


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
class OtherPicture:
    """A picture that was joined to the first.

    Attributes:
        shown: the face with what is around it, `(height, width, 3)` uint8 RGB; other faces in it
            are pixelated.
        landmarks: of the face in `shown`, `(5, 2)` px; the eyes come first.
        place: the face in the picture as it came.
        joined: what was found of it.
    """

    shown: ImageArray = field(repr=False)
    landmarks: FloatArray
    place: FaceInPicture
    joined: JoinedPicture


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
        digests: SHA-256 of the file of each of them, the first being what people compare first.
        by_hand: that the eyes were placed by hand in the first picture, and where; the face is
            aligned by them.
        others: the further pictures, in order.
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
    digests: tuple[str, ...]
    by_hand: EyesByHand | None = None
    others: tuple[OtherPicture, ...] = ()
