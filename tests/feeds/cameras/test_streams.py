"""HTTP and TCP cameras of real servers: what is read, what is refused, what breaks."""

from __future__ import annotations

import base64
import gc
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from camera_servers import (
    HttpServer,
    Taker,
    TcpServer,
    motion_jpeg,
    paced,
    scene,
    transport_stream,
    until,
)
from numpy.typing import NDArray

from workbench.errors import CameraError, FeedError
from workbench.feeds import Feed, open_feed
from workbench.feeds.cameras import CameraGap, Health, LiveFeed, open_camera
from workbench.settings import CameraSettings

LATEST_S = 0.5  # how far a frame may be from its arrival
LOGIN = "bob:hunter2%2F%40@"


def moving(*, noise: float = 0.0) -> Iterator[NDArray[Any]]:
    return (scene(index, noise=noise) for index in count())


def require_a_view_between_gaps(taker: Taker, gaps: tuple[CameraGap, ...]) -> None:
    """Require that frames on two sides of a gap are never of one view."""
    views = list(zip(taker.times, taker.views, strict=False))
    assert taker.views == sorted(taker.views)
    for gap in gaps:
        before = {view for at, view in views if at < gap.start_s - LATEST_S}
        after = {view for at, view in views if gap.end_s is not None and at > gap.end_s + LATEST_S}
        assert not before & after


@pytest.fixture(scope="module")
def clip() -> bytes:
    """Return two seconds of MPEG-TS."""
    return transport_stream([scene(index) for index in range(50)])


@pytest.mark.slow
def test_motion_jpeg_is_a_live_feed(http: HttpServer, quick: CameraSettings) -> None:
    http.answers["/video"] = motion_jpeg(moving())
    with open_feed(http.address("/video"), camera=quick) as feed:
        assert isinstance(feed, Feed)
        assert isinstance(feed, LiveFeed)
        assert feed.live
        assert (feed.size, feed.frame_count, feed.damage) == ((160, 120), None, None)
        before_s = time.monotonic()
        frames = [frame for frame, _ in zip(feed.frames(), range(20), strict=False)]
        assert [frame.index for frame in frames] == list(range(20))
        assert all(a.time_s < b.time_s for a, b in pairwise(frames))
        assert all(frame.image.shape == (120, 160, 3) for frame in frames)
        # Red is first: the square that moves is white, and the rest is the scene.
        assert np.abs(frames[5].image.mean((0, 1)) - scene(0).mean((0, 1))).max() < 12
        for frame in frames[3:]:
            assert frame.arrived_s is not None
            assert before_s <= frame.arrived_s <= time.monotonic()
        assert (feed.health, feed.gaps) == (Health.LIVE, ())
    with pytest.raises(FeedError, match="was closed"):
        next(feed.frames())


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["tcp", "http"])
def test_a_transport_stream_is_read(
    scheme: str,
    clip: bytes,
    http: HttpServer,
    tcp: Callable[..., TcpServer],
    quick: CameraSettings,
) -> None:
    serve = paced(clip, 2.0)

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "video/mp2t")
        request.end_headers()
        serve(request.connection)

    http.answers["/ts"] = answer
    address = http.address("/ts") if scheme == "http" else tcp(serve).address()
    with open_camera(address, quick) as camera, Taker(camera) as taker:
        until(lambda: len(taker.indices) >= 20)
        assert camera.fps == 25.0
        assert camera.size == (160, 120)


def test_a_transport_stream_comes_over_udp(clip: bytes, quick: CameraSettings) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    done = threading.Event()

    def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while not done.is_set():
                for start in range(0, len(clip), 1316):
                    sender.sendto(clip[start : start + 1316], ("127.0.0.1", port))
                    done.wait(0.01)

    sending = threading.Thread(target=send)
    sending.start()
    try:
        with open_camera(f"udp://127.0.0.1:{port}", quick) as camera, Taker(camera) as taker:
            until(lambda: len(taker.indices) >= 20)
            bound = Path("/proc/net/udp").read_text(encoding="ascii")
            assert f"0100007F:{port:04X}" in bound
            assert f"00000000:{port:04X}" not in bound
    finally:
        done.set()
        sending.join()


@pytest.mark.slow
def test_a_slow_taker_gets_new_frames_and_drops_are_counted(
    http: HttpServer, quick: CameraSettings
) -> None:
    http.answers["/video"] = motion_jpeg(moving(), 0.02)
    with open_camera(http.address("/video"), quick) as camera, Taker(camera, 0.3) as taker:
        for _ in range(40):
            assert len(camera._waiting) <= quick.buffer_frames
            time.sleep(0.05)
        assert camera.drops >= 20
        assert taker.indices == list(range(len(taker.indices)))
        # Two pictures wait at most: whatever is taken came a moment ago, and not seconds.
        assert max(taker.ages[1:]) < 1.0


@pytest.mark.slow
def test_every_reconnection_is_a_gap_on_record(
    clip: bytes, tcp: Callable[..., TcpServer], quick: CameraSettings
) -> None:
    server = tcp(paced(clip[: len(clip) // 188 // 2 * 188], 0.5))
    with open_camera(server.address(), quick) as camera, Taker(camera) as taker:
        told: list[Health] = []
        camera.on_health(lambda change: told.append(change.now))
        until(lambda: camera.connections >= 4 and camera.health is Health.LIVE)
        gaps = camera.gaps
        assert len(gaps) >= 3
        assert {gap.kind for gap in gaps} == {Health.DEAD}
        assert all("ended the stream" in gap.why or "broke" in gap.why for gap in gaps)
        for one, other in pairwise(gaps):
            assert one.end_s is not None
            assert 0 < one.end_s - one.start_s < 10
            assert one.end_s <= other.start_s
        assert set(told) == {Health.DEAD, Health.LIVE}
        assert all(one is not other for one, other in pairwise(told))
        until(lambda: len(taker.times) > 20)
        assert taker.indices == list(range(len(taker.indices)))
        assert taker.times == sorted(set(taker.times))
        # Of a view that lasted for half a second all pictures may have been left out.
        until(lambda: len(set(taker.views)) >= 4)
        require_a_view_between_gaps(taker, gaps)


@pytest.mark.slow
def test_flipped_bytes_are_damage_and_no_end(
    tcp: Callable[..., TcpServer], quick: CameraSettings
) -> None:
    stream = bytearray(transport_stream([scene(index, noise=20.0) for index in range(100)]))
    rng = np.random.default_rng(5)
    for place in rng.integers(len(stream) // 4, len(stream), 60):
        if place % 188 > 12:
            stream[place] ^= int(rng.integers(1, 256))
    server = tcp(paced(bytes(stream), 1.5))
    with open_camera(server.address(), quick) as camera, Taker(camera) as taker:
        until(lambda: camera.connections >= 2)
        assert len(taker.indices) >= 10
        assert taker.fault is None
        assert camera.damage is None or "damaged frame" in camera.damage


def test_who_sends_rubbish_is_refused(tcp: Callable[..., TcpServer], quick: CameraSettings) -> None:
    noise = np.random.default_rng(1).integers(0, 256, 400_000, dtype=np.uint8).tobytes()
    with pytest.raises(CameraError, match=r"cannot be opened|no pictures|did not answer"):
        open_camera(tcp(paced(noise, 0.2)).address(), quick)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["rtsp", "http", "tcp"])
def test_who_accepts_and_never_answers_is_left(
    scheme: str, tcp: Callable[..., TcpServer], quick: CameraSettings
) -> None:
    server = tcp(lambda _one: time.sleep(60))
    brief = quick.model_copy(update={"open_s": 1.0})
    with pytest.raises(CameraError, match=r"did not answer|cannot be opened") as refused:
        open_camera(server.address(scheme), brief)
    assert refused.value.__context__ is None


@pytest.mark.slow
def test_a_connection_that_falls_silent_is_dead_and_left(
    clip: bytes, tcp: Callable[..., TcpServer], quick: CameraSettings
) -> None:
    served = count()

    def keep_open(one: socket.socket) -> None:
        one.sendall(clip)
        if next(served) == 0:
            time.sleep(60)
        one.close()

    with open_camera(tcp(keep_open).address(), quick) as camera, Taker(camera):
        until(lambda: camera.gaps)
        assert camera.gaps[0].why in {"no packet came for 1 s", "no picture came for 1 s"}
        until(lambda: camera.connections >= 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pictures", "kind"),
    [
        (lambda: (scene(3, noise=3.0) for _ in count()), Health.FROZEN),
        (lambda: (np.full((120, 160, 3), 4, np.uint8) for _ in count()), Health.DARK),
        (lambda: (np.full((120, 160, 3), 140, np.uint8) for _ in count()), Health.COVERED),
    ],
    ids=lambda given: given.value if isinstance(given, Health) else "",
)
def test_a_camera_that_shows_nothing_is_recognised_and_so_is_its_return(
    pictures: Callable[[], Iterator[NDArray[Any]]],
    kind: Health,
    http: HttpServer,
    quick: CameraSettings,
) -> None:
    well = threading.Event()
    both = zip(moving(noise=3.0), pictures(), strict=False)
    http.answers["/video"] = motion_jpeg(good if well.is_set() else bad for good, bad in both)
    with open_camera(http.address("/video"), quick) as camera, Taker(camera) as taker:
        until(lambda: camera.health is kind)
        well.set()
        until(lambda: camera.health is Health.LIVE)
        (gap,) = camera.gaps
        assert gap.kind is kind
        assert gap.end_s is not None
        assert 0.4 < gap.end_s - gap.start_s < 15
        assert taker.fault is None
        until(lambda: taker.views[-1] == 1)
        require_a_view_between_gaps(taker, camera.gaps)


@pytest.mark.slow
def test_moving_and_noisy_pictures_are_live(http: HttpServer, quick: CameraSettings) -> None:
    http.answers["/video"] = motion_jpeg(moving(noise=5.0))
    with open_camera(http.address("/video"), quick) as camera, Taker(camera) as taker:
        until(lambda: taker.times and taker.times[-1] > 2.5)
        assert (camera.health, camera.gaps) == (Health.LIVE, ())
        assert set(taker.views) == {0}


@pytest.mark.slow
def test_a_camera_that_never_returns_is_given_up(
    clip: bytes, tcp: Callable[..., TcpServer], quick: CameraSettings
) -> None:
    server = tcp(paced(clip, 0.5))
    brief = quick.model_copy(update={"give_up_s": 1.5})
    with open_camera(server.address(), brief) as camera, Taker(camera) as taker:
        server.close()
        until(lambda: taker.fault is not None)
        assert isinstance(taker.fault, CameraError)
        assert "given up" in str(taker.fault)
        assert camera.health is Health.DEAD
        (gap,) = camera.gaps
        assert gap.end_s is None
        assert not camera._thread.is_alive()


def test_what_a_listener_raises_ends_the_feed(
    clip: bytes, tcp: Callable[..., TcpServer], quick: CameraSettings
) -> None:
    def refuse(_change: object) -> None:
        msg = "the record is full"
        raise OSError(msg)

    with open_camera(tcp(paced(clip, 0.5)).address(), quick) as camera:
        camera.on_health(refuse)
        with pytest.raises(OSError, match="the record is full"):
            for _frame in camera.frames():
                pass


def answered(code: int, head: dict[str, str], body: bytes) -> Callable[..., None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in head.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return answer


@pytest.mark.parametrize("kind", ["hls", "concat", "redirect", "redirect to a file", "sdp"])
def test_what_names_another_place_is_not_followed(
    kind: str, clip: bytes, tmp_path: Path, http: HttpServer, quick: CameraSettings
) -> None:
    local = tmp_path / "local.ts"
    local.write_bytes(clip)
    http.answers["/other"] = motion_jpeg(moving())
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{local}\n#EXT-X-ENDLIST\n"
    http.answers["/x.m3u8"] = {
        "hls": answered(200, {"Content-Type": "application/x-mpegURL"}, playlist.encode()),
        "concat": answered(200, {}, f"ffconcat version 1.0\nfile {local}\n".encode()),
        "redirect": answered(302, {"Location": "/other"}, b""),
        "redirect to a file": answered(302, {"Location": f"file://{local}"}, b""),
        "sdp": answered(200, {}, b"v=0\nc=IN IP4 127.0.0.1\nm=video 5000 RTP/AVP 96\n"),
    }[kind]
    with pytest.raises(CameraError, match="not a playlist or a redirect"):
        open_camera(http.address("/x.m3u8"), quick)
    assert [path for path, _ in http.requests] == ["/x.m3u8"]


def test_a_login_is_sent_when_it_is_asked_for_and_not_retried_when_refused(
    http: HttpServer, quick: CameraSettings
) -> None:
    wanted = "Basic " + base64.b64encode(b"bob:hunter2/@").decode()
    stream = motion_jpeg(moving())

    def guarded(request: BaseHTTPRequestHandler) -> None:
        if request.headers.get("Authorization") == wanted:
            stream(request)
            return
        answered(401, {"WWW-Authenticate": 'Basic realm="camera"'}, b"")(request)

    http.answers["/video"] = guarded
    with open_camera(http.address("/video", LOGIN), quick) as camera:
        assert camera.health is Health.LIVE
        assert "hunter2" not in f"{camera!r}{camera.name}{vars(camera._source)}"
    http.requests.clear()
    with pytest.raises(CameraError, match="refuses the login") as refused:
        open_camera(http.address("/video", "bob:hunter3@"), quick)
    assert "hunter3" not in str(refused.value)
    assert len(http.requests) <= 3


def test_a_proxy_of_the_environment_gets_nothing(
    http: HttpServer,
    tcp: Callable[..., TcpServer],
    quick: CameraSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = tcp(lambda one: one.close())
    monkeypatch.setenv("http_proxy", proxy.address("http"))
    monkeypatch.delenv("no_proxy", raising=False)
    http.answers["/video"] = motion_jpeg(moving())
    with open_camera(http.address("/video"), quick) as camera:
        assert camera.size == (160, 120)
    assert proxy.connections == 0


def test_too_large_pictures_are_not_decoded_into_memory(
    http: HttpServer, quick: CameraSettings
) -> None:
    http.answers["/video"] = motion_jpeg(moving())
    with pytest.raises(CameraError, match="160x120, more than 1,000 pixels"):
        open_camera(http.address("/video"), quick, max_pixels=1000)


@pytest.mark.slow
def test_pictures_are_as_large_as_they_are_shown(
    tcp: Callable[..., TcpServer], quick: CameraSettings
) -> None:
    wide = transport_stream([scene(i) for i in range(150)], pixel_width=4)
    with pytest.raises(CameraError, match="640x120, more than 19,200 pixels"):
        open_camera(tcp(paced(wide, 6.0)).address(), quick, max_pixels=160 * 120)


def test_closing_ends_the_thread(http: HttpServer, quick: CameraSettings) -> None:
    http.answers["/video"] = motion_jpeg(moving())
    camera = open_camera(http.address("/video"), quick)
    camera.close()
    camera._thread.join(10)
    assert not camera._thread.is_alive()


@pytest.mark.slow
@pytest.mark.parametrize("other", [(320, 240), (80, 60), (160, 90)])
def test_a_camera_whose_size_changes_goes_on_at_the_first_and_says_so(
    other: tuple[int, int], http: HttpServer, quick: CameraSettings
) -> None:
    changed = threading.Event()
    sizes = (scene(i, size=other if changed.is_set() else (160, 120)) for i in count())
    http.answers["/video"] = motion_jpeg(sizes)
    with open_camera(http.address("/video"), quick) as camera:
        assert camera.damage is None
        changed.set()
        shapes = {f.image.shape for f, _ in zip(camera.frames(), range(20), strict=False)}
        until(lambda: camera.damage)
        said = f"(the last {other[0]}x{other[1]}) and were scaled to 160x120"
        assert said in (camera.damage or "")
    assert shapes == {(120, 160, 3)}


def tiny(width: int, height: int) -> NDArray[Any]:
    """Return a picture too small to show a face."""
    return np.full((height, width, 3), 128, np.uint8)


@pytest.mark.parametrize("size", [(2, 2), (160, 23), (23, 160)])
def test_what_is_too_small_to_show_a_face_does_not_set_the_size(
    size: tuple[int, int], http: HttpServer, quick: CameraSettings
) -> None:
    pictures = (tiny(*size) if i < 3 else scene(i) for i in count())
    http.answers["/video"] = motion_jpeg(pictures)
    with open_camera(http.address("/video"), quick) as camera:
        assert camera.size == (160, 120)
        assert camera.damage == "3 pictures below 24x24 pixels left out"
        assert next(camera.frames()).image.shape == (120, 160, 3)


@pytest.mark.slow
def test_a_camera_that_is_too_small_is_refused(http: HttpServer, quick: CameraSettings) -> None:
    http.answers["/video"] = motion_jpeg(tiny(2, 2) for _ in count())
    brief = quick.model_copy(update={"open_s": 1.0})
    with pytest.raises(CameraError, match="its pictures are smaller than 24x24 pixels"):
        open_camera(http.address("/video"), brief)


@pytest.mark.slow
def test_a_camera_that_becomes_too_small_is_dead_until_it_shows_something(
    http: HttpServer, quick: CameraSettings
) -> None:
    small = threading.Event()
    http.answers["/video"] = motion_jpeg(
        tiny(2, 2) if small.is_set() else scene(i) for i in count()
    )
    brief = quick.model_copy(update={"open_s": 1.0, "dead_s": 0.5})
    with open_camera(http.address("/video"), brief) as camera, Taker(camera):
        small.set()
        until(lambda: camera.health is Health.DEAD)
        until(lambda: "its pictures are smaller" in camera.gaps[-1].why)
        small.clear()
        until(lambda: camera.health is Health.LIVE)


def resident() -> int:
    """Return how many bytes of memory this process has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.slow
def test_what_came_of_an_endless_picture_goes_with_its_connection(
    http: HttpServer, quick: CameraSettings
) -> None:
    part = 48 * 2**20

    def answer(request: BaseHTTPRequestHandler) -> None:
        motion_jpeg(scene(index) for index in range(3))(request)
        head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 2147483600\r\n\r\n"
        request.wfile.write(head + bytes(part))
        request.connection.recv(1)  # until the camera is let go

    http.answers["/video"] = answer
    collects = gc.isenabled()
    gc.disable()  # what is freed only when Python looks for circles is not freed in time
    try:
        with open_camera(http.address("/video"), quick) as camera, Taker(camera):
            before = resident()
            until(lambda: camera.connections >= 5)
            assert resident() - before < 2.5 * part
    finally:
        if collects:
            gc.enable()


def test_a_certificate_that_nobody_vouches_for_is_refused(
    tls: tuple[Path, ssl.SSLContext], tcp: Callable[..., TcpServer], quick: CameraSettings
) -> None:
    certificate, context = tls
    asked: list[bytes] = []

    def serve(one: socket.socket) -> None:
        with context.wrap_socket(one, server_side=True) as secured:
            asked.append(secured.recv(1000))
            head = b"HTTP/1.0 200 OK\r\nContent-Type: video/mp2t\r\n\r\n"
            secured.sendall(head + transport_stream([scene(index) for index in range(30)]))

    server = tcp(serve)
    address = server.address("https") + "/video"
    for refused in (address, server.address("rtsps") + "/video"):
        with pytest.raises(CameraError, match="cannot be opened"):
            open_camera(refused, quick)
    assert not any(asked)
    trusting = quick.model_copy(update={"certificates": certificate})
    with open_camera(address, trusting) as camera:
        assert camera.size == (160, 120)
    nowhere = quick.model_copy(update={"certificates": Path("no-such.pem")})
    with pytest.raises(FeedError, match="Correct the setting"):
        open_camera(address, nowhere)
