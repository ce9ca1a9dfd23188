"""The head of the operator's page: what is searched under which authority, and its controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from widgets.panels import Panel, Surface, joined

__all__ = ["SessionControls", "SessionPanel"]


class _SessionSurface(Surface):
    _esm = joined("parts.js", "session.js")
    _css = joined("panel.css", "session.css")


@dataclass(frozen=True, slots=True, eq=False)
class SessionControls:
    """What the buttons do; each may raise, and what it says is shown.

    Attributes:
        start: a search at a threshold, of a feed where one was typed.
        pause: it, for a reason.
        resume: it.
        stop: it, for a reason if there is one.
    """

    start: Callable[[float | None, str | None], None]
    pause: Callable[[str], None]
    resume: Callable[[str | None], None]
    stop: Callable[[str | None], None]


class SessionPanel(Panel):
    """Authority, list, threshold, and how the search does; start, pause, go on, stop.

    It decides nothing: whether a search may start, and at which threshold, is for `bench.live`.
    """

    surface = _SessionSurface

    def __init__(self, controls: SessionControls) -> None:
        """Begin with nothing known.

        Args:
            controls: what the buttons do.
        """
        self._controls = controls
        self._facts: dict[str, Any] = {"kind": "facts"}
        self._status: dict[str, Any] = {"kind": "status", "state": "empty"}
        super().__init__()

    def describe(self, facts: Mapping[str, Any]) -> None:
        """Say what does not change while a search goes on: place, list, policy, feed."""
        self._facts = {"kind": "facts", **facts}
        self.say(self._facts)

    def tell(self, status: Mapping[str, Any]) -> None:
        """Say how the search is: words and counts, as `widgets.session_words` puts them."""
        self._status = {"kind": "status", **status}
        self.say(self._status)

    def _greet(self) -> None:
        self.say(self._facts)
        self.say(self._status)

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        why = content.get("why")
        reason = why if isinstance(why, str) and why.strip() else None
        controls = self._controls
        jobs: dict[str, Callable[[], None]] = {
            "start": lambda: controls.start(*_chosen(content)),
            "pause": lambda: controls.pause(reason or ""),
            "resume": lambda: controls.resume(reason),
            "stop": lambda: controls.stop(reason),
        }
        if kind in jobs:
            self._worker.do(lambda: self._try(kind, jobs[kind]))

    def _try(self, what: str, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._refused(what, error)
        else:
            self.say({"kind": "done", "what": what})


def _chosen(content: Mapping[str, Any]) -> tuple[float | None, str | None]:
    """Return threshold and feed as a browser sent them; what is no number is none."""
    threshold, feed = content.get("threshold"), content.get("feed")
    is_number = isinstance(threshold, int | float) and not isinstance(threshold, bool)
    return (
        float(threshold) if is_number and threshold is not None else None,
        feed.strip() if isinstance(feed, str) and feed.strip() else None,
    )
