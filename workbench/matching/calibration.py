"""What scores mean, as numbers learnt on tuning people, with where they came from."""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PositiveInt,
    model_validator,
)

from workbench.errors import EncoderMismatchError
from workbench.faces.templates import EncoderIdentity
from workbench.matching.shipped_files import CALIBRATION, read_learnt

__all__ = [
    "COSINE",
    "LOG10_LR",
    "Calibration",
    "EncoderRecord",
    "FmrTable",
    "LinearFusion",
    "MatcherCalibration",
    "MatcherName",
    "Provenance",
    "Unit",
    "load_calibration",
]

MatcherName: TypeAlias = Literal["facenet", "sface", "fused"]
Unit: TypeAlias = Literal["cosine", "log10 likelihood ratio"]
COSINE: Unit = "cosine"
LOG10_LR: Unit = "log10 likelihood ratio"

_Name: TypeAlias = Annotated[str, Field(min_length=1)]
_Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Count: TypeAlias = Annotated[int, Field(ge=0)]
_Number: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]


class _Record(BaseModel):
    """A part of the calibration file: nothing unknown, nothing changed after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EncoderRecord(_Record):
    """The encoder that was measured; fields as in `EncoderIdentity`."""

    name: _Name
    artefact: _Name
    sha256: _Digest
    alignment: _Name
    dimension: PositiveInt

    @classmethod
    def of(cls, identity: EncoderIdentity) -> Self:
        """Write an identity down."""
        return cls(
            name=identity.name,
            artefact=identity.artefact,
            sha256=identity.sha256,
            alignment=identity.alignment,
            dimension=identity.dimension,
        )

    def identity(self) -> EncoderIdentity:
        """Return what templates are tied to."""
        return EncoderIdentity(
            self.name, self.artefact, self.sha256, self.alignment, self.dimension
        )


class Provenance(_Record):
    """Where the numbers come from.

    Attributes:
        data_set: name of the images.
        split: which of its people, for example `tuning`.
        rule: how the split was made, so that it can be made again.
        people: how many people are in it.
        images: how many images of them were compared.
        mated_comparisons: comparisons of two images of one person.
        nonmated_comparisons: comparisons of images of two people.
        libraries: versions of what computed the scores.
    """

    data_set: _Name
    split: _Name
    rule: _Name
    people: PositiveInt
    images: PositiveInt
    mated_comparisons: PositiveInt
    nonmated_comparisons: PositiveInt
    libraries: dict[str, str]


class LinearFusion(_Record):
    """log10 LR = intercept + the sum of weight times cosine over the encoders.

    Attributes:
        form: names this formula; a reader that does not know it refuses the file.
        intercept: log10 likelihood ratio where all cosines are 0.
        weights: log10 likelihood ratio for each unit of cosine, by encoder name.
    """

    form: Literal["linear-logistic"] = "linear-logistic"
    intercept: _Number
    weights: Annotated[dict[_Name, _Number], Field(min_length=1)]


class FmrTable(_Record):
    """How many non-mated comparisons score at or above a grid of scores.

    Attributes:
        comparisons: how many non-mated comparisons there were, `n`.
        scores: the grid, ascending; the last is the highest score seen.
        counts: comparisons at or above each grid score, descending. `counts[i] / n` is the
            false match rate (ISO/IEC 19795-1, comparison level) of that threshold.
    """

    comparisons: PositiveInt
    scores: Annotated[tuple[_Number, ...], Field(min_length=1)]
    counts: Annotated[tuple[_Count, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_monotone(self) -> Self:
        pairs = list(zip(self.scores, self.counts, strict=False))
        rising = all(a[0] < b[0] and a[1] >= b[1] for a, b in pairwise(pairs))
        if len(self.scores) != len(self.counts) or not rising:
            msg = "scores must ascend, and counts, one for each, must not"
            raise ValueError(msg)
        if self.counts[0] > self.comparisons:
            msg = f"{self.counts[0]} of {self.comparisons} comparisons cannot be"
            raise ValueError(msg)
        return self

    def at_or_above(self, score: float) -> int:
        """Return how many non-mated comparisons score at or above `score`, never too few.

        Between two grid scores the count is that of the lower one, below the grid it is all of
        them, beyond the highest score seen it is 0.
        """
        if score > self.scores[-1]:
            return 0
        at = bisect.bisect_right(self.scores, score) - 1
        return self.comparisons if at < 0 else self.counts[at]

    def score_at(self, rate: float) -> float:
        """Return the lowest score of the grid which at most this share of non-mated pairs reach.

        Args:
            rate: false match rate, 0 to 1. Below the lowest that was counted it is the highest
                score seen.
        """
        most = rate * self.comparisons
        pairs = zip(self.scores, self.counts, strict=True)
        return next((score for score, count in pairs if count <= most), self.scores[-1])


class MatcherCalibration(_Record):
    """What the scores of one matcher mean.

    Attributes:
        unit: unit of its scores and thresholds.
        default_threshold: where an alert is raised unless another is chosen.
        threshold_reason: what the default was chosen for, in one sentence.
        fmr: scores and false match rates.
    """

    unit: Unit
    default_threshold: _Number
    threshold_reason: _Name
    fmr: FmrTable


class Calibration(_Record):
    """Everything that was learnt: the fusion, and what the scores of each matcher mean.

    Attributes:
        schema_version: of this file's layout.
        id: names this very calibration in results and records.
        created: when it was learnt, with time zone.
        provenance: the people and images it was learnt on.
        encoders: what made the templates, by encoder name.
        fusion: how cosines become one score, if that was learnt.
        matchers: by matcher name.
    """

    schema_version: Literal[1] = 1
    id: _Name
    created: AwareDatetime
    provenance: Provenance
    encoders: dict[_Name, EncoderRecord]
    fusion: LinearFusion | None
    matchers: dict[MatcherName, MatcherCalibration]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for name, record in self.encoders.items():
            if record.name != name:
                msg = f"encoders.{name} is that of {record.name}"
                raise ValueError(msg)
        if self.fusion is not None and not set(self.fusion.weights) <= set(self.encoders):
            msg = "fusion.weights names an encoder that encoders does not"
            raise ValueError(msg)
        if "fused" in self.matchers and self.fusion is None:
            msg = "matchers.fused needs a fusion"
            raise ValueError(msg)
        for name, matcher in self.matchers.items():
            if matcher.unit != (LOG10_LR if name == "fused" else COSINE):
                msg = f"matchers.{name} cannot have unit {matcher.unit}"
                raise ValueError(msg)
            if name not in ("fused", *self.encoders):
                msg = f"matchers.{name} is of no encoder in encoders"
                raise ValueError(msg)
        return self

    def was_measured_with(self, identity: EncoderIdentity) -> bool:
        """Return whether this very encoder, artefact and alignment was measured."""
        record = self.encoders.get(identity.name)
        return record is not None and record.identity() == identity

    def require_measured_with(self, identities: Mapping[str, EncoderIdentity]) -> None:
        """Raise `EncoderMismatchError` unless each of these very encoders was measured."""
        for identity in identities.values():
            if not self.was_measured_with(identity):
                record = self.encoders.get(identity.name)
                has = record.identity().describe() if record else "no encoder of that name"
                msg = (
                    f"calibration {self.id} was learnt with {has}, not with "
                    f"{identity.describe()}, so their scores cannot be fused by it. Use the "
                    "encoders it was learnt with, a calibration for these, or one encoder alone."
                )
                raise EncoderMismatchError(msg)

    def to_json(self) -> str:
        """Return the document that `load_calibration` reads."""
        return self.model_dump_json(indent=1) + "\n"


def load_calibration(path: Path | str | None = None) -> Calibration:
    """Read a calibration file.

    Args:
        path: the file; the one shipped with the workbench when `None`.

    Raises:
        InputError: when there is none, it cannot be used (file and field are named), or the one
            that ships was changed.
    """
    return read_learnt(Calibration, CALIBRATION, path)
