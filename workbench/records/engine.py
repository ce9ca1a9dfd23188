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

from workbench.errors import StoreBusyError, StoreError, UsageError

__all__ = [
    "SERIAL_LOCK",
    "checkpoint",
    "connect",
    "is_postgresql",
    "serialise",
    "shown",
    "translated",
]

SERIAL_LOCK: Final = 0x6C66725F6C6F67
"""Number of the advisory lock under which PostgreSQL writes one transaction after the other."""

_WAIT_S: Final = 60
_FULL: Final = ("disk is full", "database or disk is full", "No space left on device")
_READ_ONLY: Final = ("readonly database", "read-only", "unable to open database file")
_LOCKED: Final = ("database is locked", "lock timeout", "canceling statement due to lock")
_DAMAGED: Final = ("malformed", "not a database", "disk I/O error")


def connect(address: str | Path) -> Engine:
    """Return an engine for a store.

    Args:
        address: path of an SQLite file, or a PostgreSQL address such as
            `postgresql://host/name`; a password belongs into PGPASSFILE, not into it.

    Raises:
        UsageError: when it is no address of a store that is known, or its driver is missing.
    """
    url = _url(address)
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite(url)
        return create_engine(
            url, pool_pre_ping=True, pool_size=4, hide_parameters=True, connect_args=_PATIENCE
        )
    except (ModuleNotFoundError, NoSuchModuleError):
        msg = (
            f"{shown(url)}: the driver for PostgreSQL is not installed. Install it with "
            "pip install 'lfr-workbench[team]'."
        )
        raise UsageError(msg) from None


_PATIENCE: Final = {"options": f"-c lock_timeout={_WAIT_S * 1000}", "connect_timeout": 10}


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
        StoreBusyError: when others held the store too long.
        StoreError: for anything else; never with parameters of a statement.
    """
    try:
        yield
    except DBAPIError as error:
        raise _named(where, str(error.orig)) from None
    except sqlite3.Error as error:
        raise _named(where, str(error)) from None


def _named(where: str, said: str) -> StoreError:
    first = said.strip().splitlines()[0] if said.strip() else "no reason was given"
    if any(word in said for word in _LOCKED):
        msg = f"{where}: others wrote to the records for more than {_WAIT_S} s. Try again."
        return StoreBusyError(msg)
    if any(word in said for word in _FULL) or f"[Errno {errno.ENOSPC}]" in said:
        msg = f"{where}: the disk is full; nothing was written. Free space and try again."
    elif any(word in said for word in _READ_ONLY):
        msg = f"{where}: cannot be written to ({first}). Check its permissions and its folder's."
    elif "permission denied" in said:
        msg = f"{where}: this database user may not do that ({first})."
    elif any(word in said for word in _DAMAGED):
        msg = f"{where}: the database is damaged ({first}). Restore it from a backup."
    else:
        msg = f"{where}: the database said: {first}."
    return StoreError(msg)


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


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": _WAIT_S, "check_same_thread": False},
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
