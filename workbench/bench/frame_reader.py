"""Frames of a feed by a thread of their own, so that a camera that hangs holds nobody up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from enum import Enum
from queue import Empty, SimpleQueue
from typing import Protocol

from workbench.errors import FeedError
from workbench.feeds.frames import Frame

__all__ = ["FrameReader", "Said"]


class FrameSource(Protocol):
    """What the reader asks of a feed."""

    def frames(self) -> Iterator[Frame]:
        """Give the frames in order."""
        ...


class Said(Enum):
    """What is said in place of a frame: none comes any more, somebody called, or none came yet."""

    ENDED = "ended"
    WOKEN = "woken"
    SILENT = "silent"


class FrameReader:
    """Fetches the next frame when it is asked for, and not before.

    The thread alone touches the feed's frames. If the feed never answers, it is left behind and
    whatever comes in the end is dropped unseen.
    """

    def __init__(self, feed: FrameSource, name: str) -> None:
        """Take the feed and what to call its thread, which starts with the first call of `next`."""
        self._feed = feed
        self._name = name
        self._asked: SimpleQueue[bool] = SimpleQueue()
        self._given: SimpleQueue[Frame | Exception | Said] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._is_asked = self._closed = False
        self._kept: Frame | None = None

    def next(self, wait_s: float | None = None) -> Frame | Said:
        """Return the next frame, or what there is to say in its place; for one thread at a time.

        A frame that was asked for when `wake` was called, or waited for in vain, is the next one.

        Args:
            wait_s: how long to wait for it; for ever when left out.

        Raises:
            Exception: whatever the feed raised.
        """
        if self._kept is not None:
            frame, self._kept = self._kept, None
            return frame
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._read, name=f"frames of {self._name}", daemon=True
            )
            self._thread.start()
        if not self._is_asked:
            self._asked.put(item=True)
            self._is_asked = True
        try:
            given = self._given.get(timeout=wait_s)
        except Empty:
            return Said.SILENT
        if given is not Said.WOKEN:
            self._is_asked = False
        if isinstance(given, Exception):
            raise given
        return given

    def keep(self, frame: Frame) -> None:
        """Take back the frame that was given last; it is the next one again."""
        self._kept = frame

    def wake(self) -> None:
        """Have `next` return at once, whatever the feed does."""
        self._given.put(Said.WOKEN)

    def close(self) -> None:
        """Ask for nothing any more."""
        self._closed = True
        self._kept = None
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
            except BaseException as error:  # noqa: BLE001 - ends this thread, and not the other
                msg = f"the feed ended its thread ({type(error).__name__})."
                self._given.put(FeedError(msg))
                return
            if self._closed:
                break
            self._given.put(Said.ENDED if frame is None else frame)
            frame = None
        close = getattr(frames, "close", None)
        if close is not None:
            with suppress(Exception):
                close()
