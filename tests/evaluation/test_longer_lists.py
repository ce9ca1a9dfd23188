"""What is reckoned for a list stands beside what was counted on it, and then alone."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import checked_lists, gather_comparisons, longer_sizes
from workbench.evaluation.comparisons import Comparisons

T = 0.8
PROBES = ["X", "Y", "Z", "C"]
REFERENCES = ["A", "A", "B", "C"]
SCORES = np.array(
    [
        [0.9, 0.1, 0.8, 0.2],  # two matches, and one alarm
        [0.1, 0.2, 0.3, 0.9],
        [0.7, 0.1, 0.2, 0.3],
        [0.1, 0.2, 0.3, 0.95],  # C's own
    ],
    np.float32,
)


def by_hand() -> Comparisons:
    return gather_comparisons([(0, 0, SCORES)], PROBES, REFERENCES)


def test_matches_are_counted_for_the_reckoning_and_alarms_beside_it() -> None:
    found = checked_lists(by_hand(), T, replicates=0).to_dicts()
    assert [row["list_size"] for row in found][-5:] == [4, 8, 20, 10_000, 20_000]
    whole = next(row for row in found if row["list_size"] == 4)
    # Of 4 x 4 comparisons one is of C with C.
    assert (whole["false_matches"], whole["comparisons"]) == (3, 15)
    assert whole["reckoned"] == pytest.approx(1 - 0.8**4)
    assert (whole["false_alarms"], whole["searches"], whole["measured"]) == (2, 4, 0.5)
    assert whole["ratio"] is None, "two alarms bear no ratio"
    assert whole["drawn"] == 0.5
    twice = next(row for row in found if row["list_size"] == 8)
    assert twice["reckoned"] == pytest.approx(1 - 0.8**8)
    assert twice["label"] == (
        "extrapolated from 3 of 15 comparisons to a list of 8 by 1 - (1 - FMR)^N"
    )
    assert twice["measurable"]
    assert {twice[name] for name in ("searches", "false_alarms", "measured", "drawn")} == {None}


def test_a_list_is_as_long_as_the_references_of_its_people() -> None:
    found = checked_lists(by_hand(), T, replicates=0)
    searched = found.filter(found["searches"].is_not_null())
    # One person of three is drawn, and then all: A alone has two references.
    assert searched["list_size"][0] in {1, 2}
    lengths = set()
    for seed in range(20):
        row = checked_lists(by_hand(), T, replicates=0, draws=1, seed=seed).row(0, named=True)
        lengths.add(row["list_size"])
        # On a list of A or of B one alarm, X's; on one of C that of Y, and C's own is none.
        assert row["false_alarms"] == 1
        assert row["reckoned"] == pytest.approx(1 - 0.8 ** row["list_size"])
    assert lengths == {1, 2}


def test_fewer_than_three_matches_are_not_measurable_here() -> None:
    found = checked_lists(by_hand(), 0.9, replicates=0)
    assert set(found["false_matches"]) == {2}
    assert not found["measurable"].any()
    assert found["label"].str.contains("fewer than three: not measurable here").all()


def test_the_interval_over_people_goes_through_the_same_formula() -> None:
    generator = np.random.default_rng(1)
    scores = generator.normal(0, 1, (200, 80)).astype(np.float32)
    scores[:, 0] += 2.0  # a reference that is close to everybody
    listed = [f"r{k}" for k in range(80)]
    made = gather_comparisons([(0, 0, scores)], [f"p{k}" for k in range(200)], listed)
    found = checked_lists(made, 3.0, replicates=300, draws=20)
    assert found["list_size"].to_list() == [10, 20, 40, 80, 160, 400, 10_000, 20_000]
    # The face that returns makes what is known of others far less than the count seems to say.
    assert (found["people_low"] < found["reckoned_low"]).all()
    assert (found["people_high"] > found["reckoned_high"])[:4].all()
    again = checked_lists(made, 3.0, replicates=300, draws=20)
    assert again.equals(found)


def test_where_kept_candidates_do_not_tell_a_short_list_is_left_out() -> None:
    generator = np.random.default_rng(0)
    scores = generator.normal(0, 1, (120, 64)).astype(np.float32)
    shown, listed = [f"p{k}" for k in range(120)], [f"r{k}" for k in range(64)]
    few = gather_comparisons([(0, 0, scores)], shown, listed, candidates=3)
    found = checked_lists(few, 1.0, replicates=0, draws=5)
    searched = found.filter(found["searches"].is_not_null())
    assert searched["list_size"].to_list()[-1] == 64
    assert 8 not in searched["list_size"].to_list()
    alarms = int((scores.max(axis=1) >= 1.0).sum())
    assert searched["false_alarms"][-1] == alarms


def test_without_comparisons_of_two_people_it_is_refused() -> None:
    made = gather_comparisons([(0, 0, np.ones((1, 1), np.float32))], ["A"], ["A"])
    with pytest.raises(ProtocolError, match="0 of 0 comparisons cannot be carried"):
        checked_lists(made, T)


@pytest.mark.parametrize("size", [1, 1847, 5000, 10_000, 50_000])
def test_longer_lists_are_longer_and_each_once(size: int) -> None:
    found = longer_sizes(size)
    assert list(found) == sorted(set(found))
    assert found[0] > size
    assert {2 * size, 5 * size} <= set(found)
