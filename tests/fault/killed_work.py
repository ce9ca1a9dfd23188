"""Work that is done in a process of its own, and may be killed at any moment of it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from soundness import require_sound
from worked_bench import WorkedBench

__all__ = ["Ack", "Pace", "Round", "Toll", "Work", "killed", "paced", "sound"]

Ack = Callable[[str], None]
Work = Callable[[Ack], None]


@dataclass
class Round:
    """A bench before each kill, and what is to be done on it.

    Attributes:
        bench: that it is done on.
        work: what is done; takes whom to tell of what is acknowledged.
        look: checks the bench afterwards; takes what had been acknowledged.
        after: called when all was checked.
        late: whether the moment is one after the first acknowledgement; else it is any.
        spared: whether it is not to be killed.
        may_be_last: asked afterwards, whether nothing has to go on.
    """

    bench: WorkedBench
    work: Work
    look: Callable[[list[str]], None]
    after: Callable[[], None] = field(default=lambda: None)
    late: bool = False
    spared: bool = False
    may_be_last: Callable[[], bool] = field(default=lambda: True)


@dataclass
class Toll:
    """What came of killing one act again and again.

    Attributes:
        act: what was killed.
        store: `sqlite` or `postgresql`.
        kills: how many processes were killed while they were at it.
        in_time: how many had ended by themselves before.
        acknowledged: how many things had been acknowledged when the process was killed.
        kept: how many parts were kept for good when a process was killed, for the next to go on.
        orphans: how many sealed objects and keys the sweep found that no row knew.
        finished: how many purges that were cut off the next opening finished.
        entries: of the audit log in the end, all of them sound.
        seconds: that it took.
    """

    act: str
    store: str
    kills: int = 0
    in_time: int = 0
    acknowledged: int = 0
    kept: int = 0
    orphans: int = 0
    finished: int = 0
    entries: int = 0
    seconds: float = 0.0


class Pace(NamedTuple):
    """How long work takes.

    Attributes:
        begun_s: until its first acknowledgement, s.
        rest_s: from then on until its end, s.
    """

    begun_s: float
    rest_s: float

    def at_most(self, whole_s: float) -> Pace:
        """Return the pace of work that was found to have ended within a time, s."""
        begun_s = min(self.begun_s, whole_s)
        return Pace(begun_s, min(self.rest_s, whole_s - begun_s))


def paced(work: Work) -> tuple[list[str], Pace]:
    """Do work in a child; return what it had acknowledged, and how long it took."""
    times: list[float] = [time.monotonic()]
    said, was_killed = killed(work, begun=lambda: times.append(time.monotonic()))
    assert not was_killed
    assert said
    return said, Pace(times[1] - times[0], time.monotonic() - times[1])


def killed(
    work: Work,
    after_s: float | None = None,
    *,
    late: bool = False,
    begun: Callable[[], None] = lambda: None,
) -> tuple[list[str], bool]:
    """Do work in a child and kill it; return what it had acknowledged, and whether it was killed.

    Args:
        work: that is done.
        after_s: when it is killed, s; never if left out.
        late: whether that counts from its first acknowledgement; else from its beginning.
        begun: told of that first one, unless the child is killed before.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(lambda said: os.write(writing, f"{said}\n".encode()) and None)
        except BaseException as error:  # noqa: BLE001 - shown, and the child ends
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(1)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        lines: list[str] = []
        if after_s is None or late:
            lines.append(pipe.readline())
            begun()
        if after_s is not None:
            time.sleep(after_s)
            os.kill(child, signal.SIGKILL)
        lines += pipe
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed"
    said = [line.rstrip("\n") for line in lines if line.endswith("\n")]
    return said, os.WIFSIGNALED(status)


def sound(bench: WorkedBench, toll: Toll, said: list[str]) -> None:
    """Check all of a bench that somebody was killed on, and count what was found."""
    found = require_sound(bench, said)
    toll.orphans += found.orphans
    toll.entries = found.entries
