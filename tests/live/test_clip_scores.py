"""Alerts of one search at any threshold: the rules of alerts, applied to the scores that it left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest

from workbench.errors import UsageError
from workbench.live.clip_counts import LabelledClip, clip_rows, count_clips, thresholds_for
from workbench.live.clip_scores import ClipSearch, _Recorder
from workbench.live.fusion import TrackScores
from workbench.matching.candidates import Candidates

Looks = Sequence[tuple[float, int, dict[str, float]]]
"""When, which track, and the score of a look for each subject."""


def searched(looks: Looks, *, joins: dict[int, tuple[int, int]] | None = None) -> ClipSearch:
    """A search in which each look is compared in a frame of its own, with all tracks in view."""
    tracks = np.array(sorted({track for _, track, _ in looks}))
    recorder = _Recorder({at: time_s for at, (time_s, _, _) in enumerate(looks)})
    scores: dict[int, TrackScores] = {}
    for frame, (_, track, subjects) in enumerate(looks):
        recorder.on_frame(frame, tracks, np.zeros((len(tracks), 4), np.float32))
        if joins and frame in joins:
            number, into = joins[frame]
            recorder.on_join(number, into)
            scores.setdefault(into, TrackScores()).absorb(scores.pop(number))
        best = sorted(subjects.items(), key=lambda item: -item[1])
        found = Candidates(
            tuple(name for name, _ in best), np.array([s for _, s in best], np.float32)
        )
        own = scores.setdefault(track, TrackScores())
        own.add(found, 1.0, lambda missing: np.full(len(missing), -9.0, np.float32))
        recorder.on_scores(track, own)
    return ClipSearch(len(looks), 10.0, len(tracks), None, recorder.decisions(), 2, 30.0)


def named(search: ClipSearch, threshold: float) -> list[str]:
    return [alert.subject for alert in search.alerts_at(threshold)]


def test_nobody_compared_raises_nothing() -> None:
    search = searched([])
    assert search.alerts_at(-9.0) == ()
    assert search.best_scores == ()


@pytest.mark.parametrize(("threshold", "names"), [(1.9, ["anna"]), (2.0, ["anna"]), (2.01, [])])
def test_an_alert_is_raised_from_the_threshold_on(threshold: float, names: list[str]) -> None:
    search = searched([(0.0, 1, {"anna": 2.0}), (1.0, 1, {"anna": 2.0})])
    assert named(search, threshold) == names
    assert search.best_scores == (2.0,)


def test_one_look_is_not_enough() -> None:
    assert named(searched([(0.0, 1, {"anna": 5.0})]), 1.0) == []


def test_the_score_is_that_of_the_moment_and_later_looks_do_not_change_it() -> None:
    search = searched([(0.0, 1, {"anna": 2.0}), (1.0, 1, {"anna": 2.0}), (2.0, 1, {"anna": 8.0})])
    (low,), (high,) = search.alerts_at(2.0), search.alerts_at(3.0)
    assert (low.time_s, low.score) == (1.0, 2.0)
    assert (high.time_s, high.score) == (2.0, 4.0)


def test_a_person_raises_no_second_alert_in_the_cool_down() -> None:
    looks = [(0.0, 1, {"anna": 3.0}), (1.0, 1, {"anna": 3.0})]
    later = [(t, 2, {"anna": 2.0}) for t in (20.0, 21.0)]
    assert named(searched([*looks, *later]), 1.0) == ["anna"]
    # The first track does not reach this threshold, so nothing stands in the second one's way.
    better = [(t, 2, {"anna": 4.0}) for t in (20.0, 21.0)]
    assert [a.time_s for a in searched([*looks, *better]).alerts_at(3.5)] == [21.0]


def test_a_joined_track_counts_as_the_one_that_it_goes_on_as() -> None:
    looks = [(0.0, 1, {"anna": 3.0}), (1.0, 1, {"anna": 3.0}), (50.0, 2, {"anna": 3.0}),
             (51.0, 1, {"anna": 3.0})]  # fmt: skip
    joined = searched(looks, joins={3: (2, 1)})
    assert [a.time_s for a in joined.alerts_at(1.0)] == [1.0], "a track alerts once for a person"


def test_no_number_is_no_threshold() -> None:
    with pytest.raises(UsageError, match="not a number"):
        searched([]).alerts_at(float("nan"))


def clips() -> list[LabelledClip]:
    """Anna where she is, Anna where she is not, and nobody."""
    anna = searched([(0.0, 1, {"anna": 3.0, "ben": 1.0}), (1.0, 1, {"anna": 3.0, "ben": 1.0})])
    return [
        LabelledClip("a.avi", frozenset({"anna", "ben"}), anna),
        LabelledClip("b.avi", frozenset(), anna),
        LabelledClip("c.avi", frozenset(), searched([])),
    ]


def test_alerts_are_right_by_who_is_in_the_clip() -> None:
    rows = clip_rows(clips(), [2.0, 4.0]).select("path", "threshold", "right", "wrong", "missed")
    assert rows.rows() == [
        ("a.avi", 2.0, 1, 0, 1), ("a.avi", 4.0, 0, 0, 2),
        ("b.avi", 2.0, 0, 1, 0), ("b.avi", 4.0, 0, 0, 0),
        ("c.avi", 2.0, 0, 0, 0), ("c.avi", 4.0, 0, 0, 0),
    ]  # fmt: skip
    names = clip_rows(clips(), [2.0])
    assert names["missed_names"].to_list() == [["ben"], [], []]
    assert names["wrong_names"].to_list() == [[], ["anna"], []]


def test_clips_and_appearances_are_the_trials() -> None:
    (row,) = count_clips(clips(), [2.0]).to_dicts()
    assert (row["right"], row["wrong"], row["missed"], row["appearances"]) == (1, 1, 1, 2)
    assert (row["clips"], row["clips_wrong"], row["people"], row["people_missed"]) == (3, 1, 2, 1)
    # Exact intervals of 1 of 2 and 1 of 3, from the closed forms of Clopper and Pearson.
    assert row["miss_low"] == pytest.approx(1 - 0.975**0.5)
    assert row["miss_high"] == pytest.approx(0.975**0.5)
    assert row["wrong_low"] == pytest.approx(1 - 0.975 ** (1 / 3))
    assert row["wrong_bound"] == 1.0


def test_where_nobody_listed_appears_nothing_can_be_missed() -> None:
    (row,) = count_clips(clips()[2:], [2.0]).to_dicts()
    assert row["miss_rate"] is None
    assert row["wrong_rate"] == 0.0


def test_thresholds_reach_from_below_the_default_to_above_every_score() -> None:
    found = thresholds_for(clips(), 2.5, [0.123])
    assert {2.5, 0.123} <= set(found)
    assert found == sorted(found)
    assert found[-1] > 3.0
    assert count_clips(clips(), found[-1:])["right"].to_list() == [0]
    assert thresholds_for([], None) == [0.0]
    assert count_clips([], [1.0]).schema["wrong"] == pl.Int64
