"""The live search beside what one would write without it: speed, delay, recall, memory.

Run: python benchmarks/live.py [--rounds 3] [--frames 200] [--list 1000] [--parts compare,scale]

Three clips: a staged 1280x720 crowd of LFW test people, 13 at once, the real street of
`street_crowd_1080p.mp4` and the real occlusions of `three_men_occluding.avi`. Each round runs
facenet-pytorch's loop, OpenCV's loop, dlib's `face_recognition` where it is installed, and this
search with both encoders and with FaceNet alone, one after the other on the same frames; the first
to go changes from round to round. Each matcher alerts at its own measured threshold. The machine
may be busy with other work: trust ratios, and processor time before wall time.

Then each part of the pipeline is switched off by itself, and the search is scaled by faces a
frame, by feeds that share one process, and by the length of the list; fillers beyond the people
there are, marked synthetic, are random unit vectors. Pasted stills flatter detection and tracking.
"""

from __future__ import annotations

import argparse
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
from harness import LFW, SHARED, machine, markdown_table, versions, write_result
from live_peers import facenet_loop, opencv_loop, package_loop
from live_runs import Clip, Run, loop_run, our_run
from staged_crowd import LISTED, PEOPLE, PORTRAITS, enrol, portraits, test_people

from workbench.arrays import ImageArray
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.detection import build_detector
from workbench.faces.templates import Templates
from workbench.feeds import CrowdSettings, StagedPerson, open_feed, stage_crowd
from workbench.live import LiveSearch
from workbench.live.detection import build_live_analyser
from workbench.matching import Watchlist, load_calibration
from workbench.settings import LiveSettings, Settings

AT_ONCE = 13
EARLIER = LiveSettings(crops_per_comparison=3, enough_comparisons=9, relaxed_interval_s=2.0)
"""As many comparisons of a track as were made before they were found to be too many."""
SWITCHES: dict[str, LiveSettings] = {
    "everything on": LiveSettings(),
    "one after the other": LiveSettings(overlap=False),
    "faces looked for in every frame": LiveSettings(skip_frames=0),
    "nine crops a track before it rests": EARLIER,
    "none of the three": EARLIER.model_copy(update={"overlap": False, "skip_frames": 0}),
}


class Stage:
    """Who walks by, who is listed, and clips of them."""

    def __init__(self, root: Path, folder: Path, listed: int) -> None:
        """Enrol a list of so many; the people who walk are its first ones."""
        self.settings = Settings()
        self.store = ArtefactStore.from_settings(self.settings)
        self.searching = build_live_analyser(self.settings, self.store, "fused")
        self.analyser = FaceAnalyser(
            build_detector(self.settings, self.store),
            self.searching.encoders,
            self.settings.quality,
        )
        self.people, singles = test_people(root)
        names = [str(n) for n in np.random.default_rng(1).permutation(sorted(self.people))]
        self.names, self.listed = names[:PEOPLE], names[:LISTED]
        self.folder = folder
        self.fillers = singles[: max(0, listed - LISTED)]
        self.watchlist = enrol(self.analyser, self.people, self.listed, self.fillers)
        self._shown: dict[str, Any] = {}

    @property
    def entries(self) -> list[tuple[str, Path]]:
        """The list's photographs, for whoever enrols them another way."""
        own = [(name, self.people[name][0]) for name in self.listed]
        return own + [(path.parent.name, path) for path in self.fillers]

    def crowd(self, at_once: int, frames: int) -> Clip:
        """Stage a crowd and choose its busiest frames."""
        staged = []
        for name in self.names:
            photographs = self.people[name][1 : 1 + PORTRAITS]
            shown = self._shown.setdefault(name, portraits(photographs, self.analyser))
            staged.append(StagedPerson(name, name in self.listed, shown))
        path = self.folder / f"crowd-{at_once}.mp4"
        truth: pl.DataFrame = stage_crowd(
            staged, path, CrowdSettings(width=1280, height=720, seed=1, at_once=at_once)
        )
        busiest = truth.group_by("frame").len().sort("frame")["len"].rolling_mean(frames)
        first = max(0, int(busiest.fill_null(0.0).arg_max() or 0) - frames + 1)
        within = truth.filter(pl.col("frame").is_between(first, first + frames - 1))
        return Clip(f"staged, {at_once} at once", path, first, frames, within)


def real_clip(name: str, frames: int) -> Clip:
    """A clip of the shared data, from its start."""
    path = SHARED / "videos" / name
    with open_feed(path) as feed:
        return Clip(name, path, 0, min(frames, feed.frame_count or frames), None)


def spread(values: list[float], digits: int = 1) -> str:
    """The median, and the ends."""
    if not values:
        return "none"
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def row_of(name: str, runs: list[Run], base: list[Run] | None) -> dict[str, object]:
    """One row of a table: a way to search, all of its rounds."""
    late = [s for run in runs for s in run.latency_s]
    p50, p95 = np.percentile(late, [50, 95]) if late else (None, None)
    against = [] if base is None else [r.fps / b.fps for r, b in zip(runs, base, strict=True)]
    last = runs[-1]
    return {
        "searched by": name,
        "frames/s": spread([run.fps for run in runs]),
        "times the first": spread(against),
        "processor ms a frame": spread([run.cpu_ms for run in runs]),
        "alert after s, p50 / p95": "none" if p50 is None else f"{p50:.2f} / {p95:.2f}",
        "recall": "unknown" if last.recall is None else f"{last.recall:.2f}",
        "false alerts": last.false_alerts,
        "identity switches": "no tracks" if last.switches is None else last.switches,
        "peak MiB": spread([run.peak_mib for run in runs], 0),
    } | {name: round(value, 2) for name, value in last.detail.items()}


def alternately(ways: dict[str, Callable[[], Run]], rounds: int) -> list[dict[str, object]]:
    """Run each way in each round, another one first each time; the first listed is the base."""
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    order = list(ways)
    for number in range(rounds):
        for at in range(len(order)):
            name = order[(at + number) % len(order)]
            runs[name].append(ways[name]())
            print(f"  {name}: {runs[name][-1].fps:.2f} frames/s", flush=True)
    rows = [row_of(name, made, runs[order[0]]) for name, made in runs.items()]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    return [{key: row.get(key, "") for key in columns} for row in rows]


def compared(stage: Stage, clips: list[Clip], rounds: int) -> dict[str, Any]:
    """Every clip, searched by every way."""
    entries = stage.entries
    tables: dict[str, Any] = {}
    obvious = facenet_loop(entries, stage.store)
    package = package_loop(entries)
    for clip in clips:
        print(clip.name, flush=True)
        with clip.open() as feed:
            opencv = opencv_loop(entries, stage.store, feed.size)
        ours = partial(our_run, clip, stage.searching, stage.watchlist)
        ways: dict[str, Callable[[], Run]] = {
            "facenet-pytorch loop": partial(loop_run, clip, obvious),
            "OpenCV YuNet + SFace loop": partial(loop_run, clip, opencv),
            "this search, fused": ours,
            "this search, FaceNet alone": partial(ours, "facenet"),
        }
        if callable(package):
            ways["face_recognition loop"] = partial(loop_run, clip, package)
        tables[clip.name] = alternately(ways, rounds)
    if isinstance(package, str):
        print(package)
        tables["not compared"] = package
    return tables


def parts(stage: Stage, clip: Clip, rounds: int) -> list[dict[str, object]]:
    """Each part of the pipeline switched off by itself."""
    ours = partial(our_run, clip, stage.searching, stage.watchlist)
    ways: dict[str, Callable[[], Run]] = {
        name: partial(ours, settings=chosen) for name, chosen in SWITCHES.items()
    }

    def with_analyser(name: str, settings: Settings) -> None:
        made = build_live_analyser(settings, stage.store, "fused")
        ways[name] = partial(our_run, clip, made, stage.watchlist)

    wide = stage.settings.detection.model_copy(update={"smallest_face_px": 16.0})
    with_analyser("detector at full width", stage.settings.model_copy(update={"detection": wide}))
    for runtime in ("torch", "onnxruntime"):
        with_analyser(
            f"encoders on {runtime}", stage.settings.model_copy(update={"runtime": runtime})
        )
    ways["no tracking: every face of every frame encoded"] = partial(untracked, stage, clip)
    return alternately(ways, rounds)


def untracked(stage: Stage, clip: Clip) -> Run:
    """Encode and compare every face of every frame with this project's own models."""
    matcher = stage.watchlist.matcher("fused", load_calibration())
    threshold = matcher.default_threshold
    assert threshold is not None

    def loop(image: ImageArray) -> list[tuple[str, float, list[float]]]:
        faces = stage.searching.detect(image)
        faces = faces[np.flatnonzero(faces.confidence >= stage.settings.live.min_confidence)]
        if not len(faces):
            return []
        found = matcher.search(stage.searching.encode(image, faces), 1)
        return [
            (one.subjects[0], float(one.scores[0]), box)
            for one, box in zip(found, faces.boxes.tolist(), strict=True)
            if one.scores[0] >= threshold
        ]

    return loop_run(clip, loop)


def lengthened(watchlist: Watchlist, size: int) -> Watchlist:
    """Return the list with synthetic fillers: random unit vectors."""
    more = size - len(watchlist)
    if more <= 0:
        return watchlist
    random, templates = np.random.default_rng(1), {}
    for name, own in watchlist.templates.items():
        made = random.normal(size=(more, own.vectors.shape[1])).astype(np.float32)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        templates[name] = Templates(np.concatenate([own.vectors, made]), own.encoder)
    last = watchlist.references[-1]
    fillers = tuple(replace(last, subject=f"synthetic-{at:05d}") for at in range(more))
    return replace(watchlist, references=watchlist.references + fillers, templates=templates)


def shared_by(
    feeds: int, clip: Clip, analyser: FaceAnalyser, watchlist: Watchlist
) -> dict[str, Any]:
    """Search one clip by several feeds at a time, which share the models."""
    searches = []
    for _ in range(feeds):
        matcher = watchlist.matcher("fused", load_calibration())
        threshold = matcher.default_threshold
        assert threshold is not None
        searches.append(LiveSearch(analyser, matcher, watchlist, threshold=threshold))

    def run(search: LiveSearch) -> None:
        with clip.open() as feed:
            search.run(feed, on_frame=lambda _frame: None)

    threads = [threading.Thread(target=run, args=(search,)) for search in searches]
    start, processor = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    while all(thread.is_alive() for thread in threads):
        time.sleep(0.05)
    done = [search.status().frames for search in searches]
    for thread in threads:
        thread.join()
    wall, spent = time.perf_counter() - start, time.process_time() - processor
    frames = feeds * clip.frames
    return {
        "feeds": feeds,
        "frames/s, all together": f"{frames / wall:.1f}",
        "processor ms a frame": f"{1e3 * spent / frames:.1f}",
        "slowest of fastest when the first was done": f"{min(done) / max(done):.2f}",
    }


def scaled(stage: Stage, frames: int) -> dict[str, Any]:
    """By faces a frame, by feeds, by the length of the list."""
    faces = []
    for at_once in (1, 5, 15, 40):
        clip = stage.crowd(at_once, frames)
        assert clip.truth is not None
        run = our_run(clip, stage.searching, stage.watchlist)
        row = {"faces a frame": f"{len(clip.truth) / frames:.1f}", "frames/s": f"{run.fps:.1f}"}
        faces.append(row | {"processor ms a frame": f"{run.cpu_ms:.1f}"})
        print(faces[-1], flush=True)
    clip = stage.crowd(5, frames)
    analyser = stage.searching
    feeds = [shared_by(count, clip, analyser, stage.watchlist) for count in (1, 2, 4)]
    lists = []
    for size in (1_000, 10_000, 20_000):
        run = our_run(clip, analyser, lengthened(stage.watchlist, size))
        lists.append(
            {
                "list": size,
                "frames/s": f"{run.fps:.1f}",
                "processor ms a frame": f"{run.cpu_ms:.1f}",
                "false alerts": run.false_alerts,
            }
        )
        print(lists[-1], flush=True)
    return {"faces": faces, "feeds": feeds, "lists": lists}


def main() -> None:
    """Stage, compare, switch off, scale, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--list", type=int, default=1000)
    parser.add_argument("--parts", default="compare,parts,scale")
    options = parser.parse_args()
    wanted = set(options.parts.split(","))
    result: dict[str, Any] = {"frames": options.frames, "rounds": options.rounds}
    with TemporaryDirectory() as folder:
        stage = Stage(options.root, Path(folder), options.list)
        result["list"] = len(stage.watchlist)
        crowd = stage.crowd(AT_ONCE, options.frames)
        if "compare" in wanted:
            clips = [
                crowd,
                real_clip("street_crowd_1080p.mp4", options.frames),
                real_clip("three_men_occluding.avi", options.frames),
            ]
            result["compared"] = compared(stage, clips, options.rounds)
        if "parts" in wanted:
            result["parts"] = {crowd.name: parts(stage, crowd, options.rounds)}
        if "scale" in wanted:
            result["scaled"] = scaled(stage, options.frames)
    print(f"\n{machine()}\n{versions()}")
    for part in ("compared", "parts", "scaled"):
        for name, rows in result.get(part, {}).items():
            print(f"\n{name}\n\n{rows if isinstance(rows, str) else markdown_table(rows)}")
    write_result("live", result)


if __name__ == "__main__":
    main()
