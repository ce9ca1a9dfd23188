"""Those who index one file: begun, told what to do, listened to, replaced, ended."""

from __future__ import annotations

import json
from collections import Counter, deque
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import FootageError
from workbench.retrospective.index_peers import Hiring, Peer
from workbench.retrospective.index_worker import SegmentCounts
from workbench.retrospective.segments import FootagePlan

if TYPE_CHECKING:
    from workbench.settings import Settings

__all__ = ["Crew", "IndexProgress"]

_ASKED_S: Final = 0.5
"""How often it is asked whether to go on, s."""
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
    """Who indexes, and what.

    Attributes:
        peer: itself.
        segment: that it indexes; `None` before the first and between two.
        frames: of that segment that are done.
        is_ready: whether it has loaded its models.
    """

    peer: Peer
    segment: int | None = None
    frames: int = 0
    is_ready: bool = False


class Crew:
    """Those who index one file: processes, here or elsewhere.

    Attributes:
        replaced: how many died and were replaced.
    """

    def __init__(
        self, hiring: Hiring, plan: FootagePlan, settings: Settings, left: list[int], workers: int
    ) -> None:
        """Begin the processes.

        Args:
            hiring: where they come from.
            plan: of the file.
            settings: those that searches are run with.
            left: numbers of the segments to index.
            workers: how many processes.

        Raises:
            FootageError: when none can be had.
        """
        self._hiring, self._plan, self._settings = hiring, plan, settings
        self._left = deque(left)
        self._done = len(plan.segments) - len(left)
        self._pictures = {one.number: one.pictures for one in plan.segments}
        self._done_pictures = plan.facts.pictures - sum(self._pictures[one] for one in left)
        self._deaths: Counter[int | None] = Counter()
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
        ends = [end for one in self._workers for end in one.peer.sentinels]
        wait([*(one.peer.channel.fileno() for one in self._workers), *ends], _ASKED_S)
        come: list[tuple[SegmentCounts, bytes]] = []
        for worker in list(self._workers):
            try:
                while worker.peer.channel.poll():
                    made = self._hear(worker, json.loads(worker.peer.channel.recv_bytes()))
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
            worker.peer.leave()
        for worker in self._workers:
            worker.peer.wait()
        self._workers.clear()

    def _begin(self) -> None:
        self._workers.append(_Worker(self._hiring.begin(self._plan, self._settings)))

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
                made = SegmentCounts(**words["counts"]), worker.peer.channel.recv_bytes()
                if made[0].number != worker.segment:
                    msg = (
                        f"{self._plan.path}: a process sent segment {made[0].number!r} and was "
                        f"given {worker.segment}. It is not kept. Index again."
                    )
                    raise FootageError(msg)
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
            worker.peer.channel.send_bytes(str(worker.segment).encode())

    def _died(self, worker: _Worker) -> None:
        """Have another process do what one that died had begun."""
        self._workers.remove(worker)
        how = worker.peer.died()
        self._deaths[worker.segment] += 1
        if self._deaths[worker.segment] >= _DEATHS:
            doing = (
                "loaded its models"
                if worker.segment is None
                else f"indexed segment {worker.segment}"
            )
            msg = (
                f"{self._plan.path}: a process that {doing} was ended {_DEATHS} times, at last "
                f"{how}. {self._hiring.remedy}"
            )
            raise FootageError(msg)
        if worker.segment is not None:
            self._left.appendleft(worker.segment)
        if sum(one.segment is None for one in self._workers) < len(self._left):
            self.replaced += 1
            self._begin()
