"""One timed run of a live search or of a loop, and what came of it beside the ground truth."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self, cast

import cv2
import numpy as np
import polars as pl
import torch
from live_found import Found
from live_peers import Loop
from sealed_list import REFERENCE

from workbench.arrays import FloatArray, IntArray
from workbench.bench import Workbench
from workbench.faces.analysis import FaceAnalyser
from workbench.feeds import Frame, VideoFile
from workbench.live import score_alerts
from workbench.live.alerts import Alert
from workbench.live.overlap import attributed

__all__ = ["Clip", "LoopRuns", "Run", "our_run"]


@dataclass(frozen=True)
class Clip:
    """The first frames of a video, and who is in them where that is known.

    Attributes:
        name: for the table.
        path: the video.
        frames: how many are searched.
        truth: of these frames; `None` where nobody knows.
    """

    name: str
    path: Path
    frames: int
    truth: pl.DataFrame | None

    def open(self) -> VideoFile:
        """Open it."""
        most = self.frames

        class Beginning(VideoFile):
            def frames(self) -> Iterator[Frame]:
                return islice(super().frames(), most)

        return Beginning(self.path)


@dataclass(frozen=True)
class Run:
    """What a run took and found.

    Attributes:
        fps: frames a second.
        cpu_ms: of the processor, a frame, all threads together.
        latency_s: from a frame's arrival to each alert that it raised.
        found: share of the staged faces that were found where faces were looked for.
        recall: share of the listed people in the frames who were found.
        false_alerts: alerts that name another person, or somebody in a clip of strangers.
        switches: how often a person's face went on under another track.
        peak_mib: most memory of the process while it ran, above what there was before.
        detail: what else is worth a line.
    """

    fps: float
    cpu_ms: float
    latency_s: list[float]
    recall: float | None
    false_alerts: int
    switches: int | None
    peak_mib: float
    detail: dict[str, float]
    found: float | None = None


def our_run(clip: Clip, analyser: FaceAnalyser, bench: Workbench, feed_name: str = "gate") -> Run:
    """Search a clip through a bench, as `workbench search` does, redacted frames included."""
    ways = _Ways()
    with bench.live.start(
        REFERENCE,
        clip.open(),
        feed_name=feed_name,
        analyser=analyser,
        on_frame=lambda _frame: None,
        observer=ways,
    ) as session:
        with _Meter() as meter:
            result = session.run()
        late_s = session.status.search.frame_p95_s
    scored = None if clip.truth is None else score_alerts(result.alerts, clip.truth)
    return replace(
        meter.run(result.frames),
        latency_s=[alert.latency_s for alert in result.alerts],
        recall=None if scored is None else scored.recall,
        false_alerts=len(result.alerts) if scored is None else scored.false_alerts,
        switches=None if clip.truth is None else ways.switches(clip.truth),
        found=None if clip.truth is None else ways.found.share(clip.truth),
        detail={
            "tracks": result.tracks,
            "faces seen": result.faces_seen,
            "comparisons": result.comparisons,
            "looked at": result.detected_frames / max(result.frames, 1),
            "frame to screen p95 s": late_s or 0.0,
            "longest life of a template s": result.max_template_age_s,
        },
    )


@dataclass
class LoopRuns:
    """A loop that takes a clip in parts, one a round: it is slow, and its frames are the same.

    All parts together are the clip, so that what it found at the end is comparable, unless
    `most` frames a part leave some out. Each person is alerted on once.

    Attributes:
        clip: what it takes.
        loop: what takes it.
        parts: how many there are.
        most: frames of a part at most.
    """

    clip: Clip
    loop: Loop
    parts: int
    most: int
    _raised: dict[str, Any] = field(default_factory=dict)
    _done: int = 0
    _found: Found = field(default_factory=Found)

    def __call__(self) -> Run:
        """Take the next part; what was found is of all parts so far."""
        first = self._done * self.clip.frames // self.parts
        last = (self._done + 1) * self.clip.frames // self.parts
        count = min(self.most, last - first)
        self._done += 1
        latency: list[float] = []
        with self.clip.open() as feed, _all_cores():
            frames = islice(feed.frames(), first, first + count)
            ahead = next(frames)  # what comes before is decoded, and not counted
            with _Meter() as meter:
                frame: Frame | None = ahead
                while frame is not None:
                    self._take(frame, latency)
                    frame = next(frames, None)
        alerts = cast("list[Alert]", list(self._raised.values()))
        truth = self.clip.truth
        whole = self._done == self.parts and self.most * self.parts >= self.clip.frames
        scored = None if truth is None else score_alerts(alerts, truth)
        return replace(
            meter.run(count),
            latency_s=latency,
            recall=None if scored is None or not whole else scored.recall,
            false_alerts=len(alerts) if scored is None else scored.false_alerts,
            found=None if truth is None else self._found.share(truth),
        )

    def _take(self, frame: Frame, latency: list[float]) -> None:
        start = time.perf_counter()
        hits, boxes = self.loop(frame.image)
        self._found.note(frame.index, boxes.tolist())
        for subject, score, box in hits:
            if subject not in self._raised:
                self._raised[subject] = SimpleNamespace(
                    id=f"{len(self._raised)}", subject=subject, score=score, time_s=frame.time_s,
                    probe_frame=frame.index, box=np.array(box, np.float32),
                )  # fmt: skip
                latency.append(time.perf_counter() - start)


@contextmanager
def _all_cores() -> Iterator[None]:
    """Give a loop every core, as it would have by itself; a live search shares them out."""
    before = cv2.getNumThreads(), torch.get_num_threads()
    cores = len(os.sched_getaffinity(0))
    cv2.setNumThreads(cores)
    torch.set_num_threads(cores)
    try:
        yield
    finally:
        cv2.setNumThreads(before[0])
        torch.set_num_threads(before[1])


class _Ways:
    """Notes where each track was found."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, int, float, float, float, float]] = []
        self._joined: dict[int, int] = {}
        self.found = Found()

    def on_frame(self, frame: int, tracks: IntArray, boxes: FloatArray) -> None:
        self.found.note(frame, boxes.tolist())
        for track, box in zip(tracks.tolist(), boxes.tolist(), strict=True):
            self._rows.append((frame, track, *box))

    def on_scores(self, track: int, scores: object) -> None:
        """Take no scores."""

    def on_join(self, number: int, into: int) -> None:
        self._joined[number] = into

    def switches(self, truth: pl.DataFrame) -> int:
        """Count how often a person goes on under another track."""
        boxes = pl.DataFrame(
            self._rows,
            schema={"frame": pl.Int64, "track": pl.Int64}
            | dict.fromkeys(("x0", "y0", "x1", "y1"), pl.Float64),
            orient="row",
        )
        seen = attributed(boxes, truth).drop_nulls("true_person").sort("true_person", "frame")
        count, last = 0, ("", -1)
        for person, track in seen.select("true_person", "track").iter_rows():
            while track in self._joined:
                track = self._joined[track]  # noqa: PLW2901 - its last name
            count += last[0] == person and last[1] != track
            last = (person, track)
        return count


class _Meter:
    """Measures time, processor time and memory of what happens within."""

    def __enter__(self) -> Self:
        self._memory = _peak_mib(anew=True)
        self._start = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        wall, processor = self._start
        self._wall = time.perf_counter() - wall
        self._processor = time.process_time() - processor
        self._peak = max(0.0, _peak_mib() - self._memory)

    def run(self, frames: int) -> Run:
        """Return the run of so many frames."""
        return Run(
            frames / self._wall, 1e3 * self._processor / frames, [], None, 0, None, self._peak, {}
        )


def _peak_mib(*, anew: bool = False) -> float:
    """Return the most memory that the process has held; counts anew from now on if asked."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
