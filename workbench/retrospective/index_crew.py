"""The processes that index one file: begun, told what to do, listened to, replaced, ended."""

from __future__ import annotations

import json
import multiprocessing
import signal
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import FootageError
from workbench.retrospective.index_worker import SegmentCounts, work
from workbench.retrospective.segments import FootagePlan

if TYPE_CHECKING:
    from workbench.settings import Settings

__all__ = ["Crew", "IndexProgress"]

_ASKED_S: Final = 0.5
"""How often it is asked whether to go on, s."""
_LEAVING_S: Final = 5.0
"""How long a process that was told to end may take, s."""
_DEATHS: Final = 3
"""Processes that one segment may cost."""


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far it is.

    Attributes:
        pictures: that are done, those of segments kept before included.
        all_pictures: of the footage.
        segments: that are done, those kept before included.
        all_segments: of the footage.
    """

    pictures: int
    all_pictures: int
    segments: int
    all_segments: int


@dataclass(slots=True, eq=False)
class _Worker:
    """A process, and what it is doing.

    Attributes:
        process: itself.
        connection: to it.
        segment: that it indexes; `None` before the first and between two.
        frames: of that segment that are done.
        is_ready: whether it has loaded its models.
    """

    process: BaseProcess
    connection: Connection
    segment: int | None = None
    frames: int = 0
    is_ready: bool = False


class Crew:
    """The processes that index one file.

    Attributes:
        replaced: how many died and were replaced.
    """

    def __init__(
        self, plan: FootagePlan, settings: Settings, left: list[int], workers: int
    ) -> None:
        """Begin the processes.

        Args:
            plan: of the file.
            settings: those that searches are run with.
            left: numbers of the segments to index.
            workers: how many processes.
        """
        self._plan, self._settings = plan, settings
        self._left = deque(left)
        self._done = len(plan.segments) - len(left)
        self._pictures = {one.number: one.pictures for one in plan.segments}
        self._done_pictures = plan.facts.pictures - sum(self._pictures[one] for one in left)
        self._deaths: Counter[int | None] = Counter()
        self._spawn = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self.replaced = 0
        for _ in range(workers):
            self._begin()

    @property
    def is_busy(self) -> bool:
        """Whether anything is left to do."""
        return bool(self._left) or any(one.segment is not None for one in self._workers)

    def progress(self) -> IndexProgress:
        """Return how far they are."""
        frames = sum(one.frames for one in self._workers if one.segment is not None)
        return IndexProgress(
            pictures=min(self._done_pictures + frames, self._plan.facts.pictures),
            all_pictures=self._plan.facts.pictures,
            segments=self._done,
            all_segments=len(self._plan.segments),
        )

    def take(self) -> list[tuple[SegmentCounts, bytes]]:
        """Wait a moment, and return what has come; replace who has died."""
        ends = [one.process.sentinel for one in self._workers]
        wait([*(one.connection for one in self._workers), *ends], _ASKED_S)
        come: list[tuple[SegmentCounts, bytes]] = []
        for worker in list(self._workers):
            try:
                while worker.connection.poll():
                    made = self._hear(worker, json.loads(worker.connection.recv_bytes()))
                    if made is not None:
                        come.append(made)
                self._ask(worker)
            except (EOFError, OSError):
                # What it said last may be half a word: what it had begun is done again.
                self._died(worker)
        return come

    def end(self) -> None:
        """End every process, and wait until all are gone."""
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join(_LEAVING_S)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.process.close()
        self._workers.clear()

    def _begin(self) -> None:
        here, there = self._spawn.Pipe()
        process = self._spawn.Process(
            target=work, args=(there, self._plan, self._settings), daemon=True, name="indexing"
        )
        with _left_to_this_process():
            process.start()
        there.close()
        self._workers.append(_Worker(process, here))

    def _hear(self, worker: _Worker, words: dict[str, Any]) -> tuple[SegmentCounts, bytes] | None:
        """Take in what a process says; return what it made."""
        made = None
        match words["said"]:
            case "frames":
                worker.frames = words["frames"]
            case "failed":
                where = "" if worker.segment is None else f"segment {worker.segment}: "
                msg = f"{where}{words['words'] or words['kind']}"
                raise FootageError(msg)
            case "done":
                made = SegmentCounts(**words["counts"]), worker.connection.recv_bytes()
                self._done += 1
                self._done_pictures += self._pictures[made[0].number]
                worker.segment = None
            case "ready":
                worker.is_ready = True
        return made

    def _ask(self, worker: _Worker) -> None:
        """Give a process that has nothing to do the next segment."""
        if worker.is_ready and worker.segment is None and self._left:
            worker.segment, worker.frames = self._left.popleft(), 0
            worker.connection.send_bytes(str(worker.segment).encode())

    def _died(self, worker: _Worker) -> None:
        """Have another process do what one that died had begun."""
        self._workers.remove(worker)
        worker.connection.close()
        worker.process.join()
        code = worker.process.exitcode
        worker.process.close()
        self._deaths[worker.segment] += 1
        if self._deaths[worker.segment] >= _DEATHS:
            doing = (
                "loaded its models"
                if worker.segment is None
                else f"indexed segment {worker.segment}"
            )
            msg = (
                f"{self._plan.path}: a process that {doing} was ended {_DEATHS} times, at last "
                f"{_how(code)}. See whether the machine has memory enough: each takes about 1.5 "
                "GB. Index again with fewer processes; what was kept is not done again."
            )
            raise FootageError(msg)
        if worker.segment is not None:
            self._left.appendleft(worker.segment)
        if sum(one.segment is None for one in self._workers) < len(self._left):
            self.replaced += 1
            self._begin()


@contextmanager
def _left_to_this_process() -> Iterator[None]:
    """Keep a Ctrl-C from a process that begins: it reaches all of a terminal's, loaded or not.

    What is blocked here stays blocked in what is begun here, which ignores it from then on.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it would end the blocking where it begins meanwhile
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _how(code: int | None) -> str:
    """Say how a process ended."""
    if code is not None and code < 0:
        with suppress(ValueError):
            return f"by {signal.Signals(-code).name}"
    return f"with code {code}"
