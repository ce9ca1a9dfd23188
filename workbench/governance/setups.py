"""What scores are made with: the matcher, its encoders and fusion, and the numbers they run in.

A score means only what was measured with the same of all these.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, PositiveInt, model_validator

from workbench.governance.record import Record
from workbench.governance.text import Identifier, Line

__all__ = [
    "Fusion",
    "Matcher",
    "MeasuredEncoder",
    "RuntimeClass",
    "Setup",
    "Unit",
    "misfits",
]

Unit: TypeAlias = Literal["cosine", "log10 likelihood ratio"]

_SHOWN: Final = 12
"""Digits of a digest that a message shows."""


class Matcher(StrEnum):
    """What makes scores of templates; closed."""

    FACENET = "facenet"
    SFACE = "sface"
    FUSED = "fused"

    @property
    def unit(self) -> Unit:
        """The unit of its scores and thresholds."""
        return "log10 likelihood ratio" if self is Matcher.FUSED else "cosine"


class RuntimeClass(StrEnum):
    """In which numbers encoders run; scores of one class say nothing of the other's."""

    FP32 = "fp32"
    INT8 = "int8"


class MeasuredEncoder(Record):
    """An encoder as it was measured.

    Attributes:
        name: for example `sface`.
        artefact: name of its weights in the catalogue.
        sha256: of them, 64 hexadecimal digits.
        alignment: which crop it was given, with its version.
        dimension: length of its templates.
    """

    name: Line
    artefact: Line
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    alignment: Line
    dimension: PositiveInt

    def describe(self) -> str:
        """Return what tells it from others, the digest cut short."""
        return (
            f"{self.artefact} (SHA-256 {self.sha256[:_SHOWN]}, alignment {self.alignment}, "
            f"{self.dimension} numbers)"
        )


class Fusion(Record):
    """How cosines become one score: log10 LR = intercept + the sum of weight times cosine.

    Attributes:
        calibration: id of the calibration it was learnt in.
        intercept: log10 likelihood ratio where all cosines are 0.
        weights: log10 likelihood ratio for each unit of cosine, by encoder name.
    """

    calibration: Identifier
    intercept: float
    weights: dict[Line, float]


class Setup(Record):
    """What a search scores with, as far as it decides what a score means.

    Attributes:
        matcher: what makes the scores.
        encoders: what makes the templates.
        fusion: how they are fused; `None` unless the matcher is the fused one.
        runtime: in which numbers the encoders run.
    """

    matcher: Matcher
    encoders: Annotated[tuple[MeasuredEncoder, ...], Field(min_length=1)]
    fusion: Fusion | None = None
    runtime: RuntimeClass

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        names = [encoder.name for encoder in self.encoders]
        if len(set(names)) != len(names):
            msg = "encoders must differ in name"
            raise ValueError(msg)
        if self.matcher is Matcher.FUSED:
            if self.fusion is None or set(self.fusion.weights) != set(names):
                msg = "matcher fused needs a fusion with one weight for each encoder"
                raise ValueError(msg)
        elif self.fusion is not None or names != [self.matcher.value]:
            msg = f"matcher {self.matcher} has the encoder of that name alone, and no fusion"
            raise ValueError(msg)
        return self


def misfits(measured: Setup, used: Setup) -> list[str]:
    """Return why scores of one setup do not mean what those of another were measured to mean.

    Args:
        measured: what a policy was measured with.
        used: what a search is about to score with.

    Returns:
        A phrase for each difference, with what to do about it; none when they are alike.
    """
    if measured.matcher != used.matcher:
        fault = (
            f"it is for matcher {measured.matcher}, and the search uses {used.matcher}: choose "
            "the policy of that matcher, or the matcher of this policy"
        )
        return [fault]
    faults = []
    in_use = {encoder.name: encoder for encoder in used.encoders}
    for encoder in measured.encoders:
        other = in_use.pop(encoder.name, None)
        if other != encoder:
            has = "none of that name" if other is None else other.describe()
            faults.append(
                f"it was measured with encoder {encoder.name} {encoder.describe()}, and the "
                f"search has {has}: use that encoder, or a policy measured with this one"
            )
    faults.extend(f"it was not measured with encoder {name}: leave it out" for name in in_use)
    if measured.fusion != used.fusion:
        faults.append(
            "the scores are fused in another way than was measured: use the calibration that it "
            "names"
        )
    if measured.runtime != used.runtime:
        faults.append(
            f"it was measured in {measured.runtime}, and the encoders run in {used.runtime}: run "
            f"them in {measured.runtime}, or have a policy measured in {used.runtime}"
        )
    return faults
