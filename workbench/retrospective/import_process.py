"""One reader of an import, from the side of whoever started it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import IO, Final, cast

from workbench.errors import CollectionError
from workbench.retrospective.import_messages import Batch, Hello, Job, Kind, receive, send
from workbench.settings import PREFIX, Settings

__all__ = ["Heard", "ReaderProcess", "environment"]

_COMMAND: Final = ("-P", "-m", "workbench.retrospective.import_reader")
_ONE_THREAD: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A message from a reader.

    Attributes:
        reader: that said it.
        kind: of the message; `Kind.GONE` once it has ended.
        content: of the message.
    """

    reader: ReaderProcess
    kind: Kind
    content: bytes = field(default=b"", repr=False)


class ReaderProcess:
    """A process that reads images.

    Attributes:
        hello: what it encodes with, once it has loaded its models.
        batches: what it was given and has not given back, in order.
        at: index of the row of the first of them that it has begun; `None` before and after.
        begun: when that was, `time.monotonic()`.
    """

    def __init__(self, job: Job, settings: Settings, heard: SimpleQueue[Heard]) -> None:
        """Start it.

        A process of its own group: Ctrl-C in a terminal reaches only whoever started it.

        Args:
            job: what it is to do.
            settings: of the workbench; what of the environment is secret is not handed on.
            heard: gets its messages.

        Raises:
            CollectionError: when it cannot be started.
        """
        self.hello: Hello | None = None
        self.batches: deque[Batch] = deque()
        self.at: int | None = None
        self.begun = 0.0
        try:
            self._process = subprocess.Popen(
                [sys.executable, *_COMMAND],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(settings),
                start_new_session=True,
            )
        except OSError as error:
            reason = error.strerror or error
            msg = f"no process could be started to read the images ({reason}). Use fewer workers."
            raise CollectionError(msg) from None
        self._asked = cast("IO[bytes]", self._process.stdin)
        self._said = cast("IO[bytes]", self._process.stdout)
        self._listener = threading.Thread(target=self._listen, args=(heard,), daemon=True)
        self._listener.start()
        with suppress(OSError):  # that it has ended is heard
            send(self._asked, Kind.JOB, job)

    @property
    def number(self) -> int:
        """Of the process, as the system counts."""
        return self._process.pid

    def give(self, batch: Batch) -> None:
        """Give it a batch; one that has ended keeps it until that is heard."""
        self.batches.append(batch)
        with suppress(OSError):
            send(self._asked, Kind.BATCH, batch)

    def kill(self) -> None:
        """End it at once, whatever it is at."""
        self._process.kill()

    def end(self) -> int:
        """Wait until it has ended, and return with which code."""
        with suppress(OSError):
            self._asked.close()
        code = self._process.wait()
        self._listener.join()
        self._said.close()
        return code

    def _listen(self, heard: SimpleQueue[Heard]) -> None:
        with suppress(OSError, ValueError):
            while (message := receive(self._said)) is not None:
                kind, content = message
                if kind is Kind.ROW:
                    self.begun = time.monotonic()
                heard.put(Heard(self, kind, content))
        heard.put(Heard(self, Kind.GONE))


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment of a reader: no key of the bench, and one thread a library.

    Args:
        settings: name the variables that hold keys; their own are handed over in the job.
    """
    keys = settings.keys
    secret = {keys.master_variable, keys.new_master_variable}
    if keys.kms is not None:
        secret.add(keys.kms.token_variable)
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in secret and not name.upper().startswith(PREFIX)
    }
    return kept | dict.fromkeys(_ONE_THREAD, "1")
