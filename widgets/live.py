"""The live picture: redacted frames as they come, the zone, how the feed is, and counts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from widgets.frame_window import FrameWindow
from widgets.panels import Panel, Surface, joined
from workbench.arrays import ImageArray
from workbench.errors import UsageError, ZoneError
from workbench.images import encode_jpeg
from workbench.live.redaction import RedactedFrame
from workbench.live.zone import Zone
from workbench.reports import STATES

__all__ = ["LiveView"]

WIDEST_PX: Final = 1280
"""Frames are made no wider than this before they are sent; no panel is shown wider."""
QUALITY: Final = 80
_LOOK_S: Final = 0.5


class _LiveSurface(Surface):
    _esm = joined("parts.js", "zone.js", "live.js")
    _css = joined("panel.css", "live.css")


class LiveView(Panel):
    """Shows the frames of a live search, which come redacted (`show` is its `on_frame`).

    Of the frames that come while a browser is behind only the newest waits: it is encoded once
    there is room, and the others are passed over. Frames travel as message buffers.

    Attributes:
        sent: frames that were encoded and sent.
        passed_over: frames that were not, because no browser was there or all were behind.
    """

    surface = _LiveSurface

    def __init__(
        self,
        *,
        on_zone: Callable[[Zone], None] | None = None,
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
    ) -> None:
        """Begin with nothing to show.

        Args:
            on_zone: is told of a zone that somebody has drawn.
            credits: of photographs that the picture may show, a sentence each.
        """
        self._credits = list(credits)
        self._on_zone = on_zone
        self._window = FrameWindow()
        self._newest: RedactedFrame | None = None
        self._slot = threading.Lock()
        self._ended = False
        self._producer: threading.Thread | None = None
        self._status: dict[str, Any] = {"kind": "status", "state": "empty"}
        self._zone: Zone = Zone.whole()
        self._may_draw = True
        self.sent = self.passed_over = 0
        super().__init__()

    @property
    def zone(self) -> Zone:
        """The zone that is shown, and edited."""
        return self._zone

    @property
    def may_draw(self) -> bool:
        """Whether the zone may be drawn anew."""
        return self._may_draw

    @property
    def under_way(self) -> int:
        """The most frames that are under way to any one browser view; never above two."""
        return self._window.under_way

    @property
    def delay_s(self) -> float | None:
        """Seconds from the sending of a frame to its acknowledgement, of the slowest view."""
        return self._window.delay_s

    def show(self, frame: object) -> None:
        """Take the next frame, a `RedactedFrame`; returns at once.

        Raises:
            UsageError: when it is no redacted frame.
        """
        if not isinstance(frame, RedactedFrame):
            msg = "only a redacted frame is shown: pass what a live search gives to on_frame."
            raise UsageError(msg)
        with self._slot:
            self.passed_over += self._newest is not None
            self._newest = frame
            if self._producer is None and not self._ended:
                self._producer = threading.Thread(
                    target=self._produce, name="frames for browsers", daemon=True
                )
                self._producer.start()
        self._window.wake()

    def tell(self, status: Mapping[str, Any]) -> None:
        """Say how the search is: words and counts, as `widgets.session_words` puts them."""
        self._status = {"kind": "status", **status}
        self.say(self._status)

    def set_zone(self, zone: Zone, *, may_draw: bool) -> None:
        """Show a zone, and say whether it may be drawn anew; not while a search goes on."""
        self._zone, self._may_draw = zone, may_draw
        self.say(self._zone_message())

    def clear(self) -> None:
        """Forget the frame that waits, and blank the picture: nothing is searched any more."""
        with self._slot:
            self._newest = None
        self.say({"kind": "blank"})

    def close(self) -> None:
        """End the producer and leave the browsers."""
        self._ended = True
        with self._slot:
            self._newest = None
        self._window.wake()
        super().close()

    def _greet(self) -> None:
        states = {
            word: {"shape": one.shape, "colour": one.colour, "dark": one.dark_colour}
            for word, one in STATES.items()
        }
        self.say({"kind": "states", "states": states})
        self.say({"kind": "credits", "credits": self._credits})
        self.say(self._zone_message())
        self.say(self._status)

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        view = str(content["view"])
        if kind == "follow":
            self._window.join(view)
        elif kind == "drawn" and isinstance(content.get("n"), int):
            self._window.acknowledged(view, content["n"])
        elif kind == "zone":
            self._draw_zone(content.get("points"))

    def _spoke(self, view: str) -> None:
        self._window.heard(view)

    def _left(self, view: str) -> None:
        self._window.leave(view)

    def _draw_zone(self, points: object) -> None:
        try:
            zone = self._drawn(points)
        except ZoneError as error:
            self._refused("zone", error)
            self.say(self._zone_message())
            return
        self._zone = zone
        self.say(self._zone_message())
        if self._on_zone is not None:
            self._on_zone(zone)

    def _drawn(self, points: object) -> Zone:
        if not self._may_draw:
            msg = "the zone of a search that goes on stays. Stop it, draw, and start again."
            raise ZoneError(msg)
        return Zone(_corners(points))

    def _zone_message(self) -> dict[str, Any]:
        return {
            "kind": "zone",
            "points": [list(point) for point in self._zone.points],
            "whole": self._zone.is_whole,
            "may_draw": self._may_draw,
        }

    def _produce(self) -> None:
        while not self._ended:
            frame = self._taken() if self._window.is_open else None
            if frame is None:
                self._window.wait(_LOOK_S)
                continue
            self._encode(frame)
            del frame

    def _taken(self) -> RedactedFrame | None:
        with self._slot:
            frame, self._newest = self._newest, None
            return frame

    def _encode(self, frame: RedactedFrame) -> None:
        height, width = frame.image.shape[:2]
        picture = encode_jpeg(_no_wider(frame.image), QUALITY)
        message = {
            "kind": "frame",
            "n": self._window.next_number(),
            "time_s": round(frame.time_s, 3),
            "size": [width, height],
            "covered": frame.covered.tolist(),
            "open": [[name, *region] for name, region in frame.revealed.items()],
        }
        self.sent += 1
        self.say(message, [picture])


def _corners(points: object) -> tuple[tuple[float, float], ...]:
    """Return points that a browser sent; what is none is refused."""
    try:
        return tuple((float(x), float(y)) for x, y in points)  # type: ignore[attr-defined]
    except (TypeError, ValueError, OverflowError):
        msg = "a zone is a list of points, two numbers each. Draw it again."
        raise ZoneError(msg) from None


def _no_wider(image: ImageArray) -> ImageArray:
    height, width = image.shape[:2]
    if width <= WIDEST_PX:
        return image
    import cv2  # noqa: PLC0415 - a kernel that shows no video loads none of it
    import numpy as np  # noqa: PLC0415

    size = (WIDEST_PX, round(height * WIDEST_PX / width))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
