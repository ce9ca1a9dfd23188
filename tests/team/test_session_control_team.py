"""Live searches of a team: seen, paused and stopped through other people's connections."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import psycopg
import pytest
from bench_steps import REFERENCE, WORDS
from bench_values import SFACE, application_values
from live_values import two_feeds
from stepped_feed import CountedAnalyser, SteppedFeed, step, until
from worked_bench import alerting, enrol

from workbench.bench.live_session import LiveSession
from workbench.errors import NotPermittedError
from workbench.governance.session_gaps import GapKind
from workbench.governance.session_signs import SessionState
from workbench.governance.stopping import StopReason

Team = Any
WHY = "the cordon is being moved"


@pytest.fixture
def ready(team: Team) -> Team:
    """Return a bench five minutes into the authority of a deployment with a reviewed list."""
    team = replace(team, encoder="sface")
    with team.open("analyst") as analyst:
        analyst.deployments.draft(application_values(policy=SFACE, feeds=two_feeds()))
        analyst.deployments.apply(REFERENCE)
    with team.open("authorising-officer") as officer:
        officer.policies.approve(SFACE)
        officer.deployments.authorise(REFERENCE, **WORDS)
    team.clock.turn(minutes=59)
    with team.open("analyst") as analyst:
        ids = enrol(analyst, REFERENCE, count())
    with team.open("reviewer") as reviewer:
        reviewer.watchlists.check(REFERENCE, ids, "compared with the custody record")
        reviewer.watchlists.review(REFERENCE, note="necessary for these six hours")
    team.clock.turn(minutes=6)
    return team


def running(team: Team, feed: SteppedFeed) -> LiveSession:
    """Start a search as the operator, and run it."""
    session: LiveSession = team.open("operator").live.start(
        REFERENCE, feed, feed_name="square", analyser=CountedAnalyser().analyser
    )
    session.start_thread()
    return session


def test_others_see_pause_resume_and_stop_it(ready: Team) -> None:
    feed = SteppedFeed()
    other, street = ready.open("operator-2"), ready.open("engagement-officer")
    with running(ready, feed) as session:
        step(feed, 3, lambda: session.status.search.frames)
        until(lambda: street.live.status(session.id).search.frames == 3)
        watcher = street.live.watch(session.id, justification="on duty at the gate")
        raised = alerting(session)
        assert [one.id for one in watcher.alerts()] == [raised]
        with pytest.raises(NotPermittedError, match="may not start a live search"):
            street.live.pause(session.id, WHY)
        other.live.pause(session.id, WHY)
        until(lambda: session.is_paused)
        assert street.live.status(session.id).state is SessionState.PAUSED
        step(feed, 2, lambda: session.status.rested)
        other.live.resume(session.id)
        until(lambda: not session.is_paused)
        other.live.stop(session.id, "the street is empty")
        session.wait(10)
    assert session.stopped_by is StopReason.STOPPED
    record = ready.open("reviewer").live.record(session.id)
    assert (record.alerts, record.rested, record.frames) == (1, 2, 3)
    assert [gap.kind for gap in record.gaps] == [GapKind.PAUSED]
    with ready.open("data-protection-officer") as officer:
        assert officer.audit.verify().ok


def test_a_withdrawal_ends_a_search_that_rests(ready: Team) -> None:
    with running(ready, SteppedFeed()) as session:
        session.pause(WHY)
        with ready.open("authorising-officer") as officer:
            officer.deployments.withdraw_authority(REFERENCE, "no longer necessary")
        session.wait(10)
    assert session.stopped_by is StopReason.WITHDRAWN


def test_the_database_itself_keeps_each_to_what_is_theirs(ready: Team) -> None:
    feed = SteppedFeed()
    with running(ready, feed) as session:
        step(feed, 1, lambda: session.status.search.frames)
        until(lambda: bool(ready.run("SELECT session FROM session_status", "engagement-officer")))
        ours = f"WHERE session = '{session.id}'"  # an id of ours
        for account in ("engagement-officer", "reviewer", "manager"):
            for statement in (
                f"UPDATE session_status SET content = '{{}}' {ours}",  # noqa: S608
                f"DELETE FROM session_status {ours}",  # noqa: S608
                f"UPDATE sessions SET pauses = '[]' WHERE id = '{session.id}'",  # noqa: S608
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    ready.run(statement, account)
        before = ready.run("SELECT content FROM session_status")
        changed = f"UPDATE session_status SET content = '{{}}' {ours} RETURNING 1"  # noqa: S608
        assert ready.run(changed, "operator-2") == [], "of another's search no row is theirs"
        assert before
    with pytest.raises(psycopg.Error, match="without an entry of the audit log"):
        ready.run(f"UPDATE sessions SET pauses = '[]' WHERE id = '{session.id}'", "operator")  # noqa: S608
