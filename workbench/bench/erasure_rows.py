"""The rows of an erasure: what is deleted, what is counted of it, and what ends with it."""

from __future__ import annotations

from workbench.bench.case_access import purged
from workbench.bench.context import Acting, Context
from workbench.bench.deployment_access import moved, settle
from workbench.bench.deployment_record import freeze_record
from workbench.governance.deployments import DEPLOYMENT_MOVES
from workbench.governance.retention import RetentionClass
from workbench.records.audit.verbs import Verb
from workbench.records.collections import mark_collection_destroyed
from workbench.records.deployments import find_deployment_by_id
from workbench.records.erased_rows import alerts_by_deployment, delete_alerts, delete_retrospective
from workbench.records.erasures import Erasure
from workbench.records.evaluation_sets import mark_evaluation_set_destroyed
from workbench.records.retained import is_spent
from workbench.records.row_digests import COLLECTION, changed_row, row_digest
from workbench.records.vault.register import KeyRegister
from workbench.records.watchlists import find_watchlist, mark_destroyed

__all__ = ["delete_rows", "purge_if_spent"]


def delete_rows(context: Context, acting: Acting, erasure: Erasure) -> Erasure:
    """Delete the rows of an erasure; what is counted of them stays with their deployments.

    Args:
        context: the bench.
        acting: the transaction that ends the erasure.
        erasure: whose keys and files are destroyed.

    Returns:
        The erasure with how many rows went.
    """
    connection, content = acting.connection, erasure.content
    if erasure.retention is RetentionClass.EVALUATION_SET:
        _delete_sealed(context, acting, erasure)
        mark_evaluation_set_destroyed(connection, erasure.purpose, acting.now)
        return erasure
    if erasure.retention is RetentionClass.COLLECTION:
        _delete_sealed(context, acting, erasure)
        if erasure.purpose in content.objects:  # otherwise people alone were removed from it
            _end_collection(acting, erasure.purpose)
        return erasure
    raised_by = alerts_by_deployment(connection, content.objects)
    for deployment, names in raised_by.items():
        freeze_record(acting, find_deployment_by_id(connection, deployment), leaving=names)
    gone = delete_alerts(connection, content.objects)
    if erasure.retention is RetentionClass.CASE:
        gone |= delete_retrospective(connection, content.objects)
    _delete_sealed(context, acting, erasure)
    watchlist = find_watchlist(connection, erasure.purpose)
    if watchlist is not None and watchlist.id in content.objects:  # not one built in its place
        mark_destroyed(connection, erasure.purpose, acting.now)
    if erasure.retention is RetentionClass.CASE and erasure.purpose in content.objects:
        purged(acting, erasure.purpose)
    deployments = set(raised_by)
    if erasure.retention is RetentionClass.WATCHLIST:
        deployments.add(erasure.purpose)
    for deployment in sorted(deployments):
        purge_if_spent(acting, deployment)
    return erasure.with_content(counts={**content.counts, **gone})


def _delete_sealed(context: Context, acting: Acting, erasure: Erasure) -> None:
    """Delete the rows of what was sealed, and say that its keys are destroyed."""
    content = erasure.content
    context.vault.delete(acting.connection, content.sealed)
    KeyRegister(context.keys).destroy_marked(acting.connection, acting.now, only=content.keys)


def _end_collection(acting: Acting, collection: str) -> None:
    """Say that a collection is destroyed: in its row, and in the log that holds it to that."""
    before = row_digest(acting.connection, COLLECTION, collection)
    mark_collection_destroyed(acting.connection, collection, acting.now)
    acting.log(
        Verb.ERASE,
        [collection],
        details={
            "step": "destroyed",
            **changed_row(acting.connection, COLLECTION, collection, before),
        },
    )


def purge_if_spent(acting: Acting, deployment: str) -> bool:
    """Move a deployment that has ended to `purged` if nothing of it is left; say whether it was."""
    row = settle(acting, find_deployment_by_id(acting.connection, deployment))
    if not DEPLOYMENT_MOVES.allows(row.state, "purge"):
        return False
    if not is_spent(acting.connection, deployment):
        return False
    moved(acting, row, "purge", Verb.ERASE)
    return True
