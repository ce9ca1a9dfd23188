"""The queue of alerts: looked at one by one, decided by people, engaged or not by another word."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from widgets.alert_words import detail_words, page_words, row_words
from widgets.panels import Panel, Surface, joined
from workbench.bench.alert_views import AlertView
from workbench.errors import NotPermittedError, WorkbenchError

if TYPE_CHECKING:
    from workbench.bench import Workbench

__all__ = ["AlertQueue"]

WHY: Final = "deciding on the alerts of a live search"
LOOK_S: Final = 1.0
"""How often the records are asked whether alerts changed; only a change is read, and logged."""


class _QueueSurface(Surface):
    _esm = joined("parts.js", "queue.js")
    _css = joined("panel.css", "queue.css")


class AlertQueue(Panel):
    """Alerts of a deployment for one person to decide on, newest first.

    Pictures are fetched when an alert is opened, which the log says, sent, and not kept. What
    others said is shown to nobody who may still be asked: that is kept by `bench.alerts`. It
    follows the records by a thread that ends with it.
    """

    surface = _QueueSurface

    def __init__(
        self,
        bench: Workbench,
        reference: str,
        *,
        heading: str = "Alerts",
        about: str = "",
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
    ) -> None:
        """Begin with the alerts that there are, and follow them.

        Args:
            bench: opened by whoever decides.
            reference: of the deployment.
            heading: stands above it.
            about: stands below that.
            credits: of photographs that it may show, a sentence each.
        """
        self._around = {"heading": heading, "about": about, "credits": list(credits)}
        self._bench, self._reference = bench, reference
        self._views: dict[str, AlertView] = {}
        self._held = threading.RLock()
        self._loaded = False
        self._fault: str | None = None
        self._page: dict[str, Any] | None = None
        self._mark: str | None = None
        self._over, self._look = threading.Event(), threading.Event()
        super().__init__()
        self.refresh()
        self._follower = threading.Thread(
            target=self._follow, name=f"alerts of {reference}", daemon=True
        )
        self._follower.start()

    @property
    def alerts(self) -> list[AlertView]:
        """The alerts as they were last seen, newest first, without pictures."""
        with self._held:
            return sorted(self._views.values(), key=lambda one: (one.raised, one.id), reverse=True)

    def refresh(self) -> None:
        """Read all alerts again, beside the kernel's own thread; the log says that they were."""
        self._worker.do(self._read)

    def look(self) -> None:
        """Ask the records at once whether alerts have changed; from any thread."""
        self._look.set()

    def close(self) -> None:
        """End the thread that follows, and leave the browsers."""
        self._over.set()
        self._look.set()
        super().close()

    def take(self, found: Iterable[AlertView]) -> None:
        """Take alerts that are new, or have changed; from any thread."""
        found = list(found)
        with self._held:
            fresh = [one.id for one in found if one.id not in self._views]
            self._views.update({one.id: one for one in found})
        self._tell(fresh)

    def _greet(self) -> None:
        self._worker.do(self._say_page)
        self._worker.do(self._tell)

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        alert = content.get("alert")
        if kind == "refresh":
            self.refresh()
        elif isinstance(alert, str):
            jobs: dict[str, Callable[[], None]] = {
                "open": lambda: self._open(alert, str(content["view"])),
                "decide": lambda: self._decide(alert, content),
                "engage": lambda: self._engage(alert, content),
            }
            if kind in jobs:
                self._worker.do(jobs[kind])

    def _follow(self) -> None:
        """Have the alerts read again whenever the records say that they have changed."""
        asked: str | None = None
        while not self._over.is_set():
            self._look.wait(LOOK_S)
            self._look.clear()
            if self._over.is_set():
                return
            try:
                mark = self._bench.alerts.mark(self._reference)
            except NotPermittedError:
                return  # the first reading has said so
            except Exception as error:  # noqa: BLE001 - said in the panel; looked again in a moment
                self._fail(error)
                continue
            if mark != self._mark and (mark != asked or self._fault):
                asked = mark
                self.refresh()

    def _marked(self) -> str | None:
        """Return the mark before a reading; none for whom the reading itself refuses, and logs."""
        try:
            return self._bench.alerts.mark(self._reference)
        except NotPermittedError:
            return None

    def _fail(self, error: Exception) -> None:
        """Say, once, why the alerts cannot be read; they are read again as soon as they can be."""
        known = isinstance(error, WorkbenchError)
        fault = str(error) if known else f"{type(error).__name__} while reading alerts"
        self._mark = None
        if fault != self._fault and not self._over.is_set():
            self._fault = fault
            self._tell()

    def _read(self) -> None:
        try:
            mark = self._marked()
            found = self._bench.alerts.list(self._reference, justification=WHY)
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._fault = None
            self._fail(error)
            return
        self._fault, self._mark = None, mark
        with self._held:
            fresh = [one.id for one in found if one.id not in self._views] if self._loaded else []
            self._views = {one.id: one for one in found}
            self._loaded = True
        self._tell(fresh)

    def _tell(self, fresh: Iterable[str] = ()) -> None:
        now, me = self._bench.now(), self._bench.actor.name
        self.say(
            {
                "kind": "alerts",
                "alerts": [row_words(one, now, me) for one in self.alerts],
                "fresh": list(fresh),
                "loaded": self._loaded,
                "fault": self._fault,
                "read_at": f"{now:%H:%M:%S} UTC",
            }
        )

    def _say_page(self) -> None:
        if self._page is None:
            self._page = self._page_words()
        self.say({"kind": "page", **self._page})

    def _page_words(self) -> dict[str, Any]:
        application = self._bench.deployments.get(self._reference).application
        two = application is not None and application.two_person
        unit = ""
        if application is not None:
            unit = self._bench.policies.get(application.policy).unit
        words = page_words(self._bench.actor.role, two_person=two, unit=unit)
        return words | self._around

    def _open(self, alert: str, view: str) -> None:
        try:
            found = self._bench.alerts.get(alert, justification=WHY)
            document = found.document
            assert document is not None  # noqa: S101 - it was opened
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._refused("open", error, alert=alert)
            return
        words = row_words(found, self._bench.now(), self._bench.actor.name)
        self.say(
            {"kind": "opened", "to": view, **words, "detail": detail_words(found)},
            [document.probe, document.reference],
        )

    def _decide(self, alert: str, content: Mapping[str, Any]) -> None:
        """Save a verdict; there is none without a decision and a reason that a person gave."""
        decision, reason = _given(content)
        self._save(
            "decide", content, lambda: self._bench.alerts.adjudicate(alert, decision, reason)
        )

    def _engage(self, alert: str, content: Mapping[str, Any]) -> None:
        decision, reason = _given(content)
        self._save("engage", content, lambda: self._bench.alerts.engage(alert, decision, reason))

    def _save(self, what: str, content: Mapping[str, Any], save: Callable[[], AlertView]) -> None:
        """Save what a view asked for, and tell it; in another one it may be undecided yet."""
        about = {"alert": content["alert"], "to": content["view"]}
        try:
            view = save()
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._refused(what, error, **about)
            return
        self.take([view])
        self.say({"kind": "saved", "what": what, **about})


def _given(content: Mapping[str, Any]) -> tuple[str, str]:
    """Return decision and reason as a browser sent them; what is no text was typed by nobody."""
    decision, reason = content.get("decision"), content.get("reason")
    return str(decision), reason if isinstance(reason, str) else ""
