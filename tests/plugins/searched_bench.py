"""A bench of drawn faces on which live searches run, of feeds that give what a test tells them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from made_once import folder_of_process
from stepped_feed import CountedAnalyser
from worked_bench import WorkedBench, make_worked_bench

from workbench.bench import Workbench
from workbench.bench.live_session import LiveSession
from workbench.feeds import Feed

__all__ = ["SearchedBench", "copy_of_searched", "make_searched_bench"]


@dataclass(frozen=True)
class _Turned(WorkedBench):
    """A worked bench whose clock can be turned while it is open."""

    turned: list[timedelta] = field(default_factory=list)

    def clock(self) -> datetime:
        return super().clock() + sum(self.turned, timedelta(0))


class SearchedBench:
    """A bench whose deployment has begun, and the searches of its feeds.

    Attributes:
        bench: opened by name.
        reference: of the deployment, which has the feeds `camera-1` and `camera-2`.
        counts: what the analyser of its searches was asked.
        shown: indexes of the frames that were shown.
    """

    def __init__(self, bench: WorkedBench, reference: str) -> None:
        """Begin with nothing opened."""
        self.bench = _Turned(bench.place, bench.settings, bench.shift, [reference])
        self.reference = reference
        self.counts = CountedAnalyser()
        self.shown: list[int] = []
        self._opened: list[Workbench] = []

    def turn(self, **step: float) -> None:
        """Turn the clock on, for all that is open."""
        self.bench.turned.append(timedelta(**step))

    def configure(self, **changes: Any) -> None:
        """Change settings of the bench, for what is opened from now on."""
        settings = self.bench.settings.model_copy(update=changes)
        self.bench = replace(self.bench, settings=settings)

    def open(self, name: str) -> Workbench:
        """Open it as an account; it is closed in the end."""
        opened = self.bench.open(name)
        self._opened.append(opened)
        return opened

    def begin(self, feed: Feed | str, name: str = "camera-1", **options: Any) -> LiveSession:
        """Start a search as the operator, which nobody has run."""
        operator = options.pop("bench", None) or self.open("operator")
        options.setdefault("on_frame", lambda frame: self.shown.append(frame.index))
        session: LiveSession = operator.live.start(
            self.reference, feed, feed_name=name, analyser=self.counts.analyser, **options
        )
        return session

    def running(self, feed: Feed | str, name: str = "camera-1", **options: Any) -> LiveSession:
        """Start a search and run it in a thread."""
        session = self.begin(feed, name, **options)
        session.start_thread()
        return session

    def close(self) -> None:
        """Close all that was opened."""
        for opened in self._opened:
            opened.close()


def make_searched_bench(folder: Path) -> SearchedBench:
    """Make a bench some minutes into the authority, of six hours, of a deployment with two feeds.

    Its clock is the machine's, by which cameras tell when they began. All of a process are copies
    of one, which takes a second.
    """
    return _copied(_template(), folder)


@cache
def _template() -> SearchedBench:
    bench = make_worked_bench(folder_of_process(), shift=timedelta(minutes=-2))
    reference = bench.ready(feeds=2)
    return SearchedBench(bench.later(minutes=2), reference)


@contextmanager
def copy_of_searched(made: SearchedBench, to: Path) -> Iterator[SearchedBench]:
    """Give a copy of a bench in a folder that nobody has open, and close it in the end."""
    searched = _copied(made, to)
    yield searched
    searched.close()


def _copied(made: SearchedBench, to: Path) -> SearchedBench:
    bench = made.bench
    for folder, name in (
        (bench.settings.keys.folder, "keys"),
        (bench.settings.witness, "witness"),
        (Path(bench.place), "bench"),
    ):
        shutil.copytree(folder, to / name)
    settings = bench.settings.model_copy(
        update={
            "keys": bench.settings.keys.model_copy(update={"folder": to / "keys"}),
            "witness": to / "witness",
        }
    )
    copy = replace(bench, place=str(to / "bench"), settings=settings, turned=[])
    return SearchedBench(copy, made.reference)
