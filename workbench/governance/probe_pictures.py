"""What kinds of picture a probe may be: a closed list, on which nothing stands that was drawn."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, TypeAlias

from pydantic import BeforeValidator

__all__ = ["NEVER_PROBES", "PictureKind", "ProbePicture", "picture_kind"]

NEVER_PROBES: Final = (
    "A sketch, a composite (e-fit), a lookalike or a picture that was generated is never searched "
    "with: it shows nobody whom a camera saw at the scene"
)


class PictureKind(StrEnum):
    """How a probe came to be a picture of the person who is looked for."""

    CAMERA = "camera"
    PHONE = "phone"
    SOCIAL_MEDIA = "social-media"
    PHOTOGRAPH = "photograph"
    CUSTODY_IMAGE = "custody-image"

    @property
    def words(self) -> str:
        """What that is, for a report."""
        return _WORDS[self]


_WORDS: Final = {
    PictureKind.CAMERA: "footage of a surveillance or other fixed camera, or one that is worn",
    PictureKind.PHONE: "picture or video of a phone or another device of a person",
    PictureKind.SOCIAL_MEDIA: "picture from social media",
    PictureKind.PHOTOGRAPH: "photograph",
    PictureKind.CUSTODY_IMAGE: "custody image, or another that was taken in that way",
}


def picture_kind(value: object) -> PictureKind:
    """Return the kind that is named.

    Raises:
        ValueError: when it is not on the list, with what is.
    """
    try:
        return PictureKind(value)  # type: ignore[arg-type]
    except ValueError:
        msg = f"a probe is one of: {', '.join(PictureKind)}. {NEVER_PROBES}"
        raise ValueError(msg) from None


ProbePicture: TypeAlias = Annotated[PictureKind, BeforeValidator(picture_kind)]
