"""A live search of a camera: opened by the bench, with its gap in the result and its login nowhere."""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from bench_steps import log_of
from bench_values import SFACE
from camera_servers import HttpServer, motion_jpeg, scene, until
from live_values import enrol_listed, two_feeds

from workbench.errors import FeedError, RefusedError
from workbench.faces.artefacts import ArtefactStore
from workbench.feeds.cameras import Camera, Health, LiveFeed
from workbench.live.detection import build_live_analyser
from workbench.settings import CameraSettings, Settings

REFERENCE = "2026-11/HIGH-ST-1"


@pytest.fixture
def http() -> Iterator[HttpServer]:
    """Return a running HTTP server without answers."""
    server = HttpServer()
    yield server
    server.close()


def test_a_bench_opens_a_camera_by_its_settings_and_from_a_private_place_alone(
    bench: Any, http: HttpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = CameraSettings(open_s=4.0, buffer_frames=3)
    bench.settings = bench.settings.model_copy(update={"camera": camera})
    http.answers["/video"] = motion_jpeg(scene(number) for number in count())
    operator = bench.open("operator")
    address = http.address("/video?token=hunter2", "viewer:hunter2@")
    monkeypatch.setenv("SQUARE_CAMERA", address)
    with operator.live._opened("env:SQUARE_CAMERA") as feed:
        assert isinstance(feed, Camera)
        assert feed._settings == camera
        assert "hunter2" not in f"{feed!r}{feed.name}"
    private = tmp_path / "square"
    private.write_text(address, encoding="ascii")
    private.chmod(0o644)
    with pytest.raises(RefusedError, match="chmod 600") as refused:
        operator.live._opened(f"@{private}")
    assert "hunter2" not in str(refused.value)
    private.chmod(0o600)
    with operator.live._opened(f"@{private}") as feed:
        assert feed.live
    with pytest.raises(FeedError, match="webcam:96: there is no such camera"):
        operator.live._opened("webcam:96")
    with pytest.raises(FeedError, match="file:// is not opened"):
        operator.live._opened("file:///etc/passwd")


@pytest.mark.slow
@pytest.mark.parametrize("given", ["variable", "file"])
def test_a_camera_that_drops_out_is_searched_again_and_its_login_is_nowhere(
    *,
    given: str,
    bench: Any,
    authorised: Callable[..., str],
    settings: Settings,
    store: ArtefactStore,
    lfw: Path,
    http: HttpServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    camera = CameraSettings(dead_s=1.0, first_wait_s=1.5, longest_wait_s=1.5)
    bench.settings = bench.settings.model_copy(update={"encoder": "sface", "camera": camera})
    analyser = build_live_analyser(settings, store, "sface")
    authorised(policy=SFACE, feeds=two_feeds())
    bench.clock.turn(minutes=59)
    enrol_listed(bench.open, REFERENCE, lfw, analyser)
    bench.clock.turn(minutes=6)
    wanted = "Basic " + base64.b64encode(b"viewer:hunter2").decode()
    cut = threading.Event()
    pictures = (scene(number, size=(320, 240)) for number in count())

    def guarded(request: Any) -> None:
        if request.headers.get("Authorization") != wanted:
            request.send_response(401)
            request.send_header("WWW-Authenticate", 'Basic realm="camera"')
            request.end_headers()
            return
        uncut = (one for one in pictures)
        motion_jpeg(until_set(uncut, cut))(request)

    http.answers["/video"] = guarded
    address = http.address("/video", "viewer:hunter2@")
    monkeypatch.setenv("SQUARE_CAMERA", address)
    private = tmp_path / "square"
    private.write_text(address, encoding="ascii")
    private.chmod(0o600)
    source = "env:SQUARE_CAMERA" if given == "variable" else f"@{private}"
    operator = bench.open("operator")
    session = operator.live.start(
        REFERENCE, source, feed_name="square", analyser=analyser, progress=None
    )
    feed = session._feed._feed
    assert isinstance(feed, LiveFeed)
    session.start_thread()
    until(lambda: feed.drops or len(http.requests) >= 2, 60)
    until(lambda: feed._index > 5, 60)
    cut.set()
    until(lambda: feed.health is Health.DEAD)
    already = feed._index
    until(lambda: feed._index > already + 5, 60)
    session.stop("seen enough of it")
    result = session.wait(30)
    assert result is not None
    (gap,) = feed.gaps
    assert gap.kind is Health.DEAD
    assert gap.end_s is not None
    seen = [one for one in result.gaps if one.start_s <= gap.end_s and gap.start_s <= one.end_s]
    assert len(seen) == 1
    assert result.feed == "square"
    everything = [repr(log_of(operator)), repr(operator.live.sessions(REFERENCE)), caplog.text]
    everything += [
        repr(gap),
        repr(result),
        repr(feed),
        *(one.name for one in threading.enumerate()),
    ]
    everything += [
        path.read_bytes().decode("latin-1")
        for path in sorted(tmp_path.rglob("*"))
        if path.is_file() and path != private
    ]
    assert "hunter2" not in "\n".join(everything)


def until_set(pictures: Iterator[Any], cut: threading.Event) -> Iterator[Any]:
    """Give pictures until the event is set; clear it then."""
    for one in pictures:
        if cut.is_set():
            cut.clear()
            return
        yield one
