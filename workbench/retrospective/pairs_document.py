"""Pairs of appearances as bytes for the vault: who of one piece of footage may be who of another.

JSON, version 1; pictures as base64, as they lie in the index (JPEG). No template is in it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from workbench.records.picture_fields import PictureBytes
from workbench.retrospective.documents import EncoderFacts, read_sealed

__all__ = ["PairEntry", "PairSide", "PairsDocument", "decode_pairs", "encode_pairs"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PairSide(_Part):
    """One appearance of a pair.

    Attributes:
        appearance: its id.
        source: the file.
        first_s: when the face was first found, s from the start of the file.
        last_s: when it was last found.
        looked_s: when it was seen best.
        at: when that was by true time, if the start of the file is known.
        picture: JPEG of the best look.
        verdict: of its quality.
        reasons: of the verdict.
    """

    appearance: str
    source: str
    first_s: float
    last_s: float
    looked_s: float
    at: datetime | None
    picture: Annotated[PictureBytes, Field(repr=False)]
    verdict: str
    reasons: tuple[str, ...]


class PairEntry(_Part):
    """Two appearances that may be of one person: a suggestion to people who look.

    Attributes:
        rank: from 1.
        first: in the one piece of footage.
        second: in the other.
        score: in the unit of the matcher.
        meaning: how many false pairs are to be expected at that score, in words.
    """

    rank: Annotated[int, Field(ge=1)]
    first: PairSide
    second: PairSide
    score: float
    meaning: str


class PairsDocument(_Part):
    """What the vault holds of a search for the same people in two pieces of footage.

    Attributes:
        encoders: what made the templates.
        software: name and version of the program.
        pairs: those at or above the threshold, best first; none is as good a result as any.
    """

    format: Literal["workbench-pairs"] = "workbench-pairs"
    version: Literal[1] = 1
    encoders: Annotated[tuple[EncoderFacts, ...], Field(min_length=1)]
    software: str
    pairs: tuple[PairEntry, ...]

    @model_validator(mode="after")
    def _ranked(self) -> PairsDocument:
        if [one.rank for one in self.pairs] != list(range(1, len(self.pairs) + 1)):
            msg = "pairs must be ranked from 1 on"
            raise ValueError(msg)
        return self


def encode_pairs(document: PairsDocument) -> bytes:
    """Return pairs as bytes."""
    return document.model_dump_json().encode()


def decode_pairs(data: bytes, *, source: str) -> PairsDocument:
    """Read pairs and check everything about them but the pictures.

    Args:
        data: what `encode_pairs` gave.
        source: what to call it in an error.

    Raises:
        VaultError: when it is none of this version.
    """
    return read_sealed(data, PairsDocument, source=source)
