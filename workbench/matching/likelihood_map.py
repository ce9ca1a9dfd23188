"""A map from score to likelihood ratio: what was learnt of one matcher, and how far it reaches."""

from __future__ import annotations

import bisect
from itertools import pairwise
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

from workbench.matching.calibration import Unit

__all__ = [
    "FORMS",
    "JudgedOn",
    "LikelihoodForm",
    "LikelihoodMap",
    "LikelihoodPart",
    "LogisticLine",
    "ReliabilityBin",
    "ScoreLikelihood",
    "ScoresSeen",
]

LikelihoodForm: TypeAlias = Literal["isotonic", "logistic"]
FORMS: Final[tuple[LikelihoodForm, ...]] = ("isotonic", "logistic")

_Name: TypeAlias = Annotated[str, Field(min_length=1)]
_Number: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]
_Cost: TypeAlias = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
_Numbers: TypeAlias = Annotated[tuple[_Number, ...], Field(min_length=2)]


class LikelihoodPart(BaseModel):
    """A part of the file: nothing unknown, nothing changed after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ScoresSeen(LikelihoodPart):
    """The scores of one kind of comparison that a map was learnt from.

    Attributes:
        comparisons: how many.
        units: people of mated comparisons, pairs of people of non-mated ones: each counts once.
        lowest: score.
        highest: score.
    """

    comparisons: PositiveInt
    units: PositiveInt
    lowest: _Number
    highest: _Number

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.lowest > self.highest or self.units > self.comparisons:
            msg = "lowest must not be above highest, nor units more than comparisons"
            raise ValueError(msg)
        return self


class LogisticLine(LikelihoodPart):
    """log10 LR = intercept + slope times score."""

    intercept: _Number
    slope: PositiveFloat

    def at(self, score: float) -> float:
        """Return the log10 likelihood ratio of a score, without bounds."""
        return self.intercept + self.slope * score


class LikelihoodMap(LikelihoodPart):
    """One form of the map, at each score of the grid.

    Attributes:
        log10_lr: not descending.
        low: lower ends of the 95 % interval, not descending.
        high: upper ends of it, not descending.
    """

    log10_lr: _Numbers
    low: _Numbers
    high: _Numbers

    @model_validator(mode="after")
    def _rises(self) -> Self:
        for name, values in self.rows():
            if any(a > b for a, b in pairwise(values)):
                msg = f"{name} must not descend"
                raise ValueError(msg)
            if len(values) != len(self.log10_lr):
                msg = f"{name} and log10_lr must be of one length"
                raise ValueError(msg)
        ends = zip(self.low, self.log10_lr, self.high, strict=True)
        if any(not low <= middle <= high for low, middle, high in ends):
            msg = "log10_lr must lie between low and high"
            raise ValueError(msg)
        return self

    def rows(self) -> tuple[tuple[str, tuple[float, ...]], ...]:
        """Return its three rows of numbers with their names."""
        return ("log10_lr", self.log10_lr), ("low", self.low), ("high", self.high)


class ReliabilityBin(LikelihoodPart):
    """Comparisons whose stated ratio lay between two ends, and the ratio that was observed.

    All ratios are log10; observed ones let each person, and each pair of people, count once.

    Attributes:
        low: lower end of the bin; `None` for the lowest.
        high: upper end; `None` for the highest.
        mated: comparisons.
        nonmated: comparisons.
        stated: mean of the stated ratios; `None` of an empty bin.
        observed: ratio that was observed; `None` where one kind is absent.
        observed_low: lower end of its 95 % interval by people.
        observed_high: upper end of it.
        measurable: whether there were three comparisons or more of either kind.
    """

    low: _Number | None
    high: _Number | None
    mated: NonNegativeInt
    nonmated: NonNegativeInt
    stated: _Number | None
    observed: _Number | None
    observed_low: _Number | None
    observed_high: _Number | None
    measurable: bool

    @model_validator(mode="after")
    def _can_be_drawn(self) -> Self:
        drawn = (self.stated, self.observed, self.observed_low, self.observed_high)
        if self.measurable and None in drawn:
            msg = "a measurable bin must have stated and observed ratios, and their interval"
            raise ValueError(msg)
        return self


class JudgedOn(LikelihoodPart):
    """How well a form did on people, in bits; 1 is what saying nothing costs.

    Attributes:
        split: which people.
        people: how many of them.
        mated: comparisons.
        nonmated: comparisons.
        cllr: each person, and each pair of people, counted once.
        cllr_low: lower end of the 95 % interval by people.
        cllr_high: upper end of it.
        min_cllr: what the order of the scores alone allows on the same comparisons.
        reliability: stated against observed ratios, bin by bin; empty where it was not kept.
    """

    split: _Name
    people: PositiveInt
    mated: PositiveInt
    nonmated: PositiveInt
    cllr: _Cost
    cllr_low: _Cost
    cllr_high: _Cost
    min_cllr: _Cost
    reliability: tuple[ReliabilityBin, ...] = ()


class ScoreLikelihood(LikelihoodPart):
    """What the scores of one matcher say, for one person against two.

    Attributes:
        unit: of the scores.
        mated: mated comparisons that it was learnt from.
        nonmated: non-mated comparisons that it was learnt from.
        bounds: lowest and highest log10 likelihood ratio that so many units can support.
        scores: the grid, ascending, from the lowest score seen to the highest.
        isotonic: by pool adjacent violators.
        line: the logistic form before its bounds.
        logistic: the line within its bounds.
        judged: by form, how well it did on each split that it was judged on.
    """

    unit: Unit
    mated: ScoresSeen
    nonmated: ScoresSeen
    bounds: tuple[_Number, _Number]
    scores: _Numbers
    isotonic: LikelihoodMap
    line: LogisticLine
    logistic: LikelihoodMap
    judged: dict[LikelihoodForm, tuple[JudgedOn, ...]]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if any(a >= b for a, b in pairwise(self.scores)):
            msg = "scores must ascend"
            raise ValueError(msg)
        low, high = self.bounds
        for form in FORMS:
            one = self.map(form)
            if len(one.log10_lr) != len(self.scores):
                msg = f"{form} must have a ratio for each score"
                raise ValueError(msg)
            if one.log10_lr[0] < low or one.log10_lr[-1] > high:
                msg = f"{form} goes beyond its bounds"
                raise ValueError(msg)
        return self

    def map(self, form: LikelihoodForm) -> LikelihoodMap:
        """Return one form."""
        return self.isotonic if form == "isotonic" else self.logistic

    def at(self, score: float, form: LikelihoodForm) -> tuple[float, float, float]:
        """Return log10 likelihood ratio, lower and upper end at a score.

        Between two scores of the grid it is interpolated, beyond the ends it is that of the end:
        nothing is extrapolated.
        """
        right = bisect.bisect_right(self.scores, score)
        if right in {0, len(self.scores)}:
            at = max(0, right - 1)
            value, low, high = (values[at] for _, values in self.map(form).rows())
            return value, low, high
        below, above = self.scores[right - 1], self.scores[right]
        part = (score - below) / (above - below)
        value, low, high = (
            values[right - 1] + part * (values[right] - values[right - 1])
            for _, values in self.map(form).rows()
        )
        return value, low, high
