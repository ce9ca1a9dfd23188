"""What a live search says on a terminal, in a log, or as JSON lines: its status and its alerts.

Alerts are told by id, category and reference, as `workbench alert list` does; no face is printed.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from workbench.cli.console import say, stderr, stdout

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live as RichLive
    from rich.text import Text

    from workbench.bench.alert_views import AlertView
    from workbench.bench.session_status import SessionStatus

__all__ = ["Telling", "status_line", "telling"]

_SILENT_S: Final = 10.0
"""Seconds without a sign of life that are told of; there is one a second."""
_EVERY_S: Final = 10.0
"""Seconds between two lines of status where nobody sees them change."""


def status_line(status: SessionStatus) -> str:
    """Return how a live search is doing, in a line."""
    done = status.search
    parts = [f"{status.feed}: {status.state.value}"]
    if status.paused_why is not None:
        parts[0] += f" ({status.paused_why})"
    if status.stopped_by is not None:
        parts[0] += f" because {status.stopped_by.phrase}"
    parts += [
        f"{done.frames:,} frames" + ("" if done.fps is None else f" at {done.fps:.1f}/s"),
        f"{done.faces_seen:,} faces seen",
        f"{done.alerts:,} alerts",
    ]
    if done.latency_p95_s is not None:
        parts.append(f"alert after {done.latency_p95_s:.2f} s (95 of 100)")
    if done.drops or status.rested:
        parts.append(f"{done.drops + status.rested:,} frames not searched")
    if done.uncompared:
        parts.append(f"{done.uncompared:,} left before they were compared")
    stretches = (("gaps", status.camera_gaps or done.gaps), ("pauses", status.pauses))
    parts += [f"{len(found):,} {what}" for what, found in stretches if found]
    parts += _camera(status)
    if status.left_s is not None:
        parts.append(f"authority {_left(status.left_s)}")
    if status.silent_s > _SILENT_S:
        parts.append(f"no sign of life for {status.silent_s:,.0f} s")
    if status.lost:
        parts.append("its process ended without saying so")
    return ", ".join(parts)


def _camera(status: SessionStatus) -> list[str]:
    """Return what is wrong with the feed."""
    parts = []
    if status.health.value not in {"live", "unknown"}:
        parts.append(f"camera {status.health.value}")
    if status.damage is not None:
        parts.append(f"part of the feed could not be read ({status.damage})")
    return parts


class Telling:
    """Says what a live search does, in one of three ways."""

    def __init__(self, line: RichLive | None, *, as_json: bool) -> None:
        """Take the line that changes in place, if there is one."""
        self._line, self._as_json = line, as_json
        self._last: tuple[str, float] = ("", -_EVERY_S)

    def started(self, session: str, status: SessionStatus, **facts: object) -> None:
        """Say that a search started, or that it is watched."""
        if self._as_json:
            self._say_line({"said": "started", **status.plain(), **facts})
        else:
            say(f"Live search {session} of feed {status.feed}, deployment {status.deployment}.")

    def status(self, status: SessionStatus) -> None:
        """Say how it is doing."""
        if self._as_json:
            self._say_line({"said": "status", **status.plain()})
            return
        line = status_line(status)
        if self._line is not None:
            self._line.update(_text(line), refresh=True)
            return
        state = f"{status.state} {status.health} {status.paused_why}"
        before, said_s = self._last
        if state != before or time.monotonic() - said_s >= _EVERY_S:
            self._last = (state, time.monotonic())
            say(line)

    def alerts(self, alerts: Iterable[AlertView]) -> None:
        """Say which alerts were stored."""
        for alert in alerts:
            if self._as_json:
                self._say_line({"said": "alert", **alert.plain()})
            else:
                self._out().print(_text(_alert_line(alert)))

    def ended(self, status: SessionStatus) -> None:
        """Say how it ended."""
        if self._as_json:
            self._say_line({"said": "ended", **status.plain()})
        else:
            say(status_line(status))

    def _out(self) -> Console:
        """Return where results go: on the terminal that the line is on, above it."""
        out = stdout()
        return self._line.console if self._line is not None and out.is_terminal else out

    def _say_line(self, said: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(said, allow_nan=False) + "\n")
        sys.stdout.flush()


@contextmanager
def telling(*, as_json: bool) -> Iterator[Telling]:
    """Give what says what a live search does: a line that changes in place on a terminal."""
    console = stderr()
    if as_json or not console.is_terminal or os.environ.get("TERM") == "dumb":
        yield Telling(None, as_json=as_json)
        return
    from rich.live import Live as RichLive  # noqa: PLC0415 - keeps `--help` quick

    with RichLive(
        console=console,
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as line:
        yield Telling(line, as_json=False)


def _alert_line(alert: AlertView) -> str:
    from workbench.reports import clock  # noqa: PLC0415 - keeps `--help` quick
    from workbench.reports.wording import meaning_lines  # noqa: PLC0415

    meaning = meaning_lines(_Said(alert.meaning))[0]
    return (
        f"alert {alert.id}: {alert.subject}, {alert.category.value}, score {alert.score:.2f} "
        f"{alert.unit}, {meaning}, at {clock(alert.time_s)} of {alert.feed}"
    )


class _Said:
    """What a score means, as the records have it."""

    def __init__(self, text: str) -> None:
        self.text = text


def _left(seconds: float) -> str:
    hours, rest = divmod(int(seconds), 3600)
    return f"for {hours}:{rest // 60:02}:{rest % 60:02}"


def _text(line: str) -> Text:
    from rich.text import Text as Plain  # noqa: PLC0415 - keeps `--help` quick

    return Plain(line)
