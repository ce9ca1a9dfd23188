"""A search as bytes for the vault: the probe as captured and as searched with, all candidates.

JSON, version 1; pictures as base64: the original file as it came, what was searched with lossless
(PNG), references as they lie in their collection (JPEG). No template is in it: the pictures are
what people compare, and a search for the same face elsewhere is not to be possible from here.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from workbench.records.picture_fields import PictureBytes
from workbench.retrospective.documents import EncoderFacts, read_sealed

__all__ = [
    "CandidateEntry",
    "FacePlace",
    "MeaningEntry",
    "OtherEntry",
    "SearchDocument",
    "decode_search",
    "encode_search",
]

_FORMAT: Final = "workbench-search"
_RARE: Final = 0.1
"""From here on a rate is said as so many in 10."""


_Point: TypeAlias = tuple[float, float]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class FacePlace(_Part):
    """Where a face is in a picture, px, and where other people's are.

    Attributes:
        eyes: right and left of the person; `None` where the face was not found.
        bystanders: boxes of the other faces.
    """

    eyes: tuple[_Point, _Point] | None
    bystanders: tuple[tuple[float, float, float, float], ...] = ()


class MeaningEntry(_Part):
    """What a score means at the size of what was searched: `matching.confidence.ScoreMeaning`."""

    score: float
    n_references: int
    fmr: float | None
    fpir: float | None
    low: float | None
    high: float | None
    text: str
    measured_on: str
    extrapolated: bool

    @property
    def is_rare(self) -> bool:
        """Whether fewer than 1 in 10 others score this high, at the upper end of the interval.

        Of the others the words say how many in 10, or that too little was measured.
        """
        return self.high is not None and self.high < _RARE


class CandidateEntry(_Part):
    """One candidate.

    Attributes:
        rank: from 1.
        subject: reference of the person, or id of the appearance.
        score: in the unit of the matcher.
        gap: to the score of the next; `None` for the last.
        reference: number of the reference that scored highest.
        meaning: what the score means at this size.
        picture: JPEG of that reference, with what is around the face where that is kept.
        eyes: in the picture, px; `None` where they were not found.
        thumbnail: JPEG of the face, a tight square for lists; `None` where `picture` is one.
        sha256: of that reference's image file; `None` for an appearance.
        image_date: when it was taken, if that is known.
        source: where it comes from.
        legal_basis: what allows its use.
        verdict: of its quality.
        reasons: of the verdict.
        time_s: when the appearance was seen best, from the start of its footage; `None` for a
            reference.
        frame: in which frame of it, from 0; `None` too where an earlier version did not keep it.
    """

    rank: Annotated[int, Field(ge=1)]
    subject: str
    score: float
    gap: float | None
    reference: Annotated[int, Field(ge=0)]
    meaning: MeaningEntry
    picture: Annotated[PictureBytes, Field(repr=False)]
    eyes: tuple[_Point, _Point] | None
    thumbnail: Annotated[PictureBytes | None, Field(repr=False)] = None
    sha256: str | None
    image_date: date | None
    source: str
    legal_basis: str
    verdict: str
    reasons: tuple[str, ...]
    time_s: float | None = None
    frame: Annotated[int | None, Field(ge=0)] = None

    @property
    def small_alone(self) -> bool:
        """Whether it was seen in footage that was indexed before wider pictures were kept."""
        return self.time_s is not None and self.thumbnail is None


class OtherEntry(_Part):
    """A picture that was joined to the first of a probe, as people compare it.

    Attributes:
        picture: PNG of the face and what is around it; others pixelated.
        eyes: right and left in `picture`, px.
        place: the face in the picture as it came.
    """

    picture: Annotated[PictureBytes, Field(repr=False)]
    eyes: tuple[_Point, _Point]
    place: FacePlace


class SearchDocument(_Part):
    """What the vault holds of a search.

    Attributes:
        originals: the pictures as they came, the first being what people compare first.
        probe: PNG of the face and what is around it, as it was searched with; others pixelated.
        landmarks: five points of the face in `probe`, px; the eyes come first.
        original: the face in the first picture as it came.
        copy_: the face in the copy that was searched with.
        others: the face in each further picture; none where an earlier version kept none.
        encoders: what made the templates.
        runtime: what ran the encoders, and on what.
        software: name and version of the program.
        candidates: all of the list, best first.
    """

    format: Literal["workbench-search"] = "workbench-search"
    version: Literal[1] = 1
    originals: Annotated[tuple[PictureBytes, ...], Field(min_length=1, repr=False)]
    probe: Annotated[PictureBytes, Field(repr=False)]
    landmarks: tuple[_Point, _Point, _Point, _Point, _Point]
    original: FacePlace
    copy_: FacePlace
    others: tuple[OtherEntry, ...] = ()
    encoders: Annotated[tuple[EncoderFacts, ...], Field(min_length=1)]
    runtime: str
    software: str
    candidates: tuple[CandidateEntry, ...]

    @model_validator(mode="after")
    def _ranked(self) -> SearchDocument:
        if [one.rank for one in self.candidates] != list(range(1, len(self.candidates) + 1)):
            msg = "candidates must be ranked from 1 on"
            raise ValueError(msg)
        if self.others and len(self.others) != len(self.originals) - 1:
            msg = "each picture but the first must say where its face is"
            raise ValueError(msg)
        return self


def encode_search(document: SearchDocument) -> bytes:
    """Return a search as bytes."""
    return document.model_dump_json().encode()


def decode_search(data: bytes, *, source: str) -> SearchDocument:
    """Read a search and check everything about it but the pictures.

    Args:
        data: what `encode_search` gave.
        source: what to call it in an error.

    Raises:
        VaultError: when it is no search of this version.
    """
    return read_sealed(data, SearchDocument, source=source)
