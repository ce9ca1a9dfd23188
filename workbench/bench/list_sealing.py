"""The sealed list of a deployment: sealed under one data key of its own, opened whole, or not."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from workbench.bench.context import Acting, Context
from workbench.errors import UnknownRecordError, VaultError
from workbench.governance.moments import spoken
from workbench.governance.retention import RetentionClass
from workbench.records.deployments import DeploymentRow
from workbench.records.identifiers import new_id
from workbench.records.vault.register import KeyRegister
from workbench.records.watchlists import ListState, WatchlistRow, find_watchlist

if TYPE_CHECKING:
    from workbench.matching.watchlist import Watchlist

__all__ = [
    "KIND",
    "encoded",
    "missing_list",
    "opened_list",
    "picture_at",
    "require_list",
    "sealed",
    "without_entries",
]

KIND: Final = "watchlist"
"""What a sealed list is called in the vault."""


def require_list(connection: Connection, row: DeploymentRow) -> WatchlistRow:
    """Return the list of a deployment.

    Raises:
        UnknownRecordError: when none was built, or it is destroyed.
    """
    found = find_watchlist(connection, row.id)
    if found is None:
        msg = (
            f"deployment {row.reference} has no watchlist. Have an analyst build one with "
            f"workbench watchlist build FOLDER --deployment {row.reference} --entries FILE."
        )
        raise UnknownRecordError(msg)
    if found.state is ListState.DESTROYED:
        at = "" if found.destroyed is None else f" at {spoken(found.destroyed)}"
        msg = (
            f"the watchlist of deployment {row.reference} was destroyed{at}. Whether a reference "
            "was on it is answered by an enquiry; for another search build it anew."
        )
        raise UnknownRecordError(msg)
    return found


def encoded(watchlist: Watchlist) -> bytes:
    """Return a list as the document that is sealed.

    Raises:
        WatchlistError: when it holds what a document may not.
    """
    from workbench.matching.watchlist_document import (  # noqa: PLC0415 - opening a bench is quick
        encode_watchlist,
    )

    return encode_watchlist(watchlist)


def sealed(context: Context, acting: Acting, row: WatchlistRow, document: bytes) -> WatchlistRow:
    """Seal a document under a new key, and return the row that names both.

    The row itself is not kept, and what was sealed before is not touched.

    Raises:
        KeyStoreError: when the key cannot be kept.
        StoreError: when the object cannot be written.
    """
    key_id, object_id = new_id("key", acting.now), new_id(KIND, acting.now)
    KeyRegister(context.keys).make(
        acting.connection,
        key_id=key_id,
        retention=RetentionClass.WATCHLIST.value,
        purpose=row.deployment,
        now=acting.now,
    )
    context.vault.put(
        acting.connection,
        object_id=object_id,
        key_id=key_id,
        kind=KIND,
        purpose=row.deployment,
        plaintext=document,
        now=acting.now,
    )
    digest = hashlib.sha256(document).hexdigest()
    return replace(row, object_id=object_id, key_id=key_id, digest=digest)


def opened_list(
    context: Context, connection: Connection, row: WatchlistRow, reference: str
) -> Watchlist:
    """Return a list with its faces, once it is known to be the one that was sealed last.

    Args:
        context: of the bench.
        connection: of the transaction.
        row: the list.
        reference: of its deployment, for messages.

    Raises:
        KeyDestroyedError: when it was destroyed in the meantime.
        VaultError: when it is missing, damaged or another than the records say.
        WatchlistError: when this version of the workbench cannot read it.
    """
    from workbench.matching.watchlist_document import (  # noqa: PLC0415 - opening a bench is quick
        decode_watchlist,
    )

    document = context.vault.get(connection, row.object_id or "")
    if hashlib.sha256(document).hexdigest() != row.digest:
        msg = (
            f"the watchlist of deployment {reference} is not the one that was built: its SHA-256 "
            "is not the one recorded. Restore records and vault from one backup, or build it anew."
        )
        raise VaultError(msg)
    return decode_watchlist(document, source=f"the watchlist of deployment {reference}")


def missing_list(
    context: Context, connection: Connection, row: WatchlistRow, reference: str
) -> str | None:
    """Return that the sealed faces of a list are gone, and what to do; `None` if they are there.

    Nothing is opened for it: whether they are whole shows when a search starts.
    """
    if row.object_id is not None and context.vault.still_there(connection, [row.object_id]):
        return None
    return (
        f"the sealed faces of the watchlist of deployment {reference} are gone from the vault, "
        "so no search of it can start. Restore records and vault from one backup, or build it anew."
    )


def without_entries(watchlist: Watchlist, leaving: Collection[str]) -> Watchlist:
    """Return a list without the references of some entries."""
    from workbench.matching.thumbnails import Thumbnails  # noqa: PLC0415 - opening a bench is quick

    stay = [at for at, one in enumerate(watchlist.references) if one.entry not in leaving]
    return replace(
        watchlist,
        references=tuple(watchlist.references[at] for at in stay),
        templates={name: templates[stay] for name, templates in watchlist.templates.items()},
        thumbnails=Thumbnails.from_encoded([picture_at(watchlist, at) for at in stay]),
    )


def picture_at(watchlist: Watchlist, at: int) -> bytes:
    """Return the thumbnail of one row of a list, a JPEG of 160 by 160 pixels."""
    thumbnails = watchlist.thumbnails
    start, end = thumbnails.offsets[at : at + 2].tolist()
    return thumbnails.pictures[start:end].tobytes()
