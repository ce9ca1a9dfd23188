"""A feed that gives frames only while somebody's authority covers them.

Two things end it. Each frame is let through by the clock: one that comes at or after the end of
the authority is not, and neither is one that was read ahead before and waited. And a watchdog
looks twice a second at the clock and at the records, where others may have withdrawn the authority,
closed the deployment or stopped the search; it ends the feed also when the camera hangs. If the
records cannot be read the feed ends as well: what nobody knows to be authorised is not searched.
While the search is paused no frame is let through either.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Final

from workbench.bench.camera_words import began_of, camera_gaps_of, damage_of, health_of
from workbench.bench.frame_reader import FrameReader, Said
from workbench.bench.resting import Rest
from workbench.bench.session_status import FeedSigns
from workbench.errors import FeedError
from workbench.feeds.frames import Feed, Frame
from workbench.feeds.wrapped import WrappedFeed
from workbench.governance.stopping import StopReason
from workbench.hygiene import without_credentials
from workbench.live.ending import Ending
from workbench.live.reading import ReadAhead, Silence, drops_of
from workbench.records.store import Clock

__all__ = ["TICK_S", "AuthorisedFeed"]

TICK_S: Final = 0.5
"""Seconds between two looks at the records."""


class AuthorisedFeed(WrappedFeed):
    """A feed under an authority; it is a feed itself.

    Attributes:
        fault: what went wrong first, if anything did; what ended it, where that was a fault.
        gives_on_request: nobody may read it ahead, for it looks at the clock when a frame is asked
            for. It reads ahead itself, below that look.
        began: when a camera was at its second 0; `None` for a file, and before the first frame of
            a camera that does not say it.
        rested: frames of a camera that came while the search was paused, and were dropped unseen.
    """

    gives_on_request: Final = True

    def __init__(
        self,
        feed: Feed,
        name: str,
        ending: Ending,
        *,
        until: Callable[[], datetime],
        look: Callable[[], StopReason | None],
        clock: Clock,
        rest: Rest | None = None,
        tick_s: float = TICK_S,
    ) -> None:
        """Take over a feed, which is closed at the end, and start to watch.

        Args:
            feed: open.
            name: what the deployment calls it; its own may hold an address.
            ending: brings its end, and is told of it.
            until: tells from when on nothing is covered any more; a review may move that.
            look: says why the search is to end, if it is; called by the watchdog's thread.
            clock: tells the time.
            rest: says whether the search is paused; it never is when left out.
            tick_s: seconds between two looks.
        """
        super().__init__(feed)
        self._name, self._ending = name, ending
        self._until, self._look, self._clock, self._tick_s = until, look, clock, tick_s
        self._rest = rest or Rest()
        self._ahead = ReadAhead(feed)
        self._reader = FrameReader(self._ahead, name)
        self.fault: Exception | None = None
        self.rested = 0
        self.began = began_of(feed) if feed.live else None
        self._taken: datetime | None = None
        self._silence = Silence()
        self._watchdog = threading.Thread(target=self._watch, name=f"watch of {name}", daemon=True)
        ending.tell(self._let_go)
        self._rest.tell(self._reader.wake)
        self._watchdog.start()

    @property
    def name(self) -> str:
        """Return what the deployment calls the feed."""
        return self._name

    @property
    def damage(self) -> str | None:
        """Return what of the feed could not be read, without any address."""
        said = self._feed.damage
        return None if said is None else without_credentials(said)

    @property
    def signs(self) -> FeedSigns:
        """Return what the feed says of its camera; of a file nothing but its damage is known."""
        feed = self._feed
        return FeedSigns(
            health_of(feed), self.rested, self.began, camera_gaps_of(feed), damage_of(feed)
        )

    @property
    def drops(self) -> int:
        """Return how many frames of a live feed came and were not taken."""
        return drops_of(self._ahead)

    @property
    def taken(self) -> datetime | None:
        """Return when the newest frame was let through; `None` before the first."""
        return self._taken

    def tell_silence(self, after_s: float, listener: Callable[[], None]) -> None:
        """Have whoever takes the frames call `listener` when a camera gives none for a while."""
        if self.live:
            self._silence.tell(after_s, listener)

    def frames(self) -> Iterator[Frame]:
        """Give the frames of the feed until it ends, is ended, or the search is paused.

        Asked again it goes on where it was. Nothing is raised: a feed that fails ends the search
        by a fault, which `fault` holds.
        """
        while self._goes_on() and not self._rest.is_paused():
            given = self._searchable()
            if isinstance(given, Frame):
                yield given
            elif given is Said.SILENT:
                self._silence.begun()  # what goes wrong where that is told is no fault of the feed
            del given  # the next one may be long in coming

    def rest(self) -> bool:
        """Wait while the search is paused; return whether it goes on then.

        The frames of a camera are dropped unseen, and counted. A file waits where it is.
        """
        with self._failing():
            while self._goes_on() and self._rest.is_paused():
                if not self.live:
                    self._rest.wait(self._goes_on)
                else:
                    self._skip()
        return self._goes_on()

    def close(self) -> None:
        """End it, as if somebody stopped it, unless it has ended already."""
        self._ending.end(StopReason.STOPPED)

    def _note_beginning(self, frame: Frame) -> None:
        """Note by its first frame when a camera began, so that its gaps have a time of day."""
        if self.live and self.began is None and self._taken is not None:
            self.began = self._taken - timedelta(seconds=frame.time_s)

    def _goes_on(self) -> bool:
        return self._ending.reason is None

    def _searchable(self) -> Frame | Said | None:
        """Return the next frame that may be searched, or that none came for a while."""
        with self._failing():
            given = self._next(self._silence.wait_s)
            if given is Said.SILENT:
                return given if self._goes_on() and not self._rest.is_paused() else None
            if isinstance(given, Frame):
                self._silence.broken()
                if self._rest.is_paused():
                    self._leave(given)
                elif self._covers():
                    self._note_beginning(given)
                    return given
        return None

    def _next(self, wait_s: float | None = None) -> Frame | Said | None:
        """Return the next frame, or that none came; `None` at the end, and where one called."""
        given = self._reader.next(wait_s)
        if isinstance(given, Frame) or given is Said.SILENT:
            return given
        if given is Said.ENDED:
            self._ending.end(StopReason.FEED_ENDED)
        return None

    def _skip(self) -> None:
        """Let the next frame pass; in a call of its own, so that none is held till another."""
        frame = self._next()
        if isinstance(frame, Frame):
            self._leave(frame)

    def _leave(self, frame: Frame) -> None:
        """Let a frame wait that nobody may look at now; one of a camera is lost."""
        if self.live and self._rest.is_paused():
            self.rested += 1
        else:
            self._reader.keep(frame)

    def _let_go(self) -> None:
        """Have whoever waits for a frame or for the end of a pause look again."""
        self._reader.wake()
        self._reader.close()
        self._ahead.close(wait=False)
        self._rest.wake()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Have what a feed raises end the search; addresses in it lose their credentials."""
        try:
            yield
        except FeedError as error:
            self._fail(FeedError(without_credentials(str(error))))
        except Exception as error:  # noqa: BLE001 - decoders raise many types
            said = without_credentials(f"{type(error).__name__}: {error}")
            msg = f"feed {self._name} failed ({said}). Check the camera or the file."
            self._fail(FeedError(msg))

    def _covers(self) -> bool:
        """Whether the frame that just came may be searched."""
        now = self._clock()
        if now >= self._until():
            self._ending.end(StopReason.AUTHORITY_ENDED)
        if self._ending.reason is not None:
            return False
        self._taken = now
        return True

    def _fail(self, error: Exception) -> None:
        self.fault = self.fault or error
        self._ending.end(StopReason.FAULT)

    def _watch(self) -> None:
        while not self._ending.wait(self._tick_s):
            try:
                if self._clock() >= self._until():
                    self._ending.end(StopReason.AUTHORITY_ENDED)
                    break
                reason = self._look()
            except Exception as error:  # noqa: BLE001 - whatever it is, nothing is known any more
                self._fail(error)
                break
            if reason is not None:
                self._ending.end(reason)
        with suppress(Exception):
            self._feed.close()
