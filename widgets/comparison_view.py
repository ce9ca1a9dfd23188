"""Probe and candidate at one scale, for a person to compare: enlarged and turned, never warped."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from widgets.panels import Panel, Surface, joined
from widgets.shown_pictures import shown
from workbench.arrays import ImageArray
from workbench.errors import UsageError

__all__ = ["ComparedPicture", "ComparisonView"]

_AROUND: Final = 7.0
"""Of a picture as much is sent: so many distances of the eyes to each side of their middle."""
_LONGEST_PX: Final = 2400
_FEWEST_PX: Final = 1.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ComparedPicture:
    """A picture with the eyes of the face that is compared.

    Attributes:
        image: `(height, width, 3)` uint8 RGB.
        right_eye: `x, y`, px from the corner of the picture; the one of the subject's right.
        left_eye: `x, y`, px.
        caption: what a person must know of it: where it comes from, of when, whether enhanced.

    Raises:
        UsageError: when the eyes are no two points of the picture.
    """

    image: ImageArray
    right_eye: tuple[float, float]
    left_eye: tuple[float, float]
    caption: str = ""

    def __post_init__(self) -> None:
        """Check that there is a scale."""
        height, width = self.image.shape[:2]
        points = (self.right_eye, self.left_eye)
        # A detector may put an eye of a face at the border beside the picture.
        inside = all(
            -width <= x <= 2 * width and -height <= y <= 2 * height and math.isfinite(x + y)
            for x, y in points
        )
        if not inside or self.eye_distance_px < _FEWEST_PX:
            msg = (
                f"the eyes {self.right_eye} and {self.left_eye} give no scale in a picture of "
                f"{width}x{height} px. Give two points that are {_FEWEST_PX:g} px apart or more."
            )
            raise UsageError(msg)

    @property
    def eye_distance_px(self) -> float:
        """Between the eyes, in pixels of the picture."""
        return math.dist(self.right_eye, self.left_eye)

    def __repr__(self) -> str:
        """Say what it is without a pixel of it: a notebook keeps what a cell returns."""
        height, width = self.image.shape[:2]
        return (
            f"ComparedPicture({width}x{height} px, {self.eye_distance_px:.0f} px between the eyes)"
        )


class _ComparisonSurface(Surface):
    _esm = joined("parts.js", "placing.js", "comparison.js")
    _css = joined("panel.css", "comparison.css")


class ComparisonView(Panel):
    """Shows two faces at equal distance of the eyes: side by side, by a slider, or in turns.

    What is done to a picture is a similarity transform: scale, translation, and by choice a turn
    that levels the eyes or a mirror image, which is marked. Pictures travel as message buffers
    without loss.
    """

    surface = _ComparisonSurface

    def __init__(
        self,
        probe: ComparedPicture | None = None,
        candidate: ComparedPicture | None = None,
        *,
        names: tuple[str, str] = ("probe", "candidate"),
        choose: str = "Choose a candidate.",
    ) -> None:
        """Begin with two pictures, or none.

        Args:
            probe: the one.
            candidate: the other.
            names: what the two are called.
            choose: what to do where there are none, a sentence.
        """
        self._named = {"names": list(names), "choose": choose}
        self._words: dict[str, Any] = {"kind": "none", **self._named}
        self._pictures: list[bytes] = []
        self._number = 0
        super().__init__()
        if probe is not None and candidate is not None:
            self.show(probe, candidate)

    def show(self, probe: ComparedPicture, candidate: ComparedPicture) -> None:
        """Show two pictures in the place of those before."""
        sent = [_sent(one) for one in (probe, candidate)]
        self._number += 1
        self._words = {
            "kind": "pair",
            **self._named,
            "number": self._number,
            "probe": sent[0][1],
            "candidate": sent[1][1],
        }
        self._pictures = [data for data, _ in sent]
        self.say(self._words, self._pictures)

    def clear(self) -> None:
        """Show nothing, and keep nothing."""
        self._words, self._pictures = {"kind": "none", **self._named}, []
        self.say(self._words)

    def _greet(self) -> None:
        self.say(self._words, self._pictures)


def _sent(picture: ComparedPicture) -> tuple[bytes, dict[str, Any]]:
    """Return the part around the face as a file, and where it lies in the picture."""
    height, width = picture.image.shape[:2]
    reach = _AROUND * picture.eye_distance_px
    middle = [(a + b) / 2 for a, b in zip(picture.right_eye, picture.left_eye, strict=True)]
    left, right = _range(middle[0], reach, width)
    top, bottom = _range(middle[1], reach, height)
    data, about = shown(picture.image[top:bottom, left:right], _LONGEST_PX)
    return data, {
        "size": [width, height],
        "part": [left, top, right - left, bottom - top],
        "sent": about["sent"],
        "eyes": [list(map(float, picture.right_eye)), list(map(float, picture.left_eye))],
        "caption": picture.caption,
    }


def _range(middle: float, reach: float, length: int) -> tuple[int, int]:
    first = min(max(0, math.floor(middle - reach)), length - 1)
    return first, max(first + 1, min(length, math.ceil(middle + reach)))
