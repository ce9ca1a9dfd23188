"""Plays one clip into the browsers: no faster than it was taken, and no frame left out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, Final

from widgets.frame_window import FrameWindow
from widgets.thumbnails import require_jpeg
from workbench.errors import WorkbenchError

__all__ = ["ClipPlayer", "ClipState"]

_LOOK_S: Final = 0.5
LONGEST_STEP_S: Final = 2.0
"""A hole in a clip is shown no longer than this; its times say how long it was."""


class ClipState(StrEnum):
    """How far a clip is."""

    OPENING = "opening"
    PLAYING = "playing"
    PAUSED = "paused"
    ENDED = "ended"
    FAILED = "failed"
    CLOSED = "closed"


class ClipPlayer:
    """Sends the frames of one clip after the other, at most two of them unacknowledged.

    It has a thread of its own while it plays. Commands may come from any thread.

    Attributes:
        sent: frames that were sent of the clip.
    """

    def __init__(
        self,
        name: str,
        frames: Callable[[], Iterable[tuple[float, bytes]]],
        *,
        window: FrameWindow,
        send: Callable[[dict[str, Any], list[bytes]], None],
        watched: Callable[[], bool],
    ) -> None:
        """Begin to play.

        Args:
            name: of the clip; goes with each message.
            frames: gives the frames, redacted: seconds of the file and JPEG bytes.
            window: of the browsers that look on.
            send: sends a message with its pictures.
            watched: whether anybody looks on; where nobody does, it ends.
        """
        self.name = name
        self.sent = 0
        self._frames, self._window, self._send, self._watched = frames, window, send, watched
        self._lock = threading.Lock()
        self._telling = threading.RLock()
        self._over = threading.Event()
        self._state = ClipState.OPENING
        self._steps = 0
        self._time_s: float | None = None
        self._words: str | None = None
        self._thread = threading.Thread(target=self._play, name=f"clip {name}", daemon=True)
        self._thread.start()

    @property
    def state(self) -> ClipState:
        """How far it is."""
        return self._state

    def pause(self) -> None:
        """Show no further frame until told to."""
        self._change(ClipState.PAUSED, only={ClipState.PLAYING, ClipState.OPENING})

    def go_on(self) -> None:
        """Play on after a pause."""
        self._change(ClipState.PLAYING, only={ClipState.PAUSED})

    def step(self) -> None:
        """Show one frame more, and stand still."""
        with self._lock:
            self._steps += 1
        self._change(ClipState.PAUSED, only={ClipState.PLAYING, ClipState.OPENING})
        self._window.wake()

    def close(self) -> None:
        """End it, and let go of its frames."""
        self._over.set()
        self._window.wake()
        self._change(ClipState.CLOSED)

    def tell(self) -> None:
        """Tell browsers how it is, never what it was before after what it is."""
        with self._telling:
            self._send(self.told(), [])

    def told(self) -> dict[str, Any]:
        """Return how it is, as browsers are told."""
        return {
            "kind": "clip",
            "name": self.name,
            "state": self._state.value,
            "sent": self.sent,
            "time_s": self._time_s,
            "words": self._words,
        }

    def _change(self, state: ClipState, *, only: set[ClipState] | None = None) -> None:
        with self._lock:
            if self._state is state or (only is not None and self._state not in only):
                return
            if self._over.is_set() and state is not ClipState.CLOSED:
                return
            self._state = state
        self.tell()
        self._window.wake()

    def _play(self) -> None:
        try:
            frames = iter(self._frames())
            try:
                self._show(frames)
            finally:
                if (close := getattr(frames, "close", None)) is not None:
                    close()  # a generator may hold a file open
        except WorkbenchError as error:
            self._words = str(error)
            self._change(ClipState.FAILED)
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._words = f"{type(error).__name__} while reading the clip."
            self._change(ClipState.FAILED)
        else:
            self._change(ClipState.CLOSED if self._over.is_set() else ClipState.ENDED)

    def _show(self, frames: Iterable[tuple[float, bytes]]) -> None:
        before: tuple[float, float] | None = None  # seconds of the file, and when it was sent
        for time_s, picture in frames:
            shown = require_jpeg(picture, f"clip {self.name}, {time_s:.2f} s")
            if not self._wait_for_turn(time_s, before):
                return
            self._change(ClipState.PLAYING, only={ClipState.OPENING})
            self._time_s, self.sent = time_s, self.sent + 1
            message = {
                "kind": "frame",
                "n": self._window.next_number(),
                "name": self.name,
                "time_s": round(time_s, 3),
                "sent": self.sent,
            }
            self._send(message, [shown])
            before = time_s, time.monotonic()

    def _wait_for_turn(self, time_s: float, before: tuple[float, float] | None) -> bool:
        """Wait until a frame may be shown; false when there is nobody to show it to any more."""
        while not self._over.is_set():
            if not self._watched():
                self._over.set()
                return False
            due_s = 0.0
            if before is not None:
                apart_s = min(max(0.0, time_s - before[0]), LONGEST_STEP_S)
                due_s = before[1] + apart_s - time.monotonic()
            if self._window.is_open and self._takes_turn(first=before is None, due=due_s <= 0):
                return True
            self._window.wait(_LOOK_S if due_s <= 0 else min(due_s, _LOOK_S))
        return False

    def _takes_turn(self, *, first: bool, due: bool) -> bool:
        with self._lock:
            if self._steps:
                self._steps -= 1
                return True
            return first or (due and self._state is not ClipState.PAUSED)
