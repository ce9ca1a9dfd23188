"""Cameras that fail while a session searches them: told of at once, kept, and no end of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from camera_servers import HttpServer, TcpServer, motion_jpeg, paced, scene, transport_stream
from numpy.typing import NDArray
from searched_bench import SearchedBench, copy_of_searched, make_searched_bench
from session_gap_checks import require_apart
from stepped_feed import until

from workbench.bench.live_session import LiveSession
from workbench.cli.live_telling import status_line
from workbench.errors import FeedError
from workbench.feeds.cameras import Camera, WebcamAddress
from workbench.feeds.cameras.webcam import WebcamSource
from workbench.governance.session_gaps import GapKind
from workbench.governance.session_signs import FeedHealth, SessionState
from workbench.governance.stopping import StopReason
from workbench.settings import CameraSettings

ENOUGH = "the street is empty"
SIGN_S = 1.0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SearchedBench:
    """Return the bench that the tests of this module copy."""
    return make_searched_bench(tmp_path_factory.mktemp("faults"))


@pytest.fixture
def at(made: SearchedBench, tmp_path: Path, quick: CameraSettings) -> Iterator[SearchedBench]:
    """Return a bench with a deployment that has begun, whose cameras are judged quickly."""
    with copy_of_searched(made, tmp_path) as copy:
        copy.configure(camera=quick)
        yield copy


def frames_go_on(session: LiveSession, more: int = 5) -> None:
    """Wait until so many more frames were searched."""
    before = session.status.search.frames
    until(lambda: session.status.search.frames >= before + more, 20)


def stopped(session: LiveSession) -> Any:
    """Stop a search, and return its result."""
    session.stop(ENOUGH)
    result = session.wait(20)
    assert result is not None
    assert result.stopped_by is StopReason.STOPPED
    return result


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pictures", "kind"),
    [
        (lambda: (scene(3, noise=3.0) for _ in count()), GapKind.FROZEN),
        (lambda: (np.full((120, 160, 3), 4, np.uint8) for _ in count()), GapKind.DARK),
        (lambda: (np.full((120, 160, 3), 140, np.uint8) for _ in count()), GapKind.COVERED),
    ],
    ids=["frozen", "dark", "covered"],
)
def test_a_camera_that_shows_nothing_is_told_of_while_it_lasts_and_kept(
    pictures: Callable[[], Iterator[NDArray[Any]]],
    kind: GapKind,
    at: SearchedBench,
    http: HttpServer,
) -> None:
    bad = threading.Event()
    both = zip((scene(n, noise=3.0) for n in count()), pictures(), strict=False)
    http.answers["/video"] = motion_jpeg(ill if bad.is_set() else well for well, ill in both)
    watching = at.open("operator-2")
    with at.running(http.address("/video")) as session:
        frames_go_on(session)
        assert session.status.health is FeedHealth.LIVE
        bad.set()
        until(lambda: session.status.health.value == kind.value, 20)
        assert session.status.state is SessionState.RUNNING
        assert f"camera {kind.value}" in status_line(session.status)
        time.sleep(SIGN_S + 0.5)
        seen = watching.live.status(session.id)
        assert seen.health.value == kind.value, "any process of the team is told"
        (going_on,) = seen.camera_gaps
        assert (going_on.kind, going_on.end_s) == (kind, None)
        bad.clear()
        until(lambda: session.status.health is FeedHealth.LIVE, 20)
        frames_go_on(session)
        (over,) = session.status.camera_gaps
        assert over.end_s is not None
        stopped(session)
    record = watching.live.record(session.id)
    (gap,) = require_apart(record)
    assert gap.kind is kind
    assert gap.reason is not None
    assert gap.end < record.ended, "it was live again before the end"
    assert (gap.end - gap.start).total_seconds() == pytest.approx(over.end_s - over.start_s)


@pytest.mark.slow
def test_flipped_bytes_are_told_of_and_kept_and_the_search_goes_on(
    at: SearchedBench, tcp: Callable[..., TcpServer]
) -> None:
    stream = bytearray(transport_stream([scene(index, noise=20.0) for index in range(100)]))
    rng = np.random.default_rng(5)
    for place in rng.integers(len(stream) // 4, len(stream), 60):
        if place % 188 > 12:
            stream[place] ^= int(rng.integers(1, 256))
    watching = at.open("operator-2")
    with at.running(tcp(paced(bytes(stream), 2.0)).address()) as session:
        until(lambda: session.status.damage, 20)
        frames_go_on(session)
        until(lambda: len(session.status.camera_gaps) >= 1, 20)  # it ends, and is reconnected
        frames_go_on(session)
        said = session.status.damage
        assert said is not None
        assert "damaged frame" in said
        assert "could not be read" in status_line(session.status)
        time.sleep(SIGN_S + 0.5)
        assert "damaged frame" in (watching.live.status(session.id).damage or "")
        stopped(session)
    record = watching.live.record(session.id)
    assert record.damage is not None
    assert int(record.damage.split()[0]) >= int(said.split()[0]) >= 1, "the frames are counted"
    assert {gap.kind for gap in require_apart(record)} == {GapKind.DEAD}


@pytest.mark.slow
def test_a_whole_stream_is_said_to_have_no_damage(at: SearchedBench, http: HttpServer) -> None:
    http.answers["/video"] = motion_jpeg(scene(n, noise=3.0) for n in count())
    with at.running(http.address("/video")) as session:
        frames_go_on(session)
        assert session.status.damage is None
        assert "could not be read" not in status_line(session.status)
        stopped(session)
    assert at.open("operator").live.record(session.id).damage is None


@pytest.mark.slow
def test_pictures_of_another_size_are_told_of_and_kept(at: SearchedBench, http: HttpServer) -> None:
    larger = threading.Event()
    sizes = ((640, 480) if larger.is_set() else (160, 120) for _ in count())
    http.answers["/video"] = motion_jpeg(
        scene(n, size=size, noise=3.0) for n, size in enumerate(sizes)
    )
    with at.running(http.address("/video")) as session:
        frames_go_on(session)
        assert session.status.damage is None
        larger.set()
        until(lambda: session.status.damage, 20)
        said = "in another size (the last 640x480) and were scaled to 160x120"
        assert said in status_line(session.status)
        stopped(session)
    assert said in (at.open("operator").live.record(session.id).damage or "")


class Paced:
    """A file that is read at the pace of a camera; OpenCV's own class is not made to be derived."""

    def __init__(self, video: Path) -> None:
        """Open it."""
        self._capture = cv2.VideoCapture(str(video))

    def __getattr__(self, name: str) -> Any:
        """Do as the file does."""
        return getattr(self._capture, name)

    def read(self) -> Any:
        """Return the next picture once it is due."""
        time.sleep(0.04)
        return self._capture.read()


class Webcam:
    """A webcam that is plugged in so many times; pictures of a file are what it delivers."""

    def __init__(self, video: Path, times: int) -> None:
        """Take the file."""
        self._video, self.left = video, times

    def open(self, _number: int) -> Any:
        """Open it, or a number where there is none."""
        self.left -= 1
        return Paced(self._video) if self.left >= 0 else cv2.VideoCapture(97)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Return a file of two seconds that moves."""
    path = tmp_path / "webcam.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (160, 120))
    for index in range(50):
        writer.write(scene(index, noise=3.0))
    writer.release()
    return path


@pytest.mark.slow
def test_a_webcam_that_is_plugged_in_again_goes_on_after_a_gap(
    at: SearchedBench, recording: Path, quick: CameraSettings
) -> None:
    webcam = Webcam(recording, times=10**6)
    camera = Camera(WebcamSource(WebcamAddress(0), capture=webcam.open), quick)
    with at.running(camera) as session:
        until(lambda: camera.connections >= 3, 20)
        frames_go_on(session)
        stopped(session)
    record = at.open("operator").live.record(session.id)
    gaps = require_apart(record)
    assert len(gaps) >= 2
    assert {gap.kind for gap in gaps} == {GapKind.DEAD}
    assert "no picture any more" in (gaps[0].reason or "")


@pytest.mark.slow
def test_a_webcam_that_stays_unplugged_ends_the_search_with_what_was_wrong(
    at: SearchedBench, recording: Path, quick: CameraSettings
) -> None:
    def webcam(times: int, settings: CameraSettings) -> Camera:
        source = WebcamSource(WebcamAddress(0), capture=Webcam(recording, times).open)
        return Camera(source, settings)

    camera = webcam(1, quick.model_copy(update={"give_up_s": 1.0}))
    with at.running(camera) as session:
        with pytest.raises(FeedError, match=r"no picture came for 1 s, so it was given up"):
            session.wait(20)
        assert (session.state, session.stopped_by) == (SessionState.ENDED, StopReason.FAULT)
    operator = at.open("operator")
    record = operator.live.record(session.id)
    (gap,) = require_apart(record)
    assert gap.kind is GapKind.DEAD
    assert gap.end == record.ended, "it did not come back"
    assert "given up" in (record.fault or "")
    assert record.frames, "what it gave before was searched"
    with at.running(webcam(9, quick)) as again:
        frames_go_on(again)
        stopped(again)


@pytest.mark.slow
def test_a_camera_that_dies_before_its_first_frame_is_searched_has_its_gap_too(
    at: SearchedBench, tcp: Callable[..., TcpServer], quick: CameraSettings
) -> None:
    brief = quick.model_copy(update={"give_up_s": 1.0})
    at.configure(camera=brief)
    server = tcp(paced(transport_stream([scene(index) for index in range(30)]), 0.3))
    with at.begin(server.address()) as session:
        server.close()
        until(lambda: session.status.health is FeedHealth.DEAD, 20)
        session.start_thread()
        with pytest.raises(FeedError, match="given up"):
            session.wait(20)
    record = at.open("operator").live.record(session.id)
    (gap,) = require_apart(record)
    assert (gap.kind, gap.end) == (GapKind.DEAD, record.ended)
