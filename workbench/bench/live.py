"""`bench.live`: a live search, which starts only where everything that allows it is there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workbench.bench.context import Context
from workbench.bench.deployment_access import on_deployment
from workbench.bench.list_facts import staff_on
from workbench.bench.live_checks import StartPlan, plan_start, require_unchanged
from workbench.bench.live_control import LiveControl
from workbench.bench.live_setup import (
    require_same_encoders,
    require_same_numbers,
    session_setup,
)
from workbench.bench.live_sources import named_source, opened_source
from workbench.bench.search_output import disclosed_video, finding_in, write_result
from workbench.bench.session_end import SessionEnd
from workbench.bench.session_faults import named_fault
from workbench.bench.session_records import record_start
from workbench.bench.session_watch import SessionWatch
from workbench.bench.shared_analysers import SharedAnalysers
from workbench.bench.told import Told, WithoutScores
from workbench.bench.uninterrupted import uninterrupted
from workbench.errors import WorkbenchError
from workbench.governance.authorisation import covers_until
from workbench.governance.permissions import Permission
from workbench.governance.session_counts import SessionCounts
from workbench.governance.stopping import StopReason
from workbench.records.audit.verbs import Verb

if TYPE_CHECKING:
    from workbench.bench.alert_storing import StoredAlert
    from workbench.bench.live_session import LiveSession
    from workbench.faces.analysis import FaceAnalyser
    from workbench.feeds.frames import Feed
    from workbench.live.redaction import RedactedFrame
    from workbench.live.running import Observer
    from workbench.live.writer import RedactedVideoWriter
    from workbench.live.zone import Zone
    from workbench.records.deployments import DeploymentRow
    from workbench.records.sessions import SessionRow
    from workbench.reports.finding import Finding
    from workbench.reports.page import AlertsPage

__all__ = ["Live"]

_STARTING: Final = "start of a search"


class Live(LiveControl):
    """Live searches of a bench: each of one feed, under the authority of one deployment.

    Several feeds can be searched at a time, each by a session of its own; they share the models.
    """

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        super().__init__(context)
        self._analysers = SharedAnalysers()

    def start(
        self,
        reference: str,
        feed: str | Path | Feed,
        *,
        feed_name: str | None = None,
        threshold: float | None = None,
        analyser: FaceAnalyser | None = None,
        zone: Zone | None = None,
        on_frame: Callable[[RedactedFrame], None] | None = None,
        on_alert: Callable[[StoredAlert], None] | None = None,
        observer: Observer | None = None,
        progress: Callable[[int, int | None], None] | None = None,
    ) -> LiveSession:
        """Check everything that allows a search, in this order, and only then load a model.

        The role; the authority and its window; the feed and its zone; the watchlist, its reviews
        and its age; the policy, its approval, and that what is about to score is what it was
        measured with. Then the start is recorded, and the deployment is live.

        Args:
            reference: of the deployment.
            feed: where its frames come from: a path, the address of a camera, or an open feed; it
                is closed at the end. `env:NAME` and `@PATH` say where an address with a login is.
            feed_name: which of the deployment's feeds that is; may be left out where it has one.
            threshold: from which score on an alert is raised, in the unit of the policy; that of
                the policy, or the deployment's minimum where it is higher, when left out.
            analyser: loaded models; those of the settings when left out. Its detector must be set
                for redaction (`workbench.live.detection`).
            zone: where faces are compared; within the zone of the deployment's feed, which is
                used when left out.
            on_frame: takes each frame, redacted.
            on_alert: takes each alert once it is stored.
            observer: measures against ground truth; it is told of no score.
            progress: takes the frames done, and the feed's estimate of all.

        Returns:
            The session; nothing is searched before it is run.

        Raises:
            NotPermittedError: when the role may not.
            NotAuthorisedError: when no authority covers now, or not this feed.
            BlockedError: lists everything that the watchlist lacks.
            IllegalMoveError: when a search of that feed runs.
            PolicyError: when the policy does not allow it, or does not fit.
            EncoderMismatchError: when list and analyser have different encoders.
            FeedError: when the feed cannot be opened; without any login of its address.
        """
        plan = uninterrupted(
            lambda: self._planned(reference, feed, feed_name, threshold, zone), name=_STARTING
        )
        opened = opened_source(feed, self._context.settings)
        try:
            used = self._used(plan, analyser)
            seen = None if observer is None else WithoutScores(observer)
            told = Told(on_frame, on_alert, seen, progress)
            return uninterrupted(
                lambda: self._begin(plan, opened, used, told),
                name=_STARTING,
                undo=lambda session: session.close(),
            )
        except BaseException:
            opened.close()
            raise

    def finding(self, session_id: str, *, justification: str) -> Finding:
        """Return what a search found: counts, and its alerts with faces, as they stand now.

        Raises:
            NotPermittedError: when the role may not look at alerts.
            UnknownRecordError: when there is no such search.
        """
        return finding_in(self._context, session_id, justification=justification)

    def write_result(
        self,
        session_id: str,
        folder: Path,
        *,
        recipient: str,
        justification: str,
        change: Callable[[AlertsPage], AlertsPage] | None = None,
        force: bool = False,
    ) -> Finding:
        """Write page and summary of a search into a folder: a disclosure, recorded before.

        See `workbench.bench.search_output.write_result`.
        """
        return write_result(
            self._context,
            session_id,
            folder,
            recipient=recipient,
            justification=justification,
            change=change,
            force=force,
        )

    def video(
        self, session: LiveSession, path: Path, *, recipient: str, justification: str
    ) -> AbstractContextManager[RedactedVideoWriter]:
        """Give what writes the redacted video of a search, frame by frame: a disclosure.

        A context manager, around `session.run()`. Entering it records the disclosure, before a
        frame leaves the bench; leaving it by an exception takes the record back, since none did.

        Args:
            session: the search, not yet run.
            path: where the finished video shall be.
            recipient: who gets it.
            justification: why.

        Raises:
            NotPermittedError: when the role may not.
            RecordError: when recipient or justification cannot be used.
        """
        return disclosed_video(
            self._context, session, path, recipient=recipient, justification=justification
        )

    def close(self) -> None:
        """Stop the searches that this bench runs, and wait until their ends are recorded."""
        for session in list(self._running):
            session.close()
        self._analysers.forget()

    def _planned(
        self,
        reference: str,
        feed: str | Path | Feed,
        feed_name: str | None,
        threshold: float | None,
        zone: Zone | None,
    ) -> StartPlan:
        """Check what allows a search, and log that its list is opened."""
        self._tidy()
        with on_deployment(self._context, Permission.LIVE_START, reference) as (acting, row):
            plan = plan_start(
                self._context, acting, row, feed_name=feed_name, threshold=threshold, zone=zone
            )
            acting.log(
                Verb.CONSULT,
                [row.id, plan.listed.id],
                justification="opening the watchlist for a live search of its deployment",
                details={
                    "reference": reference,
                    "feed": plan.feed.name,
                    "policy": plan.policy.id,
                    "source": named_source(feed),
                },
            )
        return plan

    def _used(self, plan: StartPlan, analyser: FaceAnalyser | None) -> FaceAnalyser:
        """Return an analyser with the encoders of the list, and no others."""
        from workbench.faces.analysis import FaceAnalyser as Analyser  # noqa: PLC0415 - loads torch

        settings = self._context.settings
        if analyser is None:
            analyser = self._analysers.get(settings, plan.policy.setup.runtime.value)
        listed = plan.matcher.identities
        require_same_encoders(listed, analyser.identities, plan.deployment.reference)
        encoders = {name: one for name, one in analyser.encoders.items() if name in listed}
        used = Analyser(analyser.detector, encoders, settings.quality)
        require_same_numbers(plan.policy, used)
        return used

    def _begin(
        self,
        plan: StartPlan,
        feed: Feed,
        analyser: FaceAnalyser,
        told: Told,
    ) -> LiveSession:
        """Record the start, once what may have changed in the meantime is asked again."""
        reference = plan.deployment.reference
        with on_deployment(self._context, Permission.LIVE_START, reference) as (acting, row):
            require_unchanged(acting, row, plan)
            session, row = record_start(  # noqa: PLW2901 - the deployment as it is now
                acting, row, plan, session_setup(plan, analyser, feed.size)
            )
        try:
            return self._prepared(session, row, plan, feed=feed, analyser=analyser, told=told)
        except BaseException as error:
            # Nobody has it to run or to end: left open, its feed could not be searched again.
            counts = SessionCounts(frames=0, alerts=0, fault=named_fault(error))
            with suppress(WorkbenchError):
                SessionEnd(self._context, session).record(StopReason.FAULT, counts)
            raise

    def _prepared(
        self,
        session: SessionRow,
        row: DeploymentRow,
        plan: StartPlan,
        *,
        feed: Feed,
        analyser: FaceAnalyser,
        told: Told,
    ) -> LiveSession:
        """Put a search together that was recorded as started."""
        from workbench.bench.alert_storing import AlertStore  # noqa: PLC0415 - opens quickly
        from workbench.bench.live_session import LiveSession  # noqa: PLC0415
        from workbench.live.pipeline import LiveSearch  # noqa: PLC0415

        assert row.authority is not None  # noqa: S101 - it covers now
        digest = plan.listed.digest or ""
        watch = SessionWatch(
            self._context,
            session.id,
            watchlist=digest,
            until=covers_until(row.authority),
            staff=staff_on((one.subject, one.category) for one in plan.watchlist.references),
        )
        live = LiveSession(
            self._context,
            session,
            plan.deployment.reference,
            feed=feed,
            search=LiveSearch(
                analyser,
                plan.matcher,
                plan.watchlist,
                threshold=plan.threshold,
                zone=plan.zone,
                settings=self._context.settings.live,
            ),
            store=AlertStore(
                self._context,
                session,
                plan.deployment.reference,
                watchlist=plan.watchlist,
                analyser=analyser,
            ),
            watch=watch,
            told=told,
            done=self._running.discard,
            policy_words=plan.policy_words,
        )
        self._running.add(live)
        return live
