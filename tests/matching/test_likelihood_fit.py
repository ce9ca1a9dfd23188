"""Maps from score to likelihood ratio against answers that are known."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.matching.calibration import COSINE
from workbench.matching.likelihood_fit import comparison_weights, fit_likelihood
from workbench.matching.likelihood_map import FORMS, ScoreLikelihood

MATED, NON_MATED, SPREAD = 0.55, 0.05, 0.12

Compared = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]


def _compared(people: int = 150, images: int = 3, seed: int = 0) -> Compared:
    """Every pair of photographs; normal scores, so that the true log ratio is a straight line."""
    random = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), images)
    one, other = np.triu_indices(len(person), 1)
    first, second = person[one], person[other]
    scores = random.normal(np.where(first == second, MATED, NON_MATED), SPREAD)
    return scores, first, second


def _true(score: float) -> float:
    slope = (MATED - NON_MATED) / SPREAD**2 / math.log(10.0)
    return slope * (score - (MATED + NON_MATED) / 2)


@pytest.fixture(scope="module")
def fitted() -> ScoreLikelihood:
    return fit_likelihood(*_compared(), COSINE, replicates=60)


def test_each_person_and_each_pair_of_people_counts_once() -> None:
    first = np.array([0, 0, 0, 1, 0, 1, 2])
    second = np.array([0, 0, 0, 1, 1, 0, 0])
    third = 1 / 3
    expected = [third, third, third, 1.0, 0.5, 0.5, 1.0]
    assert comparison_weights(first, second) == pytest.approx(np.array(expected))


def test_known_ratios(fitted: ScoreLikelihood) -> None:
    for score in (0.25, 0.3, 0.35, 0.4, 0.45):
        value, low, high = fitted.at(score, "logistic")
        assert value == pytest.approx(_true(score), abs=0.25)
        assert low <= value <= high
    for score in (0.3, 0.35, 0.4):
        value, low, high = fitted.at(score, "isotonic")
        assert value == pytest.approx(_true(score), abs=0.6)
        assert low <= value <= high
    assert fitted.line.slope == pytest.approx(
        (MATED - NON_MATED) / SPREAD**2 / math.log(10.0), rel=0.1
    )


def test_maps_rise_and_stay_within_what_so_many_can_support(fitted: ScoreLikelihood) -> None:
    assert (fitted.mated.units, fitted.mated.comparisons) == (150, 450)
    assert fitted.nonmated.units == 150 * 149 // 2
    low, high = fitted.bounds
    assert low == pytest.approx(-math.log10(151), abs=1e-4)
    assert high == pytest.approx(math.log10(150 * 149 / 2 + 1), abs=1e-4)
    # Far beyond both ends the true line goes on; the maps do not.
    for form in FORMS:
        values = [fitted.at(score, form)[0] for score in np.linspace(-3.0, 4.0, 500)]
        assert all(a <= b for a, b in itertools.pairwise(values))
        assert low <= values[0] < -1.0
        assert 2.0 < values[-1] <= high
        assert values[-1] < _true(4.0)
        for _, row in fitted.map(form).rows():
            assert low <= row[0] <= row[-1] <= high
    assert fitted.logistic.log10_lr[-1] == high


def test_scores_that_part_completely_are_bounded_by_the_misleading_unit() -> None:
    first = np.repeat(np.arange(4), [1, 1, 2, 2])
    one, other = np.triu_indices(6, 1)
    mated = first[one] == first[other]
    scores = np.where(mated, 0.9, 0.1) + np.linspace(0, 0.01, len(mated))
    fitted = fit_likelihood(scores, first[one], first[other], COSINE, replicates=20)
    assert (fitted.mated.units, fitted.nonmated.units) == (2, 6)
    # Above: 2 of 3 mated units against the 1 added of 7; below: the 1 added of 3 against 6 of 7.
    assert fitted.isotonic.log10_lr[-1] == pytest.approx(math.log10((2 / 3) / (1 / 7)), abs=1e-4)
    assert fitted.isotonic.log10_lr[0] == pytest.approx(math.log10((1 / 3) / (6 / 7)), abs=1e-4)
    assert fitted.scores[0] == pytest.approx(scores.min())
    assert fitted.scores[-1] == pytest.approx(scores.max())


def test_the_isotonic_map_is_the_hull_by_hand() -> None:
    # Mated at 0.3 and 0.6, non-mated at 0.1, 0.2 and 0.5: 0.3 and 0.5 are out of order.
    fitted = fit_likelihood(
        [0.1, 0.2, 0.3, 0.5, 0.6], [0, 0, 4, 1, 5], [1, 2, 4, 2, 5], COSINE, replicates=5
    )
    at = [fitted.at(score, "isotonic")[0] for score in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)]
    # With one added to each: 3 mated, 4 non-mated; 0.6 is pooled with the one added above.
    below, pooled = math.log10((1 / 3) / (2 / 4)), math.log10((1 / 3) / (1 / 4))
    assert at == pytest.approx([below, below, pooled, pooled, pooled, pooled], abs=1e-4)


def test_a_person_with_many_photographs_decides_no_more_than_one_with_two() -> None:
    scores, first, second = _compared(60, 2)
    again = np.flatnonzero((first == 0) & (second == 0))
    many = np.concatenate([np.arange(len(scores)), np.repeat(again, 50)])
    one = fit_likelihood(scores, first, second, COSINE, replicates=5)
    other = fit_likelihood(scores[many], first[many], second[many], COSINE, replicates=5)
    assert other.mated.comparisons == one.mated.comparisons + 50
    assert other.mated.units == one.mated.units
    assert other.isotonic.log10_lr == pytest.approx(one.isotonic.log10_lr, abs=1e-4)
    assert other.line.slope == pytest.approx(one.line.slope, rel=1e-6)


def test_the_same_of_the_same_seed() -> None:
    data = _compared(40, 2)
    one, other, third = (
        fit_likelihood(*data, COSINE, replicates=10, seed=seed) for seed in (0, 0, 1)
    )
    assert one == other
    assert one.isotonic.low != third.isotonic.low
    assert one.isotonic.log10_lr == third.isotonic.log10_lr


def test_intervals_are_wider_of_fewer_people(fitted: ScoreLikelihood) -> None:
    few = fit_likelihood(*_compared(40, 3), COSINE, replicates=60)

    def width(of: ScoreLikelihood, score: float) -> float:
        _, low, high = of.at(score, "logistic")
        return high - low

    assert width(few, 0.4) > 1.3 * width(fitted, 0.4) > 0.0


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    inside = 0
    for seed in range(20):
        _, low, high = fit_likelihood(*_compared(40, 2, seed), COSINE, replicates=40, seed=seed).at(
            0.4, "logistic"
        )
        inside += low <= _true(0.4) <= high
    assert inside >= 15


@pytest.mark.parametrize(
    ("scores", "first", "second", "message"),
    [
        ([], [], [], "0 mated and 0 non-mated"),
        ([0.1, 0.2], [0, 1], [0, 1], "2 mated and 0 non-mated"),
        ([0.1, 0.2], [0, 1], [1, 0], "0 mated and 2 non-mated"),
        ([0.9, math.nan], [0, 0], [0, 1], "1 are not finite"),
        ([0.9, -math.inf], [0, 0], [0, 1], "1 are not finite"),
        ([0.9], [0, 0], [0, 1], "lists of one length"),
        ([0.9, 0.1], [0, -1], [0, 1], "numbered from 0"),
        ([0.1, 0.9], [0, 0], [0, 1], "score no higher"),
        ([0.5, 0.5], [0, 0], [0, 1], "score no higher"),
    ],
)
def test_what_cannot_be_learnt_from(scores: Any, first: Any, second: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        fit_likelihood(scores, first, second, COSINE)
