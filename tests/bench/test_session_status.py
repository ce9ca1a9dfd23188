"""How a live search is doing, for the process that runs it and for any other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alert_values import plant_session
from bench_steps import log_of
from searched_bench import SearchedBench, copy_of_searched, make_searched_bench
from stepped_feed import SteppedFeed, step, until
from worked_bench import alerting

from workbench.bench.processes import this_process
from workbench.errors import NotPermittedError, UnknownRecordError
from workbench.governance.session_signs import FeedHealth, SessionSigns, SessionState
from workbench.governance.stopping import StopReason
from workbench.records.audit.verbs import Verb
from workbench.records.session_status import newest_signs

WHY = "the cordon is being moved"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SearchedBench:
    """Return the bench that the tests of this module copy."""
    return make_searched_bench(tmp_path_factory.mktemp("status"))


@pytest.fixture
def at(made: SearchedBench, tmp_path: Path) -> Iterator[SearchedBench]:
    """Return a bench with a deployment that has begun."""
    with copy_of_searched(made, tmp_path) as copy:
        yield copy


class HealthyFeed(SteppedFeed):
    """A camera that says what it shows."""

    health: Any = "frozen"
    drops = 7


@pytest.mark.slow
def test_the_states_of_a_search_and_what_it_has_done(at: SearchedBench) -> None:
    feed = SteppedFeed()
    with at.begin(feed) as session:
        status = session.status
        assert (status.state, status.search.frames) == (SessionState.WAITING, 0)
        assert status.left_s is not None
        assert 0 < status.left_s <= 6 * 3600
        session.start_thread()
        step(feed, 4, lambda: session.status.search.frames)
        assert session.status.state is SessionState.RUNNING
        session.pause(WHY)
        status = session.status
        assert (status.state, status.paused_why) == (SessionState.PAUSED, WHY)
        step(feed, 2, lambda: session.status.rested)
        session.resume()
        feed.give(1)
        until(lambda: session.status.search.frames == 5)
        assert session.status.paused_why is None
    status = session.status
    assert (status.state, status.stopped_by) == (SessionState.ENDED, StopReason.STOPPED)
    assert (status.left_s, status.search.frames, status.rested) == (None, 5, 2)


@pytest.mark.slow
def test_another_process_sees_the_same_within_a_second_or_two(at: SearchedBench) -> None:
    feed, officer = SteppedFeed(), at.open("engagement-officer")
    with at.running(feed) as session:
        step(feed, 4, lambda: session.status.search.frames)
        until(lambda: officer.live.status(session.id).search.frames == 4)
        seen, own = officer.live.status(session.id), session.status
        assert (seen.state, seen.feed, seen.deployment) == ("running", "camera-1", at.reference)
        assert seen.search.faces_seen == own.search.faces_seen
        assert seen.search.tracks == own.search.tracks
        assert own.silent_s == 0
        assert 0 <= seen.silent_s < 10
        session.pause(WHY)
        assert officer.live.status(session.id).state is SessionState.PAUSED
        assert officer.live.status(session.id).paused_why == WHY
        (listed,) = officer.live.statuses(at.reference)
        assert listed.session == session.id
    after = officer.live.status(session.id)
    assert (after.state, after.stopped_by, after.left_s) == ("ended", StopReason.STOPPED, None)
    assert after.search.frames == 4
    assert after.lost is False


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "health"),
    [(word.value, word) for word in FeedHealth]
    + [("on fire", FeedHealth.UNKNOWN), (None, FeedHealth.UNKNOWN)],
)
def test_what_a_camera_shows(at: SearchedBench, said: str | None, health: FeedHealth) -> None:
    feed = HealthyFeed()
    feed.health = said
    with at.begin(feed) as session:
        assert session.status.health is health


@pytest.mark.slow
def test_a_file_shows_nothing_and_a_camera_counts_its_drops(at: SearchedBench) -> None:
    with at.begin(SteppedFeed(live=False)) as session:
        assert session.status.health is FeedHealth.UNKNOWN
    feed = HealthyFeed()
    with at.running(feed) as session:
        feed.give(1)
        until(lambda: session.status.search.frames == 1)
        assert session.status.search.drops == 7
        feed.end()
        session.wait(10)
    (row, _) = reversed(at.open("operator").live.sessions(at.reference))
    assert row.counts is not None
    assert row.counts.drops == 7


@pytest.mark.slow
def test_what_is_kept_of_it_is_counts_and_codes(at: SearchedBench) -> None:
    feed, operator = SteppedFeed(), at.open("operator")
    with at.running(feed) as session:
        step(feed, 6, lambda: session.status.search.frames)
        alerting(session)
        until(lambda: operator.live.status(session.id).search.frames == 6)
        before = len(log_of(operator))
        with operator._context.store.reading() as connection:
            newest = newest_signs(connection, session.id)
        assert newest is not None
        text = json.dumps(newest[1].plain())
        until(lambda: newest_at(at, session.id) > newest[0])
        assert len(log_of(operator)) == before, "no entry buries the others"
    assert "secret" not in text
    assert "NOM" not in text
    values = newest[1].plain()
    assert values.pop("feed_began").startswith("20"), "a moment, to place gaps in the day"
    assert {type(one) for one in values.values()} <= {str, int, float, list, dict, type(None)}
    assert {one for one in values.values() if isinstance(one, str)} == {"running", "unknown"}
    assert set(values["queue_depths"]) == {"frames", "crops", "encoding"}
    assert (values["gaps_s"], values["camera_gaps"]) == ([], [])


def newest_at(at: SearchedBench, session: str) -> Any:
    with at.open("operator")._context.store.reading() as connection:
        found = newest_signs(connection, session)
    assert found is not None
    return found[0]


@pytest.mark.slow
def test_asking_is_logged_and_for_some_roles(at: SearchedBench) -> None:
    with at.begin(SteppedFeed()) as session:
        pass
    operator = at.open("operator")
    operator.live.status(session.id)
    entry = log_of(operator)[-1]
    assert (entry.verb, entry.actor, entry.objects) == (Verb.CONSULT, "operator", (session.id,))
    with pytest.raises(NotPermittedError, match="may not watch a live search"):
        at.open("manager").live.status(session.id)
    with pytest.raises(NotPermittedError, match="may not watch a live search"):
        at.open("manager").live.status("session-unknown")
    with pytest.raises(UnknownRecordError, match="there is no live search"):
        operator.live.status("session-unknown")


def test_a_search_whose_process_is_gone_is_lost(at: SearchedBench) -> None:
    operator = at.open("operator")
    mine = plant_session(
        operator, at.reference, feed="camera-1", ended=False, process=this_process()
    )
    assert operator.live.status(mine.id).lost is False
    gone = this_process().rpartition(" ")[0] + " 1"  # this number, given to another before
    other = plant_session(operator, at.reference, feed="camera-2", ended=False, process=gone)
    status = operator.live.status(other.id)
    assert (status.lost, status.state) == (True, SessionState.ENDED)
    assert status.stopped_by is StopReason.FAULT


def test_one_that_nobody_here_can_see_is_lost_once_it_has_been_silent(at: SearchedBench) -> None:
    operator = at.open("operator")
    machine, *rest = this_process().split(" ")
    before_a_restart = " ".join((machine.partition("/")[0] + "/another-start", *rest))
    gone, alive = (
        plant_session(
            operator,
            at.reference,
            feed=feed,
            ended=False,
            process=before_a_restart,
            started=operator._context.now(),
        )
        for feed in ("camera-1", "camera-2")
    )
    here = plant_session(
        operator, at.reference, feed="camera-3", ended=False, process=this_process()
    )
    at.turn(minutes=4)
    assert operator.live.status(gone.id).lost is False
    operator._context.store.say_status(alive.id, SessionSigns(state=SessionState.RUNNING))
    at.turn(minutes=2)
    status = operator.live.status(gone.id)
    assert (status.lost, status.state) == (True, SessionState.ENDED)
    for one in (alive, here):
        status = operator.live.status(one.id)
        assert (status.lost, status.state is SessionState.ENDED) == (False, False)


@pytest.mark.slow
def test_a_watcher_sees_alerts_as_they_are_stored_and_each_look_is_logged(
    at: SearchedBench,
) -> None:
    feed, officer = SteppedFeed(), at.open("engagement-officer")
    with at.running(feed) as session:
        watcher = officer.live.watch(session.id, justification="on duty at the gate")
        assert watcher.alerts() == []
        first = alerting(session)
        (view,) = watcher.alerts()
        assert (view.id, view.session, view.document) == (first, session.id, None)
        before = len(log_of(officer))
        assert watcher.alerts() == []
        until(lambda: watcher.status().state is SessionState.RUNNING)
        assert len(log_of(officer)) == before, "nothing new was looked at"
        second = alerting(session)
        assert [one.id for one in watcher.alerts()] == [second]
        entry = log_of(officer)[-1]
        assert (entry.justification, second in entry.objects) == ("on duty at the gate", True)
        session.stop("enough")
        session.wait(10)
        seen = list(watcher.follow())
    assert seen[-1][0].state is SessionState.ENDED
    assert [alerts for _, alerts in seen] == [[]] * len(seen)


def test_who_sees_no_alert_watches_none(at: SearchedBench) -> None:
    with at.begin(SteppedFeed()) as session:
        pass
    with pytest.raises(NotPermittedError, match="may not watch a live search"):
        at.open("reviewer").live.watch(session.id, justification="on duty at the gate")
