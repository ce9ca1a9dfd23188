"""One live search that goes on and on, at the pace of a camera: memory, drops, delay.

Run: python benchmarks/live_soak.py [--minutes 60] [--at-once 5] [--list 200]

A staged 1280x720 crowd of LFW test people walks by again and again, 25 frames a second, each given
when a camera would give it and dropped when the search is behind; governance on, both encoders.
Said at the start, every tenth minute and at the end: memory of the process in MB, frames and
drops, alerts, faces, threads, open files. The run ends with an error, and leaves no log, when from
its settling on memory grew by more than is allowed, when a template outlived its second, or when
the search stopped by itself.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from harness import LFW, markdown_table, versions
from proof_log import Say, logged

from live_runs import Clip  # isort: skip
from live_stage import Benches, Stage  # isort: skip
from sealed_list import REFERENCE  # isort: skip

from workbench.feeds import Frame, VideoFile
from workbench.governance.stopping import StopReason

FRAMES = 750
"""Of a lap."""
SETTLED = 0.2
"""Share of the time after which memory has found its level."""
MOST_GROWN_MB = 15.0
"""Growth from then on that is no leak: an alert keeps its picture until its search ends."""
SHORT_MINUTES = 30.0
MOST_GROWN_SHORT_MB = 40.0
"""The same of a shorter run: some parts are used for the first time after minutes."""


class Camera(VideoFile):
    """A file that is shown again and again at its own pace, as a camera gives frames."""

    seconds = 0.0
    live = True

    def frames(self) -> Iterator[Frame]:
        """Give frames when they are due; the next one is decoded before."""
        rate, index, began = self.fps or 25.0, 0, time.monotonic()
        while index / rate < self.seconds:
            for frame in super().frames():
                due = began + index / rate
                time.sleep(max(0.0, due - time.monotonic()))
                yield Frame(index, index / rate, frame.image, time.monotonic())
                index += 1
                if index / rate >= self.seconds:
                    break


def memory_mb() -> float:
    """Memory of this process that is in use, MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def line(minute: float, session: Any, session_start: float) -> dict[str, Any]:  # noqa: ANN401
    """How it is now."""
    search = session.status.search
    passed = max(time.monotonic() - session_start, 1e-9)
    return {
        "minute": f"{minute:.1f}",
        "memory MB": round(memory_mb(), 1),
        "frames": search.frames,
        "drops": search.drops,
        "left uncompared": search.uncompared,
        "frames/s": f"{search.frames / passed:.1f}",
        "frame to screen p95 s": f"{search.frame_p95_s or 0:.2f}",
        "alert p95 s": f"{search.latency_p95_s or 0:.2f}",
        "alerts": search.alerts,
        "faces seen": search.faces_seen,
        "tracks": search.tracks,
        "threads": threading.active_count(),
        "open files": len(list(Path("/proc/self/fd").iterdir())),
    }


def soak(clip: Clip, stage: Stage, benches: Benches, minutes: float, say: Say) -> None:
    """Search for so many minutes; say how it goes."""
    bench = benches.open(stage.watchlist)
    feed = Camera(clip.path)
    feed.seconds = 60 * minutes
    every = min(10.0, minutes / 5)
    with bench.live.start(
        REFERENCE, feed, feed_name="gate", analyser=stage.searching, on_frame=lambda _frame: None
    ) as session:
        start = time.monotonic()
        rows = [line(0.0, session, start)]
        print(rows[-1], flush=True)
        session.start_thread()
        moments = [minutes * SETTLED, *(every * at for at in range(1, int(minutes / every) + 1))]
        settled = 0.0
        for moment in sorted({round(one, 3) for one in moments}):
            left = start + 60 * moment - time.monotonic() - 0.5
            result = session.wait(max(0.0, left))
            assert result is None, f"it ended before its time: {result}"
            rows.append(line(moment, session, start))
            print(rows[-1], flush=True)
            if moment == round(minutes * SETTLED, 3):
                settled = rows[-1]["memory MB"]
        result = session.wait(60)
    assert result is not None, "it did not end with its feed"
    ended = line(minutes, session, start)
    rows.append(ended)
    say(markdown_table(rows))
    grown = ended["memory MB"] - settled
    allowed = MOST_GROWN_SHORT_MB if minutes < SHORT_MINUTES else MOST_GROWN_MB
    say(
        f"memory from minute {minutes * SETTLED:.1f} to the end: {grown:+.1f} MB, allowed "
        f"{allowed:g}; longest life of a template {result.max_template_age_s:.2f} s, "
        f"{result.overdue_templates} longer than allowed; stopped by {result.stopped_by.value}"
    )
    assert result.stopped_by is StopReason.FEED_ENDED, result.stopped_by
    assert result.overdue_templates == 0, result.overdue_templates
    assert grown <= allowed, f"memory grew by {grown:.1f} MB"


def main() -> None:
    """Stage, search, keep the log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--at-once", type=int, default=5)
    parser.add_argument("--list", type=int, default=200)
    parser.add_argument("--no-log", action="store_true")
    options = parser.parse_args()

    def run(say: Say) -> None:
        with TemporaryDirectory() as folder, Benches() as benches:
            stage = Stage(options.root, Path(folder), options.list)
            clip = stage.crowd(options.at_once, FRAMES)
            say(f"{options.minutes:g} minutes of {clip.name}, list of {len(stage.watchlist)}")
            say(f"{versions()}")
            soak(clip, stage, benches, options.minutes, say)

    if options.no_log:
        run(Say())
    else:
        with logged("live-soak") as say:
            run(say)


if __name__ == "__main__":
    main()
