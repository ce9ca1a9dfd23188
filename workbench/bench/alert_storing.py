"""An alert is sealed, recorded and logged in one transaction, before anybody hears of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from workbench.bench.alert_access import ALERT_KIND
from workbench.bench.context import Context
from workbench.errors import NotAuthorisedError
from workbench.governance.alerts import AlertState
from workbench.governance.categories import Category
from workbench.governance.deployments import DeploymentState
from workbench.governance.retention import RetentionClass
from workbench.live.alert_document import Reference, encode_alert
from workbench.live.probe_quality import probe_quality
from workbench.records.alerts import AlertRow, add_alert, alert_digest
from workbench.records.audit.verbs import Verb
from workbench.records.identifiers import new_id
from workbench.records.row_digests import ROW
from workbench.records.sessions import SessionRow, look_at_session
from workbench.records.vault.register import KeyRegister

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser
    from workbench.live.alerts import Alert
    from workbench.matching.watchlist import Watchlist

__all__ = ["AlertStore", "StoredAlert"]


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert as it was stored: enough to notice it; the pictures are `bench.alerts.get`'s.

    Attributes:
        id: names it.
        deployment: reference of the deployment.
        session: id of the live search.
        feed: name of the feed.
        raised: when.
        time_s: time in the feed.
        score: of the face for the person on the list, in `unit`.
        threshold: what it had to reach.
        unit: of both.
        category: why that person is on the list.
        blue_list: whether it is a consenting member of staff.
        subject: reference of the person.
        state: always `open`; deciding is for people.
    """

    id: str
    deployment: str
    session: str
    feed: str
    raised: datetime
    time_s: float
    score: float
    threshold: float
    unit: str
    category: Category
    blue_list: bool
    subject: str = field(repr=False)
    state: AlertState = AlertState.OPEN


class AlertStore:
    """Stores the alerts of one live search."""

    def __init__(
        self,
        context: Context,
        session: SessionRow,
        reference: str,
        *,
        watchlist: Watchlist,
        analyser: FaceAnalyser,
    ) -> None:
        """Take what an alert is sealed with.

        Args:
            context: of the bench.
            session: the search.
            reference: of its deployment.
            watchlist: the people searched for.
            analyser: judges the quality of probes.
        """
        self._context = context
        self._session = session
        self._reference = reference
        self._watchlist = watchlist
        self._analyser = analyser

    def name(self, _number: int) -> str:
        """Return a new id for an alert; the records know it by the same."""
        return new_id("alert", self._context.now())

    def store(self, alert: Alert, taken: datetime | None) -> StoredAlert:
        """Seal an alert under a key of its own, record it and log it, all or nothing.

        Args:
            alert: as the search raised it, named by `name`.
            taken: when its frame was let through.

        Raises:
            NotAuthorisedError: when the search was over before that frame; nothing is kept.
            StoreError: when it cannot be stored.
        """
        session = self._session
        reference = Reference.of(alert, self._watchlist)
        document = encode_alert(
            alert,
            reference,
            quality=probe_quality(self._analyser, alert.probe),
            references=session.setup.references,
            matcher=session.setup.matcher.value,
            unit=session.setup.unit,
        )
        category = Category(reference.category)
        with self._context.system(purpose=session.deployment) as acting:
            self._require_covered(acting.connection, taken)
            row = AlertRow(
                id=alert.id,
                deployment=session.deployment,
                session=session.id,
                feed=session.feed,
                entry=reference.entry,
                raised=acting.now,
                time_s=float(alert.time_s),
                score=float(alert.score),
                threshold=float(alert.threshold),
                category=category,
                blue_list=category is Category.BLUE_LIST,
                object_id=new_id("object", acting.now),
                key_id=new_id("key", acting.now),
                subject=alert.subject,
            )
            KeyRegister(self._context.keys).make(
                acting.connection,
                key_id=row.key_id,
                retention=RetentionClass.ALERT.value,
                purpose=row.deployment,
                now=acting.now,
            )
            self._context.vault.put(
                acting.connection,
                object_id=row.object_id,
                key_id=row.key_id,
                kind=ALERT_KIND,
                purpose=row.deployment,
                plaintext=document,
                now=acting.now,
            )
            add_alert(acting.connection, row)
            acting.log(
                Verb.ALERT,
                [row.id],
                details={
                    "session": row.session,
                    "feed": row.feed,
                    "entry": row.entry,
                    "category": row.category.value,
                    "blue_list": row.blue_list,
                    "score": row.score,
                    "threshold": row.threshold,
                    "time_s": row.time_s,
                    ROW: alert_digest(row),
                },
            )
        return self._stored(row)

    def _require_covered(self, connection: Connection, taken: datetime | None) -> None:
        """Refuse an alert of a search that was over before its frame was let through."""
        sight = look_at_session(connection, self._session.id)
        over = sight.deployment_ended
        in_time = over is not None and taken is not None and taken < over
        covered = sight.state is DeploymentState.LIVE or (
            in_time and sight.state is DeploymentState.CLOSED
        )
        if sight.ended or not covered:
            msg = (
                f"the search of deployment {self._reference} was over before this face was seen, "
                "so the alert was not kept."
            )
            raise NotAuthorisedError(msg)

    def _stored(self, row: AlertRow) -> StoredAlert:
        return StoredAlert(
            id=row.id,
            deployment=self._reference,
            session=row.session,
            feed=row.feed,
            raised=row.raised,
            time_s=row.time_s,
            score=row.score,
            threshold=row.threshold,
            unit=self._session.setup.unit,
            category=row.category,
            blue_list=row.blue_list,
            subject=row.subject,
        )
