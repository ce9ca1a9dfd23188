"""Lists as rows alone: for tests of what reads their entries, without a model or a face."""

from __future__ import annotations

from typing import Any

from workbench.bench import Workbench
from workbench.bench.erasing import begin_watchlist, complete
from workbench.governance.entries import EntryReview, WatchlistEntry
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import find_deployment
from workbench.records.identifiers import new_id
from workbench.records.vault.register import KeyRegister
from workbench.records.watchlist_entries import EntryQuality, EntryRow, EntryState, add_entries
from workbench.records.watchlists import (
    ListState,
    WatchlistRow,
    find_watchlist,
    save_watchlist,
)

__all__ = ["BLUE", "destroy_list", "listed", "plant_list"]

BLUE = {
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
    return WatchlistEntry.read(values | (BLUE if blue else {}) | changes, what=subject)


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
