"""What an examiner compares, part by part: similar, different, or not to be seen."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pydantic import model_validator

from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Prose

__all__ = ["COMPONENTS_SOURCE", "Checklist", "Component", "Mark", "Seen"]

COMPONENTS_SOURCE: Final = Source(
    text="Which parts of face, head and neck are compared, from above to below",
    where="as morphological comparison is commonly taught; no published list was read for it",
    standing=Standing.OWN_CHOICE,
)


class Component(StrEnum):
    """A part of face, head or neck."""

    SKIN = "skin"
    OUTLINE = "outline"
    HAIRLINE = "hairline"
    FOREHEAD = "forehead"
    EYEBROWS = "eyebrows"
    EYES = "eyes"
    NOSE = "nose"
    EARS = "ears"
    CHEEKS = "cheeks"
    MOUTH = "mouth"
    CHIN = "chin"
    NECK = "neck"
    FACIAL_HAIR = "facial-hair"
    LINES = "lines"
    MARKS = "marks"

    @property
    def words(self) -> str:
        """The part as people call it."""
        return _WORDS.get(self, self.value)


_WORDS: Final = {
    Component.OUTLINE: "outline of face and head",
    Component.HAIRLINE: "hair and hairline",
    Component.CHIN: "chin and jaw",
    Component.FACIAL_HAIR: "facial hair",
    Component.LINES: "lines and wrinkles",
    Component.MARKS: "scars, moles and tattoos",
}


class Seen(StrEnum):
    """What an examiner sees of a part in both images."""

    SIMILAR = "similar"
    DIFFERENT = "different"
    NOT_VISIBLE = "not-visible"


class Mark(Record):
    """What is said of one part.

    Attributes:
        seen: similar, different, or not visible in one of the images.
        note: what was compared, where there is more to say.
    """

    seen: Seen
    note: Prose | None = None


class Checklist(Record):
    """What one examiner says of each part; a part that is left out was not looked at.

    Attributes:
        marks: by part.
    """

    marks: dict[Component, Mark]

    @model_validator(mode="after")
    def _something_was_seen(self) -> Checklist:
        if not any(mark.seen is not Seen.NOT_VISIBLE for mark in self.marks.values()):
            msg = "at least one part must be similar or different: nothing was compared otherwise"
            raise ValueError(msg)
        return self

    def count(self, seen: Seen) -> int:
        """Return of how many parts that is said."""
        return sum(mark.seen is seen for mark in self.marks.values())

    @property
    def left_out(self) -> tuple[Component, ...]:
        """Parts of which nothing is said, from above to below."""
        return tuple(part for part in Component if part not in self.marks)
