"""The store: reading, and writing in one transaction with its audit entry or not at all."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeAlias

from sqlalchemy import Connection, Engine, insert, select

from workbench.errors import StoreError
from workbench.governance.session_signs import SessionSigns
from workbench.records import schema
from workbench.records.audit.entries import Draft
from workbench.records.audit.log import AuditLog
from workbench.records.damage import reads_whole
from workbench.records.engine import (
    checkpoint,
    connect,
    is_postgresql,
    serialise,
    shown,
    translated,
)
from workbench.records.migrations import at_head, migrate
from workbench.records.moments import as_json, as_text, object_from_json, utc_now
from workbench.records.session_status import save_signs

__all__ = ["BenchRow", "Clock", "Store", "Writing", "bench_kind", "bench_row"]

Clock: TypeAlias = Callable[[], datetime]
"""Gives the moment, with its time zone."""


@dataclass(frozen=True, slots=True)
class BenchRow:
    """What the store says of itself.

    Attributes:
        id: name of the bench, bound into everything that the vault seals.
        kind: `operational` or `demonstration`.
        settings: rules of the force, as plain values.
    """

    id: str
    kind: str
    settings: Mapping[str, Any]


class Writing:
    """One transaction that writes.

    Attributes:
        connection: for statements.
        now: the moment of the transaction; every row and entry of it bears this one.
    """

    def __init__(self, connection: Connection, now: datetime, log: AuditLog) -> None:
        """Begin with nothing logged."""
        self.connection = connection
        self.now = now
        self.logged = 0
        self._log = log
        self._afterwards: list[Callable[[], None]] = []

    @property
    def at(self) -> str:
        """`now` as the tables hold it."""
        return as_text(self.now)

    def audit(self, draft: Draft) -> None:
        """Append an entry to the audit log, in this transaction.

        Raises:
            ClockError: when the clock is behind the last entry.
        """
        self._log.append(self.connection, draft, self.now)
        self.logged += 1

    def afterwards(self, action: Callable[[], None]) -> None:
        """Have something done once the transaction is in the store, and only then."""
        self._afterwards.append(action)

    def committed(self) -> None:
        """Do what waited for the commit."""
        for action in self._afterwards:
            action()


class Store:
    """Records of one bench, in SQLite or in PostgreSQL.

    Transactions that write come one after the other, also between processes: the audit chain has
    one order. A transaction that writes without an audit entry is rolled back.

    Attributes:
        through: account whose connection it is, where the database itself keeps people apart;
            `None` for a store in a file, and for the owner of a team's.
        logged: how many entries of the audit log were written through it.
    """

    def __init__(
        self,
        engine: Engine,
        row: BenchRow,
        log: AuditLog,
        clock: Clock = utc_now,
        *,
        through: str | None = None,
    ) -> None:
        """Take an open engine; use `Store.open` or `Store.create`."""
        self.engine = engine.execution_options(through=through)
        self.through = through
        self.bench = row
        self.log = log
        self.clock = clock
        self.logged = 0
        self.where = shown(engine.url)
        self._writer = threading.RLock()

    @classmethod
    def create(
        cls,
        address: str | Path,
        row: BenchRow,
        log: AuditLog,
        *,
        clock: Clock = utc_now,
        first: Callable[[Writing], None] | None = None,
    ) -> Self:
        """Make the tables of a new bench, with its first records: all of it, or nothing is there.

        Args:
            address: path of the SQLite file, or the address of a PostgreSQL database.
            row: what the store is to say of itself.
            log: the audit log of the bench.
            clock: tells the time.
            first: writes the first records and their audit entries, in the same transaction.

        Raises:
            StoreError: when there are records already, or it cannot be written.
        """
        engine = connect(address)
        made = cls(engine, row, log, clock)
        writing: Writing | None = None
        with _let_go(engine):
            with made._serial() as connection:
                migrate(connection)
                if connection.execute(select(schema.bench.c.id)).first() is not None:
                    msg = f"{made.where} holds a bench already. Open it, or name another place."
                    raise StoreError(msg)
                connection.execute(
                    insert(schema.bench).values(
                        id=row.id,
                        kind=row.kind,
                        created=as_text(clock()),
                        settings=as_json(row.settings),
                    )
                )
                if first is not None:
                    writing = Writing(connection, clock(), log)
                    first(writing)
                    made._require_logged(writing)
            if writing is not None:
                writing.committed()
        return made

    @classmethod
    def open(
        cls,
        address: str | Path,
        log_of: Callable[[str], AuditLog],
        *,
        clock: Clock = utc_now,
        through: str | None = None,
    ) -> Self:
        """Open the records of a bench.

        Args:
            address: path of the SQLite file, or the address of a PostgreSQL database.
            log_of: returns the audit log of a bench by its id.
            clock: tells the time.
            through: account whose connection it is, as `team.connections.connected` tells.

        Raises:
            StoreError: when there are none, or they cannot be read.
            StoreVersionError: when their schema is older or newer.
        """
        engine = connect(address)
        where = shown(engine.url)
        if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).is_file():
            msg = f"{where}: there are no records. Make a bench with workbench init."
            raise StoreError(msg)
        with _let_go(engine):
            row = bench_row(engine)
            return cls(engine, row, log_of(row.id), clock, through=through)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the records.

        Whoever reads personal data writes an entry of it: use `writing` for that.
        """
        # PostgreSQL would else show a later state to each statement.
        options = {"isolation_level": "REPEATABLE READ"} if is_postgresql(self.engine) else {}
        with (
            translated(self.where),
            self.engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Give a transaction; it is in the store, whole, once the block has ended without error.

        Raises:
            StoreBusyError: when others wrote for too long.
            AssertionError: when the block wrote no audit entry; nothing is in the store then.
        """
        with self._writer:
            with self._serial() as connection:
                writing = Writing(connection, self.clock(), self.log)
                yield writing
                self._require_logged(writing)
            self.logged += writing.logged
            writing.committed()

    def say_status(self, session: str, signs: SessionSigns) -> None:
        """Keep how a live search is doing, in place of what was said before.

        This alone is written without an audit entry: counts of a search whose start and end are
        logged. An entry every second would bury the others.

        Raises:
            StoreBusyError: when others wrote for too long.
        """
        with (
            translated(self.where),
            self.engine.connect().execution_options(writing=True) as connection,
            connection.begin(),
        ):
            save_signs(connection, session, self.clock(), signs)

    @contextmanager
    def _serial(self) -> Iterator[Connection]:
        """Give a transaction that writes while no other does."""
        with (
            translated(self.where),
            self.engine.connect().execution_options(writing=True) as connection,
            connection.begin(),
        ):
            serialise(connection)
            yield connection

    def _require_logged(self, writing: Writing) -> None:
        """Refuse to end a transaction that logged nothing; have witnesses told of what it did."""
        if not writing.logged:
            msg = "a transaction without an audit entry was rolled back"
            raise AssertionError(msg)
        head = self.log.head(writing.connection)
        writing.afterwards(functools.partial(self.log.after_commit, head))

    def checkpoint(self) -> None:
        """Empty the write-ahead log, so that nothing deleted is left in it."""
        with translated(self.where):
            checkpoint(self.engine)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def _let_go(engine: Engine) -> Iterator[None]:
    """Close the connections of a store that could not be opened."""
    try:
        yield
    except BaseException:
        engine.dispose()
        raise


def bench_row(engine: Engine) -> BenchRow:
    """Return what a store says of itself.

    Raises:
        StoreError: when there are no records, or they name no bench.
        StoreVersionError: when their schema is older or newer.
    """
    where = shown(engine.url)
    with translated(where), engine.connect() as connection:
        at_head(connection)
        found = connection.execute(
            select(schema.bench.c.id, schema.bench.c.kind, schema.bench.c.settings)
        ).one_or_none()
    if found is None:
        msg = f"{where}: the records name no bench. Restore them from a backup."
        raise StoreError(msg)
    with reads_whole("bench", found.id):
        return BenchRow(found.id, found.kind, object_from_json(found.settings))


def bench_kind(engine: Engine) -> tuple[str, str]:
    """Return id and kind of the bench in a store, whatever the version of its schema.

    Raises:
        StoreError: when there are no records, or they name no bench.
    """
    where = shown(engine.url)
    with translated(where), engine.connect() as connection:
        found = connection.execute(select(schema.bench.c.id, schema.bench.c.kind)).one_or_none()
    if found is None:
        msg = f"{where}: the records name no bench. Restore them from a backup."
        raise StoreError(msg)
    return found.id, found.kind
