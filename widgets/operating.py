"""The operator's page: a live search, its picture and its alerts, assembled from three panels."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import ipywidgets

from widgets.alert_queue import WHY, AlertQueue
from widgets.deployment_words import deployment_words, require_application, zone_of
from widgets.live import LiveView
from widgets.session_panel import SessionControls, SessionPanel
from widgets.session_words import PausesSeen, status_words
from workbench.errors import UsageError, WorkbenchError
from workbench.governance.permissions import PERMISSIONS, Permission
from workbench.governance.session_signs import SessionState
from workbench.governance.stopping import StopReason
from workbench.hygiene import IN_PAGE, require_no_login, without_credentials

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.live_session import LiveSession
    from workbench.bench.live_watching import SessionWatcher
    from workbench.bench.session_status import SessionStatus
    from workbench.faces.analysis import FaceAnalyser
    from workbench.feeds.frames import Feed
    from workbench.live.redaction import RedactedFrame

__all__ = ["Operator", "Source"]

_TICK_S: Final = 0.5
_SEARCH_EVERY_S: Final = 20.0
"""How often a page that watches nothing looks for a search of another process; each is logged."""
_KEEP_S: Final = 30.0
"""How often a search makes a sign, whoever looks: else a server takes its kernel for idle."""
_STILL_S: Final = 3.0
"""Without a frame for so long, a feed that says nothing of itself counts as one without frames."""

_ON_ITS_WAY_S: Final = 2.0
"""A frame has reached the browser by then; up to then the picture is blanked again and again."""
_OVER: Final = frozenset({"ended", "lost", "error"})
_RESTING: Final = _OVER | {"paused"}

Source = Callable[[], "Feed | Path | str"]
"""Opens the feed anew for each search."""


class Operator(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """The page of one deployment: head, picture, alerts. It runs one search at a time, or watches.

    Attributes:
        session_panel: the head.
        live_view: the picture.
        queue: the alerts.
    """

    def __init__(
        self,
        bench: Workbench,
        reference: str,
        *,
        feed: Source | str | Path | None = None,
        feed_name: str | None = None,
        threshold: float | None = None,
        analyser: FaceAnalyser | None = None,
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
    ) -> None:
        """Assemble the page; nothing is searched before somebody starts it.

        Args:
            bench: opened by whoever uses the page.
            reference: of the deployment.
            feed: where frames come from; asked for on the page when left out.
            feed_name: which of the deployment's feeds that is; may be left out where it has one.
            threshold: offered at first; that of the policy when left out.
            analyser: loaded models; those of the settings when left out.
            credits: of photographs that the page may show, a sentence each.
        """
        self._bench, self._reference = bench, reference
        self._source, self._feed_name = feed, feed_name
        self._analyser = analyser
        self._session: LiveSession | None = None
        self._watcher: SessionWatcher | None = None
        self._starting_s: float | None = None
        self._frame_s: float | None = None
        self._feed_time_s: float | None = None
        self._pauses = PausesSeen()
        self._told: dict[str, Any] = {"state": "empty"}
        self._looked_s = -_SEARCH_EVERY_S
        self._kept_s = -_KEEP_S
        self._over = threading.Event()
        self._tick = threading.Event()
        self.session_panel = SessionPanel(
            SessionControls(self.start, self.pause, self.resume, self.stop)
        )
        self.live_view = LiveView(credits=credits)
        self.queue = AlertQueue(bench, reference, credits=credits)
        super().__init__(children=[self.session_panel, _columns(self.live_view, self.queue)])
        self.layout.width, self.layout.grid_gap = "100%", "8px"
        self._describe(threshold, first=True)
        self._follower = threading.Thread(
            target=self._follow, name=f"page of {reference}", daemon=True
        )
        self._follower.start()

    @property
    def is_over(self) -> bool:
        """Whether it was closed."""
        return self._over.is_set()

    @property
    def is_searching(self) -> bool:
        """Whether a search that was started here goes on, or is about to."""
        going = self._session is not None and not self._session.is_done
        return not self.is_over and (going or self._starting_s is not None)

    @property
    def session(self) -> LiveSession | None:
        """The search that runs here, or ran here last."""
        return self._session

    def start(self, threshold: float | None = None, feed: str | None = None) -> None:
        """Start a search, and watch it.

        Args:
            threshold: from which score on an alert is raised; that of the policy when left out.
            feed: path or address, where the page was made without a feed; `env:NAME` or `@FILE`
                where the address has a login in it.

        Raises:
            RefusedError: when the address has a login in it.
            UsageError: when there is no feed, or a search runs here.
            WorkbenchError: whatever `bench.live.start` raises.
        """
        if self.is_searching:
            msg = "a search runs on this page already. Stop it first."
            raise UsageError(msg)
        source = self._source if self._source is not None else feed
        if source is None:
            msg = "no feed is named. Type the path of a file or the address of a camera."
            raise UsageError(msg)
        if isinstance(source, str):
            require_no_login(source, IN_PAGE)
        self._watcher = None
        self._starting_s = time.monotonic()
        self._tick.set()
        try:
            zone = None if self.live_view.zone.is_whole else self.live_view.zone
            session = self._bench.live.start(
                self._reference,
                source() if callable(source) else source,
                feed_name=self._feed_name,
                threshold=threshold,
                analyser=self._analyser,
                zone=zone,
                on_frame=self._shown,
                on_alert=lambda _alert: self.queue.look(),
            )
            try:
                self._run(session)
            except BaseException:
                # Whoever interrupts the kernel now is not left with a search that nobody runs.
                session.close()
                raise
        finally:
            self._starting_s = None
            self._tick.set()

    def pause(self, why: str) -> None:
        """Have the search rest, for a reason that is kept."""
        self._bench.live.pause(self._required(), why)
        self._tick.set()

    def resume(self, why: str | None = None) -> None:
        """Have it go on."""
        self._bench.live.resume(self._required(), why)
        self._tick.set()

    def stop(self, why: str | None = None) -> None:
        """Have it end before its next frame."""
        session = self._session
        if session is not None and not session.is_done:
            session.stop(why)
        else:
            self._bench.live.stop(self._required(), why)
        self._tick.set()

    def close(self) -> None:
        """End what runs here, and leave the browsers; the bench stays open."""
        self._over.set()
        self._tick.set()
        if self._session is not None:
            self._session.close()
        for panel in (self.session_panel, self.live_view, self.queue):
            panel.close()
        super().close()

    def _run(self, session: LiveSession) -> None:
        """Run a search that was started, and watch it."""
        self._frame_s = self._feed_time_s = None
        self._pauses = PausesSeen()
        self._watcher = self._bench.live.watch(session.id, justification=WHY)
        self._session = session
        if self.is_over:
            msg = "the page was closed while its search was about to start, so it did not."
            raise UsageError(msg)
        self.live_view.set_zone(self.live_view.zone, may_draw=False)
        session.start_thread()
        self._describe(session.threshold)

    def _required(self) -> str:
        if self._watcher is None:
            msg = "no search is watched here. Start one."
            raise UsageError(msg)
        return self._watcher.session

    def _shown(self, frame: RedactedFrame) -> None:
        self.live_view.show(frame)
        self._frame_s, self._feed_time_s = time.monotonic(), frame.time_s

    def _describe(self, threshold: float | None = None, *, first: bool = False) -> None:
        """Read what does not change while a search goes on, and what its threshold means."""
        try:
            deployment = self._bench.deployments.get(self._reference)
            application = require_application(deployment)
            facts = deployment_words(self._bench, deployment, asked=threshold)
        except WorkbenchError as error:
            self.session_panel.describe({"fault": str(error)})
            return
        facts |= {"feed": self._feed_name, "has_feed": self._source is not None}
        self.session_panel.describe(facts)
        if first:
            may = self._may(Permission.LIVE_START)
            self.live_view.set_zone(zone_of(application, self._feed_name), may_draw=may)

    def _may(self, permission: Permission) -> bool:
        return permission in PERMISSIONS[self._bench.actor.role]

    def _follow(self) -> None:
        """Tell the panels twice a second how the search is, until the page is closed."""
        while not self._over.is_set():
            try:
                self._look()
            except Exception as error:  # noqa: BLE001 - said on the page; looked again in a moment
                known = isinstance(error, WorkbenchError)
                words = without_credentials(str(error)) if known else type(error).__name__
                # It may go on all the same: what was known last stays, and grows stale.
                self._keep()
                self.live_view.tell({**self._told, "unread": words})
                self._over.wait(2.0)
            self._tick.wait(_TICK_S)
            self._tick.clear()

    def _look(self) -> None:
        started_s = self._starting_s
        if started_s is not None:
            since = time.monotonic() - started_s
            words = "checking the authority, the list and the threshold; loading the models"
            self._tell({"state": "starting", "words": words, "since_s": since})
            return
        if self._watcher is None:
            self._find()
        if self._watcher is None:
            self._tell({"state": "empty"})
            return
        self._tell(self._words(self._status(self._watcher)))

    def _status(self, watcher: SessionWatcher) -> SessionStatus:
        """Return how the search is; of one that runs here no records are asked."""
        session = self._session
        if session is not None and session.id == watcher.session:
            return session.status
        return watcher.status()

    def _words(self, status: SessionStatus) -> dict[str, Any]:
        session = self._session
        here = session is not None and session.id == status.session
        moving = not here or self._frame_s is None or time.monotonic() - self._frame_s < _STILL_S
        words = status_words(
            status,
            since_s=self._feed_time_s if here else None,
            place="" if here or status.state is SessionState.ENDED else "in another process",
            moving=moving,
            pauses=self._pauses.look(status, self._feed_time_s if here else None),
        )
        if session is not None and here:
            words["threshold"] = session.threshold
            if session.is_done and session.stopped_by is not None:
                words |= _fault_of(session)
        if words["state"] in _RESTING:
            self._blank()
        if words["state"] in _OVER:
            self._ended()
        return words

    def _blank(self) -> None:
        """Show no frame any longer: its alert may be decided, and nobody would cover the face."""
        if self._frame_s is None:
            return
        self.live_view.clear()
        if time.monotonic() - self._frame_s >= _ON_ITS_WAY_S:
            self._frame_s = None

    def _ended(self) -> None:
        """Let a zone be drawn again, for the next search."""
        may = self._may(Permission.LIVE_START)
        if may and not self.live_view.may_draw:
            self.live_view.set_zone(self.live_view.zone, may_draw=True)

    def _find(self) -> None:
        """Watch a search of this deployment that another process runs, if there is one."""
        if time.monotonic() - self._looked_s < _SEARCH_EVERY_S:
            return
        self._looked_s = time.monotonic()
        for status in self._bench.live.statuses(self._reference):
            named = self._feed_name in {None, status.feed}
            if named and status.state is not SessionState.ENDED and not status.lost:
                self._watcher = self._bench.live.watch(status.session, justification=WHY)
                return

    def _keep(self) -> None:
        if self.is_searching and time.monotonic() - self._kept_s >= _KEEP_S:
            self._kept_s = time.monotonic()
            self.session_panel.sign()

    def _tell(self, words: dict[str, Any]) -> None:
        self._keep()
        self._told = words
        self.session_panel.tell(words)
        view = self.live_view
        self.live_view.tell({**words, "browser_s": view.delay_s, "under_way": view.under_way})


def _columns(picture: LiveView, alerts: AlertQueue) -> ipywidgets.Box:
    """Return picture and alerts beside each other, or one above the other where it is narrow."""
    picture.layout.flex, alerts.layout.flex = "3 1 380px", "2 1 400px"
    picture.layout.width = alerts.layout.width = "auto"
    return ipywidgets.Box(
        [picture, alerts],
        layout=ipywidgets.Layout(
            display="flex", flex_flow="row wrap", align_items="flex-start", width="100%",
            overflow="visible", grid_gap="8px",
        ),
    )  # fmt: skip


def _fault_of(session: LiveSession) -> dict[str, Any]:
    """Return what to say of a search that a fault ended; nothing of another."""
    if session.stopped_by is not StopReason.FAULT:
        return {}
    try:
        session.wait(0.0)
    except Exception as error:  # noqa: BLE001 - what it raises is what is told
        words = str(error) if isinstance(error, WorkbenchError) else type(error).__name__
        return {"state": "error", "words": without_credentials(words)}
    return {}
