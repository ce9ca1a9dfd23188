"""The status of a search, beside what the search itself returns."""

from __future__ import annotations

import pytest

from tests.live.test_pipeline import (
    ListFeed,
    SquareAnalyser,
    SquareMatcher,
    SquareWatchlist,
    standing,
)
from workbench.live import LiveSearch, LiveStatus
from workbench.live.status import MOST_TIMES, StatusKeeper


def square_search(analyser: SquareAnalyser) -> LiveSearch:
    return LiveSearch(
        analyser,  # type: ignore[arg-type]
        SquareMatcher(),  # type: ignore[arg-type]
        SquareWatchlist(),  # type: ignore[arg-type]
        threshold=0.9,
    )


def test_before_a_run_everything_is_zero() -> None:
    assert square_search(SquareAnalyser()).status() == LiveStatus()


def test_the_status_follows_the_run_and_ends_as_its_result() -> None:
    analyser = SquareAnalyser()
    feed = ListFeed([analyser.draw(index, people) for index, people in enumerate(standing(1, 60))])
    search = square_search(analyser)
    seen: list[LiveStatus] = []
    result = search.run(
        feed,  # type: ignore[arg-type]
        on_frame=lambda _frame: None,
        progress=lambda _done, _total: seen.append(search.status()),
    )
    assert [status.frames for status in seen] == list(range(1, 61))
    assert seen[0].fps is None
    assert all((status.fps or 0) > 0 for status in seen[1:])
    assert {status.tracks_now for status in seen} == {1}
    last = search.status()
    assert (last.frames, last.faces_seen, last.tracks, last.detections, last.alerts) == (
        result.frames, result.faces_seen, result.tracks, result.detections, len(result.alerts),
    )  # fmt: skip
    assert last.gaps == result.gaps
    assert last.latency_p50_s == pytest.approx(result.alert_latency_s)
    assert 0 < (last.frame_p50_s or 0) <= (last.frame_p95_s or 0)
    assert last.tracks_now == 0
    assert last.drops == 0


def test_a_second_run_starts_from_zero() -> None:
    analyser = SquareAnalyser()
    feed = ListFeed([analyser.draw(index, people) for index, people in enumerate(standing(1, 20))])
    search = square_search(analyser)
    for _ in range(2):
        search.run(feed)  # type: ignore[arg-type]
        assert search.status().frames == 20


def test_speed_is_of_the_last_seconds_and_memory_does_not_grow() -> None:
    moment = 0.0
    keeper = StatusKeeper(lambda: moment)
    for step in (1.0, 0.1):
        for _ in range(2 * MOST_TIMES):
            moment += step
            keeper.frame_done(LiveStatus())
            keeper.frame_shown(step)
    status = keeper.now()
    assert status.fps == pytest.approx(10.0)
    assert status.frame_p95_s == pytest.approx(0.1)
    assert len(keeper._shown) == len(keeper._done_s) == MOST_TIMES
