"""What goes between a page and its kernel: every message of every websocket of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Wire"]

_FRAME = re.compile(rb'"kind":\s*"frame",\s*"n":\s*(\d+)')
_DRAWN = re.compile(rb'"kind":\s*"drawn"')
_VIEW = re.compile(rb'"view":\s*"([^"]+)"')
_NUMBER = re.compile(rb'"n":\s*(\d+)')


@dataclass
class Wire:
    """Messages in the order in which the browser had them.

    Attributes:
        came: from the kernel.
        went: to the kernel.
        steps: of frames alone: `("sent", n, "")` when one came, `("drawn", n, view)` when it was
            acknowledged.
    """

    came: list[bytes] = field(default_factory=list)
    went: list[bytes] = field(default_factory=list)
    steps: list[tuple[str, int, str]] = field(default_factory=list)

    @classmethod
    def of(cls, page: Any) -> Wire:
        """Listen to a page from now on, before it has gone anywhere."""
        wire = cls()

        def opened(socket: Any) -> None:
            socket.on("framereceived", lambda content: wire._take(_bytes(content)))
            socket.on("framesent", lambda content: wire._give(_bytes(content)))

        page.on("websocket", opened)
        return wire

    @property
    def frames(self) -> int:
        """How many frames came."""
        return sum(step[0] == "sent" for step in self.steps)

    def most_under_way(self) -> int:
        """Return the most frames that had come to any one view and were not acknowledged."""
        views = {view for what, _, view in self.steps if what == "drawn"}
        most = 0
        for view in views:
            waiting: set[int] = set()
            for what, number, by in self.steps:
                if what == "sent":
                    waiting.add(number)
                elif by == view:
                    waiting = {one for one in waiting if one > number}
                most = max(most, len(waiting))
        return most

    def _take(self, content: bytes) -> None:
        self.came.append(content)
        found = _FRAME.search(content)
        if found:
            self.steps.append(("sent", int(found[1]), ""))

    def _give(self, content: bytes) -> None:
        self.went.append(content)
        if _DRAWN.search(content):
            number, view = _NUMBER.search(content), _VIEW.search(content)
            assert number is not None
            assert view is not None
            self.steps.append(("drawn", int(number[1]), view[1].decode()))


def _bytes(content: Any) -> bytes:
    return content if isinstance(content, bytes) else str(content).encode()
