"""What one comparison says for one person against two: a likelihood ratio, in numbers and words.

It says how much likelier a score is between photographs of one person than between photographs of
two people. It is no probability that they show one person: that depends on what else is known, and
on how many people could have been in the picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

from workbench.errors import UsageError
from workbench.matching.calibration import MatcherName
from workbench.matching.likelihood_file import Likelihoods, load_likelihoods
from workbench.matching.likelihood_map import LikelihoodForm, ScoreLikelihood

__all__ = ["LikelihoodRatio", "Where", "likelihood", "times_words"]

Where: TypeAlias = Literal["within", "above every non-mated score", "below every mated score"]

_EVEN: Final = math.log10(1.5)
"""A ratio nearer to 1 than this is told as no difference, as two digits of it would mislead."""

_NOT: Final = (
    "of one comparison, not of the best of a list, and not how probable it is that this is the "
    "person"
)


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """What a score says of one comparison.

    Attributes:
        score: in the unit of the matcher.
        matcher: whose score it is.
        form: of the map.
        log10_lr: log10 of the likelihood ratio; beyond what was seen, as far as the data reach.
        low: lower end of its 95 % interval.
        high: upper end of it.
        bounds: lowest and highest log10 ratio that so many comparisons can support.
        where: whether the score lies where both kinds of comparison were seen.
        text: all of this in one phrase.
        learnt_on: the comparisons, people and split behind it.
        source: id of the maps.
    """

    score: float
    matcher: MatcherName
    form: LikelihoodForm
    log10_lr: float
    low: float
    high: float
    bounds: tuple[float, float]
    where: Where
    text: str
    learnt_on: str
    source: str

    @property
    def in_range(self) -> bool:
        """Whether both kinds of comparison were seen around the score."""
        return self.where == "within"


def likelihood(
    score: float,
    matcher: MatcherName,
    form: LikelihoodForm = "isotonic",
    *,
    likelihoods: Likelihoods | None = None,
) -> LikelihoodRatio:
    """Return the likelihood ratio of a score.

    Nothing is extrapolated. Above every non-mated score seen, and below every mated one, the ratio
    stays where the data end, and the words say how large it is at least, by the end of the 95 %
    interval that is nearer to 1 in either form.

    Args:
        score: in the unit of the matcher.
        matcher: whose score it is, with the very encoders that the maps name.
        form: `isotonic` follows the data wherever they go; `logistic` is a straight line.
        likelihoods: the maps; those shipped with the workbench when `None`.

    Raises:
        UsageError: when the score is not finite, or nothing was learnt of the matcher.
        InputError: when the shipped maps cannot be read.
    """
    if not math.isfinite(score):
        msg = f"only a finite score has a likelihood ratio, not {score}."
        raise UsageError(msg)
    maps = _shipped() if likelihoods is None else likelihoods
    learnt = maps.matchers.get(matcher)
    if learnt is None:
        msg = f"likelihood ratios {maps.id} hold none of {matcher}. Choose another matcher."
        raise UsageError(msg)
    value, low, high = learnt.at(score, form)
    where = _where(score, learnt)
    if where == "above every non-mated score":
        low = min(low, learnt.at(score, "isotonic")[1])
    elif where == "below every mated score":
        high = max(high, learnt.at(score, "isotonic")[2])
    source = maps.provenance
    learnt_on = (
        f"{learnt.mated.comparisons:,} mated comparisons of {learnt.mated.units:,} people and "
        f"{learnt.nonmated.comparisons:,} non-mated comparisons of {source.people:,} people, of "
        f"photographs, not of frames of cameras ({source.data_set}, {source.split})"
    )
    return LikelihoodRatio(
        score=score,
        matcher=matcher,
        form=form,
        log10_lr=value,
        low=low,
        high=high,
        bounds=learnt.bounds,
        where=where,
        text=f"{_said(value, low, high, where, learnt)}; {_NOT}; learnt from {learnt_on}",
        learnt_on=learnt_on,
        source=maps.id,
    )


def times_words(log10_lr: float) -> str:
    """Return a likelihood ratio in words, to two digits.

    >>> times_words(3.37)
    '2,300 times likelier for one person than for two'
    >>> times_words(-1.1)
    '13 times likelier for two people than for one'
    >>> times_words(0.1)
    'about as likely for one person as for two'
    """
    if abs(log10_lr) < _EVEN:
        return "about as likely for one person as for two"
    ratio = 10.0 ** abs(log10_lr)
    digits = 10.0 ** (math.floor(math.log10(ratio)) - 1)
    # Below 10 the second digit is a decimal one.
    times = f"{round(ratio / digits) * digits:,.{1 if ratio < 9.95 else 0}f}"  # noqa: PLR2004
    likelier = "one person than for two" if log10_lr > 0 else "two people than for one"
    return f"{times} times likelier for {likelier}"


def _said(value: float, low: float, high: float, where: Where, learnt: ScoreLikelihood) -> str:
    if where == "within":
        ends = f"95 % interval: {times_words(low)}, to {times_words(high)}"
        return f"a score like this is {times_words(value)} ({ends})"
    above = where == "above every non-mated score"
    seen = learnt.nonmated if above else learnt.mated
    beyond = f"{where} seen in {seen.comparisons:,} comparisons"
    least = low if above else -high
    if least < _EVEN:
        return f"{beyond}, too few to say how likely a score like this is for either"
    return (
        f"{beyond}: a score like this is at least {times_words(low if above else high)} (the "
        "cautious end of the 95 % interval; how much more cannot be said)"
    )


def _where(score: float, learnt: ScoreLikelihood) -> Where:
    if score > learnt.nonmated.highest:
        return "above every non-mated score"
    return "below every mated score" if score < learnt.mated.lowest else "within"


@cache
def _shipped() -> Likelihoods:
    return load_likelihoods()
