"""A line to a PostgreSQL server that is cut at a word, as a network is lost at the wrong moment."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field

__all__ = ["CutLine"]

_PIECE = 65536


@dataclass
class CutLine:
    """A port of loopback that leads to a server until somebody sends a certain word over it.

    Attributes:
        server: port that it leads to.
        word: at which the line is cut, once.
        before: whether it is cut before the server hears the word; else before it answers.
        stays_cut: whether nobody is let through afterwards.
        was_cut: whether it came to that.
    """

    server: int
    word: bytes
    before: bool
    stays_cut: bool
    was_cut: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Listen no longer."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.was_cut.is_set() and self.stays_cut:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.server))
            lost = threading.Event()
            for carry in (self._there, self._back):
                threading.Thread(target=carry, args=(near, far, lost), daemon=True).start()

    def _there(self, near: socket.socket, far: socket.socket, lost: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while piece := near.recv(_PIECE):
                if self.word in piece and not self.was_cut.is_set():
                    self.was_cut.set()
                    if self.before:
                        break
                    lost.set()  # the answer ends it, once the server has done what it was told
                far.sendall(piece)
        _end(near, far)

    def _back(self, near: socket.socket, far: socket.socket, lost: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while piece := far.recv(_PIECE):
                if lost.is_set():
                    break
                near.sendall(piece)
        _end(near, far)


def _end(*lines: socket.socket) -> None:
    for line in lines:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        line.close()
