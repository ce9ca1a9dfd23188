"""FPIR of shorter lists is that of searching them."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import (
    check_extrapolation,
    gather_comparisons,
    rates_of_lists,
    searched_lists,
)
from workbench.evaluation.comparisons import Comparisons


def compared(
    seed: int = 0, probes: int = 120, people: int = 60, candidates: int = 50
) -> tuple[Comparisons, np.ndarray, list[str], list[str]]:
    generator = np.random.default_rng(seed)
    scores = generator.normal(0, 1, (probes, people)).astype(np.float32)
    shown = [f"r{k}" if k < 10 else f"p{k // 2}" for k in range(probes)]
    listed = [f"r{k}" for k in range(people)]
    found = gather_comparisons([(0, 0, scores)], shown, listed, candidates=candidates)
    return found, scores, shown, listed


AT = [1.5, 2.5, 3.0]


def test_the_whole_list_has_nothing_to_vary() -> None:
    found, scores, shown, listed = compared()
    table = rates_of_lists(found, 60, AT, draws=50)
    others = np.where(np.array(shown)[:, None] == np.array(listed)[None], -np.inf, scores)
    for row in table.iter_rows(named=True):
        alarms = int((others.max(axis=1) >= row["threshold"]).sum())
        assert row["false_alarms"] == pytest.approx(alarms)
        assert row["lists_low"] == row["lists_high"] == pytest.approx(alarms / 120)
        assert row["low"] <= alarms / 120 <= row["high"]
    assert table["low"][0] < table["high"][0]
    assert table["probe_people"][0] == 65


def test_lists_are_searched_as_drawn() -> None:
    found, scores, shown, listed = compared()
    table = rates_of_lists(found, 20, AT, draws=400, seed=4)
    generator = np.random.default_rng(5)
    others = np.where(np.array(shown)[:, None] == np.array(listed)[None], -np.inf, scores)
    rates = np.array(
        [
            [(others[:, generator.permutation(60)[:20]].max(axis=1) >= t).mean() for t in AT]
            for _ in range(2000)
        ]
    )
    assert table["fpir"].to_list() == pytest.approx(rates.mean(axis=0), rel=0.05)
    assert table["lists_low"].to_list() == pytest.approx(
        np.quantile(rates, 0.025, axis=0), abs=0.02
    )
    assert table["lists_high"].to_list() == pytest.approx(
        np.quantile(rates, 0.975, axis=0), abs=0.02
    )
    # People of the probes add to what the lists leave open.
    assert (table["low"] <= table["lists_low"]).all()
    assert (table["high"] >= table["lists_high"]).all()


def test_a_longer_list_raises_more_false_alarms() -> None:
    found, *_ = compared()
    rates = [rates_of_lists(found, size, [2.0], draws=100)["fpir"][0] for size in (5, 20, 60)]
    assert rates == sorted(rates)
    assert rates[0] < rates[2] / 3


def test_the_same_seed_draws_the_same_lists() -> None:
    found, *_ = compared()
    first = rates_of_lists(found, 20, AT, draws=30, seed=1)
    assert first.equals(rates_of_lists(found, 20, AT[::-1], draws=30, seed=1))
    assert not first.equals(rates_of_lists(found, 20, AT, draws=30, seed=2))


def test_candidates_that_were_not_kept_are_missed_only_where_they_count() -> None:
    found, *_ = compared(candidates=3)
    whole, *_ = compared(candidates=60)
    # Of a probe's three candidates none may be listed, and the fourth may score 1.5 or more.
    with pytest.raises(ProtocolError, match="none of the 3 candidates kept of probe"):
        rates_of_lists(found, 5, [1.0], draws=30)
    high = rates_of_lists(found, 5, [3.0], draws=30)
    assert high.equals(rates_of_lists(whole, 5, [3.0], draws=30))


@pytest.mark.parametrize(
    ("size", "thresholds", "draws", "says"),
    [
        (0, [1.0], 5, "from 60 people"),
        (61, [1.0], 5, "5 lists of 61 cannot be drawn from 60"),
        (5, [1.0], 0, "0 lists"),
        (5, [], 5, "finite numbers"),
        (5, [float("nan")], 5, "finite numbers"),
    ],
)
def test_impossible_wishes_are_refused(
    size: int, thresholds: list[float], draws: int, says: str
) -> None:
    found, *_ = compared()
    with pytest.raises(ProtocolError, match=says):
        rates_of_lists(found, size, thresholds, draws=draws)


def test_lists_that_were_searched_stand_beside_what_is_reckoned() -> None:
    # Scores that know nobody are independent, which is what the reckoning takes them for.
    found, *_ = compared(probes=2000, people=300, candidates=300)
    at = 2.75
    lists = searched_lists(found, [10, 300, 100], at)
    assert lists["list_size"].to_list() == [10, 100, 300]
    assert lists["false_alarms"].is_sorted()
    assert lists["searches"].to_list() == [2000] * 3
    count = int(found.false_matches(np.array([at], np.float32))[0])
    beside = check_extrapolation(count, found.nonmated, lists)
    assert not beside["apart"].any()
    assert beside["ratio"].to_list()[1:] == pytest.approx([1.0, 1.0], abs=0.15)
    # One face that is close to everybody raises FMR with all of them, and one false alarm.
    shown, listed = [f"p{k}" for k in range(2000)], [f"r{k}" for k in range(300)]
    scores = np.zeros((2000, 300), np.float32)
    scores[:20] = 9.0
    close = gather_comparisons([(0, 0, scores)], shown, listed)
    beside = check_extrapolation(20 * 300, close.nonmated, searched_lists(close, [300], at))
    assert beside["measured"].to_list() == [0.01]
    assert beside["reckoned"][0] > 0.9
    assert beside["apart"].all()


def test_whole_lists_are_those_of_the_rates() -> None:
    found, *_ = compared()
    whole = rates_of_lists(found, 60, [2.5], draws=1)
    assert searched_lists(found, [60], 2.5)["false_alarms"][0] == whole["false_alarms"][0]
    with pytest.raises(ProtocolError, match="name one twice"):
        searched_lists(found, [5, 5], 2.5)
    with pytest.raises(ProtocolError, match="from 60 people"):
        searched_lists(found, [61], 2.5)
