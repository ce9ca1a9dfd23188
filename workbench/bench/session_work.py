"""What the thread of a live search does: it searches, has alerts stored, and counts at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.bench.alert_storing import AlertStore
from workbench.bench.authorised_feed import AuthorisedFeed
from workbench.bench.raised_alerts import RaisedAlerts
from workbench.bench.session_end import SessionEnd
from workbench.bench.session_faults import forget_frames, named_fault
from workbench.bench.session_records import counts_of, counts_so_far
from workbench.bench.session_watch import SessionWatch
from workbench.bench.stretches import Stretches
from workbench.bench.told import Told
from workbench.errors import NotAuthorisedError
from workbench.governance.session_counts import SessionCounts
from workbench.governance.stopping import StopReason
from workbench.live.ending import Ending

if TYPE_CHECKING:
    from workbench.live.alerts import Alert
    from workbench.live.result import LiveResult

__all__ = ["SessionWork"]


class SessionWork:
    """The work of one live search, done once.

    Attributes:
        store: keeps its alerts.
        alerts: those that it has kept.
        result: what it came to, its alerts those that were kept; `None` before, and after a fault
            that came while it searched.
        fault: what went wrong first, without the frames and faces that it was raised at.
    """

    def __init__(
        self,
        *,
        feed: AuthorisedFeed,
        stretches: Stretches,
        store: AlertStore,
        alerts: RaisedAlerts,
        watch: SessionWatch,
        told: Told,
        ending: Ending,
        end: SessionEnd,
    ) -> None:
        """Take what a session was put together of."""
        self.store, self.alerts = store, alerts
        self.result: LiveResult | None = None
        self.fault: BaseException | None = None
        self._feed, self._stretches, self._watch = feed, stretches, watch
        self._told, self._ending, self._end = told, ending, end

    def search(self) -> tuple[LiveResult, SessionCounts]:
        """Search to the end, and return what was found and what it comes to.

        Raises:
            BaseException: whatever ended it that is no end in good order; `given_up` takes it.
        """
        result = self._stretches.run(
            self._told.on_frame,
            self._raised,
            self._told.progress,
            is_open=self._watch.is_open,
            is_refuted=self._watch.is_refuted,
            observer=self._told.observer,
            name_alert=self.store.name,
        )
        self._ending.end(result.stopped_by)
        self.result, counts = self._counted(result)
        return self.result, counts

    def given_up(self, error: BaseException) -> SessionCounts:
        """Keep what `search` raised, and return what the search came to until then."""
        # The error is kept: the frame and the faces that were being searched are not.
        self.fault = self.fault or error
        forget_frames(error)
        forget_frames(self.fault)
        is_fault = isinstance(error, Exception)
        self._ending.end(StopReason.FAULT if is_fault else StopReason.STOPPED)
        return counts_so_far(self._stretches, len(self.alerts), named_fault(error), feed=self._feed)

    def _counted(self, result: LiveResult) -> tuple[LiveResult, SessionCounts]:
        """Return a result with the alerts alone that were stored, and what it comes to."""
        if self._ending.reason is StopReason.FAULT:
            self.fault = self.fault or self._feed.fault
        stored = self.alerts.ids()
        kept = replace(
            result,
            alerts=tuple(alert for alert in result.alerts if alert.id in stored),
            stopped_by=self._ending.reason or result.stopped_by,
        )
        said = None
        if self.fault is not None:
            # Where it was raised an alert was at hand, with its face.
            forget_frames(self.fault)
            said = named_fault(self.fault)
        drops = self._stretches.status().drops
        return kept, counts_of(kept, len(stored), said, feed=self._feed, drops=drops)

    def _raised(self, alert: Alert) -> None:
        """Store an alert, then tell of it; one that cannot be stored ends the search."""
        try:
            stored = self.store.store(alert, self._feed.taken)
        except NotAuthorisedError:
            self._end.dropped += 1
            self._ending.end(self._watch.look() or StopReason.CLOSED)
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing goes on unlogged
            self._fail(error)
            return
        self._watch.raised(stored.id)
        self.alerts.add(stored)
        if self._told.on_alert is not None:
            try:
                self._told.on_alert(stored)
            except Exception as error:  # noqa: BLE001 - what else is due now is stored all the same
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        self.fault = self.fault or error
        self._ending.end(StopReason.FAULT)
