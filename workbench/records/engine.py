"""Connections to the store: SQLite as an embedded record needs it, PostgreSQL as a team does."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from workbench.errors import (
    NotPermittedError,
    StoreBusyError,
    StoreError,
    StoreVersionError,
    UsageError,
)

__all__ = [
    "SERIAL_LOCK",
    "checkpoint",
    "connect",
    "is_postgresql",
    "reading_connection",
    "serialise",
    "shown",
    "sql_state",
    "translated",
]

SERIAL_LOCK: Final = 0x6C66725F6C6F67
"""Number of the advisory lock under which PostgreSQL writes one transaction after the other."""

_WAIT_S: Final = 60.0
_ANSWER_S: Final = 10
_FULL: Final = ("disk is full", "database or disk is full", "No space left on device")
_READ_ONLY: Final = ("readonly database", "read-only", "unable to open database file")
_LOCKED: Final = ("database is locked",)
_DAMAGED: Final = ("malformed", "not a database")
_UNSAFE: Final = ("disk I/O error",)

# Codes of PostgreSQL (its manual, appendix A): their texts differ with the server's language.
_PG_LOCKED: Final = frozenset({"55P03", "40P01", "25P03"})
_PG_FULL: Final = frozenset({"53100"})
_PG_UNKNOWN: Final = frozenset({"42P01", "42703"})
_PG_READ_ONLY: Final = frozenset({"25006"})
_PG_REFUSED: Final = frozenset({"42501"})
_PG_DAMAGED: Final = frozenset({"XX001", "XX002"})
_PG_AWAY: Final = frozenset({"57P01", "57P02", "57P03", "57P05", "53300"})
_PG_CONNECTION: Final = "08"
_PG_LOGIN: Final = "28"


def connect(address: str | Path, *, wait_s: float | None = None) -> Engine:
    """Return an engine for a store.

    Args:
        address: path of an SQLite file, or a PostgreSQL address such as
            `postgresql://host/name`; a password belongs into PGPASSFILE, not into it.
        wait_s: how long to wait for others who write; a minute when left out.

    Raises:
        UsageError: when it is no address of a store that is known, or its driver is missing.
    """
    url = _url(address)
    wait_s = _WAIT_S if wait_s is None else wait_s
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite(url, wait_s)
        return create_engine(
            url,
            pool_pre_ping=True,
            pool_size=4,
            hide_parameters=True,
            connect_args={
                "options": f"-c lock_timeout={round(wait_s * 1000)}",
                "connect_timeout": _ANSWER_S,
            },
        )
    except (ModuleNotFoundError, NoSuchModuleError):
        msg = (
            f"{shown(url)}: the driver for PostgreSQL is not installed. Install it with "
            "pip install 'lfr-workbench[team]'."
        )
        raise UsageError(msg) from None


def is_postgresql(connection: Connection | Engine) -> bool:
    """Return whether a connection is one to PostgreSQL."""
    return connection.dialect.name == "postgresql"


def shown(address: str | Path | URL) -> str:
    """Return an address without its password, for messages."""
    try:
        url = address if isinstance(address, URL) else _url(address)
    except UsageError:
        return "the store"
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(password=None, query={}).render_as_string(hide_password=True)


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn what a database says into errors that a person can act on.

    Args:
        where: the store, as `shown` gives it.

    Raises:
        NotPermittedError: when the database refuses its user what was asked for.
        StoreBusyError: when others held the store too long.
        StoreVersionError: when a team's store has no such table, view or column: it was set up by
            an earlier version.
        StoreError: for anything else; never with parameters of a statement.
    """
    try:
        yield
    except DBAPIError as error:
        state = sql_state(error)
        lost = error.connection_invalidated or (state is None and _is_psycopg(error))
        raise _named(where, str(error.orig), state, lost=lost) from None
    except sqlite3.Error as error:
        raise _named(where, str(error), None, lost=False) from None


def sql_state(error: DBAPIError) -> str | None:
    """Return PostgreSQL's code of an error; `None` where it gave none, and from SQLite."""
    state = getattr(error.orig, "sqlstate", None)
    return state if isinstance(state, str) else None


def _named(
    where: str, said: str, state: str | None, *, lost: bool
) -> StoreError | NotPermittedError:
    first = (said.strip().splitlines() or ["no reason was given"])[0].rstrip(".")
    if state in _PG_LOCKED or any(word in said for word in _LOCKED):
        msg = f"{where}: others have been writing to the records for too long. Try again."
        return StoreBusyError(msg)
    if state in _PG_REFUSED:
        msg = (
            f"{where}: this database user may not do that ({first}). Ask whoever keeps the "
            "accounts of the bench."
        )
        return NotPermittedError(msg)
    if (
        state in _PG_FULL
        or any(word in said for word in _FULL)
        or f"[Errno {errno.ENOSPC}]" in said
    ):
        msg = f"{where}: the disk is full; nothing was written. Free space and try again."
    elif state in _PG_READ_ONLY or any(word in said for word in _READ_ONLY):
        msg = f"{where}: cannot be written to ({first}). Check its permissions and its folder's."
    elif any(word in said for word in _UNSAFE):
        msg = (
            f"{where}: the disk would not read or write ({first}); nothing was written. See that "
            "it has space and is sound, and try again."
        )
    elif state in _PG_DAMAGED or any(word in said for word in _DAMAGED):
        msg = f"{where}: the database is damaged ({first}). Restore it from a backup."
    elif state is not None and state.startswith(_PG_LOGIN):
        msg = f"{where}: the database does not let you in ({first}). Check user and password file."
    elif lost or state in _PG_AWAY or (state or "").startswith(_PG_CONNECTION):
        msg = (
            f"{where}: the database does not answer, or does not let you in ({first}). What was "
            "under way is in the records whole or not at all. See to it, and try again."
        )
    else:
        msg = f"{where}: the database said: {first}."
    return StoreVersionError(msg) if state in _PG_UNKNOWN else StoreError(msg)


def _is_psycopg(error: DBAPIError) -> bool:
    """Return whether an error without a code came over a connection to PostgreSQL, or for one."""
    kind = type(error.orig)
    return kind.__module__.startswith("psycopg") and kind.__name__ == "OperationalError"


def _url(address: str | Path) -> URL:
    text_ = str(address)
    if "://" not in text_:
        return URL.create("sqlite", database=str(Path(text_).expanduser()))
    try:
        url = make_url(text_)
    except ArgumentError:
        msg = "the address of the store cannot be read. Give a folder, or postgresql://host/name."
        raise UsageError(msg) from None
    backend = url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return url
    msg = f"{backend} is no store of the workbench. Give a folder, or postgresql://host/name."
    raise UsageError(msg)


def _sqlite(url: URL, wait_s: float) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": wait_s, "check_same_thread": False},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # what was acknowledged survives a power cut
            "foreign_keys=ON",
            "secure_delete=ON",  # what is deleted is overwritten
            "temp_store=MEMORY",  # nothing of the records in a temporary file
            "trusted_schema=OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def reading_connection(engine: Engine) -> Connection:
    """Return a connection on which a transaction sees one state of the records, and only reads."""
    if not is_postgresql(engine):
        return engine.connect()
    # By itself each statement of PostgreSQL would see what is there by then.
    return engine.connect().execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def serialise(connection: Connection) -> None:
    """Wait until no other transaction writes; SQLite has done so at its beginning."""
    if is_postgresql(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": SERIAL_LOCK})


def checkpoint(engine: Engine) -> None:
    """Empty SQLite's write-ahead log into the database, so that it holds nothing deleted."""
    if is_postgresql(engine):
        return
    with contextlib.closing(engine.raw_connection()) as raw:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
