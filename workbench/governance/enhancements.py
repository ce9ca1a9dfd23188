"""What was done to a probe before it was searched with: each step, in order, with its digests.

The original is never changed. A log says what leads from it to what was searched with, so that
anybody can do it again and see that it gives the same.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing

__all__ = [
    "ENHANCEMENT_SOURCE",
    "MOST_STEPS",
    "Crop",
    "Deinterlace",
    "Denoise",
    "EnhancementLog",
    "EnhancementStep",
    "FieldOfLines",
    "Operation",
    "Rotate",
    "Tone",
    "Upscale",
]

ENHANCEMENT_SOURCE = Source(
    text="Which enhancements there are, and how far each may go",
    where="what leaves the face that of the capture; nothing here draws what a camera did not see",
    standing=Standing.OWN_CHOICE,
)

MOST_STEPS = 50
"""That one log may hold."""
_Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Pixel: TypeAlias = Annotated[int, Field(ge=0, le=65_535)]
_Length: TypeAlias = Annotated[int, Field(ge=1, le=65_535)]


class Crop(Record):
    """A part of the picture is kept.

    Attributes:
        left: of the part, px.
        top: of the part, px.
        width: of the part, px.
        height: of the part, px.
    """

    kind: Literal["crop"] = "crop"
    left: _Pixel
    top: _Pixel
    width: _Length
    height: _Length


class Rotate(Record):
    """The picture is turned about its middle, and grows so that nothing of it is lost.

    Attributes:
        degrees: anticlockwise, -180 to 180.
    """

    kind: Literal["rotate"] = "rotate"
    degrees: Annotated[float, Field(ge=-180, le=180)]


class Tone(Record):
    """Light and dark are changed alike everywhere: `contrast * v ** gamma + brightness`, v of 0..1.

    Attributes:
        brightness: that is added, -0.5 to 0.5.
        contrast: by which values are multiplied, 0.5 to 4.
        gamma: to whose power they are raised, 0.25 to 4.
    """

    kind: Literal["tone"] = "tone"
    brightness: Annotated[float, Field(ge=-0.5, le=0.5)] = 0.0
    contrast: Annotated[float, Field(ge=0.5, le=4)] = 1.0
    gamma: Annotated[float, Field(ge=0.25, le=4)] = 1.0


class FieldOfLines(StrEnum):
    """Half of the lines of an interlaced picture."""

    TOP = "top"
    BOTTOM = "bottom"


class Deinterlace(Record):
    """One field of an interlaced picture is kept; lines between are the mean of their neighbours.

    Attributes:
        keep: the field, whose first line is the first or the second of the picture.
    """

    kind: Literal["deinterlace"] = "deinterlace"
    keep: FieldOfLines


class Denoise(Record):
    """Noise is taken out by non-local means (Buades, Coll and Morel, 2005).

    Attributes:
        strength: filter strength, 1 to 20; fine detail of a face goes with much of it.
    """

    kind: Literal["denoise"] = "denoise"
    strength: Annotated[float, Field(ge=1, le=20)]


class Upscale(Record):
    """The picture is enlarged by cubic interpolation; nothing is drawn that was not there.

    Attributes:
        factor: 2 to 4.
    """

    kind: Literal["upscale"] = "upscale"
    factor: Annotated[int, Field(ge=2, le=4)]


Operation: TypeAlias = Annotated[
    Crop | Rotate | Tone | Deinterlace | Denoise | Upscale, Field(discriminator="kind")
]


class EnhancementStep(Record):
    """One step.

    Attributes:
        operation: what was done, with its parameters.
        before: SHA-256 of the pixels before it.
        after: SHA-256 of the pixels after it.
    """

    operation: Operation
    before: _Digest
    after: _Digest


class EnhancementLog(Record):
    """What leads from the original to what was searched with.

    Attributes:
        file: SHA-256 of the file of the original.
        original: SHA-256 of its pixels, as they were decoded.
        steps: in order; none where the original was searched with.
    """

    file: _Digest
    original: _Digest
    steps: Annotated[tuple[EnhancementStep, ...], Field(max_length=MOST_STEPS)] = ()

    @model_validator(mode="after")
    def _each_follows(self) -> Self:
        pixels = self.original
        for number, step in enumerate(self.steps, 1):
            if step.before != pixels:
                msg = f"step {number} does not begin with what the one before it left"
                raise ValueError(msg)
            pixels = step.after
        return self

    @property
    def searched(self) -> str:
        """SHA-256 of the pixels that were searched with."""
        return self.steps[-1].after if self.steps else self.original

    @property
    def is_enhanced(self) -> bool:
        """Whether what was searched with differs from the original."""
        return self.searched != self.original

    def describe(self) -> str:
        """Return it in one sentence for a report."""
        if not self.steps:
            return "Searched with the original, unchanged."
        done = "; ".join(_told(step.operation) for step in self.steps)
        return f"Searched with an enhanced copy. {len(self.steps)} steps: {done}."


def _told(operation: Record) -> str:
    values = operation.plain()
    kind = values.pop("kind")
    said = [
        f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in values.items()
    ]
    return f"{kind} ({', '.join(said)})"
