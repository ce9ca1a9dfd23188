"""The numbers that an encoder's int8 form needs: ranges of activations, and what accepted them.

They are measured on tuning people by `benchmarks/int8_ranges.py` and ship as a file of numbers for
each encoder: no picture, no weights. They belong to one file of weights, and what was accepted is
tied to them by a digest: other numbers have to be accepted anew.
"""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from workbench.errors import ArtefactError
from workbench.faces.runtimes.acceptance import Acceptance
from workbench.faces.runtimes.quantising import WEIGHT_STEPS, Range

__all__ = ["Int8Numbers", "MeasuredOn", "find_int8", "numbers_digest", "read_int8"]

FORMAT: Final = "lfr-workbench int8 numbers/1"


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class MeasuredOn(_Kept):
    """Where ranges come from.

    Attributes:
        data_set: for people.
        split: `tuning`; nothing is learnt from others.
        faces: one of each person.
        rule: how a range follows from the faces.
    """

    data_set: str
    split: Literal["tuning"]
    faces: int
    rule: str


class Int8Numbers(_Kept):
    """The int8 form of an encoder.

    Attributes:
        format: of the file.
        encoder: `facenet` or `sface`.
        artefact: name of its weights in the catalogue.
        weights_sha256: of them.
        weight_steps: to either side of nought.
        measured_on: where the ranges come from.
        ranges: of the activations that are quantised, by name; layers that read others stay in
            fp32.
        scales: by which channels of activations are evened out before, by name.
        acceptance: what was held against fp32; `None` while it is being measured.
    """

    format: Literal["lfr-workbench int8 numbers/1"] = FORMAT
    encoder: Literal["facenet", "sface"]
    artefact: str
    weights_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    weight_steps: int = Field(ge=1, le=WEIGHT_STEPS)
    measured_on: MeasuredOn
    ranges: dict[str, Range] = Field(min_length=1)
    scales: dict[str, list[float]] = Field(default_factory=dict)
    acceptance: Acceptance | None = None

    @model_validator(mode="after")
    def _accepted_as_it_is(self) -> Self:
        if self.acceptance and self.acceptance.numbers_sha256 != numbers_digest(self):
            msg = "what was accepted were other numbers than these"
            raise ValueError(msg)
        return self


def numbers_digest(numbers: Int8Numbers) -> str:
    """Return the SHA-256 of everything that decides what the int8 form computes."""
    kept = numbers.model_dump(
        mode="json", include={"encoder", "weights_sha256", "weight_steps", "ranges", "scales"}
    )
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def find_int8(encoder: str, sha256: str) -> Int8Numbers | None:
    """Return the accepted int8 form of an encoder with these weights; `None` where there is none.

    Args:
        encoder: `facenet` or `sface`.
        sha256: digest of its weights.

    Raises:
        ArtefactError: when what ships cannot be used.
    """
    file = resources.files("workbench.faces.runtimes").joinpath("data", f"int8-{encoder}.json")
    if not file.is_file():
        return None
    numbers = read_int8(file)
    return numbers if numbers.weights_sha256 == sha256 else None


def read_int8(file: Traversable) -> Int8Numbers:
    """Read numbers that were accepted.

    Raises:
        ArtefactError: when they cannot be read, or nothing accepted them.
    """
    try:
        numbers = Int8Numbers.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        fault = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        msg = f"{file.name}: no numbers of an int8 encoder ({fault}). Install it again."
        raise ArtefactError(msg) from None
    if numbers.acceptance is None:
        msg = f"{file.name}: nothing has accepted these numbers. Run the encoder in fp32."
        raise ArtefactError(msg)
    return numbers
