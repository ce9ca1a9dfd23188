"""Whether a collection is kept: nothing of it is read or added once it has ended."""

from __future__ import annotations

from workbench.bench.context import Acting
from workbench.errors import NotAuthorisedError
from workbench.governance.holds import is_held
from workbench.governance.moments import spoken
from workbench.records.collections import CollectionRow
from workbench.records.holds import list_holds
from workbench.records.retained import kept_collection

__all__ = ["collection_gone", "require_collection_kept"]


def require_collection_kept(acting: Acting, row: CollectionRow) -> None:
    """Raise `NotAuthorisedError` where nothing of a collection is to be read or added any more."""
    if kept_collection(acting.connection, row.id) is None:
        raise NotAuthorisedError(collection_gone(row))
    holds = list_holds(acting.connection)
    if row.record.ends <= acting.now and not is_held(row.id, row.id, holds, acting.now):
        msg = (
            f"collection {row.name} ended at {spoken(row.record.ends)}, so nothing of it is read "
            "any more: it is destroyed at the next opening of the bench. Import a new one."
        )
        raise NotAuthorisedError(msg)


def collection_gone(row: CollectionRow) -> str:
    """Return that a collection is destroyed, and who can tell more."""
    at = "" if row.destroyed is None else f" at {spoken(row.destroyed)}"
    return (
        f"collection {row.name} was destroyed{at}, or is being destroyed. Look at its certificate, "
        "or have a data-protection officer do so: workbench retention certificate."
    )
