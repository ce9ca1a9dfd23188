"""RTSP cameras: real servers that ask for a login, are killed, freeze and come back."""

from __future__ import annotations

import gc
import logging
import signal
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from camera_servers import RtspServer, Taker, until

from workbench.errors import CameraError
from workbench.feeds.cameras import CameraGap, Health, HealthChange, open_camera
from workbench.settings import CameraSettings

PASSWORD = "hunter2:@/?%é"  # noqa: S105 - of a server of the test
KILLS = 8
LOGIN = f"viewer:{quote(PASSWORD, safe='')}@"
Rtsp = Callable[..., RtspServer]


def require_in_order(gaps: tuple[CameraGap, ...]) -> None:
    for one, other in pairwise(gaps):
        assert one.end_s is not None
        assert one.start_s <= one.end_s <= other.start_s


@pytest.mark.slow
def test_a_stream_is_read_and_timed_by_the_camera(rtsp: Rtsp, quick: CameraSettings) -> None:
    with open_camera(rtsp().address(), quick) as camera, Taker(camera) as taker:
        until(lambda: len(taker.times) >= 60)
        assert (camera.size, camera.fps) == ((320, 240), 25.0)
        steps = sorted(b - a for a, b in pairwise(taker.times))
        assert all(step > 0 for step in steps)
        assert steps[len(steps) // 2] == pytest.approx(0.04, abs=0.01)


@pytest.mark.slow
def test_a_server_that_is_killed_leaves_a_gap_and_its_return_goes_on(
    rtsp: Rtsp, quick: CameraSettings
) -> None:
    server = rtsp()
    with open_camera(server.address(), quick) as camera, Taker(camera) as taker:
        told: list[HealthChange] = []
        camera.on_health(told.append)
        for times in range(1, 3):
            until(lambda: len(taker.indices) > 10)
            server.kill()
            until(lambda: camera.health is Health.DEAD)
            server.start()
            until(lambda times=times: camera.connections > times)
            until(lambda: camera.health is Health.LIVE)
        gaps = camera.gaps
        assert len(gaps) == 2
        require_in_order(gaps)
        assert all(0 < (gap.end_s or 0) - gap.start_s < 20 for gap in gaps)
        assert [change.now for change in told] == [Health.DEAD, Health.LIVE] * 2
        assert [change.ended for change in told if change.ended] == list(gaps)
        already = len(taker.indices)
        until(lambda: len(taker.indices) > already + 10)
        assert taker.indices == list(range(len(taker.indices)))
        assert taker.times == sorted(set(taker.times))
        # What a search sees: no frame falls within a gap, so its times jump there.
        longest = max(b - a for a, b in pairwise(taker.times))
        assert longest >= max((gap.end_s or 0) - gap.start_s for gap in gaps) - 1.0


@pytest.mark.slow
def test_many_kills_in_one_session(rtsp: Rtsp, quick: CameraSettings) -> None:
    server = rtsp()
    threads = threading.active_count()
    with open_camera(server.address(), quick) as camera, Taker(camera) as taker:
        for times in range(1, KILLS + 1):
            server.kill()
            until(lambda: camera.health is Health.DEAD)
            server.start()
            until(lambda times=times: camera.connections > times)
        until(lambda: camera.health is Health.LIVE)
        assert len(camera.gaps) == KILLS
        require_in_order(camera.gaps)
        assert taker.fault is None
        assert taker.indices == list(range(len(taker.indices)))
        assert taker.times == sorted(set(taker.times))
        assert len(camera._waiting) <= quick.buffer_frames
        assert threading.active_count() <= threads + 2 + 1


@pytest.mark.slow
def test_a_server_that_is_stopped_in_its_tracks_is_dead_and_left(
    rtsp: Rtsp, quick: CameraSettings
) -> None:
    server = rtsp()
    with open_camera(server.address(), quick) as camera, Taker(camera) as taker:
        until(lambda: len(taker.indices) > 25)  # longer than it takes to find a camera dark
        # A busy machine may keep it waiting for a second; what comes is never found fault with.
        assert {gap.kind for gap in camera.gaps} <= {Health.DEAD}
        server.signal(signal.SIGSTOP)
        until(lambda: camera.health is Health.DEAD)
        server.kill()
        server.start()
        until(lambda: camera.health is Health.LIVE)
        # What the stopped server had half sent may come as a last picture when it is killed.
        require_in_order(camera.gaps)
        assert camera.gaps[0].kind is Health.DEAD
        assert "came for 1 s" in camera.gaps[0].why
        assert sum((gap.end_s or 0) - gap.start_s for gap in camera.gaps) > 1.0


@pytest.mark.slow
def test_a_camera_that_was_dark_and_then_died_has_a_gap_of_each_in_their_order(
    rtsp: Rtsp, quick: CameraSettings
) -> None:
    server = rtsp("pattern=black")
    with open_camera(server.address(), quick) as camera, Taker(camera):
        until(lambda: camera.health is Health.DARK)
        server.kill()
        until(lambda: camera.health is Health.DEAD)
        dark, dead = camera.gaps
        assert (dark.kind, dead.kind) == (Health.DARK, Health.DEAD)
        assert dark.why == "the picture has been dark for 0.5 s"
        assert dark.start_s < (dark.end_s or 0.0) == dead.start_s, "dead from its last picture on"
        assert dead.end_s is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("picture", "kind"),
    [
        ("pattern=smpte100 num-buffers=-1", Health.FROZEN),
        ("pattern=black", Health.DARK),
        ("pattern=solid-color foreground-color=0xff807060", Health.COVERED),
    ],
    ids=["frozen", "dark", "covered"],
)
def test_a_stream_that_shows_nothing_is_recognised(
    picture: str, kind: Health, rtsp: Rtsp, quick: CameraSettings
) -> None:
    with open_camera(rtsp(picture).address(), quick) as camera, Taker(camera):
        until(lambda: camera.health is kind)
        assert [gap.kind for gap in camera.gaps][-1] is kind


@pytest.mark.parametrize("login", ["", "viewer:wrong@", "nobody:hunter2@", "viewer:@"])
def test_a_wrong_login_is_refused_at_once(login: str, rtsp: Rtsp, quick: CameraSettings) -> None:
    server = rtsp(password=PASSWORD)
    with pytest.raises(CameraError, match=r"refuses the login \(401\)") as refused:
        open_camera(server.address(login), quick)
    assert refused.value.is_final
    assert "wrong" not in str(refused.value)


@pytest.mark.slow
def test_a_login_that_is_refused_later_is_not_tried_again(
    rtsp: Rtsp, quick: CameraSettings
) -> None:
    server = rtsp(password=PASSWORD)
    with open_camera(server.address(LOGIN), quick) as camera, Taker(camera) as taker:
        until(lambda: len(taker.indices) > 5)
        server.kill()
        server.password = "changed"  # noqa: S105 - of a server of the test
        server.start()
        until(lambda: taker.fault is not None)
        assert "refuses the login (401)" in str(taker.fault)
        assert camera.health is Health.DEAD
        assert camera.gaps[-1].end_s is None
        assert "refuses the login" in camera.gaps[-1].why
        assert camera.connections == 1
        assert not camera._thread.is_alive()


@pytest.mark.slow
def test_the_login_is_nowhere(
    rtsp: Rtsp,
    quick: CameraSettings,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    server = rtsp(password=PASSWORD)
    said: list[str] = []
    with (
        open_camera(server.address(LOGIN) + "?token=hunter2", quick) as camera,
        Taker(camera) as taker,
    ):
        camera.on_health(lambda change: said.append(repr(change)))
        until(lambda: len(taker.indices) > 5)
        server.kill()
        until(lambda: camera.health is Health.DEAD)
        said += [thread.name for thread in threading.enumerate()]
        said += [repr(camera), camera.name, repr(camera.gaps), repr(camera.damage)]
        said.append(repr(camera._source) + repr(vars(camera._source)))
        said += [
            path.read_bytes().decode("latin-1") for path in Path("/proc/self/task").glob("*/comm")
        ]
        said.append(Path("/proc/self/cmdline").read_bytes().decode("latin-1"))
        server.password = "changed"  # noqa: S105 - of a server of the test
        server.start()
        until(lambda: taker.fault is not None)
        error: BaseException | None = taker.fault
        while error is not None:
            said.append(f"{error!r} {error} {error.args}")
            error = error.__cause__ or error.__context__
    assert server._process is not None
    gc.collect()
    text = "\n".join([*said, caplog.text, *capfd.readouterr()])
    assert "127.0.0.1" in text
    for secret in (PASSWORD, LOGIN, quote(PASSWORD, safe=""), "hunter2", "viewer"):
        assert secret not in text
