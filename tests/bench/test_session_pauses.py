"""A live search that rests: nothing is searched, all that ends it still does, and it is kept."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bench_steps import log_of
from searched_bench import SearchedBench, copy_of_searched, make_searched_bench
from stepped_feed import SteppedFeed, step, until

from workbench.bench.live_session import LiveSession
from workbench.errors import IllegalMoveError, NotPermittedError, RecordError, UnknownRecordError
from workbench.governance.session_pauses import is_paused
from workbench.governance.stopping import StopReason
from workbench.records.audit.verbs import Verb
from workbench.records.sessions import SessionRow, find_session

WHY = "the cordon is being moved"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SearchedBench:
    """Return the bench that the tests of this module copy."""
    return make_searched_bench(tmp_path_factory.mktemp("paused"))


@pytest.fixture
def at(made: SearchedBench, tmp_path: Path) -> Iterator[SearchedBench]:
    """Return a bench with a deployment that has begun."""
    with copy_of_searched(made, tmp_path) as copy:
        yield copy


def search(session: LiveSession, feed: SteppedFeed, frames: int) -> None:
    """Have frames searched, one by one."""
    step(feed, frames, lambda: session.status.search.frames)


def pass_by(session: LiveSession, feed: SteppedFeed, frames: int) -> None:
    """Have frames come while it rests, one by one."""
    step(feed, frames, lambda: session.status.rested)


def row_of(at: SearchedBench, session: LiveSession) -> SessionRow:
    """Return the search as it is in the records."""
    with at.open("operator")._context.store.reading() as connection:
        return find_session(connection, session.id)


@pytest.mark.slow
def test_while_a_camera_is_paused_its_frames_are_dropped_unseen_and_counted(
    at: SearchedBench,
) -> None:
    feed = SteppedFeed()
    with at.running(feed) as session:
        search(session, feed, 3)
        session.pause(WHY)
        assert session.is_paused
        before = (at.counts.detected, at.counts.encoded, len(at.shown))
        assert before[0] > 0
        pass_by(session, feed, 5)
        assert (at.counts.detected, at.counts.encoded, len(at.shown)) == before
        session.resume("the cordon stands")
        assert not session.is_paused
        search(session, feed, 2)
        feed.end()
        result = session.wait(10)
    assert result is not None
    assert (result.frames, result.stopped_by) == (5, StopReason.FEED_ENDED)
    assert at.shown == [0, 1, 2, 8, 9], "each once, and none of the pause"
    (pause,) = row_of(at, session).pauses
    assert (pause.why, is_paused([pause])) == (WHY, False)
    assert pause.until is not None
    assert pause.at <= pause.until


@pytest.mark.slow
def test_a_paused_file_waits_where_it_is(at: SearchedBench) -> None:
    feed = SteppedFeed(live=False)
    with at.running(feed) as session:
        search(session, feed, 3)
        session.pause(WHY)
        before = at.counts.detected
        feed.give(20)
        until(lambda: feed.given > 3)  # a few that are read ahead
        assert (at.counts.detected, session.status.search.frames) == (before, 3)
        assert feed.given < 10, "the others wait in the file"
        session.resume()
        until(lambda: session.status.search.frames == 23)
        feed.end()
        result = session.wait(10)
    assert result is not None
    assert result.frames == 23
    assert at.shown == list(range(23)), "nothing of a file is lost"


@pytest.mark.slow
def test_nothing_of_anybody_is_held_while_it_is_paused(at: SearchedBench) -> None:
    feed = SteppedFeed()
    with at.running(feed) as session:
        search(session, feed, 5)

        def waits() -> bool:
            # A camera that is silent for `lost_s` rests too: look at once after a frame, and with
            # another one where this process was kept from it for so long.
            search(session, feed, 1)
            return feed.held() > 0

        until(waits)  # frames wait for their redaction while it runs
        session.pause(WHY)
        gc.collect()
        assert feed.held() == 0
        pass_by(session, feed, 3)
        gc.collect()
        assert feed.held() == 0


@pytest.mark.slow
def test_another_process_pauses_and_resumes_by_the_records(at: SearchedBench) -> None:
    feed, other = SteppedFeed(), at.open("operator-2")
    with at.running(feed) as session:
        search(session, feed, 2)
        other.live.pause(session.id, WHY)
        until(lambda: session.is_paused)
        pass_by(session, feed, 2)
        other.live.resume(session.id)
        until(lambda: not session.is_paused)
        search(session, feed, 1)
    assert session.stopped_by is StopReason.STOPPED


@pytest.mark.slow
def test_both_moves_are_logged_with_who_and_why(at: SearchedBench) -> None:
    feed, other = SteppedFeed(), at.open("operator-2")
    with at.running(feed) as session:
        session.pause(WHY)
        other.live.resume(session.id, "the cordon stands")
        moves = [
            one
            for one in log_of(other)
            if session.id in one.objects and dict(one.details).get("move")
        ]
    assert [(one.verb, one.actor, one.justification) for one in moves] == [
        (Verb.STOP, "operator", WHY),
        (Verb.START, "operator-2", "the cordon stands"),
    ]
    assert [dict(one.details) for one in moves] == [
        {"feed": "camera-1", "move": "pause"},
        {"feed": "camera-1", "move": "resume"},
    ]


# What ends it while it rests.


def ended(
    at: SearchedBench, act: Callable[[SearchedBench, LiveSession], object], *, live: bool
) -> SessionRow:
    """Pause a search, do something, and return what the records say once it has ended."""
    feed = SteppedFeed(live=live)
    with at.running(feed) as session:
        search(session, feed, 2)
        session.pause(WHY)
        act(at, session)
        result = session.wait(10)
        assert result is not None, "a pause holds no end up"
        assert result.frames == 2
        assert not session.is_paused
    return row_of(at, session)


@pytest.mark.slow
@pytest.mark.parametrize("live", [True, False])
def test_the_authority_ends_a_search_that_rests(at: SearchedBench, live: bool) -> None:
    row = ended(at, lambda at, _: at.turn(hours=7), live=live)
    assert row.stopped_by is StopReason.AUTHORITY_ENDED
    assert at.open("operator").deployments.get(at.reference).state == "closed"


@pytest.mark.slow
@pytest.mark.parametrize("live", [True, False])
def test_a_withdrawal_ends_a_search_that_rests(at: SearchedBench, live: bool) -> None:
    row = ended(
        at,
        lambda at, _: at.open("authorising-officer").deployments.withdraw_authority(
            at.reference, "no longer necessary"
        ),
        live=live,
    )
    assert row.stopped_by is StopReason.WITHDRAWN
    assert is_paused(row.pauses), "it was never resumed"


@pytest.mark.slow
def test_whoever_stops_it_ends_it_while_it_rests(at: SearchedBench) -> None:
    row = ended(at, lambda at, one: at.open("operator-2").live.stop(one.id, "enough"), live=False)
    assert row.stopped_by is StopReason.STOPPED


def test_a_camera_that_ends_while_it_rests_ends_the_search(at: SearchedBench) -> None:
    feed = SteppedFeed()
    with at.running(feed) as session:
        session.pause(WHY)
        feed.end()
        result = session.wait(10)
    assert result is not None
    assert (result.frames, result.stopped_by) == (0, StopReason.FEED_ENDED)


# Ways in which it comes about.


def test_it_can_be_paused_before_it_is_run(at: SearchedBench) -> None:
    feed = SteppedFeed()
    with at.begin(feed) as session:
        session.pause(WHY)
        session.start_thread()
        pass_by(session, feed, 2)
        assert at.counts.detected == 0
        session.resume()
        search(session, feed, 1)


@pytest.mark.slow
def test_a_listener_may_pause_it(at: SearchedBench) -> None:
    feed, sessions = SteppedFeed(live=False), list[LiveSession]()

    def take(_frame: Any) -> None:
        if not sessions[0].is_paused and not row_of(at, sessions[0]).pauses:
            sessions[0].pause(WHY)

    session = at.begin(feed, on_frame=take)
    sessions.append(session)
    with session:
        session.start_thread()
        feed.give(40)
        until(lambda: session.is_paused)
        done = session.status.search.frames
        assert done < 40, "it rests before its next frame"
    assert session.stopped_by is StopReason.STOPPED


def test_frames_are_counted_on_over_a_pause(at: SearchedBench) -> None:
    done: list[int] = []
    feed = SteppedFeed(live=False)
    with at.running(feed, progress=lambda frames, _total: done.append(frames)) as session:
        feed.give(2)
        until(lambda: len(done) == 2)
        session.pause(WHY)
        session.resume()
        feed.give(2)
        until(lambda: len(done) == 4)
        status = session.status.search
        feed.end()
        result = session.wait(10)
    assert done == [1, 2, 3, 4]
    assert result is not None
    assert (result.frames, result.tracks) == (4, status.tracks)
    assert result.detected_frames == status.detected_frames == at.counts.detected
    assert result.detections == status.detections


# Who may, and when.


def test_a_reason_is_asked_for(at: SearchedBench) -> None:
    with at.running(SteppedFeed()) as session:
        with pytest.raises(RecordError, match=r"the reason to pause live search .* says nothing"):
            session.pause("x")
        assert not session.is_paused


def test_it_is_paused_once_and_resumed_once(at: SearchedBench) -> None:
    with at.running(SteppedFeed()) as session:
        with pytest.raises(IllegalMoveError, match="is not paused, so there is nothing to resume"):
            session.resume()
        session.pause(WHY)
        with pytest.raises(IllegalMoveError, match="is paused already"):
            session.pause(WHY)
    with pytest.raises(IllegalMoveError, match="has ended, or is about to"):
        session.resume()


def test_who_only_watches_may_not(at: SearchedBench) -> None:
    officer = at.open("engagement-officer")
    with at.running(SteppedFeed()) as session:
        with pytest.raises(NotPermittedError, match="may not start a live search"):
            officer.live.pause(session.id, WHY)
        with pytest.raises(NotPermittedError, match="may not start a live search"):
            officer.live.resume(session.id)
        assert not session.is_paused
    with pytest.raises(UnknownRecordError, match="there is no live search"):
        at.open("operator").live.pause("session-unknown", WHY)
