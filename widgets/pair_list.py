"""Pairs of two pieces of footage to look through: both pictures side by side, best first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from widgets.pair_words import pair_pictures, pairs_words
from widgets.panels import Panel, Surface, joined
from widgets.thumbnails import fetched
from workbench.errors import UsageError

if TYPE_CHECKING:
    from widgets.footage_lanes import FootageLane
    from workbench.bench.search_views import PairsFinding

__all__ = ["PairAct", "PairList"]


class PairAct(StrEnum):
    """What may be done with a pair."""

    COMPARE = "compare"
    PLAY_FIRST = "play-first"
    PLAY_SECOND = "play-second"
    SEARCH_FIRST = "search-first"
    SEARCH_SECOND = "search-second"


class _PairsSurface(Surface):
    _esm = joined("parts.js", "thumbnails.js", "pairs.js")
    _css = joined("panel.css", "pairs.css")


class PairList(Panel):
    """Shows the pairs of one comparison of two pieces of footage, and hands on what is pressed.

    It decides nothing. Pictures are those that the index keeps; they are sent as message buffers
    when a view asks for them, and the page keeps none.
    """

    surface = _PairsSurface

    def __init__(
        self,
        *,
        on_act: Callable[[PairAct, str], object] = lambda _act, _pair: None,
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
    ) -> None:
        """Begin with nothing compared yet.

        Args:
            on_act: does what is pressed with the pair of an id, beside the kernel's own thread.
            credits: of photographs that it may show, a sentence each.
        """
        self._on_act, self._credits = on_act, list(credits)
        self._held = threading.RLock()
        self._words: dict[str, Any] = {"head": None, "rows": []}
        self._pictures: dict[str, bytes] = {}
        super().__init__()

    def show(self, found: PairsFinding, lanes: Mapping[str, FootageLane]) -> None:
        """Show the pairs of a comparison in the place of those before; from any thread.

        Args:
            found: the comparison.
            lanes: the footage of the case by id.
        """
        words, pictures = pairs_words(found, lanes), pair_pictures(found)
        with self._held:
            self._words, self._pictures = words, pictures
        self._greet()

    def act(self, action: PairAct, pair: str) -> None:
        """Do something with a pair, as a person does in the browser.

        Raises:
            UsageError: when it is not on the list.
        """
        with self._held:
            if pair not in {one["id"] for one in self._words["rows"]}:
                msg = f"{pair} is not on this list. Choose one that is."
                raise UsageError(msg)
        self._on_act(action, pair)
        self.say({"kind": "acted", "action": action.value, "pair": pair})

    def close(self) -> None:
        """Leave the browsers; the pictures are forgotten."""
        with self._held:
            self._words, self._pictures = {"head": None, "rows": []}, {}
        super().close()

    def _greet(self) -> None:
        with self._held:
            words = {**self._words, "credits": self._credits}
        self.say({"kind": "pairs", **words})

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        view = str(content["view"])
        if kind == "thumbs":
            self._worker.do(lambda: self._send_pictures(view, content.get("ids")))
        elif kind == "act":
            action, pair = str(content.get("action")), str(content.get("pair"))
            if action in {one.value for one in PairAct}:
                self._worker.do(lambda: self._act(view, PairAct(action), pair))

    def _act(self, view: str, action: PairAct, pair: str) -> None:
        try:
            self.act(action, pair)
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._refused("act", error, to=view, action=action.value, pair=pair)

    def _send_pictures(self, view: str, wanted: object) -> None:
        with self._held:
            pictures = dict(self._pictures)
        found = fetched(wanted, pictures)
        words = {"kind": "thumbs", "to": view, "of": found.names, "missing": found.missing}
        self.say(words, found.pictures)
