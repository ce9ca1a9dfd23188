"""What a score means: how often people who are not on the list score as high.

Where likelihood ratios were learnt, also what the one comparison says for one person against two.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from workbench.errors import UsageError
from workbench.intervals import clopper_pearson
from workbench.list_rates import rate_of_list
from workbench.matching.calibration import Calibration, MatcherName
from workbench.matching.likelihood_file import Likelihoods
from workbench.matching.likelihood_ratio import LikelihoodRatio, likelihood
from workbench.rate_words import Rate, rate_words

__all__ = ["LikelihoodRatio", "ScoreMeaning", "likelihood", "meaning", "not_measured"]


@dataclass(frozen=True, slots=True)
class ScoreMeaning:
    """What a score means for a list of a given size; never a percentage of match.

    Attributes:
        score: in the unit of the matcher.
        n_references: size of the list, `N`.
        fmr: share of non-mated comparisons at or above the score; `None` if not measured.
        fpir: share of searches for people who are not on the list that return somebody at or
            above the score, `1 - (1 - fmr)^N`, which takes comparisons for independent.
        low: lower end of the 95 % interval of `fpir`.
        high: upper end of it.
        text: all of this in one phrase.
        measured_on: the comparisons, of photographs, and the people and split behind it.
        extrapolated: whether `fpir` was reckoned from single comparisons rather than counted.
        likelihood: what the one comparison says, where likelihood ratios were asked for.
    """

    score: float
    n_references: int
    fmr: float | None
    fpir: float | None
    low: float | None
    high: float | None
    text: str
    measured_on: str
    extrapolated: bool
    likelihood: LikelihoodRatio | None = None

    @property
    def measured(self) -> bool:
        """Whether anything is known about it."""
        return self.fmr is not None


def meaning(
    score: float,
    n_references: int,
    calibration: Calibration | None,
    matcher: MatcherName,
    *,
    likelihoods: Likelihoods | None = None,
) -> ScoreMeaning:
    """Say what a score means for a list of `n_references` references.

    The interval is that of Clopper and Pearson (1934) for the count of non-mated comparisons at
    or above the score, carried through the same formula. Comparisons that share a person are not
    independent, so that it is, if anything, too narrow. Calibrations are made of photographs: for
    faces in footage the rate is carried over, and the words say so.

    Args:
        score: in the unit of the matcher.
        n_references: references on the list, at least 1.
        calibration: what was measured, or `None`.
        matcher: whose score it is.
        likelihoods: learnt from the scores of that calibration, for the ratio as well.

    Raises:
        UsageError: when the score is not finite or the list is empty.
        EncoderMismatchError: when the likelihood ratios are of another calibration.
    """
    if not math.isfinite(score) or n_references < 1:
        msg = (
            f"a score means something for a list with references, but the score is {score} and "
            f"the list has {n_references}."
        )
        raise UsageError(msg)
    measured = None if calibration is None else calibration.matchers.get(matcher)
    if calibration is None or measured is None:
        return not_measured(score, n_references, f"no calibration has measured {matcher}")
    if likelihoods is not None:
        likelihoods.require_of(calibration)
    n = measured.fmr.comparisons
    count = measured.fmr.at_or_above(score)
    source = calibration.provenance
    people = f"{source.people:,} people ({source.data_set}, {source.split})"
    measured_on = (
        f"{n:,} comparisons of photographs, not of frames of cameras, of {people}, taken for "
        "independent"
    )
    fmr = count / n
    low, high = (rate_of_list(rate, n_references) for rate in clopper_pearson(count, n))
    fpir = rate_of_list(fmr, n_references)
    extrapolated = n_references > 1
    rate = Rate(fpir, low, high, count, n_references, measured_on, extrapolated)
    return ScoreMeaning(
        score=score,
        n_references=n_references,
        fmr=fmr,
        fpir=fpir,
        low=low,
        high=high,
        text=rate_words(rate),
        measured_on=measured_on,
        extrapolated=extrapolated,
        likelihood=_ratio(score, matcher, likelihoods),
    )


def not_measured(score: float, n_references: int, reason: str) -> ScoreMeaning:
    """Return the meaning of a score about which nothing is known, and why."""
    text = f"not measured: how often people who are not on the list score this high ({reason})"
    return ScoreMeaning(
        score, n_references, None, None, None, None, text, "nothing", extrapolated=False
    )


def _ratio(
    score: float, matcher: MatcherName, likelihoods: Likelihoods | None
) -> LikelihoodRatio | None:
    if likelihoods is None or matcher not in likelihoods.matchers:
        return None
    return likelihood(score, matcher, likelihoods=likelihoods)
