"""A real RTSP server with listed faces in its pictures, killed and started again while searched."""

from __future__ import annotations

import gc
import os
import time
from bisect import bisect
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from camera_servers import RtspServer, jpeg
from live_values import LISTED, enrol_listed, stage_frames
from session_gap_checks import require_apart
from stepped_feed import until
from threads_left import threads_left, threads_now
from worked_bench import WorkedBench, make_worked_bench

from workbench.faces.analysis import FaceAnalyser
from workbench.faces.artefacts import ArtefactStore
from workbench.feeds import Frame
from workbench.governance.session_gaps import GapKind
from workbench.governance.session_signs import FeedHealth
from workbench.governance.stopping import StopReason
from workbench.live.detection import build_live_analyser
from workbench.settings import CameraSettings, LiveSettings, Settings

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("KILLS", "8"))
"""More were measured once: see docs/measurements.md."""
WHY = "watching the feed"
LONGEST_S = 60.0


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Return the analyser of a live search, with the faster encoder alone."""
    return build_live_analyser(settings, store, "sface")


@pytest.fixture(scope="module")
def crowd(analyser: FaceAnalyser, lfw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the pictures of a staged crowd, three of whom are listed."""
    folder = tmp_path_factory.mktemp("crowd")
    for frame in stage_frames(analyser, lfw, folder):
        (folder / f"{frame.index:04}.jpg").write_bytes(jpeg(frame.image))
    return folder


@pytest.fixture
def at(analyser: FaceAnalyser, lfw: Path, tmp_path: Path, quick: CameraSettings) -> WorkedBench:
    """Return a bench with a deployment that has begun, by the clock of this machine."""
    bench = make_worked_bench(tmp_path, shift=timedelta(minutes=-3))
    reference = bench.draft()
    bench.authorise(reference)
    enrol_listed(bench.open, reference, lfw, analyser)
    parts = {"camera": quick, "live": LiveSettings(cooldown_s=0.5)}
    settings = bench.settings.model_copy(update=parts)
    return replace(bench.later(minutes=3), settings=settings)


class Ways:
    """When each track was seen, by the times of the feed."""

    def __init__(self) -> None:
        """Begin with none."""
        self.tracks_in: dict[int, list[int]] = {}
        self.times: dict[int, float] = {}
        self.joined: dict[int, int] = {}

    def on_frame(self, frame: int, tracks: Any, _boxes: Any) -> None:
        """Take the tracks of a frame."""
        self.tracks_in[frame] = tracks.tolist()

    def on_scores(self, _track: int, _scores: Any) -> None:
        """Do without."""

    def on_join(self, number: int, into: int) -> None:
        """Note that a track went on as another."""
        self.joined[number] = into

    def shown(self, frame: Any) -> None:
        """Take the time of a frame."""
        self.times[frame.index] = frame.time_s

    def of_tracks(self) -> dict[int, list[float]]:
        """Return when each was seen, those joined to another as that one."""
        found: dict[int, list[float]] = {}
        for frame, tracks in self.tracks_in.items():
            for number in tracks:
                name = number
                while name in self.joined:
                    name = self.joined[name]
                found.setdefault(name, []).append(self.times[frame])
        return found


def test_kills_in_one_search_lose_no_alert_and_nobody_is_followed_across_them(
    at: WorkedBench,
    rtsp: Callable[..., RtspServer],
    crowd: Path,
    analyser: FaceAnalyser,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    server, ran_before = rtsp(str(crowd)), threads_now()
    (reference,) = at.references
    operator = at.open("operator")
    told: list[Any] = []
    ways = Ways()
    back_s: list[float] = []
    session = operator.live.start(
        reference,
        server.address(),
        analyser=analyser,
        on_frame=ways.shown,
        on_alert=told.append,
        observer=ways,
    )
    began_s = time.monotonic()
    with session:
        session.start_thread()
        for _ in range(KILLS):
            before = len(told)
            until(lambda before=before: len(told) > before, LONGEST_S)  # type: ignore[misc]
            server.kill()
            until(lambda: session.status.health is FeedHealth.DEAD, LONGEST_S)
            done, server_s = session.status.search.frames, time.monotonic()
            server.start()
            until(lambda: session.status.health is FeedHealth.LIVE, LONGEST_S)
            until(lambda done=done: session.status.search.frames > done + 5, LONGEST_S)  # type: ignore[misc]
            back_s.append(time.monotonic() - server_s)
        before = len(told)
        until(lambda: len(told) > before, LONGEST_S)
        session.stop("the street is empty")
        result = session.wait(LONGEST_S)
    took_s = time.monotonic() - began_s
    assert result is not None
    assert (result.stopped_by, result.overdue_templates) == (StopReason.STOPPED, 0)

    record = operator.live.record(session.id)
    gaps = require_apart(record)
    dead = [gap for gap in gaps if gap.kind is GapKind.DEAD]
    assert len(dead) >= KILLS, "a busy machine may add one"
    assert len(dead) == len(session.status.camera_gaps)
    assert {gap.kind for gap in gaps} <= {GapKind.DEAD, GapKind.NO_FRAMES}

    stored = operator.alerts.list(reference, justification=WHY)
    assert sorted(one.id for one in stored) == sorted(one.id for one in told)
    assert {one.id for one in result.alerts} == {one.id for one in told}
    assert (record.alerts, len({one.id for one in told})) == (len(told), len(told))
    assert {one.subject for one in told} <= set(LISTED)
    ends = [gap.end_s for gap in session.status.camera_gaps]
    between = {bisect(ends, one.time_s) for one in told}
    assert len(between) >= KILLS + 1, "alerts came before, between and after the gaps"

    found = ways.of_tracks()
    for gap in session.status.camera_gaps:
        across = [
            number
            for number, times in found.items()
            if min(times) < gap.start_s and max(times) > (gap.end_s or 0.0)
        ]
        assert across == [], "a track never lives across a gap"

    for name, number in (
        ("search_s", took_s),
        ("alerts", len(told)),
        ("tracks", result.tracks),
        ("frames", result.frames),
        ("back_median_s", median(back_s)),
        ("back_longest_s", max(back_s)),
    ):
        record_testsuite_property(name, number)
    operator.close()
    until(lambda: threads_left(ran_before) == [], 15)
    gc.collect()
    assert [one for one in gc.get_objects() if type(one) is Frame] == []
