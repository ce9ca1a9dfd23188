"""A live search in words: what is said of its feed, its gaps and its end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from widgets.session_words import PauseSeen, PausesSeen, clock, status_words
from workbench.bench.session_status import SessionStatus
from workbench.governance.session_gaps import FeedGap, GapKind
from workbench.governance.session_signs import FeedHealth, SessionState
from workbench.governance.stopping import StopReason
from workbench.live.result import Gap
from workbench.live.status import LiveStatus

RUNNING = SessionStatus(
    session="session-1",
    deployment="D",
    feed="camera-1",
    state=SessionState.RUNNING,
    stopped_by=None,
    left_s=90.0,
    health=FeedHealth.LIVE,
    rested=0,
    search=LiveStatus(frames=50, fps=24.8, faces_seen=3, gaps=(Gap(4.0, 9.5),)),
    at=datetime(2026, 11, 25, 14, 2, 11, tzinfo=UTC),
)


def test_what_is_said_can_travel_and_holds_no_picture() -> None:
    words = status_words(RUNNING, since_s=20.0)
    assert json.loads(json.dumps(words)) == words
    assert words["at"] == "14:02:11 UTC"
    assert words["feed_time_s"] == 20.0
    (gap,) = words["gaps"]
    assert gap["words"] == "no frames from 0:04.0 to 0:09.5 of the feed, 5.5 s"


@pytest.mark.parametrize(
    ("changes", "moving", "mark", "word"),
    [
        ({}, True, "good", "live"),
        ({"health": FeedHealth.UNKNOWN}, True, "good", "frames come"),
        ({"health": FeedHealth.UNKNOWN}, False, "warn", "no frames come"),
        ({"health": FeedHealth.FROZEN}, True, "warn", "frozen: the picture does not change"),
        ({"health": FeedHealth.DARK}, True, "warn", "dark: nothing can be seen"),
        ({"health": FeedHealth.COVERED}, True, "warn", "covered: nothing can be seen"),
        ({"health": FeedHealth.DEAD}, True, "bad", "dead: no frames come"),
        ({"state": SessionState.PAUSED}, True, "rest", "paused, nothing is searched"),
        ({"state": SessionState.ENDED}, True, "none", "ended"),
        ({"lost": True}, True, "bad", "lost"),
    ],
)
def test_a_feed_has_a_word_and_a_mark(
    changes: dict[str, Any], moving: bool, mark: str, word: str
) -> None:
    health = status_words(replace(RUNNING, **changes), moving=moving)["health"]
    assert health == {"mark": mark, "word": word}


def test_every_health_has_a_word_of_its_own() -> None:
    said = [
        status_words(replace(RUNNING, health=health))["health"]["word"] for health in FeedHealth
    ]
    assert len(set(said)) == len(FeedHealth)


@pytest.mark.parametrize(
    ("changes", "state", "words"),
    [
        ({}, "running", ""),
        ({"state": SessionState.PAUSED, "paused_why": "a break"}, "paused", "Why: a break"),
        ({"state": SessionState.ENDED, "stopped_by": StopReason.AUTHORITY_ENDED}, "ended", "It ended because the authority ended."),
        ({"lost": True}, "lost", "The process that ran it is gone without a word. Start another search."),
    ],
)  # fmt: skip
def test_why_is_said(changes: dict[str, Any], state: str, words: str) -> None:
    said = status_words(replace(RUNNING, **changes))
    assert (said["state"], said["words"]) == (state, words)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00.0"), (61.25, "1:01.2"), (3723.4, "1:02:03.4"), (-1, "0:00.0")]
)
def test_times_of_a_feed(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_each_gap_says_what_it_was_and_one_told_of_twice_is_one() -> None:
    dark = FeedGap(kind=GapKind.DARK, start_s=12.0, end_s=15.0, why="mean brightness 3")
    dead = FeedGap(kind=GapKind.DEAD, start_s=4.2, end_s=9.5)
    words = status_words(
        replace(RUNNING, camera_gaps=(dark, dead)), pauses=[PauseSeen(20.0, None, "a break")]
    )
    assert [(gap["kind"], gap["words"]) for gap in words["gaps"]] == [
        ("missing", "dead from 0:04.2 to 0:09.5 of the feed, 5.3 s"),
        ("unseen", "dark from 0:12.0 to 0:15.0 of the feed, 3.0 s: mean brightness 3"),
        ("paused", "paused from 0:20.0 until now of the feed: a break"),
    ]
    assert words["feed_time_s"] == 20.0


def test_pauses_are_noted_from_their_begin_to_the_next_frame() -> None:
    seen = PausesSeen()
    paused = replace(RUNNING, state=SessionState.PAUSED, paused_why="a break")
    assert seen.look(RUNNING, 3.0) == ()
    assert seen.look(paused, 5.0) == (PauseSeen(5.0, None, "a break"),)
    assert seen.look(paused, 5.0) == (PauseSeen(5.0, None, "a break"),)
    assert seen.look(RUNNING, 9.0) == (PauseSeen(5.0, 9.0, "a break"),)
    assert len(seen.look(paused, 11.0)) == 2


def test_a_search_that_gives_no_sign_of_life_is_said_so() -> None:
    health = status_words(replace(RUNNING, silent_s=12.4))["health"]
    assert health == {"mark": "warn", "word": "no sign of life for 12 s"}
