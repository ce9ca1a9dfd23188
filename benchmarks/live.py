"""The live search beside what one would write without it: speed, delay, recall, memory.

Run: python benchmarks/live.py [--rounds 3] [--frames 450] [--list 300] [--parts compare,parts]

Three clips: a staged 1280x720 crowd of LFW test people, 13 faces a frame, the real street of
`street_crowd_1080p.mp4` and the real occlusions of `three_men_occluding.avi`. Each round runs
facenet-pytorch's loop, OpenCV's loop, dlib's `face_recognition` where it is installed, and this
search through a bench, governance on, with both encoders and with FaceNet alone, one after the
other on the same clip; the first to go changes from round to round. A loop takes a part of the clip
each round, so that what it found in the end is of the whole clip. Each matcher alerts at its own
measured threshold. Loops get every core.

Then each part of the pipeline is switched off by itself; `--parts parts` does that alone, and its
result has a file of its own. Memory is the peak above what the process
held before the run, models loaded. Pasted stills flatter detection and tracking.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
from harness import LFW, machine, markdown_table, versions, write_result
from live_peers import Hit, Loop, facenet_loop, opencv_loop, package_loop
from live_runs import Clip, LoopRuns, Run, our_run
from live_stage import Benches, Stage, is_there, real_clip

from workbench.arrays import FloatArray, ImageArray
from workbench.live.detection import build_live_analyser
from workbench.matching import load_calibration
from workbench.settings import EncoderChoice, LiveSettings

AT_ONCE = 14
BASE, OURS = "facenet-pytorch loop", "this search, fused"
ALONE = "this search, FaceNet alone"
TIMES, FPS, RECALL = 25.0, 30.0, 0.01
"""Targets on the crowd: times the base's frames a second, frames a second, recall lost at most."""
SWITCHES: dict[str, LiveSettings] = {
    "everything on": LiveSettings(),
    "one after the other": LiveSettings(overlap=False),
    "faces looked for in every frame": LiveSettings(skip_frames=0),
    "nine crops a track before it rests": LiveSettings(
        crops_per_comparison=3, enough_comparisons=9, relaxed_interval_s=2.0
    ),
    "none of the three": LiveSettings(
        crops_per_comparison=3, enough_comparisons=9, relaxed_interval_s=2.0, overlap=False,
        skip_frames=0,
    ),
}  # fmt: skip
REAL = ("street_crowd_1080p.mp4", "three_men_occluding.avi")
SLOW_FRAMES = 24
"""Frames of what takes half a second for each."""
Ways = dict[str, Callable[[], Run]]


def spread(values: list[float], digits: int = 1) -> str:
    """The median, and the ends."""
    if not values:
        return "none"
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def over_rounds(values: Sequence[float | int | None], shown: str) -> str:
    """What every round came to, or from what to what; of a loop's parts the last says all."""
    known = [value for value in values if value is not None]
    if values[-1] is None:
        return "unknown"
    low, high = min(known), max(known)
    return f"{low:{shown}}" if low == high else f"{low:{shown}} to {high:{shown}}"


def times(base: list[Run], runs: list[Run], what: str) -> list[float]:
    """How many times more frames a second, or less processor time a frame, round by round."""
    pairs = zip(base, runs, strict=True)
    if what == "fps":
        return [one.fps / first.fps for first, one in pairs]
    return [first.cpu_ms / one.cpu_ms for first, one in pairs]


def row_of(name: str, runs: list[Run], base: list[Run]) -> dict[str, object]:
    """One row of a table: a way to search, all of its rounds."""
    late = [s for run in runs for s in run.latency_s]
    p50, p95 = np.percentile(late, [50, 95]) if late else (None, None)
    last = runs[-1]
    return {
        "searched by": name,
        "frames/s": spread([run.fps for run in runs]),
        "times the first": spread(times(base, runs, "fps")),
        "processor ms a frame": spread([run.cpu_ms for run in runs]),
        "times the first, processor": spread(times(base, runs, "processor")),
        "alert after s, p50 / p95": "none" if p50 is None else f"{p50:.2f} / {p95:.2f}",
        "faces found": "unknown" if last.found is None else f"{last.found:.3f}",
        "recall": over_rounds([run.recall for run in runs], ".2f"),
        "false alerts": last.false_alerts,
        "identity switches": over_rounds([run.switches for run in runs], "d"),
        "peak MiB": spread([run.peak_mib for run in runs], 0),
    } | {name: round(value, 2) for name, value in last.detail.items()}


def alternately(ways: Ways, rounds: int) -> dict[str, list[Run]]:
    """Run each way in each round, another one first each time."""
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    order = list(ways)
    for number in range(rounds):
        for at in range(len(order)):
            name = order[(at + number) % len(order)]
            runs[name].append(ways[name]())
            made = runs[name][-1]
            print(f"  {name}: {made.fps:.2f} frames/s, {made.cpu_ms:.1f} ms", flush=True)
    return runs


def table_of(runs: dict[str, list[Run]]) -> list[dict[str, object]]:
    """The rows of a table; the way listed first is the base."""
    rows = [row_of(name, made, next(iter(runs.values()))) for name, made in runs.items()]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    return [{key: row.get(key, "") for key in columns} for row in rows]


def held(runs: dict[str, list[Run]]) -> list[dict[str, object]]:
    """Say which targets hold on the crowd."""
    base, ours = runs[BASE], runs[OURS]
    faster, fps = times(base, ours, "fps"), [run.fps for run in ours]
    leaner = times(base, ours, "processor")
    rows = [
        ("times the frames/s of the loop", f">= {TIMES:g}", faster, TIMES),
        ("times less processor time than the loop", "none", leaner, None),
        ("frames/s", f">= {FPS:g}", fps, FPS),
    ]
    found: list[dict[str, object]] = [
        {
            "what": what, "target": target, "found": spread(values),
            "holds": "" if least is None else statistics.median(values) >= least,
        }
        for what, target, values, least in rows
    ]  # fmt: skip
    one, other = ours[-1].recall, base[-1].recall
    comparable = one is not None and other is not None
    found.append(
        {
            "what": "recall above that of the loop",
            "target": f">= -{RECALL}",
            "found": f"{one - other:+.3f}" if comparable else "the loop left out frames",
            "holds": one - other >= -RECALL if comparable else "",
        }
    )
    return found


def compared(
    stage: Stage, benches: Benches, clips: list[Clip], rounds: int, most: int
) -> dict[str, Any]:
    """Every clip, searched by every way."""
    entries = stage.entries
    tables: dict[str, Any] = {}
    obvious = facenet_loop(entries, stage.store)
    package = package_loop(entries)
    for clip in clips:
        print(clip.name, flush=True)
        with clip.open() as feed:
            opencv = opencv_loop(entries, stage.store, feed.size)
            first = next(iter(feed.frames())).image
        loops = {BASE: obvious, "OpenCV YuNet + SFace loop": opencv}
        if callable(package):
            loops["face_recognition loop"] = package
        for loop in loops.values():
            loop(first)  # what is made at the first frame is not counted
        # Where nobody knows who is in a clip, a part of it is as good as all of it.
        part = clip.frames if clip.truth is not None and not most else (most or 12)
        ways: Ways = {name: LoopRuns(clip, loop, rounds, part) for name, loop in loops.items()}
        matchers: list[tuple[EncoderChoice, str]] = [("fused", OURS), ("facenet", ALONE)]
        for name, title in matchers:
            bench = benches.open(stage.watchlist, name)
            our_run(replace(clip, frames=10, truth=None), stage.searching, bench)
            ways[title] = partial(our_run, clip, stage.searching, bench)
        runs = alternately(ways, rounds)
        tables[clip.name] = table_of(runs)
        if clip.truth is not None:
            tables["targets"] = held(runs)
    if isinstance(package, str):
        tables["not compared"] = package
    return tables


def parts(stage: Stage, benches: Benches, clip: Clip, rounds: int) -> list[dict[str, object]]:
    """Each part of the pipeline switched off by itself."""
    ways: Ways = {
        name: partial(our_run, clip, stage.searching, benches.open(stage.watchlist, live=chosen))
        for name, chosen in SWITCHES.items()
    }
    bench = benches.open(stage.watchlist)
    frames = min(SLOW_FRAMES, clip.frames)
    truth = None if clip.truth is None else clip.truth.filter(pl.col("frame") < frames)
    short = replace(clip, frames=frames, truth=truth)
    wide = stage.settings.detection.model_copy(update={"smallest_face_px": 16.0})
    for name, changed, used in (
        ("faces looked for down to 16 px", {"detection": wide}, clip),
        ("encoders on ONNX Runtime", {"runtime": "onnxruntime"}, clip),
        ("encoders on torch", {"runtime": "torch"}, clip),
        ("MTCNN on ONNX Runtime", {"detector": "mtcnn"}, short),
        ("MTCNN and encoders on torch", {"detector": "mtcnn", "runtime": "torch"}, short),
    ):
        made = build_live_analyser(stage.settings.model_copy(update=changed), stage.store, "fused")
        title = name if used is clip else f"{name} ({frames} frames)"
        ways[title] = partial(our_run, used, made, bench)
    untracked = LoopRuns(clip, every_face(stage), rounds, SLOW_FRAMES)
    ways["no tracking: every face of every frame encoded"] = untracked
    our_run(replace(clip, frames=10, truth=None), stage.searching, bench)
    return table_of(alternately(ways, rounds))


def every_face(stage: Stage) -> Loop:
    """Encode and compare every face of every frame with this project's own models."""
    matcher = stage.watchlist.matcher("fused", load_calibration())
    threshold = matcher.default_threshold
    assert threshold is not None

    def loop(image: ImageArray) -> tuple[list[Hit], FloatArray]:
        faces = stage.searching.detect(image)
        faces = faces[np.flatnonzero(faces.confidence >= stage.settings.live.min_confidence)]
        if not len(faces):
            return [], faces.boxes
        found = matcher.search(stage.searching.encode(image, faces), 1)
        hits = [
            (one.subjects[0], float(one.scores[0]), box)
            for one, box in zip(found, faces.boxes.tolist(), strict=True)
            if one.scores[0] >= threshold
        ]
        return hits, faces.boxes

    return loop


def package_version() -> dict[str, str]:
    """Version of `face_recognition`, where it is installed."""
    try:
        return {name: version(name) for name in ("face_recognition", "dlib")}
    except PackageNotFoundError:
        return {}


def main() -> None:
    """Stage, compare, switch off, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--frames", type=int, default=450, help="of each clip")
    parser.add_argument("--peer-frames", type=int, default=0, help="at most, a round; for a try")
    parser.add_argument("--list", type=int, default=300)
    parser.add_argument("--parts", default="compare,parts")
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    wanted = set(options.parts.split(","))
    result: dict[str, Any] = {"frames": options.frames, "rounds": options.rounds}
    with TemporaryDirectory() as folder, Benches() as benches:
        stage = Stage(options.root, Path(folder), options.list)
        runtimes = {name: one.runtime.value for name, one in stage.searching.encoders.items()}
        result |= {"list": len(stage.watchlist), "runtimes": runtimes} | package_version()
        crowd = stage.crowd(AT_ONCE, options.frames)
        if "compare" in wanted:
            clips = [crowd, *(real_clip(name, options.frames) for name in REAL if is_there(name))]
            most = options.peer_frames
            result["compared"] = compared(stage, benches, clips, options.rounds, most)
        if "parts" in wanted:
            result["parts"] = {crowd.name: parts(stage, benches, crowd, options.rounds)}
    print(f"\n{machine()}\n{versions() | package_version()}")
    print(f"list of {result['list']}, encoders on {runtimes}, {options.rounds} rounds")
    for part in ("compared", "parts"):
        for name, rows in result.get(part, {}).items():
            print(f"\n{name}\n\n{rows if isinstance(rows, str) else markdown_table(rows)}")
    if not options.no_write:
        name = "live" if "compare" in wanted else "live_parts"
        print(f"written: {write_result(name, result).name}")


if __name__ == "__main__":
    main()
