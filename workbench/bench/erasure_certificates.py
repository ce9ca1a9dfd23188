"""The certificate of one erasure: what the records, the key store and the vault say after it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Final

from sqlalchemy import Connection

from workbench.bench.context import SYSTEM, Acting, Context
from workbench.bench.gallery_server import GalleryServer
from workbench.bench.places import is_address
from workbench.governance.certificates import (
    DeletionCertificate,
    Disclosed,
    Leftover,
    Result,
    seconds_late,
)
from workbench.governance.retention import RetentionClass
from workbench.records.collections import find_collection
from workbench.records.erasable import ON_SERVER
from workbench.records.erasures import Erasure
from workbench.records.exports import Export, list_exports

__all__ = ["certificate_of", "remaining_of"]

_CHECKER: Final = f"{SYSTEM}: the key store, the vault and the records were asked again"
_METHOD: Final = (
    "First each data key (AES-256) was destroyed in the key store, with which every copy of what "
    "it sealed, in backups too, is closed for good; then the sealed objects were removed, then the "
    "rows. {rows} {server}Out of reach are copies of the key store itself, and the old blocks of a "
    "solid-state disk or a snapshot under it; how long such copies are kept decides when the data "
    "are beyond recovery."
)
_SERVER: Final = (
    "On a gallery server templates are deleted by its own means alone: its snapshots, its replicas "
    "and its old blocks are its administrator's to destroy. "
)
_ROWS: Final = {
    False: "SQLite overwrote the deleted rows and its write-ahead log was emptied.",
    True: "PostgreSQL frees deleted rows at its next vacuum, and its archived log and backups hold "
    "them until those expire; they hold no key.",
}


def certificate_of(
    context: Context, acting: Acting, erasure: Erasure, leftovers: Sequence[Leftover]
) -> DeletionCertificate:
    """Return the certificate of an erasure as it is now, to be kept in the same transaction."""
    content = erasure.content
    finished = max(acting.now, erasure.started)
    kept_keys = set(content.remaining)
    return DeletionCertificate(
        id=erasure.certificate_id,
        bench=context.store.bench.id,
        retention=erasure.retention,
        purpose=erasure.purpose,
        counts=content.counts,
        objects=content.objects,
        keys=tuple(key for key in content.keys if key not in kept_keys),
        held=content.held,
        remaining=content.remaining,
        due=content.due,
        started=erasure.started,
        finished=finished,
        late_by_s=seconds_late(content.due, finished),
        method=_METHOD.format(
            rows=_ROWS[is_address(context.places.store)],
            server=_SERVER if ON_SERVER in content.counts else "",
        ),
        disclosed=tuple(
            Disclosed(id=one.id, what=one.what, recipient=one.recipient, at=one.at)
            for one in _exports_of(acting.connection, erasure)
        ),
        leftovers=tuple(leftovers),
        result=Result.PARTIAL if content.remaining or leftovers else Result.COMPLETE,
        checker=_CHECKER,
    )


def _exports_of(connection: Connection, erasure: Erasure) -> list[Export]:
    """Return what had left for this purpose; of a case, also what held an alert moved to it."""
    if erasure.retention is not RetentionClass.CASE:
        return list_exports(connection, erasure.purpose)
    going = set(erasure.content.objects)
    return [
        one
        for one in list_exports(connection)
        if one.purpose == erasure.purpose or going & set(one.objects)
    ]


def remaining_of(context: Context, connection: Connection, erasure: Erasure) -> tuple[str, ...]:
    """Ask key store, vault and gallery server again what is there of what was to go."""
    store = context.keys.store
    return (
        *(key for key in erasure.content.keys if store.written(key) is not None),
        *context.vault.still_there(connection, erasure.content.sealed),
        *(_on_server(context, connection, erasure) if ON_SERVER in erasure.content.counts else ()),
    )


def _on_server(context: Context, connection: Connection, erasure: Erasure) -> tuple[str, ...]:
    row = find_collection(connection, erasure.purpose)
    with closing(GalleryServer(context)) as server:
        return server.left(row)
