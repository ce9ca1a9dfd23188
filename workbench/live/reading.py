"""Frames read ahead of the search, by a thread of their own; a live feed's oldest give way."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from workbench.feeds.frames import Feed, Frame

__all__ = ["ReadAhead", "Silence", "drops_of"]

MOST_AHEAD: Final = 3
"""Frames of a file that wait: enough that the search never waits for a decoder that keeps up."""
MOST_LIVE: Final = 2
"""Frames of a live feed that wait: the fewer, the fresher is what is searched."""
_LONGEST_LEAVING_S: Final = 1.0
"""How long a live feed that hangs is waited for at the end; a file is always waited for."""


class Silence:
    """Calls somebody once whenever no frame came for a while; whoever waits for frames asks it."""

    def __init__(self) -> None:
        """Call nobody."""
        self._after_s: float | None = None
        self._listener: Callable[[], None] = lambda: None
        self._called = False

    @property
    def wait_s(self) -> float | None:
        """How long to wait for a frame before `begun`; `None` for ever."""
        return None if self._called else self._after_s

    def tell(self, after_s: float, listener: Callable[[], None]) -> None:
        """Set who is called, after how many seconds without a frame."""
        self._after_s, self._listener = after_s, listener

    def broken(self) -> None:
        """Note that a frame came."""
        self._called = False

    def begun(self) -> None:
        """Note that the wait was over, and call."""
        self._called = True
        self._listener()


def drops_of(feed: object) -> int:
    """Return how many frames a feed has dropped so far; those that do not say drop none."""
    return int(getattr(feed, "drops", 0))


class ReadAhead:
    """Decodes the next frames while one is searched; raw frames wait in memory alone.

    No frame of a file is lost: its reader waits while `most` frames wait. A live feed goes on, so
    there the oldest frame that waits is dropped for the newest, and counted.

    A feed that has to be asked for each frame at the moment when it is to be searched, because
    somebody's authority is looked at then, says so by an attribute `gives_on_request`; it is not
    read ahead, and reads ahead itself beneath its check.
    """

    def __init__(self, feed: Feed, *, most: int | None = None) -> None:
        """Take the feed, which stays open; reading starts with the first frame asked for.

        Args:
            feed: open.
            most: frames that may wait.
        """
        self._feed = feed
        self._live = feed.live
        self._most = most or (MOST_LIVE if feed.live else MOST_AHEAD)
        self._changed = threading.Condition()
        self._frames: deque[Frame] = deque()
        self._thread: threading.Thread | None = None
        self._fault: BaseException | None = None
        self._over = self._closed = False
        self._dropped = 0
        self._silence = Silence()

    def __len__(self) -> int:
        """Return how many frames wait."""
        return len(self._frames)

    @property
    def drops(self) -> int:
        """How many frames were dropped, by the feed itself or here."""
        return self._dropped + drops_of(self._feed)

    def tell_silence(self, after_s: float, listener: Callable[[], None]) -> None:
        """Have whoever takes the frames call `listener` when a live feed gives none for a while."""
        if self._live:
            self._silence.tell(after_s, listener)

    def frames(self, woken: Callable[[], bool] = lambda: False) -> Iterator[Frame]:
        """Give the frames in order, once.

        Args:
            woken: is asked when `wake` was called; once it says yes no further frame is given.

        Raises:
            Exception: whatever the feed raised, after the frames that came before.
        """
        # A feed's own name may hold a login, so it does not name the thread.
        self._thread = threading.Thread(target=self._read, name="frames ahead", daemon=True)
        self._thread.start()
        try:
            while True:
                with self._changed:
                    came = self._changed.wait_for(
                        lambda: bool(self._frames) or self._over or self._closed or woken(),
                        self._silence.wait_s,
                    )
                    if came:
                        if woken() or not self._frames:
                            break
                        frame = self._frames.popleft()
                        self._changed.notify_all()
                if not came:
                    self._silence.begun()
                    continue
                self._silence.broken()
                yield frame
                # Whoever searches drops the frame; this must not be what keeps it.
                del frame
            if self._fault is not None and not self._closed and not woken():
                raise self._fault
        finally:
            self.close()

    def wake(self) -> None:
        """Have whoever waits for a frame look whether it is to go on."""
        with self._changed:
            self._changed.notify_all()

    def close(self, *, wait: bool = True) -> None:
        """Drop what waits and end the reading; the feed is free for its owner then.

        Args:
            wait: until the reading has ended; otherwise it ends when the feed next answers.
        """
        with self._changed:
            self._closed = True
            self._frames.clear()
            self._changed.notify_all()
            thread, self._thread = self._thread, None
        if wait and thread is not None:
            thread.join(_LONGEST_LEAVING_S if self._live else None)

    def _read(self) -> None:
        frames: Iterator[Frame] | None = None
        try:
            frames = iter(self._feed.frames())
            for frame in frames:
                wanted = self._keep(frame)
                del frame  # the next one may be long in coming
                if not wanted:
                    break
        except BaseException as error:  # noqa: BLE001 - raised again where the frames are wanted
            self._fault = error
        finally:
            close = getattr(frames, "close", None)
            if close is not None:
                with suppress(Exception):
                    close()
            with self._changed:
                self._over = True
                self._changed.notify_all()

    def _keep(self, frame: Frame) -> bool:
        """Have a frame wait; return whether any more are wanted."""
        with self._changed:
            if self._live:
                while len(self._frames) >= self._most:
                    self._frames.popleft()
                    self._dropped += 1
            else:
                self._changed.wait_for(lambda: self._closed or len(self._frames) < self._most)
            if self._closed:
                return False
            self._frames.append(frame)
            self._changed.notify_all()
            return True
