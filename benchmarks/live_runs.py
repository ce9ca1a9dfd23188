"""One timed run of a live search or of a loop, and what came of it beside the ground truth."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self, cast

import numpy as np
import polars as pl
from live_peers import Loop

from workbench.arrays import FloatArray, IntArray
from workbench.faces.analysis import FaceAnalyser
from workbench.feeds import Frame, VideoFile
from workbench.live import LiveSearch, score_alerts
from workbench.live.alerts import Alert
from workbench.live.overlap import attributed
from workbench.matching import Watchlist, load_calibration
from workbench.settings import LiveSettings

__all__ = ["Clip", "Run", "loop_run", "our_run"]


@dataclass(frozen=True)
class Clip:
    """Some frames of a video, and who is in them where that is known.

    Attributes:
        name: for the table.
        path: the video.
        first: its first frame that is searched.
        frames: how many are searched.
        truth: of these frames; `None` where nobody knows.
    """

    name: str
    path: Path
    first: int
    frames: int
    truth: pl.DataFrame | None

    def open(self) -> VideoFile:
        """Open the part of the video."""
        first, most = self.first, self.frames

        class Part(VideoFile):
            def frames(self) -> Iterator[Frame]:
                for frame in super().frames():
                    if frame.index >= first + most:
                        return
                    if frame.index >= first:
                        yield frame

        return Part(self.path)


@dataclass(frozen=True)
class Run:
    """What a run took and found.

    Attributes:
        fps: frames a second.
        cpu_ms: of the processor, a frame, all threads together.
        latency_s: from a frame's arrival to each alert that it raised.
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


def our_run(
    clip: Clip,
    analyser: FaceAnalyser,
    watchlist: Watchlist,
    name: str = "fused",
    settings: LiveSettings | None = None,
) -> Run:
    """Search a clip as `workbench search` does, frames shown included."""
    used = {one: e for one, e in analyser.encoders.items() if name in ("fused", one)}
    only = analyser if len(used) == len(analyser.encoders) else narrowed(analyser, used)
    matcher = watchlist.matcher(cast("Any", name), load_calibration())
    threshold = matcher.default_threshold
    assert threshold is not None
    search = LiveSearch(only, matcher, watchlist, threshold=threshold, settings=settings)
    ways = _Ways()
    with clip.open() as feed, _Meter(clip.frames) as meter:
        result = search.run(feed, on_frame=lambda _frame: None, observer=ways)
    scored = None if clip.truth is None else score_alerts(result.alerts, clip.truth)
    return replace(
        meter.run,
        latency_s=[alert.latency_s for alert in result.alerts],
        recall=None if scored is None else scored.recall,
        false_alerts=len(result.alerts) if scored is None else scored.false_alerts,
        switches=None if clip.truth is None else ways.switches(clip.truth),
        detail={
            "tracks": result.tracks,
            "faces seen": result.faces_seen,
            "comparisons": result.comparisons,
            "looked at": result.detected_frames / max(result.frames, 1),
            "frame to screen p95 s": search.status().frame_p95_s or 0.0,
        },
    )


def narrowed(analyser: FaceAnalyser, encoders: dict[str, Any]) -> FaceAnalyser:
    """Return an analyser of the same kind with some of the encoders."""
    return type(analyser)(analyser.detector, encoders, analyser._quality_settings)  # noqa: SLF001


def loop_run(clip: Clip, loop: Loop) -> Run:
    """Have a loop take the frames of a clip one by one; each person is alerted on once."""
    raised: dict[str, Any] = {}
    latency: list[float] = []
    with clip.open() as feed, _Meter(clip.frames) as meter:
        for frame in feed.frames():
            start = time.perf_counter()
            for subject, score, box in loop(frame.image):
                if subject not in raised:
                    raised[subject] = SimpleNamespace(
                        id=f"{len(raised)}", subject=subject, score=score, time_s=frame.time_s,
                        probe_frame=frame.index, box=np.array(box, np.float32),
                    )  # fmt: skip
                    latency.append(time.perf_counter() - start)
    alerts = cast("list[Alert]", list(raised.values()))
    scored = None if clip.truth is None else score_alerts(alerts, clip.truth)
    return replace(
        meter.run,
        latency_s=latency,
        recall=None if scored is None else scored.recall,
        false_alerts=len(alerts) if scored is None else scored.false_alerts,
    )


class _Ways:
    """Notes where each track was found."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, int, float, float, float, float]] = []
        self._joined: dict[int, int] = {}

    def on_frame(self, frame: int, tracks: IntArray, boxes: FloatArray) -> None:
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

    def __init__(self, frames: int) -> None:
        self._frames = frames

    def __enter__(self) -> Self:
        self._memory = _peak_mib(anew=True)
        self._wall, self._processor = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        wall = time.perf_counter() - self._wall
        processor = time.process_time() - self._processor
        peak = max(0.0, _peak_mib() - self._memory)
        self.run = Run(
            self._frames / wall, 1e3 * processor / self._frames, [], None, 0, None, peak, {}
        )


def _peak_mib(*, anew: bool = False) -> float:
    """Return the most memory that the process has held; counts anew from now on if asked."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
