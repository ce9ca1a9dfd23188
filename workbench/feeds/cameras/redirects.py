"""Whether an RTSP server would send its readers elsewhere, asked before a login is at stake."""

from __future__ import annotations

import re
import socket
import ssl
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from workbench.feeds.cameras.address import CameraAddress
from workbench.feeds.cameras.trust import authorities

__all__ = ["is_redirected"]

_ELSEWHERE: Final = re.compile(rb"RTSP/\d\.\d +3\d\d")
_METHODS: Final = ("OPTIONS", "DESCRIBE")
_LONGEST: Final = 65536


def is_redirected(address: CameraAddress, timeout_s: float, certificates: Path | None) -> bool:
    """Return whether an RTSP server answers with a redirect, asked without the login.

    FFmpeg follows one of RTSP whatever it is told, and gives the login to where it leads. A server
    that redirects only who has logged in is not found by this. A fault is left for FFmpeg to name.

    Args:
        address: of the stream.
        timeout_s: longest wait for the connection, and for each answer as a whole, s.
        certificates: authorities to trust, for rtsps.
    """
    target = f"{address.shown}{address.path}"
    try:
        with ExitStack() as stack:
            link = stack.enter_context(
                socket.create_connection((address.host, address.port), timeout_s)
            )
            if address.scheme == "rtsps":
                context = ssl.create_default_context(cafile=authorities(certificates))
                secured = context.wrap_socket(link, server_hostname=address.host)
                link = stack.enter_context(secured)
            for number, method in enumerate(_METHODS, 1):
                asked = f"{method} {target} RTSP/1.0\r\nCSeq: {number}\r\n\r\n"
                link.sendall(asked.encode("ascii"))
                if _ELSEWHERE.match(_head(link, time.monotonic() + timeout_s)):
                    return True
    except (OSError, ValueError):
        return False
    return False


def _head(link: socket.socket, until_s: float) -> bytes:
    """Return an answer up to the blank line, however slowly its bytes come.

    Raises:
        TimeoutError: when it is not there by `until_s` of the monotonic clock.
    """
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _LONGEST:
        left_s = until_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        link.settimeout(left_s)
        part = link.recv(4096)
        if not part:
            break
        head += part
    return head
