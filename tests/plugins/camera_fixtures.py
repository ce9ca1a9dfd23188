"""Real servers of cameras on loopback, and settings whose times are short."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest
from camera_servers import HttpServer, RtspServer, TcpServer, lacks_gstreamer

from workbench.settings import CameraSettings


@pytest.fixture
def rtsp() -> Iterator[Callable[..., RtspServer]]:
    """Return what starts an RTSP server."""
    if lacks := lacks_gstreamer():
        pytest.skip(f"needs Debian's GStreamer RTSP server and its plugins: {lacks} is not there")
    started: list[RtspServer] = []

    def start(*given: str, **named: str) -> RtspServer:
        server = RtspServer(*given, **named)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.kill()


@pytest.fixture
def http() -> Iterator[HttpServer]:
    """Return a running HTTP server without answers."""
    server = HttpServer()
    yield server
    server.close()


@pytest.fixture
def tcp() -> Iterator[Callable[..., TcpServer]]:
    """Return what starts a TCP server."""
    started: list[TcpServer] = []

    def start(serve: Callable[[socket.socket], None]) -> TcpServer:
        started.append(TcpServer(serve))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def quick() -> CameraSettings:
    """Return settings whose times are short."""
    return CameraSettings(
        open_s=6.0,
        dead_s=1.0,
        frozen_s=1.0,
        dark_s=0.5,
        covered_s=0.5,
        first_wait_s=0.1,
        longest_wait_s=0.4,
        give_up_s=20.0,
    )
