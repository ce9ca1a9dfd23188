"""The readers of an import: each batch is read once, whichever of them ends on the way."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import Final

from workbench.closing import ClosedAtTheEnd
from workbench.errors import CollectionError
from workbench.retrospective.import_messages import Batch, Hello, Job, Kind, ReadBatch
from workbench.retrospective.import_process import Heard, ReaderProcess
from workbench.settings import Settings

__all__ = ["LONGEST_ROW_S", "ReaderPool"]

LONGEST_ROW_S: Final = 300.0
"""A reader that is at one image for longer than this is ended, s."""
_AT_ONCE: Final = 2
"""Batches that a reader is given, so that it need not wait for the next."""
_ENDS_OF_A_ROW: Final = 2
"""Readers that an image may end before it is refused: one of them may have been killed."""
_ENDS_IN_A_ROW: Final = 5
"""Readers that may end, without a batch read in between, before the import is given up."""


class ReaderPool(ClosedAtTheEnd):
    """Some processes that read batches."""

    def __init__(self, job: Job, settings: Settings, workers: int) -> None:
        """Start them.

        Args:
            job: of each.
            settings: of the workbench.
            workers: how many, at least 1.

        Raises:
            CollectionError: when one cannot be started.
        """
        self._job = job
        self._settings = settings
        self._heard: SimpleQueue[Heard] = SimpleQueue()
        self._readers: list[ReaderProcess] = []
        self._hello: Hello | None = None
        self._ended_at: Counter[tuple[int, int]] = Counter()
        self._ends = 0
        try:
            for _ in range(workers):
                self._start()
        except BaseException:
            self.close()
            raise

    @property
    def hello(self) -> Hello:
        """What all of them encode with; known once a batch is read."""
        if self._hello is None:
            msg = "no reader has loaded its models yet"
            raise RuntimeError(msg)
        return self._hello

    @property
    def numbers(self) -> list[int]:
        """Of the processes, as the system counts."""
        return [one.number for one in self._readers]

    def read(self, batches: Iterator[Batch], *, ahead: int) -> Iterator[tuple[Batch, ReadBatch]]:
        """Read batches, and give each back when it is read, whatever the order.

        Args:
            batches: numbered on and on; taken as readers get free.
            ahead: a batch is begun only while the first that is not read yet is less than this
                many before it, so that what is read but not complete has an end.

        Raises:
            CollectionError: when a reader cannot go on, or several in a row have ended.
        """
        again: deque[Batch] = deque()
        upcoming = next(batches, None)
        while True:
            open_ = [one.number for reader in self._readers for one in reader.batches]
            open_ += [one.number for one in again]
            if not open_ and upcoming is None:
                return
            while (reader := self._free()) is not None:
                if again:
                    reader.give(again.popleft())
                elif (
                    upcoming is not None
                    and upcoming.number < min(open_, default=upcoming.number) + ahead
                ):
                    reader.give(upcoming)
                    open_.append(upcoming.number)
                    upcoming = next(batches, None)
                else:
                    break
            if (heard := self._next()) is None:
                continue
            if heard.kind is Kind.GONE:
                again.extendleft(reversed(self._replace(heard.reader)))
            elif (read := self._take(heard)) is not None:
                yield read

    def close(self) -> None:
        """End all of them at once."""
        for reader in self._readers:
            reader.kill()
        for reader in self._readers:
            reader.end()
        self._readers.clear()

    def _start(self) -> None:
        self._readers.append(ReaderProcess(self._job, self._settings, self._heard))

    def _free(self) -> ReaderProcess | None:
        """Return the reader with the least to do, if one can take a batch."""
        ready = [one for one in self._readers if one.hello is not None]
        least = min(ready, key=lambda one: len(one.batches), default=None)
        return least if least is not None and len(least.batches) < _AT_ONCE else None

    def _next(self) -> Heard | None:
        """Wait for a message; end readers that have been at one image for too long."""
        now = time.monotonic()
        for reader in self._readers:
            if reader.at is not None and now - reader.begun > LONGEST_ROW_S:
                reader.kill()
        try:
            return self._heard.get(timeout=1.0)
        except Empty:
            return None

    def _take(self, heard: Heard) -> tuple[Batch, ReadBatch] | None:
        """Take in what a reader says; return a batch that it has read."""
        reader = heard.reader
        try:
            if heard.kind is Kind.HELLO:
                self._greet(reader, Hello.model_validate_json(heard.content))
            elif heard.kind is Kind.ROW:
                at = int.from_bytes(heard.content)
                reader.at = at if at < len(reader.batches[0].rows) else None
            elif heard.kind is Kind.READ:
                batch = reader.batches[0]
                read = ReadBatch.from_bytes(heard.content, batch, self.hello)
                reader.batches.popleft()
                reader.at = None
                self._ends = 0
                return batch, read
            else:
                why = heard.content.decode("utf-8", "replace")
                msg = f"a process that reads images cannot go on: {why}"
                raise CollectionError(msg)
        except (ValueError, IndexError) as error:
            msg = (
                "a process that reads images gave an answer that cannot be used "
                f"({type(error).__name__}). Import again."
            )
            raise CollectionError(msg) from None
        return None

    def _greet(self, reader: ReaderProcess, hello: Hello) -> None:
        if self._hello is not None and hello != self._hello:
            msg = (
                "processes that read images loaded different models: the files of the models were "
                "changed meanwhile. Import again."
            )
            raise CollectionError(msg)
        self._hello = reader.hello = hello

    def _replace(self, reader: ReaderProcess) -> list[Batch]:
        """Start another reader for one that has ended; return the batches that it leaves."""
        left = list(reader.batches)
        self._readers.remove(reader)
        code = reader.end()
        self._ends += 1
        if left and reader.at is not None:
            row = left[0].number, reader.at
            self._ended_at[row] += 1
            if self._ended_at[row] >= _ENDS_OF_A_ROW:
                left[0] = _without(left[0], reader.at)
                self._ends = 0
        if self._ends >= _ENDS_IN_A_ROW:
            msg = (
                f"{self._ends} processes that read images ended one after the other, the last with "
                f"code {code}. See whether the memory is short; use fewer workers."
            )
            raise CollectionError(msg)
        self._start()
        return left


def _without(batch: Batch, at: int) -> Batch:
    """Return a batch of which a row is refused unread."""
    rows = list(batch.rows)
    why = (
        f"ended the process that reads it, {_ENDS_OF_A_ROW} times, or kept it for more than "
        f"{LONGEST_ROW_S:.0f} s; save it anew"
    )
    rows[at] = rows[at].model_copy(update={"refused": why, "unread": True})
    return batch.model_copy(update={"rows": tuple(rows)})
