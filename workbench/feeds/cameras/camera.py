"""A camera as a feed that outlives its connections: reconnected, watched, and always current."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from workbench.closing import ClosedAtTheEnd
from workbench.errors import CameraError, FeedError
from workbench.feeds.cameras.backoff import Backoff
from workbench.feeds.cameras.clock import ArrivalClock
from workbench.feeds.cameras.health import CameraGap, Health, HealthChange, Look
from workbench.feeds.cameras.newest import Newest
from workbench.feeds.cameras.sizes import PictureSizes
from workbench.feeds.cameras.source import CameraSource, Connection, Picture
from workbench.feeds.cameras.watching import HealthWatch
from workbench.feeds.frames import Frame
from workbench.settings import CameraSettings

__all__ = ["Camera"]

_LOOK_S: Final = 0.2
"""Seconds between two pictures that are looked at to judge the camera."""
_TICK_S: Final = 0.25
"""Seconds between two looks at the clock while no picture comes."""


class Camera(ClosedAtTheEnd):
    """A live feed of a camera (`workbench.feeds.cameras.LiveFeed`).

    A thread connects, decodes and, when the camera fails, waits and connects again. A few pictures
    wait; when there is no room the oldest is dropped and counted. Frames carry the time since the
    first picture: it goes on growing over a reconnection, so that the gap is seen in them too.
    Their `view` rises whenever the camera shows something again after a gap.
    The first connection is not tried again: whoever opens a feed is told at once.

    Args:
        source: where the pictures come from.
        settings: how long is waited, and what counts as a fault; the defaults when left out.

    Attributes:
        began: the moment of second 0 of the feed's times, by this machine's clock.

    Raises:
        FeedError: when it cannot be opened, or gives no picture within `open_s`.
    """

    live = True
    frame_count: int | None = None

    def __init__(self, source: CameraSource, settings: CameraSettings | None = None) -> None:
        """Connect, and wait for the first picture."""
        self._source = source
        self._settings = settings or CameraSettings()
        self._waiting: Newest[tuple[Picture, float, float, int]] = Newest(
            self._settings.buffer_frames
        )
        self._watch = HealthWatch(self._settings)
        self._clock = ArrivalClock()
        self._told = threading.RLock()
        self._listeners: list[Callable[[HealthChange], None]] = []
        self._closing, self._first = threading.Event(), threading.Event()
        self._fault: Exception | None = None
        self._sizes = PictureSizes(source.shown, self._settings.open_s)
        self._fps: float | None = None
        self._index = self._connections = self._view = 0
        self._looked_s = -_LOOK_S
        self.began = datetime.now(UTC)
        self._began_s = time.monotonic()
        self._thread = threading.Thread(
            target=self._read, name=f"camera at {source.shown}", daemon=True
        )
        self._thread.start()
        if not self._first.wait(self._settings.open_s + self._settings.dead_s):
            # Names are looked up without a limit of time.
            self._fault = CameraError(
                source.shown,
                f"it did not answer within {self._settings.open_s:g} s",
                "Check address, name service and network.",
            )
        if self._fault is not None:
            self.close()
            raise self._fault

    @property
    def name(self) -> str:
        """Scheme, host and port; never login, path or query."""
        return self._source.shown

    @property
    def size(self) -> tuple[int, int]:
        """`(width, height)` in pixels of the first picture; later ones are scaled to it.

        Where they come in another size, `damage` says so.
        """
        return self._sizes.feed or (0, 0)

    @property
    def fps(self) -> float | None:
        """Nominal frames a second, if the camera says."""
        return self._fps

    @property
    def damage(self) -> str | None:
        """What could not be decoded so far, or did not come in the size of the feed."""
        said = self._sizes.sentence(), self._source.damage
        return "; ".join(one for one in said if one) or None

    @property
    def drops(self) -> int:
        """How many pictures came and were dropped for newer ones, since frames were asked for."""
        return self._waiting.drops

    @property
    def connections(self) -> int:
        """How often pictures came from a new connection."""
        return self._connections

    @property
    def health(self) -> Health:
        """What the camera is."""
        return self._watch.health

    @property
    def gaps(self) -> tuple[CameraGap, ...]:
        """When it showed nothing that could be searched, in order; the last may still go on."""
        with self._told:
            return self._watch.gaps

    def on_health(self, listener: Callable[[HealthChange], None]) -> None:
        """Have each change told from now on, one at a time, by the thread that finds it.

        A listener must return soon. What it raises, `frames()` raises: a gap that cannot be put
        on record ends the feed.
        """
        with self._told:
            self._listeners.append(listener)

    def frames(self) -> Iterator[Frame]:
        """Give the newest frames, until the feed is closed; goes on where it was when called again.

        Raises:
            FeedError: when the feed was closed, the camera refuses the login, or it has given
                nothing for `give_up_s`.
        """
        self._check_open()
        self._waiting.want()
        while True:
            taken = self._waiting.take(_TICK_S)
            if taken is None:
                self._check_open()
                self._note(self._watch.silence, self._now())
                self._check_reading()
                continue
            self._check_open(finished=True)
            picture, time_s, arrived_s, view = taken
            yield Frame(self._index_on(), time_s, picture.image(self._sizes.feed), arrived_s, view)
            del taken, picture  # the next one may be long in coming

    def close(self) -> None:
        """End the feed; its thread lets go of the camera once a packet comes, or none in time."""
        self._closing.set()
        self._waiting.end(clear=True)

    def __repr__(self) -> str:
        """Return what it is, without anything secret."""
        return f"<Camera {self.name} {self.health}>"

    def _index_on(self) -> int:
        index = self._index
        self._index += 1
        return index

    def _check_open(self, *, finished: bool = False) -> None:
        """Raise where no frame may be given; what waits is given before a fault is raised."""
        if self._closing.is_set():
            msg = f"{self.name}: the feed was closed. Open it again to read it."
            raise FeedError(msg)
        if self._fault is not None and not finished:
            raise self._fault

    def _check_reading(self) -> None:
        """Raise where the thread that reads hangs, as in a name service, and cannot give up."""
        patience_s = self._settings.open_s + self._settings.dead_s
        if self._left_s(self._now()) < -patience_s:
            self._fault = self._last_fault(
                CameraError(self.name, "it could not be tried again", "Check the name service.")
            )
            self.close()
            raise self._fault

    def _now(self) -> float:
        return time.monotonic() - self._began_s

    def _read(self) -> None:
        """Connect and read, again and again, until it is closed or given up."""
        waits = Backoff(self._settings)
        try:
            while not self._closing.is_set():
                began_s = self._now()
                fault = self._connected()
                if self._closing.is_set():
                    break
                now_s = self._now()
                lasted_s = max(0.0, self._watch.seen_s - began_s)
                self._note(self._watch.lost, now_s, fault.why)
                left_s = self._left_s(now_s)
                if fault.is_final or not self._first.is_set() or left_s <= 0:
                    self._fault = self._last_fault(fault)
                    break
                self._closing.wait(min(waits.wait_s(lasted_s), left_s))
        except Exception as error:  # noqa: BLE001 - whatever it is, `frames` raises it
            self._fault = error
        finally:
            self._first.set()
            self._waiting.end()

    def _connected(self) -> CameraError:
        """Connect once and read until it fails; return how it did."""
        connection: Connection | None = None
        try:
            connection = self._source.connect()
            self._clock.connected()
            self._sizes.connected()
            is_first = True
            for picture in connection.pictures():
                if self._closing.is_set():
                    break
                if not self._sizes.takes(picture.size):
                    continue
                if is_first:
                    is_first = False
                    self._fps = self._fps or connection.fps
                    self._connections += 1
                self._arrived(picture)
        except CameraError as fault:
            # It is kept until the next connection fails: not so the pictures where it was raised.
            return fault.with_traceback(None)
        finally:
            if connection is not None:
                with suppress(Exception):
                    connection.close()
        return CameraError(self.name, "it ended the stream", "Check the camera.")

    def _arrived(self, picture: Picture) -> None:
        arrived_s = time.monotonic()
        if not self._first.is_set():
            self.began, self._began_s = datetime.now(UTC), arrived_s
        now_s = arrived_s - self._began_s
        time_s = self._clock.time(picture.own_s, now_s)
        if now_s - self._looked_s >= _LOOK_S or self._watch.health is Health.DEAD:
            self._looked_s = now_s
            change = self._note(self._watch.look, Look.of(picture.cells()), now_s)
            self._view += change is not None and change.now is Health.LIVE
        else:
            self._watch.seen(now_s)
        self._waiting.put((picture, time_s, arrived_s, self._view))
        self._first.set()

    def _note(
        self, step: Callable[..., HealthChange | None], *given: object
    ) -> HealthChange | None:
        """Take a step of the watch, and tell and return what changed."""
        with self._told:
            change = step(*given)
            if change is not None:
                for listener in self._listeners:
                    listener(change)
        return change

    def _left_s(self, now_s: float) -> float:
        """How long the camera may still be tried."""
        give_up_s = self._settings.give_up_s
        return float("inf") if give_up_s is None else self._watch.seen_s + give_up_s - now_s

    def _last_fault(self, fault: CameraError) -> CameraError:
        if fault.is_final or not self._first.is_set():
            return fault
        return CameraError(
            self.name,
            f"no picture came for {self._settings.give_up_s:g} s, so it was given up ({fault.why})",
            "Check the camera and its network, then start again.",
        )
