"""Who walks in a staged crowd, and the photographs they are staged from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.arrays import FloatArray, ImageArray, check_shape
from workbench.errors import UsageError

__all__ = ["Portrait", "StagedPerson", "check_people"]

_SMALLEST_FACE_PX = 12.0
_WIDEST = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A photograph with one face that is known.

    Attributes:
        image: shape `(height, width, 3)` uint8 RGB.
        box: shape `(4,)`, pixels, `x0, y0, x1, y1` of the face, forehead to chin, as a face
            detector gives it; it may reach a little beyond the image.
        landmarks: shape `(5, 2)`, pixels, as in `workbench.faces.Faces`; `None` if unknown. They
            tell how far the head is tilted.

    Raises:
        ValueError: when a shape is wrong.
        UsageError: when the box is not a face-sized part of the image.
    """

    image: ImageArray
    box: FloatArray
    landmarks: FloatArray | None = None

    def __post_init__(self) -> None:
        """Check the shapes and that there is a face in the image."""
        check_shape("image", self.image, (None, None, 3))
        check_shape("box", self.box, (4,))
        if self.landmarks is not None:
            check_shape("landmarks", self.landmarks, (5, 2))
        x0, y0, x1, y1 = (float(value) for value in self.box)
        height, width = self.image.shape[:2]
        centre_inside = 0 <= (x0 + x1) / 2 < width and 0 <= (y0 + y1) / 2 < height
        w, h = x1 - x0, y1 - y0
        sound = bool(np.isfinite(self.box).all()) and min(w, h) >= _SMALLEST_FACE_PX
        if not (sound and centre_inside and max(w / h, h / w) <= _WIDEST):
            msg = (
                f"A portrait's face box is ({x0:g}, {y0:g}, {x1:g}, {y1:g}) in an image of "
                f"{width}x{height} px. Give x0, y0, x1, y1 in pixels of a face in the image, at "
                f"least {_SMALLEST_FACE_PX:g} px on each side."
            )
            raise UsageError(msg)

    @property
    def roll_deg(self) -> float:
        """Return how far the head is tilted in the photograph, degrees clockwise, from the eyes."""
        if self.landmarks is None:
            return 0.0
        across = self.landmarks[1] - self.landmarks[0]
        return float(np.degrees(np.arctan2(across[1], across[0])))


@dataclass(frozen=True, slots=True, eq=False)
class StagedPerson:
    """Someone who walks through a staged crowd.

    Attributes:
        person: who it is, as in the ground truth; one name is one person.
        listed: whether the person is on the watchlist that is to be searched.
        portraits: one or more; they take turns over the walk, so pose and lighting vary.

    Raises:
        UsageError: when the name is empty or there is no portrait.
    """

    person: str
    listed: bool
    portraits: tuple[Portrait, ...]

    def __post_init__(self) -> None:
        """Check that there is someone to show."""
        if not self.person:
            msg = "A staged person has no name. Give each person a name of their own."
            raise UsageError(msg)
        if not self.portraits:
            msg = f"{self.person}: has no portrait to be staged from. Give at least 1."
            raise UsageError(msg)


def check_people(people: Sequence[StagedPerson]) -> None:
    """Raise `UsageError` unless there are people and each has a name of their own."""
    if not people:
        msg = "There is nobody to stage. Give at least one person with a portrait."
        raise UsageError(msg)
    twice = [name for name, count in Counter(one.person for one in people).items() if count > 1]
    if twice:
        msg = f"{twice[0]}: is staged more than once. Give each person once, with all portraits."
        raise UsageError(msg)
