"""The alerts of a live search, in the order in which they were stored, for whoever waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.bench.alert_storing import StoredAlert

__all__ = ["RaisedAlerts"]


class RaisedAlerts:
    """Alerts so far; one thread adds them, any may go through them."""

    def __init__(self, changed: threading.Condition) -> None:
        """Begin with none; `changed` is told of each."""
        self._changed = changed
        self._alerts: list[StoredAlert] = []

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._alerts)

    def add(self, alert: StoredAlert) -> None:
        """Take one that was stored just now."""
        with self._changed:
            self._alerts.append(alert)
            self._changed.notify_all()

    def ids(self) -> set[str]:
        """Return their ids."""
        return {alert.id for alert in self._alerts}

    def each(self, is_over: Callable[[], bool]) -> Iterator[StoredAlert]:
        """Give them from the first; waits for more until `is_over`."""
        at = 0
        while True:
            with self._changed:
                while not is_over() and len(self._alerts) <= at:
                    self._changed.wait()
                if len(self._alerts) <= at:
                    return
                alert = self._alerts[at]
            at += 1
            yield alert
