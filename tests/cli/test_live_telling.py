"""What a live search says of itself: in a line, in a log, or as JSON lines."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from workbench.bench.session_status import SessionStatus
from workbench.cli.live_telling import status_line, telling
from workbench.governance.session_gaps import FeedGap, GapKind
from workbench.governance.session_pauses import Pause
from workbench.governance.session_signs import FeedHealth, SessionState
from workbench.governance.stopping import StopReason
from workbench.live.result import Gap
from workbench.live.status import LiveStatus

STATUS = SessionStatus(
    session="session-1",
    deployment="2026-11/HIGH-ST-1",
    feed="gate",
    state=SessionState.RUNNING,
    stopped_by=None,
    left_s=3725.9,
    health=FeedHealth.LIVE,
    rested=0,
    search=LiveStatus(frames=1200, fps=24.96, faces_seen=31, alerts=2),
    at=datetime(2026, 11, 25, 12, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "gate: running, 1,200 frames at 25.0/s, 31 faces seen, 2 alerts, "),
        ({}, "authority for 1:02:05"),
        ({"state": SessionState.PAUSED, "paused_why": "a cordon"}, "gate: paused (a cordon), "),
        ({"health": FeedHealth.FROZEN}, ", camera frozen, "),
        ({"rested": 4, "search": LiveStatus(drops=3)}, ", 7 frames not searched, "),
        ({"search": LiveStatus(gaps=(Gap(1.0, 2.0),))}, ", 1 gaps, "),
        ({"pauses": (Pause(at=STATUS.at, why="a cordon", until=STATUS.at),)}, ", 1 pauses, "),
        ({"search": LiveStatus(latency_p95_s=0.314)}, "alert after 0.31 s (95 of 100)"),
        (
            {"state": SessionState.ENDED, "stopped_by": StopReason.WITHDRAWN, "left_s": None},
            "gate: ended because the authority was withdrawn, ",
        ),
        (
            {"camera_gaps": (FeedGap(kind=GapKind.DARK, start_s=1.0),) * 2},
            ", 2 gaps, ",
        ),
        (
            {"damage": "3 damaged frames near 1.20 s left out"},
            "part of the feed could not be read (3 damaged frames near 1.20 s left out)",
        ),
        ({"silent_s": 41.2}, "no sign of life for 41 s"),
        ({"lost": True}, "its process ended without saying so"),
    ],
)
def test_the_line(change: dict[str, Any], said: str) -> None:
    line = status_line(replace(STATUS, **change))
    assert said in line
    assert "\n" not in line
    assert "%" not in line


def test_a_file_is_not_said_to_have_a_camera() -> None:
    assert "camera" not in status_line(replace(STATUS, health=FeedHealth.UNKNOWN))
    assert "authority" not in status_line(replace(STATUS, left_s=None))


def test_without_a_terminal_a_line_comes_when_something_changes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with telling(as_json=False) as tell:
        tell.started("session-1", STATUS)
        for _ in range(5):
            tell.status(STATUS)
        tell.status(replace(STATUS, state=SessionState.PAUSED, paused_why="a cordon"))
        tell.ended(replace(STATUS, state=SessionState.ENDED, stopped_by=StopReason.STOPPED))
    out, err = capsys.readouterr()
    assert out == "", "what is no result goes beside it"
    lines = err.splitlines()
    assert len(lines) == 4
    assert lines[0] == "Live search session-1 of feed gate, deployment 2026-11/HIGH-ST-1."
    assert [line.split(",")[0] for line in lines[1:]] == [
        "gate: running",
        "gate: paused (a cordon)",
        "gate: ended because somebody stopped it",
    ]


def test_on_a_terminal_the_line_changes_in_place(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    with telling(as_json=False) as tell:
        for frames in (1, 2, 3):
            tell.status(replace(STATUS, search=LiveStatus(frames=frames)))
    err = capsys.readouterr().err
    assert "gate: running, 3 frames" in err
    assert "\x1b[2K" in err, "a line is cleared for the next one"


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with telling(as_json=True) as tell:
        tell.started("session-1", STATUS, threshold=0.5)
        tell.status(STATUS)
        tell.ended(replace(STATUS, state=SessionState.ENDED))
    out, err = capsys.readouterr()
    said = [json.loads(line) for line in out.splitlines()]
    assert [one["said"] for one in said] == ["started", "status", "ended"]
    assert (said[0]["threshold"], said[1]["frames"], said[1]["left_s"]) == (0.5, 1200, 3725.9)
    assert err == ""
