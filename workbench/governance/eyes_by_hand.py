"""That somebody said where the eyes of a probe's face are, where the detector had them wrong."""

from __future__ import annotations

import math
from typing import Annotated, Final, Self, TypeAlias

from pydantic import Field, model_validator

from workbench.governance.record import Record

__all__ = ["LEAST_APART_PX", "EyesByHand"]

LEAST_APART_PX: Final = 4.0
"""Between two eyes; nearer ones say nothing of how a face is turned."""
_Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Px: TypeAlias = Annotated[float, Field(ge=0, le=65_535)]
_Point: TypeAlias = tuple[_Px, _Px]
_Found: TypeAlias = tuple[float, float]


class EyesByHand(Record):
    """Two points that somebody placed, and what the detector had found.

    No pixel is changed by it: the picture before and after it is the same.

    Attributes:
        pixels: SHA-256 of the pixels of the picture in which they were placed: the copy that is
            searched with.
        right_eye: `x, y`, px of that picture; of the person, which is left in a picture.
        left_eye: `x, y`, px.
        found: the eyes of that face as the detector found them, right and left; `None` where it
            found no face there.
    """

    pixels: _Digest
    right_eye: _Point
    left_eye: _Point
    found: tuple[_Found, _Found] | None = None

    @model_validator(mode="after")
    def _apart(self) -> Self:
        apart = math.dist(self.right_eye, self.left_eye)
        if apart < LEAST_APART_PX:
            msg = (
                f"the eyes are {apart:.1f} px apart, less than {LEAST_APART_PX:g}: place them on "
                "both eyes"
            )
            raise ValueError(msg)
        return self

    def describe(self) -> str:
        """Return it in sentences for a report."""
        placed = f"right {_told(self.right_eye)}, left {_told(self.left_eye)}"
        if self.found is None:
            rest = "The detector found no face there."
        else:
            right, left = self.found
            rest = f"The detector had them at right {_told(right)}, left {_told(left)}."
        return f"The eyes were placed by hand, at {placed}. {rest}"


def _told(point: tuple[float, float]) -> str:
    return f"({point[0]:.1f}, {point[1]:.1f}) px"
