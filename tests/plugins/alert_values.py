"""Alerts on a test bench without any model: drawn pictures, sealed and recorded as real ones are.

`plant_alert(workbench, reference)` is enough; it makes the search and the list that it needs. The
deployment itself must be there; that of the fixture `authorised` of tests/bench/conftest.py will
do, whatever its state.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from workbench.arrays import ImageArray
from workbench.bench import Workbench
from workbench.bench.context import Acting, Context
from workbench.bench.processes import this_process
from workbench.governance.alerts import AlertState
from workbench.governance.categories import Category, LegalBasis
from workbench.governance.entries import WatchlistEntry
from workbench.governance.image_sources import ImageSource
from workbench.governance.retention import RetentionClass
from workbench.governance.session_counts import SessionCounts
from workbench.governance.session_setup import SessionSetup
from workbench.governance.setups import Matcher
from workbench.governance.stopping import StopReason
from workbench.images import encode_jpeg
from workbench.live.alert_document import Reference, encode_alert
from workbench.live.alerts import Alert
from workbench.live.probe_quality import ProbeQuality
from workbench.matching.candidates import Candidates
from workbench.records.alerts import AlertRow, add_alert, alert_digest
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import DeploymentRow, find_deployment
from workbench.records.identifiers import new_id
from workbench.records.policies import find_policy
from workbench.records.row_digests import ROW
from workbench.records.sessions import SessionRow, add_session, list_sessions
from workbench.records.vault.register import KeyRegister
from workbench.records.watchlist_entries import (
    EntryQuality,
    EntryRow,
    EntryState,
    add_entries,
    entries_of_subject,
)
from workbench.records.watchlists import ListState, WatchlistRow, find_watchlist, save_watchlist

__all__ = ["drawn_alert", "face", "plant_alert", "plant_session", "sealed_document"]


def face(seed: int = 0, side: int = 48) -> ImageArray:
    """Draw noise; nobody's face is needed to seal one."""
    return np.random.default_rng(seed).integers(0, 255, (side, side, 3), dtype=np.uint8)


def drawn_alert(**changes: Any) -> Alert:
    """An alert as a search raises it, on a drawn face."""
    values = {
        "id": "alert-1",
        "track": 3,
        "subject": "subject-1",
        "time_s": 4.25,
        "frame": 106,
        "score": 3.5,
        "threshold": 2.5,
        "candidates": Candidates(
            ("subject-1", "subject-2"), np.array([3.5, -1.25]), np.array([0, 1])
        ),
        "comparisons": 4,
        "probe": face(1),
        "probe_frame": 104,
        "probe_time_s": 4.17,
        "box": np.array([10.0, 20.0, 58.0, 68.0], np.float32),
        "reference": 0,
        "first_seen_s": 2.0,
        "latency_s": 0.08,
        "contests": None,
        "hidden": 0.0,
    }
    return Alert(**(values | changes))


def sealed_document(alert: Alert, entry: str = "entry-1", category: str = "witness") -> bytes:
    """What the vault holds of such an alert."""
    reference = Reference(entry, category, encode_jpeg(face(2, 160)), "a.jpg", "accept", ())
    quality = ProbeQuality("warn", ("28 px between the eyes, below 30 px.",))
    unit = "log10 likelihood ratio"
    return encode_alert(
        alert, reference, quality=quality, references=1200, matcher="fused", unit=unit
    )


def plant_session(
    bench: Workbench, reference: str, *, feed: str = "gate", ended: bool = True, **changes: Any
) -> SessionRow:
    """Record a live search of a deployment, that has ended unless `ended` is false."""
    with bench._context.system() as acting:
        row = _session(acting, find_deployment(acting.connection, reference), feed, ended, changes)
        acting.serving(row.deployment).log(Verb.START, [row.id])
    return row


def plant_alert(
    bench: Workbench,
    reference: str,
    *,
    subject: str = "subject-1",
    category: Category = Category.WANTED_BY_COURTS,
    raised: datetime | None = None,
    state: AlertState = AlertState.OPEN,
    session: str | None = None,
    feed: str = "gate",
    **changes: Any,
) -> AlertRow:
    """Seal and record an alert of a deployment; changes are those of `drawn_alert`.

    Args:
        bench: opened by anybody.
        reference: of the deployment.
        subject: on the list; put there if need be.
        category: of that entry.
        raised: when; the moment of the clock when left out.
        state: without any verdict behind it.
        session: id of the search; that of the deployment, or a new one, when left out.
        feed: its name.
        changes: of the alert.
    """
    context = bench._context
    with context.system() as writing:
        deployment = find_deployment(writing.connection, reference)
        acting = writing.serving(deployment.id)
        entry = _entry(acting, deployment, subject, category)
        if session is None:
            known = list_sessions(acting.connection, deployment.id)
            session = known[0].id if known else _session(acting, deployment, feed, True, {}).id
        moment = raised or acting.now
        row = AlertRow(
            id=new_id("alert", moment),
            deployment=deployment.id,
            session=session,
            feed=feed,
            entry=entry,
            raised=moment,
            time_s=4.25,
            score=changes.get("score", 3.5),
            threshold=2.5,
            category=category,
            blue_list=category is Category.BLUE_LIST,
            object_id=new_id("object", moment),
            key_id=new_id("key", moment),
            state=state,
            decided=acting.now if state.is_decided else None,
            subject=subject,
        )
        alert = drawn_alert(**({"id": row.id, "subject": subject} | changes))
        _seal(context, acting, row, sealed_document(alert, entry, category.value))
        add_alert(acting.connection, row)
        acting.log(Verb.ALERT, [row.id], details={ROW: alert_digest(row)})
    return row


def _seal(context: Context, acting: Acting, row: AlertRow, document: bytes) -> None:
    KeyRegister(context.keys).make(
        acting.connection,
        key_id=row.key_id,
        retention=RetentionClass.ALERT.value,
        purpose=row.deployment,
        now=acting.now,
    )
    context.vault.put(
        acting.connection,
        object_id=row.object_id,
        key_id=row.key_id,
        kind="alert",
        purpose=row.deployment,
        plaintext=document,
        now=acting.now,
    )


def _session(
    acting: Acting, deployment: DeploymentRow, feed: str, ended: bool, changes: dict[str, Any]
) -> SessionRow:
    policy = find_policy(acting.connection, deployment.application.policy)
    started = acting.now - timedelta(minutes=10)
    counts = SessionCounts(frames=15_000, faces_seen=400, counting_method="drawn/1", alerts=1)
    values = {
        "id": new_id("session", acting.now),
        "deployment": deployment.id,
        "operator": "operator",
        "feed": feed,
        "policy": policy.id,
        "threshold": policy.minimum_threshold,
        "setup": SessionSetup(
            matcher=Matcher(policy.matcher),
            unit=policy.unit,
            references=1200,
            subjects=1100,
            watchlist_sha256="0" * 64,
            detector="drawn",
            encoders=("drawn",),
        ),
        "process": "a test" if ended else this_process(),
        "started": started,
        "ended": acting.now if ended else None,
        "stopped_by": StopReason.FEED_ENDED if ended else None,
        "counts": counts if ended else None,
    }
    row = SessionRow(**(values | changes))
    add_session(acting.connection, row)
    return row


def _entry(acting: Acting, deployment: DeploymentRow, subject: str, category: Category) -> str:
    """Return the id of a subject's entry on the deployment's list; both are made if need be."""
    connection = acting.connection
    known = [row for at, row in entries_of_subject(connection, subject) if at == deployment.id]
    if known:
        return known[0].id
    watchlist = find_watchlist(connection, deployment.id) or save_watchlist(
        connection,
        WatchlistRow(
            id=new_id("watchlist", acting.now),
            deployment=deployment.id,
            state=ListState.DESTROYED,
            builder="analyst",
            built=acting.now,
            references=1,
            subjects=1,
            object_id=None,
            key_id=None,
            digest="0" * 64,
            destroyed=acting.now,
        ),
    )
    by_relation = category.is_by_relation
    entry = WatchlistEntry(
        subject=subject,
        image=f"{subject}.jpg",
        category=category,
        legal_basis=(
            LegalBasis.STAFF_CONSENT
            if category is Category.BLUE_LIST
            else LegalBasis.POLICE_FUNCTION
        ),
        source=(
            ImageSource.STAFF_CONSENT if category is Category.BLUE_LIST else ImageSource.CUSTODY
        ),
        related_to=Category.WANTED_BY_COURTS if by_relation else None,
        relation="Seen with them last week." if by_relation else None,
        rationale="Sought for robbery on this street.",
        lawfully_held=True,
    )
    row = EntryRow(
        id=new_id("entry", acting.now),
        watchlist=watchlist.id,
        state=EntryState.ENROLLED,
        entry=entry,
        quality=EntryQuality("accept"),
        added_by="analyst",
        added=acting.now,
    )
    add_entries(connection, [row])
    return row.id
