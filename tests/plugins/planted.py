"""Lists and alerts as rows alone: for tests of what reads them, without a model or a face."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from workbench.bench import Workbench
from workbench.bench.erasing import begin_watchlist, complete
from workbench.governance.categories import Category
from workbench.governance.entries import EntryReview, WatchlistEntry
from workbench.records.alerts import AlertRow, add_alert
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import find_deployment
from workbench.records.identifiers import new_id
from workbench.records.moments import as_text
from workbench.records.schema import sessions
from workbench.records.vault.register import KeyRegister
from workbench.records.watchlist_entries import EntryQuality, EntryRow, EntryState, add_entries
from workbench.records.watchlists import (
    ListState,
    WatchlistRow,
    find_watchlist,
    save_watchlist,
)

__all__ = ["destroy_list", "listed", "plant_alert", "plant_list"]

_BLUE = {
    "category": "blue-list",
    "legal_basis": "staff-consent",
    "source": "staff-consent",
    "rationale": "Seeded to measure recognition.",
}


def listed(subject: str, **changes: Any) -> WatchlistEntry:
    """Return an entry of somebody who is wanted; `listed("PC-7", blue=True)` of staff."""
    blue = changes.pop("blue", False)
    values = {
        "subject": subject,
        "image": f"{subject.replace('/', '-')}.jpg",
        "category": "wanted-by-courts",
        "legal_basis": "police-function",
        "source": "custody",
        "rationale": "Warrant of 3 November.",
        "lawfully_held": True,
    }
    return WatchlistEntry.read(values | (_BLUE if blue else {}) | changes, what=subject)


def plant_list(
    bench: Workbench,
    reference: str,
    *entries: WatchlistEntry,
    state: EntryState = EntryState.ENROLLED,
    reviewed: bool = True,
) -> list[str]:
    """Put entries on the list of a deployment, as a build does; returns their ids."""
    context = bench._context
    with context.system() as acting:
        connection, now = acting.connection, acting.now
        deployment = find_deployment(connection, reference).id
        row = find_watchlist(connection, deployment)
        if row is None:
            key = new_id("key", now)
            KeyRegister(context.keys).make(
                connection, key_id=key, retention="watchlist", purpose=deployment, now=now
            )
            row = save_watchlist(
                connection,
                WatchlistRow(
                    id=new_id("watchlist", now),
                    deployment=deployment,
                    state=ListState.READY,
                    builder="analyst",
                    built=now,
                    references=len(entries),
                    subjects=len(entries),
                    object_id=None,
                    key_id=key,
                    digest=None,
                ),
            )
        review = EntryReview(by="reviewer", at=now, deployment=reference) if reviewed else None
        rows = [
            EntryRow(
                id=new_id("entry", now),
                watchlist=row.id,
                state=state,
                entry=entry,
                quality=EntryQuality("accept"),
                added_by="analyst",
                added=now,
                review=review,
            )
            for entry in entries
        ]
        add_entries(connection, rows)
        acting.serving(deployment).log(Verb.ENROL, [one.id for one in rows])
    return [one.id for one in rows]


def destroy_list(bench: Workbench, reference: str) -> None:
    """Destroy the faces of a list, unless its time has come already."""
    context = bench._context
    with context.system() as acting:
        deployment = find_deployment(acting.connection, reference).id
        row = find_watchlist(acting.connection, deployment)
        gone = row is None or row.state is ListState.DESTROYED
        erasure = None if gone else begin_watchlist(acting, deployment)
        acting.log(Verb.ADMINISTER)
    if erasure is not None:
        complete(context, erasure)


def plant_alert(
    bench: Workbench,
    reference: str,
    entry: str,
    *,
    raised: datetime | None = None,
    feed: str = "gate",
    blue: bool = True,
) -> str:
    """Keep an alert for an entry, as a live search does, but for what the vault would hold."""
    context = bench._context
    with context.system() as acting:
        connection, now = acting.connection, acting.now
        row = find_deployment(connection, reference)
        session, key = new_id("session", now), new_id("key", now)
        connection.execute(
            insert(sessions).values(
                id=session,
                deployment=row.id,
                operator="operator",
                feed=feed,
                policy=row.application.policy,
                threshold=row.application.minimum_threshold,
                setup="{}",
                process="none",
                started=as_text(now),
                ended=as_text(now),
                stopped_by="end-of-feed",
            )
        )
        KeyRegister(context.keys).make(
            connection, key_id=key, retention="alert", purpose=row.id, now=now
        )
        alert = new_id("alert", now)
        add_alert(
            connection,
            AlertRow(
                id=alert,
                deployment=row.id,
                session=session,
                feed=feed,
                entry=entry,
                raised=raised or now,
                time_s=1.0,
                score=9.0,
                threshold=3.0,
                category=Category.BLUE_LIST if blue else Category.WANTED_BY_COURTS,
                blue_list=blue,
                object_id=new_id("object", now),
                key_id=key,
            ),
        )
        acting.serving(row.id).log(Verb.ALERT, [alert])
    return alert
