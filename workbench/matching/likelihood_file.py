"""The file of likelihood ratios: the maps of all matchers, and where they come from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AwareDatetime, Field, model_validator

from workbench.errors import EncoderMismatchError
from workbench.matching.calibration import (
    COSINE,
    LOG10_LR,
    Calibration,
    EncoderRecord,
    LinearFusion,
    MatcherName,
    Provenance,
)
from workbench.matching.likelihood_map import LikelihoodPart, ScoreLikelihood
from workbench.matching.shipped_files import LIKELIHOODS, read_learnt

__all__ = ["Likelihoods", "load_likelihoods"]

_Name: TypeAlias = Annotated[str, Field(min_length=1)]


class Likelihoods(LikelihoodPart):
    """All maps, with where they come from.

    Attributes:
        schema_version: of this file's layout.
        id: names these very maps.
        created: when they were learnt, with time zone.
        calibration: id of the calibration whose scores they are of.
        provenance: the people and images they were learnt on.
        encoders: what made the templates, by encoder name.
        fusion: what made the fused scores.
        weighting: how comparisons were counted.
        bounding: why no ratio goes beyond the bounds.
        intervals: how they were made.
        matchers: by matcher name.
    """

    schema_version: Literal[1] = 1
    id: _Name
    created: AwareDatetime
    calibration: _Name
    provenance: Provenance
    encoders: dict[_Name, EncoderRecord]
    fusion: LinearFusion | None
    weighting: _Name
    bounding: _Name
    intervals: _Name
    matchers: dict[MatcherName, ScoreLikelihood]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for name, matcher in self.matchers.items():
            if matcher.unit != (LOG10_LR if name == "fused" else COSINE):
                msg = f"matchers.{name} cannot have unit {matcher.unit}"
                raise ValueError(msg)
            if name not in ("fused", *self.encoders) or (name == "fused" and self.fusion is None):
                msg = f"matchers.{name} needs its encoder, or its fusion"
                raise ValueError(msg)
        return self

    def is_of(self, calibration: Calibration) -> bool:
        """Return whether these are of the scores of that very calibration."""
        return (
            self.calibration == calibration.id
            and self.encoders == calibration.encoders
            and self.fusion == calibration.fusion
        )

    def require_of(self, calibration: Calibration) -> None:
        """Raise `EncoderMismatchError` unless these are of that calibration's scores."""
        if not self.is_of(calibration):
            msg = (
                f"likelihood ratios {self.id} were learnt from scores of calibration "
                f"{self.calibration} and its encoders, not from those of {calibration.id}. Learn "
                "them again for it, or use the calibration they are of."
            )
            raise EncoderMismatchError(msg)

    def to_json(self) -> str:
        """Return the document that `load_likelihoods` reads."""
        return self.model_dump_json(indent=1) + "\n"


def load_likelihoods(path: Path | str | None = None) -> Likelihoods:
    """Read a file of likelihood ratios.

    Args:
        path: the file; the one shipped with the workbench when `None`.

    Raises:
        InputError: when there is none, it cannot be used (file and field are named), or the one
            that ships was changed.
    """
    return read_learnt(Likelihoods, LIKELIHOODS, path)
