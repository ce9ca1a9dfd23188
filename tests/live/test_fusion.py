"""Fusion over a track: an honest mean of scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from workbench.arrays import FloatArray
from workbench.live.fusion import TrackScores
from workbench.matching.candidates import Candidates


def candidates(reference: bool = True, **scores: float) -> Candidates:
    """Candidates by keyword, best first."""
    best = sorted(scores.items(), key=lambda item: -item[1])
    return Candidates(
        tuple(name for name, _ in best),
        np.array([score for _, score in best], np.float32),
        np.arange(len(best)) if reference else None,
    )


def never(subjects: Sequence[str]) -> FloatArray:
    """A look-up that must not happen."""
    pytest.fail(f"looked up {subjects}")


def test_no_comparison_has_no_score() -> None:
    scores = TrackScores()
    assert scores.means() == {}
    assert len(scores.candidates(5)) == 0
    assert scores.reference_of("a") is None


def test_an_empty_candidate_list_counts_as_a_comparison() -> None:
    scores = TrackScores()
    scores.add(Candidates.empty(), 1.0, never)
    assert scores.comparisons == 1
    assert scores.means() == {}


def test_the_mean_is_weighted_by_quality() -> None:
    scores = TrackScores()
    scores.add(candidates(a=4.0, b=1.0), 3.0, never)
    scores.add(candidates(a=0.0, b=2.0), 1.0, never)
    assert scores.means() == {"a": pytest.approx(3.0), "b": pytest.approx(1.25)}
    assert scores.candidates(1).subjects == ("a",)


def test_a_subject_absent_from_a_later_list_is_looked_up() -> None:
    asked = []

    def lookup(subjects: Sequence[str]) -> FloatArray:
        asked.extend(subjects)
        return np.array([-2.0], np.float32)

    scores = TrackScores()
    scores.add(candidates(a=4.0), 1.0, never)
    scores.add(candidates(b=1.0), 1.0, lookup)
    assert asked == ["a"]
    assert scores.means()["a"] == pytest.approx(1.0)


def test_a_late_subject_is_not_better_than_the_lists_it_was_not_in() -> None:
    """Seen once by chance with 5, it was below 1 before: its mean may not be 5."""
    scores = TrackScores()
    scores.add(candidates(a=4.0, b=1.0), 1.0, never)
    scores.add(candidates(a=4.0, c=5.0, b=0.0), 1.0, never)
    assert scores.means()["c"] == pytest.approx(3.0)


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan")])
def test_a_weight_that_is_none_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="weight"):
        TrackScores().add(candidates(a=1.0), weight, never)


def test_the_best_comparison_names_the_reference() -> None:
    scores = TrackScores()
    scores.add(candidates(b=5.0, a=1.0), 1.0, never)
    scores.add(candidates(a=3.0, b=2.0), 1.0, never)
    assert (scores.reference_of("a"), scores.reference_of("b")) == (0, 0)
    assert scores.candidates(5).reference is not None
    unknown = TrackScores()
    unknown.add(candidates(reference=False, a=1.0), 1.0, never)
    assert unknown.candidates(5).reference is None


def test_a_joined_track_scores_as_if_it_had_been_one() -> None:
    lists = [candidates(a=4.0, b=1.0), candidates(a=2.0, b=3.0), candidates(a=1.0, b=0.0)]
    one, first, second = TrackScores(), TrackScores(), TrackScores()
    for each in lists:
        one.add(each, 2.0, never)
    first.add(lists[0], 2.0, never)
    second.add(lists[1], 2.0, never)
    second.add(lists[2], 2.0, never)
    first.absorb(second)
    assert first.means() == pytest.approx(one.means())
    assert first.comparisons == 3
