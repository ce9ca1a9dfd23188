"""A live search in words: what is said of its feed, its gaps and its end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from widgets.session_words import clock, status_words
from workbench.bench.session_status import SessionStatus
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
