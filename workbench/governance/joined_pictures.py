"""The further pictures of a probe: what was found of each, and whether they show one person.

Whoever joins a picture of somebody else to a probe decides whom the search finds. So each is judged
like the first, and held to a floor of likeness to it.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from workbench.errors import UsageError
from workbench.governance.quality_words import judged
from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Line

__all__ = [
    "MOST_PICTURES",
    "UNLIKE_RATE",
    "UNLIKE_SOURCE",
    "JoinedPicture",
    "may_differ",
    "one_in",
    "require_few",
]

MOST_PICTURES: Final = 20
"""Pictures that a probe is joined of."""
UNLIKE_RATE: Final = 0.01
"""Share of pairs of different people that reach the floor of likeness."""
UNLIKE_SOURCE: Final = Source(
    text="A further picture of a probe that is less like the first than the best 1 in 100 pairs of "
    "different people needs a reason, and everyone is told",
    where="as the calibration counted pairs; no procedure was read for it",
    standing=Standing.OWN_CHOICE,
)


class JoinedPicture(Record):
    """What was found of a picture that was joined to the first of a probe.

    Attributes:
        verdict: on its quality: `accept`, `warn` or `reject`.
        reasons: of the verdict.
        eye_distance_px: between the pupils, px.
        likeness: score of its face with that of the first picture.
        unit: of the score.
        floor: score which 1 in 100 pairs of different people reach; `None` where that was not
            measured with these encoders.
    """

    verdict: Annotated[str, Field(pattern=r"^(accept|warn|reject)$")]
    reasons: tuple[Line, ...] = ()
    eye_distance_px: Annotated[float, Field(ge=0)]
    likeness: Annotated[float, Field(allow_inf_nan=False)]
    unit: Line
    floor: Annotated[float, Field(allow_inf_nan=False)] | None

    @property
    def is_unlike(self) -> bool:
        """Whether it may show somebody else: it is below the floor, or none was measured."""
        return self.floor is None or self.likeness < self.floor

    @property
    def told_likeness(self) -> str:
        """How like the first picture it is, in words."""
        score = f"{self.likeness:.2f} {self.unit}"
        if self.floor is None:
            return f"{score}; what that means was not measured with these encoders"
        if self.is_unlike:
            return (
                f"{score}, below {self.floor:.2f}, which {one_in(UNLIKE_RATE)} pairs of different "
                "people reach"
            )
        return (
            f"{score}, not below {self.floor:.2f}, which {one_in(UNLIKE_RATE)} pairs of different "
            "people reach"
        )

    def describe(self, number: int) -> str:
        """Return it in words for a list, with its number among the pictures."""
        quality = judged(self.verdict, self.reasons)
        return f"picture {number}: quality {quality}. Likeness to the first: {self.told_likeness}"


def may_differ(others: tuple[JoinedPicture, ...]) -> str:
    """Return that the pictures of a probe may show different people; empty where they are alike."""
    unlike = [str(number) for number, one in enumerate(others, 2) if one.is_unlike]
    if not unlike:
        return ""
    which = f"Picture {unlike[0]} is" if len(unlike) == 1 else f"Pictures {', '.join(unlike)} are"
    return (
        f"The pictures that were joined into the probe may show different people. {which} less "
        "like the first than is to be expected of one person."
    )


def require_few(pictures: int) -> None:
    """Raise `UsageError` where a probe has more pictures than are joined."""
    if pictures > MOST_PICTURES:
        msg = (
            f"a probe is joined of {MOST_PICTURES} pictures at the most, not {pictures}. Choose "
            "those in which the face is seen best."
        )
        raise UsageError(msg)


def one_in(rate: float) -> str:
    """Return a rate in words.

    >>> one_in(0.01)
    '1 in 100'
    """
    return f"1 in {round(1 / rate):,}"
