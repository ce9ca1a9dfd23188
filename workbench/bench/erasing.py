"""Erasing: the one way in which anything of a person leaves a bench.

Four steps, each of which can be done again, so that one cut off at any point is finished by
whoever opens the bench next (`finish_erasures`):

1. a transaction says what is to go, and marks its keys: from its end on nothing opens with them;
2. the keys are destroyed in the key store;
3. the sealed files are removed, and what a collection has on a gallery server;
4. a transaction deletes the rows and keeps the certificate, whose digest goes into the audit log.

What a legal hold keeps is refused in the first of them.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection

from workbench.bench.context import Acting, Context
from workbench.bench.erasure_certificates import certificate_of, remaining_of
from workbench.bench.erasure_rows import delete_rows
from workbench.bench.gallery_server import GalleryServer
from workbench.bench.rules import rules_in_force
from workbench.errors import ClockError, IllegalMoveError, StoreError, UsageError, WorkbenchError
from workbench.governance.certificates import (
    DeletionCertificate,
    Leftover,
    Result,
)
from workbench.governance.holds import require_not_held
from workbench.records.audit.entries import MOST_OBJECTS
from workbench.records.audit.verbs import Result as Ending
from workbench.records.audit.verbs import Verb
from workbench.records.certificates import add_certificate, find_certificate
from workbench.records.collections import find_collection
from workbench.records.erasable import ON_SERVER, Erasable, erasable_alerts, erasable_watchlist
from workbench.records.erasures import (
    Erasure,
    ErasureContent,
    add_erasure,
    find_erasure,
    objects_in_erasure,
    save_erasure,
    unfinished_erasures,
)
from workbench.records.holds import holds_on_class
from workbench.records.identifiers import new_id
from workbench.records.moments import as_text
from workbench.records.retained import kept_alerts, kept_watchlist
from workbench.records.vault.register import KeyRegister

__all__ = [
    "Finished",
    "begin",
    "begin_alerts",
    "begin_watchlist",
    "complete",
    "finish_erasures",
]

_LOGGER: Final = logging.getLogger(__name__)


def begin_watchlist(acting: Acting, deployment: str) -> str:
    """Begin to destroy a deployment's watchlist; the references of its entries stay.

    Args:
        acting: the transaction; its permission is the caller's to ask for.
        deployment: id of the deployment.

    Returns:
        The id of the erasure, for `complete`.

    Raises:
        HeldError: when a legal hold keeps it.
        IllegalMoveError: when it is being destroyed already.
        UnknownRecordError: when there is none, or it is destroyed.
    """
    what = erasable_watchlist(acting.connection, deployment)
    kept = kept_watchlist(acting.connection, deployment)
    retention = rules_in_force(acting.connection).retention
    due = None if kept is None else retention.due(kept)
    return begin(acting, what, due=due)


def begin_alerts(acting: Acting, deployment: str, ids: Collection[str] | None = None) -> str:
    """Begin to destroy alerts of a deployment before they are due; all of them if none is named.

    Args:
        acting: the transaction; its permission is the caller's to ask for.
        deployment: id of the deployment.
        ids: of the alerts.

    Returns:
        The id of the erasure, for `complete`.

    Raises:
        HeldError: when a legal hold keeps one of them.
        IllegalMoveError: when one is being destroyed already.
        UnknownRecordError: when one of them is not there, or there is none.
    """
    what = erasable_alerts(acting.connection, deployment, ids)
    retention = rules_in_force(acting.connection).retention
    kept = kept_alerts(acting.connection, deployment)
    dues = (retention.due(one) for one in kept if one.id in what.objects)
    due = min((at for at in dues if at is not None), default=None)
    return begin(acting, what, due=due)


def begin(
    acting: Acting,
    what: Erasable,
    *,
    due: datetime | None = None,
    held: Sequence[str] = (),
) -> str:
    """Say what is to go and mark its keys; part of the caller's transaction.

    From the end of that transaction it cannot be undone. Call `complete` then.

    Args:
        acting: the transaction; its permission is the caller's to ask for.
        what: that is to go.
        due: when the first of it was to be gone; `None` where that had no date.
        held: ids of what legal holds kept of the same, for the certificate.

    Returns:
        The id of the erasure.

    Raises:
        HeldError: when a legal hold keeps any of it; nothing is done then.
        IllegalMoveError: when some of it is being destroyed already.
    """
    acting = acting.serving(what.purpose)
    going = objects_in_erasure(acting.connection)
    holds = holds_on_class(acting.connection, what.retention)
    for name in what.objects:
        require_not_held(name, what.purpose, holds, acting.now)
        if name in going:
            msg = f"{name} is being destroyed already. Open the bench again, which finishes it."
            raise IllegalMoveError(msg)
    erasure = Erasure(
        id=new_id("erasure", acting.now),
        retention=what.retention,
        purpose=what.purpose,
        content=ErasureContent(
            reference=what.reference,
            role=acting.role,
            objects=what.objects,
            keys=what.keys,
            sealed=what.sealed,
            counts=what.counts,
            held=tuple(held),
            due=due,
        ),
        actor=acting.name,
        started=acting.now,
    )
    KeyRegister.mark(acting.connection, what.keys, acting.now)
    add_erasure(acting.connection, erasure)
    acting.log(
        Verb.ERASE,
        what.objects[:MOST_OBJECTS],
        details={
            "step": "begun",
            "erasure": erasure.id,
            "reference": what.reference,
            "retention": what.retention.value,
            "due": None if due is None else as_text(due),
            "objects": len(what.objects),
            "keys": len(what.keys),
        },
    )
    return erasure.id


def complete(
    context: Context, erasure_id: str, *, leftovers: Sequence[Leftover] = ()
) -> DeletionCertificate:
    """Destroy what an erasure names, from wherever it was left, and return its certificate.

    A file that cannot be removed is named on the certificate, which is partial then; the erasure
    goes on at each opening of the bench until it is gone, and ends with another certificate.

    Args:
        context: the bench.
        erasure_id: that `begin` returned, in a transaction that is committed.
        leftovers: what a search of other places found.

    Raises:
        KeyStoreError: when a key could not be destroyed; nothing opens with it all the same, and
            it is tried again at the next opening.
        StoreError: when the records cannot be written.
    """
    with context.store.reading() as connection:
        erasure = find_erasure(connection, erasure_id)
    if erasure.finished is None:
        _destroy_keys(context, erasure)
        _remove_files(context, erasure)
        _conclude(context, erasure, leftovers)
        context.store.checkpoint()
    with context.store.reading() as connection:
        return find_certificate(connection, find_erasure(connection, erasure_id).certificate_id)


class Finished(NamedTuple):
    """What became of erasures that were begun before: certificates, and why others go on."""

    certificates: tuple[DeletionCertificate, ...]
    failures: tuple[str, ...]


def finish_erasures(context: Context, *, leftovers: Sequence[Leftover] = ()) -> Finished:
    """Complete every erasure that was begun; one that fails does not stop the others."""
    with context.store.reading() as connection:
        begun = unfinished_erasures(connection)
    certificates, failures = [], []
    for erasure in begun:
        try:
            certificate = complete(context, erasure.id, leftovers=leftovers)
        except ClockError:
            raise
        except WorkbenchError as error:  # also where what is counted of it cannot be read
            failures.append(f"{erasure.content.reference}: {error}")
            continue
        certificates.append(certificate)
        if certificate.result is Result.PARTIAL:
            failures.append(
                f"{erasure.content.reference}: {len(certificate.remaining)} could not be removed "
                f"({', '.join(certificate.remaining[:_SHOWN])}). Look at {context.places.vault}."
            )
    for failure in failures:
        _LOGGER.warning("an erasure is not finished: %s", failure)
    return Finished(tuple(certificates), tuple(failures))


def _destroy_keys(context: Context, erasure: Erasure) -> None:
    """Second step."""
    try:
        for key_id in erasure.content.keys:
            context.keys.destroy(key_id)
    except StoreError as error:
        with context.system(purpose=erasure.purpose) as acting:
            acting.log(
                Verb.ERASE,
                [erasure.id],
                result=Ending.FAILED,
                details={"step": "keys", "reason": str(error)[:_LONGEST_REASON]},
            )
        raise


def _remove_files(context: Context, erasure: Erasure) -> None:
    """Third step; what resists is found afterwards."""
    for object_id in erasure.content.sealed:
        try:
            context.vault.erase([object_id])
        except StoreError as error:
            _LOGGER.warning("%s", error)
    if ON_SERVER in erasure.content.counts:
        with context.store.reading() as connection:
            row = find_collection(connection, erasure.purpose)
        with closing(GalleryServer(context)) as server:
            try:
                server.drop(row)
            except (StoreError, UsageError) as error:
                _LOGGER.warning("%s", error)


def _conclude(context: Context, erasure: Erasure, leftovers: Sequence[Leftover]) -> None:
    """Fourth step, once: another process may have been here."""
    with context.store.reading() as connection:
        erasure = find_erasure(connection, erasure.id)
        if erasure.finished is not None or _is_as_before(context, connection, erasure):
            return
    with context.system(purpose=erasure.purpose) as acting:
        erasure = find_erasure(acting.connection, erasure.id)
        if erasure.finished is not None:
            acting.log(Verb.CONSULT, [erasure.id], justification="another process had finished it")
            return
        if not erasure.content.rows_gone:
            erasure = delete_rows(context, acting, erasure)
        remaining = remaining_of(context, acting.connection, erasure)
        erasure = erasure.with_content(
            rows_gone=True,
            remaining=remaining,
            certificates=erasure.content.certificates + 1,
        )
        if not remaining:
            erasure = replace(erasure, finished=max(acting.now, erasure.started))
        save_erasure(acting.connection, erasure)
        certificate = certificate_of(context, acting, erasure, leftovers)
        add_certificate(acting.connection, certificate)
        acting.log(
            Verb.ERASE,
            erasure.content.objects[:MOST_OBJECTS],
            details={
                "step": "ended",
                "erasure": erasure.id,
                "begun_by": erasure.actor,
                "reference": erasure.content.reference,
                "retention": erasure.retention.value,
                "certificate": certificate.id,
                "digest": certificate.digest(),
                "outcome": certificate.result.value,
                "late_by_s": certificate.late_by_s,
                "keys": len(certificate.keys),
            },
        )
        for start in range(MOST_OBJECTS, len(erasure.content.objects), MOST_OBJECTS):
            acting.log(
                Verb.ERASE,
                erasure.content.objects[start : start + MOST_OBJECTS],
                details={"step": "ended", "erasure": erasure.id, "from": start},
            )


def _is_as_before(context: Context, connection: Connection, erasure: Erasure) -> bool:
    """Return whether the same resists as when its last certificate was issued."""
    return (
        erasure.content.rows_gone
        and remaining_of(context, connection, erasure) == erasure.content.remaining
    )


_LONGEST_REASON: Final = 400
_SHOWN: Final = 3
