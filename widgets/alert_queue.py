"""The queue of alerts: looked at one by one, decided by people, engaged or not by another word."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from widgets.alert_words import detail_words, page_words, row_words
from widgets.panels import Panel, Surface, joined
from workbench.bench.alert_views import AlertView
from workbench.errors import NotPermittedError, UnknownRecordError, WorkbenchError

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.list_views import EntryView

__all__ = ["AlertQueue"]

WHY: Final = "deciding on the alerts of a live search"
_LISTED: Final = "showing an operator why the person of an alert is on the list"


class _QueueSurface(Surface):
    _esm = joined("parts.js", "queue.js")
    _css = joined("panel.css", "queue.css")


class AlertQueue(Panel):
    """Alerts of a deployment for one person to decide on, newest first.

    Pictures are fetched when an alert is opened, which the log says, sent, and not kept. What
    others said is shown to nobody who may still be asked: that is kept by `bench.alerts`.
    """

    surface = _QueueSurface

    def __init__(self, bench: Workbench, reference: str) -> None:
        """Begin with the alerts that there are.

        Args:
            bench: opened by whoever decides.
            reference: of the deployment.
        """
        self._bench, self._reference = bench, reference
        self._views: dict[str, AlertView] = {}
        self._entries: Mapping[str, EntryView] | None = None
        self._held = threading.RLock()
        self._loaded = False
        self._fault: str | None = None
        self._page: dict[str, Any] | None = None
        super().__init__()
        self.refresh()

    @property
    def alerts(self) -> list[AlertView]:
        """The alerts as they were last seen, newest first, without pictures."""
        with self._held:
            return sorted(self._views.values(), key=lambda one: (one.raised, one.id), reverse=True)

    def refresh(self) -> None:
        """Read all alerts again, beside the kernel's own thread; the log says that they were."""
        self._worker.do(self._read)

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

    def _read(self) -> None:
        try:
            found = self._bench.alerts.list(self._reference, justification=WHY)
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            known = isinstance(error, WorkbenchError)
            self._fault = str(error) if known else f"{type(error).__name__} while reading alerts"
            self._tell()
            return
        self._fault = None
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
        return page_words(self._bench.actor.role, two_person=two, unit=unit)

    def _open(self, alert: str, view: str) -> None:
        try:
            found = self._bench.alerts.get(alert, justification=WHY)
            document = found.document
            assert document is not None  # noqa: S101 - it was opened
            entry = self._entry(document.entry)
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._refused("open", error, alert=alert)
            return
        words = row_words(found, self._bench.now(), self._bench.actor.name)
        self.say(
            {"kind": "opened", "to": view, **words, "detail": detail_words(found, entry)},
            [document.probe, document.reference],
        )

    def _decide(self, alert: str, content: Mapping[str, Any]) -> None:
        """Save a verdict; there is none without a decision and a reason that a person gave."""
        decision, reason = content.get("decision"), content.get("reason")
        self._save(
            "decide",
            alert,
            lambda: self._bench.alerts.adjudicate(alert, str(decision), str(reason or "")),
        )

    def _engage(self, alert: str, content: Mapping[str, Any]) -> None:
        decision, reason = content.get("decision"), content.get("reason")
        self._save(
            "engage",
            alert,
            lambda: self._bench.alerts.engage(alert, str(decision), str(reason or "")),
        )

    def _save(self, what: str, alert: str, save: Callable[[], AlertView]) -> None:
        try:
            view = save()
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._refused(what, error, alert=alert)
            return
        self.take([view])
        self.say({"kind": "saved", "what": what, "alert": alert})

    def _entry(self, entry: str) -> EntryView | None:
        """Return an entry of the watchlist, where whoever looks may see it and it is there."""
        if self._entries is None:
            try:
                listed = self._bench.watchlists.show(self._reference, _LISTED)
                self._entries = {one.id: one for one in listed.entries}
            except (NotPermittedError, UnknownRecordError):
                self._entries = {}
        return self._entries.get(entry)
