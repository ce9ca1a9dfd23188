"""What the bench costs a live search: through `Workbench` beside the bare pipeline, in one process.

Run: python benchmarks/bench_overhead.py [--root ../shared/data/lfw] [--rounds 8] [--frames 600]

Both search the same frames of one staged 1280x720 crowd with the same models and the same list,
one after the other, and the one that goes first changes from round to round. The search through
the bench is timed from its first frame to when its end is in the records. The ratio is taken round
by round, of wall time and of processor time of the whole process: the machine may be busy with
other work, which processor time shows less of.

What the bench's own steps take, storing an alert and looking at the records, is clocked inside the
searches too, waits for other threads included: their share of a search's time does not hang on how
busy the machine was from one search to the next. What a frame costs by itself, handed over by the
thread that reads the feed, let through by the clock and with a watchdog at work, is timed apart, on
frames that cost nothing to make.

Alerts are what a bench adds work to, so two lists are searched for: people who do not walk by, as
nearly all of a street, and half of those who do, which no street has.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, cast

import numpy as np
from harness import LFW, machine, markdown_table, versions, write_result
from sealed_list import REFERENCE, later, make_list_bench, sealable
from staged_crowd import LISTED, PEOPLE, PORTRAITS, enrol, portraits, test_people

from workbench.bench import Workbench
from workbench.bench.alert_storing import AlertStore
from workbench.bench.authorised_feed import AuthorisedFeed
from workbench.bench.session_watch import SessionWatch
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.feeds import CrowdSettings, Feed, Frame, StagedPerson, VideoFile, stage_crowd
from workbench.live import LiveResult, LiveSearch
from workbench.live.detection import set_for_redaction
from workbench.live.ending import Ending
from workbench.matching import Watchlist, load_calibration
from workbench.records.moments import utc_now
from workbench.settings import Settings

TARGET = 1.03
"""Time through the bench over time without it."""


class Excerpt(VideoFile):
    """Some frames from the middle of a video file, where the crowd is densest."""

    first, most = 0, 0

    def frames(self) -> Iterator[Frame]:
        """Give frames `first` to `first + most`."""
        yield from itertools.islice(super().frames(), self.first, self.first + self.most)


class Timed(NamedTuple):
    """Seconds that a search took, by the clock and of the processor, and what came of it."""

    wall_s: float
    processor_s: float
    result: LiveResult


def timed(search: Callable[[], LiveResult]) -> Timed:
    """Time a search."""
    wall, processor = time.perf_counter(), time.process_time()
    result = search()
    return Timed(time.perf_counter() - wall, time.process_time() - processor, result)


def bare(video: Path, analyser: FaceAnalyser, watchlist: Watchlist) -> Timed:
    """Search without a bench."""
    matcher = watchlist.matcher("fused", load_calibration())
    threshold = matcher.default_threshold
    assert threshold is not None
    search = LiveSearch(analyser, matcher, watchlist, threshold=threshold)
    with Excerpt(video) as feed:
        return timed(lambda: search.run(feed, on_frame=lambda _frame: None))


def through_bench(video: Path, analyser: FaceAnalyser, bench: Workbench) -> Timed:
    """Search through a bench."""
    with bench.live.start(
        REFERENCE, Excerpt(video), analyser=analyser, on_frame=lambda _frame: None
    ) as session:
        return timed(session.run)


STEPS = ((AlertStore, "store"), (SessionWatch, "look"))
"""What the bench does beside the pipeline: at each alert, and about twice a second."""


@contextmanager
def clocked(spent: dict[str, list[float]]) -> Iterator[None]:
    """Note the seconds of each step of the bench, by its name."""
    plain = {(kind, name): getattr(kind, name) for kind, name in STEPS}

    def noting(name: str, step: Callable[..., object]) -> Callable[..., object]:
        def noted(*given: object) -> object:
            start = time.perf_counter()
            try:
                return step(*given)
            finally:
                spent.setdefault(name, []).append(time.perf_counter() - start)

        return noted

    for (kind, name), step in plain.items():
        setattr(kind, name, noting(name, step))
    try:
        yield
    finally:
        for (kind, name), step in plain.items():
            setattr(kind, name, step)


class Blank:
    """A feed of one frame, given again and again."""

    name, live, fps, damage = "blank", False, 25.0, None
    size = (1280, 720)
    frame_count = 5000

    def frames(self) -> Iterator[Frame]:
        """Give the frames."""
        image = np.zeros((720, 1280, 3), np.uint8)
        for index in range(self.frame_count):
            yield Frame(index, index / 25, image)

    def close(self) -> None:
        """Do nothing."""


def frame_cost_us() -> float:
    """Return what the bench adds to a frame, in microseconds, the least of five tries."""

    def spent(feed: Feed) -> float:
        start = time.perf_counter()
        count = sum(1 for _ in feed.frames())
        return (time.perf_counter() - start) / count * 1e6

    costs = []
    for _ in range(5):
        plain = spent(cast("Feed", Blank()))
        with AuthorisedFeed(
            cast("Feed", Blank()),
            "blank",
            Ending(),
            until=lambda: datetime.max.replace(tzinfo=UTC),
            look=lambda: None,
            clock=utc_now,
        ) as feed:
            costs.append(spent(feed) - plain)
    return min(costs)


def spread(ratios: list[float]) -> dict[str, float]:
    """Return the median of ratios, their quartiles and their ends."""
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
    found = {
        "median": middle, "lower quartile": low, "upper quartile": high, "least": min(ratios),
        "most": max(ratios),
    }  # fmt: skip
    return {name: round(value, 4) for name, value in found.items()}


def measure(
    video: Path, analyser: FaceAnalyser, watchlist: Watchlist, rounds: int
) -> dict[str, object]:
    """Time both round by round."""
    with TemporaryDirectory() as place:
        made = make_list_bench(Path(place), watchlist)
        ratios: dict[str, list[float]] = {"wall": [], "processor": []}
        seconds: dict[str, list[float]] = {"bare": [], "bench": []}
        spent: dict[str, list[float]] = {}
        with (
            Workbench.open(
                made.folder, credential=made.credential, settings=made.settings, clock=later
            ) as bench,
            clocked(spent),
        ):
            bare(video, analyser, watchlist)  # the first of all loads what the others find loaded
            for number in range(rounds):
                runs: dict[str, Timed] = {}
                for name in ("bare", "bench") if number % 2 else ("bench", "bare"):
                    runs[name] = (
                        bare(video, analyser, watchlist)
                        if name == "bare"
                        else through_bench(video, analyser, bench)
                    )
                one, other = runs["bench"], runs["bare"]
                assert one.result.faces_seen == other.result.faces_seen, "both searched the same"
                assert len(one.result.alerts) == len(other.result.alerts)
                ratios["wall"].append(one.wall_s / other.wall_s)
                ratios["processor"].append(one.processor_s / other.processor_s)
                for name, run in runs.items():
                    seconds[name].append(run.wall_s)
                print(
                    f"round {number + 1}: {other.wall_s:.2f} s bare, {one.wall_s:.2f} s through "
                    f"the bench, {one.wall_s / other.wall_s:.3f} by the clock, "
                    f"{one.processor_s / other.processor_s:.3f} of the processor",
                    flush=True,
                )
    alerts, frames = len(one.result.alerts), one.result.frames
    return {
        "references": len(watchlist),
        "frames": frames,
        "alerts": alerts,
        "frames/s bare": round(frames / statistics.median(seconds["bare"]), 1),
        "frames/s through the bench": round(frames / statistics.median(seconds["bench"]), 1),
        "wall": spread(ratios["wall"]),
        "processor": spread(ratios["processor"]),
        "steps, share of time": round(sum(map(sum, spent.values())) / sum(seconds["bench"]), 4),
        "steps, median ms": {
            name: round(statistics.median(each) * 1e3, 2) for name, each in spent.items()
        },
        "rounds": [round(ratio, 4) for ratio in ratios["wall"]],
    }


def main() -> None:
    """Stage, time both round by round, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--frames", type=int, default=600)
    parser.add_argument("--threads", type=int, default=None, help="of each runtime; 1 is steadiest")
    options = parser.parse_args()
    settings = Settings(threads=options.threads)
    store = ArtefactStore.from_settings(settings)
    analyser = build_analyser(settings, store, "fused")
    searching = set_for_redaction(analyser, settings, store)
    people, _ = test_people(options.root)
    order = [str(n) for n in np.random.default_rng(1).permutation(sorted(people))]
    names, absent = order[:PEOPLE], order[PEOPLE:]
    walking = {name: portraits(people[name][1 : 1 + PORTRAITS], analyser) for name in names}
    staged = [StagedPerson(n, n in names[:LISTED], shown) for n, shown in walking.items()]
    lists = {
        "nobody of the list walks by": sealable(enrol(analyser, people, absent[:LISTED], [])),
        "half of those who walk by": sealable(enrol(analyser, people, names[:LISTED], [])),
    }
    found: dict[str, dict[str, object]] = {}
    with TemporaryDirectory() as folder:
        video = Path(folder) / "crowd.mp4"
        truth = stage_crowd(staged, video, CrowdSettings(width=1280, height=720, seed=1))
        busiest = truth.group_by("frame").len().sort("frame")["len"].rolling_mean(options.frames)
        last = int(busiest.fill_null(0.0).arg_max() or options.frames)
        Excerpt.first, Excerpt.most = max(0, last - options.frames + 1), options.frames
        for name, watchlist in lists.items():
            print(name, flush=True)
            found[name] = measure(video, searching, watchlist, options.rounds)
    rows = [
        {"list": name}
        | {key: one[key] for key in ("alerts", "frames/s bare", "frames/s through the bench")}
        | {
            f"ratio, {kind}": "{median:.3f} ({least:.3f} to {most:.3f})".format(**one[kind])
            for kind in ("wall", "processor")
        }
        | {"bench's own steps, % of time": f"{100 * one['steps, share of time']:.2f}"}
        for name, one in found.items()
    ]  # fmt: skip
    cost_us = frame_cost_us()
    print(f"\nthe bench adds {cost_us:.0f} microseconds to a frame")
    print(f"target {TARGET}; {machine()}\n{versions()}\n\n{markdown_table(rows)}")
    result = {"target": TARGET, "matcher": "fused", "threads": options.threads}
    write_result("bench_overhead", result | {"frame_us": round(cost_us, 1), "lists": found})


if __name__ == "__main__":
    main()
