"""What an examiner compares, part by part: similar, different, or not to be seen."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pydantic import model_validator

from workbench.errors import RecordError
from workbench.governance.conclusions import Conclusion
from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Prose

__all__ = [
    "COMPONENTS_SOURCE",
    "EXPLAINED_SOURCE",
    "Checklist",
    "Component",
    "Mark",
    "Seen",
    "require_explained",
]

COMPONENTS_SOURCE: Final = Source(
    text="Which parts of face, head and neck are compared, from above to below",
    where="as morphological comparison is commonly taught; no published list was read for it",
    standing=Standing.OWN_CHOICE,
)
EXPLAINED_SOURCE: Final = Source(
    text="Support for one person says how each part that differs is explained",
    where="a difference that nothing explains speaks against one person; no procedure was read",
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

    @property
    def unexplained(self) -> tuple[Component, ...]:
        """Parts that are marked as different, with no note, from above to below."""
        return tuple(
            part
            for part in Component
            if (mark := self.marks.get(part)) is not None
            and mark.seen is Seen.DIFFERENT
            and mark.note is None
        )


def require_explained(conclusion: Conclusion, checklist: Checklist | None, *, what: str) -> None:
    """Refuse support for one person beside a part that is different, and nobody says why.

    It is asked of what is being concluded; what earlier versions took stays as it is.

    Args:
        conclusion: what is concluded.
        checklist: what was compared.
        what: it is of, for the message.

    Raises:
        RecordError: names the parts.
    """
    if not conclusion.supports_same or checklist is None or not checklist.unexplained:
        return
    parts = ", ".join(part.value for part in checklist.unexplained)
    msg = (
        f"{what} supports one person, and marks as different without a note: {parts}. Note for "
        "each how the difference is explained (light, angle, age, injury), or conclude otherwise."
    )
    raise RecordError(msg)
