"""What all panels of the operator's page have in common: how Python and the browser talk.

A panel has no state that travels by itself: whatever it shows goes out as messages, pictures as
their buffers, so no saved notebook and no saved widget state can hold one. A view in a browser
says hello until it is welcomed. One whose model missed its initialisation (anywidget gives it two
seconds) can speak and cannot hear: it goes on saying hello, and gets a new model.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import anywidget
import ipywidgets

from workbench.errors import WorkbenchError
from workbench.hygiene import without_credentials

__all__ = ["Panel", "Surface", "Worker", "joined"]

_STATIC: Final = Path(__file__).parent / "static"
DEAF_AFTER: Final = 4
"""Hellos without an answer after which a view counts as deaf; it says one each 1.5 seconds."""
_REPLACE_EVERY_S: Final = 8.0
GONE_AFTER_S: Final = 90.0
"""A view that was not heard for so long is gone; browsers let a hidden tab speak once a minute."""
_MOST_VIEWS: Final = 50
_LONGEST_ID: Final = 40


def joined(*names: str) -> str:
    """Return files of `static` one after another: a browser gets one module and loads no other."""
    return "\n".join((_STATIC / name).read_text("utf-8") for name in names)


class Surface(anywidget.AnyWidget):
    """The model that a browser holds of a panel: code and nothing else."""


class Worker:
    """Does what a browser asked for, one after the other, beside the kernel's own thread."""

    def __init__(self, name: str, failed: Callable[[Exception], None]) -> None:
        """Begin with nothing to do; the thread starts with the first job.

        Args:
            name: of the thread.
            failed: is told what a job raised; the next one is done all the same.
        """
        self._name, self._failed = name, failed
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def do(self, job: Callable[[], None]) -> None:
        """Have a job done after those before it."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
        self._jobs.put(job)

    def close(self) -> None:
        """Let it end after what it was asked for."""
        self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
                self._failed(error)
            del job


class Panel(ipywidgets.Box):  # type: ignore[misc]  # ipywidgets has no types
    """A panel: a box with the model in it that the browsers show, and the talk with them.

    Messages may come on any thread and go out from any.
    """

    surface: type[Surface] = Surface
    """The kind of model; each panel has its own."""

    def __init__(self) -> None:
        """Make the first model."""
        self._talk = threading.RLock()
        self._heard_s: dict[str, float] = {}
        self._replaced_s = -_REPLACE_EVERY_S
        self._worker = Worker(type(self).__name__, lambda error: self._refused("panel", error))
        self._model = self._new_model()
        super().__init__(
            children=[self._model],
            layout=ipywidgets.Layout(width="100%", overflow="visible", min_width="0"),
        )

    @property
    def views(self) -> int:
        """How many views of it browsers show, as far as they were heard from."""
        now = time.monotonic()
        with self._talk:
            return sum(now - at < GONE_AFTER_S for at in self._heard_s.values())

    def say(self, content: Mapping[str, Any], pictures: Sequence[bytes] = ()) -> None:
        """Send words to every view, and pictures as buffers beside them.

        Where no view is there nothing is sent: a server would keep it all for a page that is gone,
        and would never see its kernel idle. A view that comes is told how things are.
        """
        if not self.views:
            return
        with self._talk:
            self._model.send(dict(content), list(pictures) or None)

    def sign(self) -> None:
        """Send a message without words, whoever hears it: the kernel is at work."""
        with self._talk:
            self._model.send({"kind": "sign"}, None)

    def close(self) -> None:
        """Leave the browsers; ends what runs for it."""
        self._worker.close()
        with self._talk:
            self._model.close()
        super().close()

    def _greet(self) -> None:
        """Tell a view that has just come what there is to show."""

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        """Do what a view asks for."""

    def _take(
        self,
        kind: str,
        content: Mapping[str, Any],
        buffers: Sequence[memoryview],  # noqa: ARG002 - panels that take files look at them
    ) -> None:
        """Do what a view asks for, with the buffers that came beside its words."""
        self._hear(kind, content)

    def _spoke(self, view: str) -> None:
        """Take note that a view that was welcomed is there."""

    def _left(self, view: str) -> None:
        """Take note that a view is gone."""

    def _refused(self, what: str, error: Exception, **more: object) -> None:
        """Tell what could not be done, in the words of the rule that it broke."""
        known = isinstance(error, WorkbenchError)
        words = (
            str(error) if known else f"{type(error).__name__}: this was not foreseen. Try again."
        )
        self.say({"kind": "refused", "what": what, "words": without_credentials(words), **more})

    def _new_model(self) -> Surface:
        model = self.surface()
        model.layout.flex, model.layout.min_width = "1 1 auto", "0"
        model.on_msg(self._on_message)
        return model

    def _on_message(self, model: Surface, content: object, buffers: object) -> None:
        if not isinstance(content, dict):
            return
        kind, view = content.get("kind"), content.get("view")
        if not isinstance(kind, str) or not isinstance(view, str) or len(view) > _LONGEST_ID:
            return
        if model is not self._model:
            return  # of a model that was replaced
        if kind == "bye":
            with self._talk:
                self._heard_s.pop(view, None)
            self._left(view)
            return
        with self._talk:
            self._forget_gone()
            known = view in self._heard_s
            self._heard_s[view] = time.monotonic()
        if kind == "hello":
            self._welcome(view, content.get("tries"))
            return
        if not known:
            # Taken for gone, as of a machine that slept: nothing was said to it meanwhile.
            self._greet()
        self._spoke(view)
        if kind != "here":
            self._take(kind, content, buffers if isinstance(buffers, list) else [])

    def _welcome(self, view: str, tries: object) -> None:
        if isinstance(tries, int) and tries > DEAF_AFTER:
            self._replace()
            return
        self.say({"kind": "welcome", "to": view})
        self._greet()

    def _forget_gone(self) -> None:
        now = time.monotonic()
        gone = [one for one, at in self._heard_s.items() if now - at > GONE_AFTER_S]
        rest = [one for one in self._heard_s if one not in gone]
        for view in [*gone, *rest[: max(0, len(rest) + 1 - _MOST_VIEWS)]]:
            del self._heard_s[view]
            self._left(view)

    def _replace(self) -> None:
        """Give the browsers a new model in place of one that cannot hear."""
        with self._talk:
            if time.monotonic() - self._replaced_s < _REPLACE_EVERY_S:
                return
            self._replaced_s = time.monotonic()
            gone, self._model = self._model, self._new_model()
            left = list(self._heard_s)
            self._heard_s.clear()
            self.children = [self._model]
            gone.close()
        for view in left:
            self._left(view)
