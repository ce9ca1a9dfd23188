"""The records of a new bench: whole or not at all, also where the answer of a commit is lost."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from workbench.bench.places import BenchPlaces
from workbench.errors import StoreError
from workbench.records import schema
from workbench.records.audit.log import AuditLog
from workbench.records.engine import connect, serialise
from workbench.records.migrations import current
from workbench.records.store import BenchRow, Clock, Store, Writing

__all__ = ["make_records"]


def make_records(
    places: BenchPlaces,
    row: BenchRow,
    log: AuditLog,
    clock: Clock,
    *,
    first: Callable[[Writing], None],
    keep_keys: Callable[[], object],
) -> None:
    """Make the records of a bench.

    Args:
        places: where its parts lie.
        row: what the records are to say of themselves.
        log: the audit log.
        clock: tells the time.
        first: writes the first records, in the transaction that makes the tables.
        keep_keys: called where nobody can tell whether the bench was made.

    Raises:
        StoreError: when there is a bench already, or it cannot be written; nothing is there then,
            unless the database was lost while it confirmed. The message says so.
    """
    is_whole = False

    def all_of_it(writing: Writing) -> None:
        nonlocal is_whole
        first(writing)
        is_whole = True

    try:
        Store.create(places.store, row, log, clock=clock, first=all_of_it).close()
    except StoreError as error:
        # A connection that is lost while a commit is confirmed says nothing of the commit.
        found = _is_there(places.store, row.id) if is_whole and places.folder is None else False
        if found is None:
            keep_keys()
            msg = (
                f"{error} Whether the bench was made is not known, so its keys stay in "
                f"{places.keys}. Once the database answers, log in with workbench login; if it "
                "says that there are no records, remove that folder and make the bench again."
            )
            raise StoreError(msg) from None
        if not found:
            raise


def _is_there(place: str, bench_id: str) -> bool | None:
    """Return whether a database holds the bench; `None` where it cannot be asked."""
    engine = connect(place)
    try:
        with engine.connect() as connection:
            serialise(connection)  # the lost transaction may still be ending
            if current(connection) is None:
                return False
            return connection.execute(select(schema.bench.c.id)).scalar() == bench_id
    except DBAPIError:
        return None
    finally:
        engine.dispose()
