"""Frames of a feed by a thread of their own, so that a camera that hangs holds nobody up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from queue import SimpleQueue
from typing import Final, Protocol

from workbench.feeds.frames import Frame

__all__ = ["FrameReader"]


_WAKE: Final = "wake"
_END: Final = "end"


class FrameSource(Protocol):
    """What the reader asks of a feed."""

    def frames(self) -> Iterator[Frame]:
        """Give the frames in order."""
        ...


class FrameReader:
    """Fetches the next frame when it is asked for, and not before: none waits here.

    The thread alone touches the feed's frames. If the feed never answers, it is left behind and
    whatever comes in the end is dropped unseen.
    """

    def __init__(self, feed: FrameSource, name: str) -> None:
        """Take the feed and what to call its thread, which starts with the first call of `next`."""
        self._feed = feed
        self._name = name
        self._asked: SimpleQueue[bool] = SimpleQueue()
        self._given: SimpleQueue[Frame | Exception | str] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False

    def next(self) -> Frame | None:
        """Return the next frame; `None` at the end of the feed, and as soon as `wake` is called.

        Raises:
            Exception: whatever the feed raised.
        """
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._read, name=f"frames of {self._name}", daemon=True
            )
            self._thread.start()
        self._asked.put(item=True)
        given = self._given.get()
        if isinstance(given, Frame):
            return given
        if isinstance(given, Exception):
            raise given
        return None

    def wake(self) -> None:
        """Have `next` return at once, whatever the feed does."""
        self._given.put(_WAKE)

    def close(self) -> None:
        """Ask for nothing any more."""
        self._closed = True
        self._asked.put(item=False)

    def _read(self) -> None:
        frames: Iterator[Frame] | None = None
        while self._asked.get():
            try:
                frames = frames or iter(self._feed.frames())
                frame = next(frames, None)
            except Exception as error:  # noqa: BLE001 - raised again where the frames are wanted
                self._given.put(error)
                return
            if self._closed:
                break
            self._given.put(_END if frame is None else frame)
            frame = None
        close = getattr(frames, "close", None)
        if close is not None:
            with suppress(Exception):
                close()
