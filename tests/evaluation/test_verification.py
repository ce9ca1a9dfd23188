from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import (
    accuracy,
    equal_error_rate,
    error_rates,
    frr_at_far,
    verification_result,
)
from workbench.evaluation.pair_soundness import require_spread
from workbench.evaluation.verification import best_threshold

Make = Callable[..., pl.DataFrame]


def test_no_pair(pairs: Make) -> None:
    empty = pairs([], [])
    assert len(error_rates(empty)) == 0
    assert equal_error_rate(empty) is None
    assert frr_at_far(empty)["frr"].to_list() == [None] * 3
    with pytest.raises(ProtocolError, match="0 pairs are in one fold"):
        accuracy(empty)


@pytest.mark.parametrize(
    ("mated", "others", "expected", "errors"),
    [
        ([0.8, 0.9], [0.1, 0.2], 1.0, 0),
        ([0.8, None], [0.1, 0.2], 0.75, 1),  # no face: wrong, though mated
        ([0.8, 0.8], [0.1, None], 0.75, 1),  # no face: wrong, though no match
        ([None, None], [None, None], 0.0, 4),
    ],
)
def test_accuracy_known_answers(
    pairs: Make, mated: list[float], others: list[float], expected: float, errors: int
) -> None:
    found = accuracy(pairs(mated, others))
    assert found.mean == expected
    assert found.errors == errors
    assert found.pairs == 4


def test_each_fold_is_decided_by_the_others(pairs: Make) -> None:
    # Fold 0 alone would put its threshold at 5.5, fold 1 at 0.5: each decides the other badly.
    frame = pairs([6.0, 1.0, 6.0, 1.0], [5.0, 0.0, 5.0, 0.0])
    found = accuracy(frame)
    assert found.thresholds == (0.5, 5.5)
    assert found.folds == (0.5, 0.5)
    assert found.standard_error == 0.0


@pytest.mark.parametrize(
    ("mated", "others", "threshold"),
    [
        ([], [], 0.0),
        ([2.0], [1.0], 1.5),
        ([1.0], [2.0], 1.5),  # all choices are equally bad but this one, which is worst
        ([3.0], [], None),
        ([], [3.0], None),
        ([5.0, 5.0, 1.0], [0.0, 4.0], 0.5),  # as good as 4.5; the lower of two
        ([np.nan, 2.0], [1.0, np.nan], 1.5),
    ],
)
def test_best_threshold(mated: list[float], others: list[float], threshold: float | None) -> None:
    scores = np.array([*mated, *others], np.float64)
    truth = np.array([True] * len(mated) + [False] * len(others), np.bool_)
    found = best_threshold(scores, truth)

    def right(at: float) -> int:
        return int((np.isfinite(scores) & ((scores >= at) == truth)).sum())

    choices = [
        -9.0,
        9.0,
        *(scores[np.isfinite(scores)] + 0.5),
        *(scores[np.isfinite(scores)] - 0.5),
    ]
    assert right(found) == max(map(right, choices))
    if threshold is not None and right(threshold) == right(found):
        assert found == threshold


def test_error_rates_agree_with_scikit_learn(pairs: Make) -> None:
    from sklearn.metrics import det_curve

    generator = np.random.default_rng(3)
    mated = generator.normal(1.0, 1.0, 150).round(1).tolist()
    others = generator.normal(-1.0, 1.0, 120).round(1).tolist()
    frame = pairs(mated, others)
    ours = {
        t: (far, frr) for t, far, frr in error_rates(frame)["threshold", "far", "frr"].iter_rows()
    }
    truth, scores = frame["mated"].to_numpy(), frame["score"].to_numpy()
    fpr, fnr, thresholds = det_curve(truth, scores)
    compared = [
        (ours[float(t)], (a, b))
        for t, a, b in zip(thresholds, fpr, fnr, strict=True)
        if np.isfinite(t)
    ]
    assert len(compared) > 30
    for found, expected in compared:
        assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("mated", "others", "expected"),
    [
        ([1.0], [], None),
        ([], [1.0], None),
        ([2.0, 3.0], [0.0, 1.0], 0.0),
        ([0.0, 1.0], [2.0, 3.0], 1.0),
        ([1.0, 3.0], [0.0, 2.0], 0.5),
        ([None, 3.0], [0.0, 1.0], 0.5),  # half of the mated are lost at every threshold
    ],
)
def test_equal_error_rate(
    pairs: Make, mated: list[float], others: list[float], expected: float | None
) -> None:
    assert equal_error_rate(pairs(mated, others)) == expected


def test_failures_stay_in_both_rates(pairs: Make) -> None:
    frame = pairs([0.9, None], [0.5, None])
    assert error_rates(frame).rows() == [
        (0.5, 1, 1, 0.5, 0.5), (pytest.approx(0.9), 0, 1, 0.0, 0.5),
    ]  # fmt: skip


def test_frr_at_far_counts(pairs: Make) -> None:
    frame = pairs([0.35, 0.5, None, 0.95], [k / 10 for k in range(1, 11)])
    found = frr_at_far(frame, [0.1, 0.7]).rows(named=True)
    assert found[0]["false_matches"] == 1
    assert found[0]["false_non_matches"] == 3
    assert not found[0]["measurable"]
    assert found[1]["measurable"]
    assert found[1]["frr"] == 0.25
    assert found[0]["far_bound"] == 0.3


def test_result_says_what_failed(pairs: Make) -> None:
    result = verification_result(pairs([0.9, None, 0.9, 0.9], [0.5, None, None, 0.5]))
    assert result["failures_to_acquire"] == {"mated_pair": 1, "nonmated_pair": 2}
    assert result["errors"] == 3
    assert result["accuracy"] == pytest.approx(1 - 3 / 8)
    assert len(result["folds"]) == 2


@pytest.mark.parametrize(
    ("column", "value"), [("acquired", False), ("score", None), ("score", float("inf"))]
)
def test_impossible_pairs_are_refused(pairs: Make, column: str, value: object) -> None:
    frame = pairs([0.9], [0.5])
    broken = frame.with_columns(pl.lit(value).cast(frame.schema[column]).alias(column))
    with pytest.raises(ProtocolError, match="the pairs cannot be evaluated"):
        accuracy(broken)


def test_pairs_that_could_not_be_compared_have_no_equal_error_rate(pairs: Make) -> None:
    frame = pairs([None, None], [None, None])
    assert equal_error_rate(frame) is None
    assert verification_result(frame)["equal_error"] is None
    assert verification_result(frame)["accuracy"] == 0.0, "each is an error, none is dropped"


@pytest.mark.parametrize(("second", "parted"), [(0.5, False), (0.50005, False), (0.6, True)])
def test_pairs_of_one_score_are_refused(pairs: Make, second: float, *, parted: bool) -> None:
    frame = pairs([0.5, None], [second, 0.5])
    if parted:
        require_spread(frame)
    else:
        with pytest.raises(
            ProtocolError, match="all 3 pairs that were compared have the same score"
        ):
            require_spread(frame)
