"""Real servers on loopback: RTSP by GStreamer, HTTP and TCP in the tests' own process."""

from __future__ import annotations

import io
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.feeds.cameras import Camera

SYSTEM_PYTHON = Path("/usr/bin/python3")
PROGRAM = Path(__file__).resolve().parent / "rtsp_process.py"
RATE = 25


@cache
def lacks_gstreamer() -> str:
    """Return what keeps the RTSP server from running here; nothing where it can."""
    if not SYSTEM_PYTHON.exists():
        return f"there is no {SYSTEM_PYTHON}"
    code = (
        "import gi; gi.require_version('GstRtspServer', '1.0'); "
        "from gi.repository import Gst, GstRtspServer; Gst.init(None); "
        "need = ['videotestsrc', 'multifilesrc', 'jpegdec', 'x264enc', 'rtph264pay']; "
        "lost = [one for one in need if Gst.ElementFactory.find(one) is None]; "
        "print(' '.join(lost))"
    )
    done = subprocess.run([SYSTEM_PYTHON, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else "gir1.2-gst-rtsp-server-1.0"


SHOWS_SOMETHING = "pattern=smpte"
"""Colour bars and snow: neither dark, nor covered, nor frozen, as a ball on black would be dark."""


class RtspServer:
    """An RTSP server process that can be killed and started again on the same port."""

    def __init__(self, picture: str = SHOWS_SOMETHING, password: str = "") -> None:
        self.picture, self.password = picture, password
        self.port = 0
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [SYSTEM_PYTHON, PROGRAM, str(self.port), self.picture, self.password],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline().split()
        assert said, "the RTSP server did not start"
        self.port = int(said[1])
        assert self.port > 0

    def signal(self, which: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(which)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def address(self, login: str = "") -> str:
        return f"rtsp://{login}127.0.0.1:{self.port}/live"


def scene(index: int, *, size: tuple[int, int] = (160, 120), noise: float = 0.0) -> NDArray[Any]:
    """Return a textured picture in which a bright square moves with `index`; RGB."""
    width, height = size
    rng = np.random.default_rng(7)
    small = rng.integers(60, 200, (height // 10, width // 10, 3), dtype=np.uint8)
    image = cv2.resize(small, size, interpolation=cv2.INTER_NEAREST)
    left = (index * 7) % (width - 24)
    image[40:64, left : left + 24] = 250
    if noise:
        grain = np.random.default_rng(index).normal(0.0, noise, image.shape)
        image = np.clip(image + grain, 0, 255).astype(np.uint8)
    return image


def jpeg(image: NDArray[Any]) -> bytes:
    done, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    assert done
    return bytes(data)


def transport_stream(
    images: list[NDArray[Any]], rate: int = RATE, *, pixel_width: int = 1
) -> bytes:
    """Return pictures as MPEG-TS with H.264; each pixel is so many times as wide as high."""
    target = io.BytesIO()
    with av.open(target, "w", format="mpegts") as container:
        options = {"tune": "zerolatency", "x264-params": f"sar={pixel_width}/1"}
        stream = container.add_stream("libx264", rate=rate, options=options)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = 10
        stream.codec_context.thread_count = 1
        for image in images:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))
    return target.getvalue()


Answer = Callable[[BaseHTTPRequestHandler], None]


class HttpServer:
    """An HTTP server of cameras; each path has its answer, and every request is kept."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[tuple[str, str | None]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests.append((self.path, self.headers.get("Authorization")))
                answer = outer.answers.get(self.path.partition("?")[0])
                if answer is None:
                    self.send_error(404)
                    return
                with suppress(OSError):
                    answer(self)

            def log_message(self, *_given: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def address(self, path: str, login: str = "") -> str:
        return f"http://{login}127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def motion_jpeg(pictures: Iterator[NDArray[Any]], pause_s: float = 0.04) -> Answer:
    """Return an answer that sends pictures as multipart motion JPEG."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        request.end_headers()
        for image in pictures:
            data = jpeg(image)
            head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(data)
            request.wfile.write(head + data + b"\r\n")
            time.sleep(pause_s)

    return answer


class TcpServer:
    """Hands each connection to a function, in a thread of its own, on loopback."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.connections = 0
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def address(self, scheme: str = "tcp") -> str:
        return f"{scheme}://127.0.0.1:{self.port}"

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for one in self._open:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                one, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(one)
            threading.Thread(target=self._one, args=(one,), daemon=True).start()

    def _one(self, one: socket.socket) -> None:
        with suppress(OSError):
            self._serve(one)


def paced(data: bytes, seconds: float, *, parts: int = 50) -> Callable[[socket.socket], None]:
    """Return what sends data evenly over so many seconds, and then closes."""

    def serve(one: socket.socket) -> None:
        step = -(-len(data) // parts // 188) * 188
        for start in range(0, len(data), step):
            one.sendall(data[start : start + step])
            time.sleep(seconds / parts)
        one.close()

    return serve


def until(condition: Callable[[], object], timeout_s: float = 20.0) -> None:
    """Wait until a condition holds; fail when it does not in time."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


class Taker:
    """Takes the frames of a camera in a thread, as a search would, and keeps their numbers."""

    def __init__(self, camera: Camera, pause_s: float = 0.0) -> None:
        self.camera, self._pause_s = camera, pause_s
        self.indices: list[int] = []
        self.times: list[float] = []
        self.arrivals: list[float | None] = []
        self.ages: list[float] = []
        self.views: list[int] = []
        self.fault: Exception | None = None
        self._thread = threading.Thread(target=self._take)
        self._thread.start()

    def _take(self) -> None:
        try:
            for frame in self.camera.frames():
                self.ages.append(time.monotonic() - (frame.arrived_s or 0.0))
                self.indices.append(frame.index)
                self.times.append(frame.time_s)
                self.views.append(frame.view)
                self.arrivals.append(frame.arrived_s)
                time.sleep(self._pause_s)
        except Exception as error:  # noqa: BLE001 - looked at by the test
            self.fault = error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_given: object) -> None:
        self.camera.close()
        self._thread.join(10)
        assert not self._thread.is_alive()
