"""A live search in words: what is said of its feed, its gaps and its end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from widgets.session_words import PauseSeen, PausesSeen, clock, status_words
from workbench.bench.session_status import SessionStatus
from workbench.governance.session_gaps import FeedGap, GapKind
from workbench.governance.session_pauses import Pause
from workbench.governance.session_signs import FeedHealth, SessionState
from workbench.governance.stopping import StopReason
from workbench.live.result import Gap
from workbench.live.status import LiveStatus

BEGAN = datetime(2026, 11, 25, 14, 2, tzinfo=UTC)
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
    assert words["damage"] is None
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
        replace(RUNNING, camera_gaps=(dark, dead)),
        pauses=[PauseSeen(after(20), None, "a break", 20.0, None)],
    )
    assert [(gap["kind"], gap["words"]) for gap in words["gaps"]] == [
        ("missing", "dead from 0:04.2 to 0:09.5 of the feed, 5.3 s"),
        ("unseen", "dark from 0:12.0 to 0:15.0 of the feed, 3.0 s: mean brightness 3"),
        ("paused", "paused from 14:02:20 until now UTC: a break"),
    ]
    assert words["feed_time_s"] == 20.0


def test_what_of_a_feed_could_not_be_read_is_said() -> None:
    said = "3 damaged frames near 1.20 s left out"
    assert status_words(replace(RUNNING, damage=said))["damage"] == said


def after(seconds: float) -> datetime:
    """Return a moment after the feed began."""
    return BEGAN + timedelta(seconds=seconds)


def test_a_camera_goes_on_while_it_is_paused_and_its_clock_says_where() -> None:
    pauses = (
        Pause(at=after(5), why="a break", until=after(9)),
        Pause(at=after(11), why="another"),
    )
    seen = PausesSeen()
    status = replace(RUNNING, feed_began=BEGAN, pauses=pauses)
    assert seen.look(replace(RUNNING, feed_began=BEGAN), None) == ()
    assert seen.look(status, None) == (
        PauseSeen(after(5), after(9), "a break", 5.0, 9.0),
        PauseSeen(after(11), None, "another", 11.0, None),
    )
    ended = replace(status, state=SessionState.ENDED, at=after(13))
    assert seen.look(ended, None)[1] == PauseSeen(after(11), after(13), "another", 11.0, 13.0)
    later = replace(ended, at=after(60))
    assert seen.look(later, None)[1].until == after(13), "it lasts no longer than the search"


def test_a_file_stands_still_while_it_is_paused() -> None:
    seen = PausesSeen()
    lasting = replace(RUNNING, pauses=(Pause(at=after(5), why="a break"),))
    assert seen.look(lasting, 3.0) == (PauseSeen(after(5), None, "a break", 3.0, None),)
    over = replace(RUNNING, pauses=(Pause(at=after(5), why="a break", until=after(9)),))
    assert seen.look(over, 7.0) == (PauseSeen(after(5), after(9), "a break", 3.0, 3.0),)


def test_a_pause_whose_place_nobody_knows_is_named_all_the_same() -> None:
    over = replace(RUNNING, pauses=(Pause(at=after(5), why="a break", until=after(9.5)),))
    words = status_words(over, pauses=PausesSeen().look(over, None))
    missing, paused = words["gaps"]
    assert missing["kind"] == "missing"
    assert (paused["kind"], paused["start_s"], paused["end_s"]) == ("paused", None, None)
    assert paused["words"] == "paused from 14:02:05 to 14:02:09 UTC, 4.5 s: a break"
    assert words["feed_time_s"] == 9.5


def test_a_search_that_gives_no_sign_of_life_is_said_so() -> None:
    health = status_words(replace(RUNNING, silent_s=12.4))["health"]
    assert health == {"mark": "warn", "word": "no sign of life for 12 s"}
