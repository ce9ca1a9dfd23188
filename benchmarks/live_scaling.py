"""How the live search grows dearer: with faces a frame, with feeds, with the list.

Run: python benchmarks/live_scaling.py [--frames 150] [--list 300] [--faces 1,5,15,40]
         [--feeds 1,2,4] [--lists 1000,10000,20000]

Through a bench, governance on, both encoders, on staged 1280x720 crowds of LFW test people. "People
at once" is how many are under way; some of them are hidden. Feeds share one process and its models;
each searches the same crowd. Lists beyond the people there are get synthetic entries, random unit
vectors, which no face is like: what such a list costs is real, whom it takes faces for is not.
"""

from __future__ import annotations

import argparse
import threading
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from harness import LFW, machine, markdown_table, versions, write_result
from live_runs import Clip, our_run
from live_stage import FEEDS, Benches, Stage, lengthened
from sealed_list import REFERENCE

from workbench.bench import Workbench
from workbench.faces.analysis import FaceAnalyser

Rows = list[dict[str, Any]]
AT_ONCE = 5
"""People at once where feeds and lists are what is changed."""


def by_faces(stage: Stage, bench: Workbench, frames: int, counts: list[int]) -> Rows:
    """Crowds of so many people at once."""
    rows: Rows = []
    for at_once in counts:
        clip = stage.crowd(at_once, frames)
        assert clip.truth is not None
        run = our_run(clip, stage.searching, bench)
        rows.append(
            {
                "people at once": at_once,
                "faces a frame": f"{len(clip.truth) / frames:.1f}",
                "frames/s": f"{run.fps:.1f}",
                "processor ms a frame": f"{run.cpu_ms:.1f}",
                "comparisons": int(run.detail["comparisons"]),
                "peak MiB": f"{run.peak_mib:.0f}",
            }
        )
        print(rows[-1], flush=True)
    return rows


def by_feeds(analyser: FaceAnalyser, bench: Workbench, clip: Clip, counts: list[int]) -> Rows:
    """The same crowd, searched by so many feeds at a time."""
    rows: Rows = []
    for count in counts:
        rows.append(at_a_time(count, analyser, bench, clip))
        print(rows[-1], flush=True)
    return rows


def at_a_time(count: int, analyser: FaceAnalyser, bench: Workbench, clip: Clip) -> dict[str, Any]:
    """Search by some feeds at a time, each a session of its own."""
    sessions = [
        bench.live.start(
            REFERENCE, clip.open(), feed_name=name, analyser=analyser, on_frame=lambda _frame: None
        )
        for name in FEEDS[:count]
    ]
    ended: dict[str, float] = {}

    def wait(session: Any) -> None:  # noqa: ANN401 - a session
        session.wait()
        ended[session.id] = time.perf_counter()

    start, processor = time.perf_counter(), time.process_time()
    waits = [threading.Thread(target=wait, args=(session,)) for session in sessions]
    for session, thread in zip(sessions, waits, strict=True):
        session.start_thread()
        thread.start()
    for thread in waits:
        thread.join()
    wall, spent = time.perf_counter() - start, time.process_time() - processor
    frames, each = count * clip.frames, [at - start for at in ended.values()]
    return {
        "feeds": count,
        "frames/s, all together": f"{frames / wall:.1f}",
        "frames/s of each": f"{clip.frames / max(each):.1f} to {clip.frames / min(each):.1f}",
        "processor ms a frame": f"{1e3 * spent / frames:.1f}",
    }


def by_list(stage: Stage, benches: Benches, clip: Clip, sizes: list[int]) -> Rows:
    """The same crowd against lists of so many entries."""
    rows: Rows = []
    for size in sizes:
        bench = benches.open(lengthened(stage.watchlist, size))
        run = our_run(clip, stage.searching, bench)
        rows.append(
            {
                "list": size,
                "frames/s": f"{run.fps:.1f}",
                "processor ms a frame": f"{run.cpu_ms:.1f}",
                "recall": "none listed" if run.recall is None else f"{run.recall:.2f}",
                "false alerts": run.false_alerts,
                "peak MiB": f"{run.peak_mib:.0f}",
            }
        )
        print(rows[-1], flush=True)
    return rows


def numbers(text: str) -> list[int]:
    """Read numbers with commas between them."""
    return [int(part) for part in text.split(",") if part]


def main() -> None:
    """Measure, print the tables, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--frames", type=int, default=150)
    parser.add_argument("--list", type=int, default=300)
    parser.add_argument("--faces", type=numbers, default=[1, 5, 15, 40])
    parser.add_argument("--feeds", type=numbers, default=[1, 2, 4])
    parser.add_argument("--lists", type=numbers, default=[1_000, 10_000, 20_000])
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    found: dict[str, Rows] = {}
    with TemporaryDirectory() as folder, Benches() as benches:
        stage = Stage(options.root, Path(folder), options.list)
        bench = benches.open(stage.watchlist)
        clip = stage.crowd(AT_ONCE, options.frames)
        our_run(replace(clip, frames=10, truth=None), stage.searching, bench)
        found["faces"] = by_faces(stage, bench, options.frames, options.faces)
        found["feeds"] = by_feeds(stage.searching, bench, clip, options.feeds)
        found["lists"] = by_list(stage, benches, clip, options.lists)
    print(f"\n{machine()}\n{versions()}\n{options.frames} frames a run")
    for rows in found.values():
        if rows:
            print(f"\n{markdown_table(rows)}")
    if not options.no_write:
        result = {"frames": options.frames, "list": options.list} | found
        print(f"written: {write_result('live_scaling', result).name}")


if __name__ == "__main__":
    main()
