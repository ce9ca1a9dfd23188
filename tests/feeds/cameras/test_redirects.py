"""An RTSP server that sends its readers elsewhere gets no login, nor does where it leads."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

import pytest
from camera_servers import TcpServer

from workbench.errors import CameraError
from workbench.feeds.cameras import open_camera
from workbench.settings import CameraSettings


def answering(heard: list[str], answer: Callable[[str], str]) -> Callable[[socket.socket], None]:
    """Return an RTSP server that notes what it hears and answers with a status and headers."""

    def serve(one: socket.socket) -> None:
        while heard_now := one.recv(4096).decode():
            heard.append(heard_now)
            number = heard_now.partition("CSeq: ")[2].split("\r\n", 1)[0]
            method = heard_now.split(" ", 1)[0]
            one.sendall(f"RTSP/1.0 {answer(method)}\r\nCSeq: {number}\r\n\r\n".encode())

    return serve


@pytest.mark.parametrize("method", ["OPTIONS", "DESCRIBE"])
def test_a_login_does_not_follow_a_redirect(
    method: str, tcp: Callable[..., TcpServer], quick: CameraSettings
) -> None:
    elsewhere: list[str] = []
    here: list[str] = []
    asks = '401 Unauthorized\r\nWWW-Authenticate: Basic realm="x"'
    other = tcp(answering(elsewhere, lambda _method: asks))
    moved = f"302 Moved\r\nLocation: {other.address('rtsp')}/x"
    server = tcp(answering(here, lambda asked: moved if asked == method else "200 OK"))
    address = server.address("rtsp").replace("//", "//bob:hunter2@") + "/x"
    with pytest.raises(CameraError, match="redirects to another address") as refused:
        open_camera(address, quick)
    assert refused.value.is_final
    assert elsewhere == []
    assert here
    assert not any("Authorization" in one or "hunter2" in one for one in here)


def test_a_server_that_asks_for_the_login_gets_it(
    tcp: Callable[..., TcpServer], quick: CameraSettings
) -> None:
    here: list[str] = []
    asks = '401 Unauthorized\r\nWWW-Authenticate: Basic realm="x"'
    server = tcp(answering(here, lambda asked: asks if asked == "DESCRIBE" else "200 OK"))
    address = server.address("rtsp").replace("//", "//bob:hunter2@") + "/x"
    with pytest.raises(CameraError, match="refuses the login"):
        open_camera(address, quick)
    assert sum("Authorization" in one for one in here) == 1


@pytest.mark.slow
def test_an_answer_that_comes_byte_by_byte_is_not_waited_for(
    tcp: Callable[..., TcpServer], quick: CameraSettings
) -> None:
    def drip(one: socket.socket) -> None:
        while True:
            one.sendall(b"R")
            time.sleep(0.02)

    settings = quick.model_copy(update={"open_s": 2.0})
    address = tcp(drip).address("rtsp").replace("//", "//bob:hunter2@") + "/x"
    with pytest.raises(CameraError) as refused:
        open_camera(address, settings)
    assert "hunter2" not in str(refused.value)
    ends = time.monotonic() + 8.0
    while any(one.name.startswith("camera at") for one in threading.enumerate()):
        assert time.monotonic() < ends, "its thread still waits"
        time.sleep(0.05)
