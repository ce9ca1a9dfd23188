"""Footage of a case on one axis of time: who appears when, candidates, clips around them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from widgets.clip_player import ClipPlayer
from widgets.footage_lanes import AppearanceBar, FootageLane, lanes_words
from widgets.frame_window import FrameWindow
from widgets.panels import Panel, Surface, joined
from widgets.thumbnails import fetched
from workbench.errors import UsageError

__all__ = ["Clip", "FootageTimeline"]

Clip: TypeAlias = Callable[[str], Iterable[tuple[float, bytes]]]
"""Gives the frames around an appearance: seconds of the file and JPEG bytes, redacted already."""


class _TimelineSurface(Surface):
    _esm = joined("parts.js", "thumbnails.js", "time_axis.js", "clip.js", "footage.js")
    _css = joined("panel.css", "footage.css")


class FootageTimeline(Panel):
    """Shows a lane for each file, a bar for each appearance, and plays the clip around one.

    Thumbnails and frames travel as message buffers and are not kept. Frames go out no faster than
    they were taken, at most two unacknowledged, and none is left out.
    """

    surface = _TimelineSurface

    def __init__(
        self,
        lanes: Iterable[FootageLane] = (),
        appearances: Iterable[AppearanceBar] = (),
        *,
        stated: str = "",
        clip: Clip | None = None,
        on_choose: Callable[[str], object] | None = None,
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
    ) -> None:
        """Begin with footage, or with none yet.

        Args:
            lanes: files, in the order of the lanes.
            appearances: in any order.
            stated: what has to be said of the search that candidates are of; empty without one.
            clip: gives the frames around an appearance; without it none is played.
            on_choose: is told the id of an appearance that somebody plays.
            credits: of photographs that it may show, a sentence each.

        Raises:
            UsageError: when an id comes twice, or an appearance lies in no file.
        """
        self._player: ClipPlayer | None = None
        super().__init__()  # first: what is refused below is closed like any other
        self._clip, self._on_choose, self._credits = clip, on_choose, list(credits)
        self._held = threading.RLock()
        self._lanes, self._bars = list(lanes), list(appearances)
        self._words, self._stated = lanes_words(self._lanes, self._bars), stated
        self._window = FrameWindow()
        self._plays = 0

    @property
    def under_way(self) -> int:
        """The most frames that are under way to any one browser view; never above two."""
        return self._window.under_way

    @property
    def player(self) -> ClipPlayer | None:
        """What plays, or played last."""
        return self._player

    def show(
        self,
        lanes: Iterable[FootageLane],
        appearances: Iterable[AppearanceBar],
        *,
        stated: str = "",
    ) -> None:
        """Show other footage, or the candidates of another search; from any thread.

        Args:
            lanes: as for the first.
            appearances: likewise.
            stated: likewise.

        Raises:
            UsageError: as for the first.
        """
        lanes, appearances = list(lanes), list(appearances)
        words = lanes_words(lanes, appearances)
        with self._held:
            self._lanes, self._bars = lanes, appearances
            self._words, self._stated = words, stated
        self.say(self._footage())

    def play(self, appearance: str) -> None:
        """Play the clip around an appearance, in place of what plays; from any thread.

        Raises:
            UsageError: when it is not on the timeline.
        """
        with self._held:
            if appearance not in {one.appearance for one in self._bars}:
                msg = f"{appearance} is not on this timeline. Play one that is."
                raise UsageError(msg)
            clip = self._clip
            if clip is None:
                msg = "this timeline plays no clips: it was made without any."
                raise UsageError(msg)
            before, self._plays = self._player, self._plays + 1
            if before is not None:
                before.close()
            player = self._player = ClipPlayer(
                f"{self._plays}:{appearance}",
                lambda: clip(appearance),
                window=self._window,
                send=self.say,
                watched=lambda: self.views > 0,
            )
        player.tell()
        if self._on_choose is not None:
            self._on_choose(appearance)

    def close(self) -> None:
        """End what plays, and leave the browsers."""
        if self._player is not None:
            self._player.close()
        super().close()

    def _greet(self) -> None:
        self.say(self._footage())
        if self._player is not None:
            self._player.tell()

    def _footage(self) -> dict[str, Any]:
        with self._held:
            words = {**self._words, "stated": self._stated}
        plays = self._clip is not None
        return {"kind": "footage", **words, "plays": plays, "credits": self._credits}

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        view = str(content["view"])
        if kind == "follow":
            self._window.join(view)
        elif kind == "drawn" and isinstance(content.get("n"), int):
            self._window.acknowledged(view, content["n"])
        elif kind == "thumbs":
            self._worker.do(lambda: self._send_pictures(view, content.get("ids")))
        elif kind == "play":
            self._worker.do(lambda: self._play(view, str(content.get("appearance"))))
        elif (player := self._player) is not None and content.get("name") == player.name:
            commands = {"pause": player.pause, "go-on": player.go_on, "step": player.step,
                        "close": player.close}  # fmt: skip
            if kind in commands:
                commands[kind]()

    def _spoke(self, view: str) -> None:
        self._window.heard(view)

    def _left(self, view: str) -> None:
        self._window.leave(view)

    def _play(self, view: str, appearance: str) -> None:
        try:
            self.play(appearance)
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._refused("play", error, to=view)

    def _send_pictures(self, view: str, wanted: object) -> None:
        with self._held:
            pictures = {
                one.appearance: one.thumbnail for one in self._bars if one.thumbnail is not None
            }
        found = fetched(wanted, pictures)
        words = {"kind": "thumbs", "to": view, "of": found.names, "missing": found.missing}
        self.say(words, found.pictures)
