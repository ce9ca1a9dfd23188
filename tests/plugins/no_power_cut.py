"""Nothing that a test writes is waited for until it is on the disk: no test cuts the power.

A process that is killed has handed to the system what it wrote, and finds it there again. That the
store asks for more is shown by `test_store`, which has `waited_for`; PostgreSQL lies in memory, see
`postgresql_server`. On a common disk a test of a bench waited for longer than it worked.
"""

from __future__ import annotations

import os
import sqlite3
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

__all__ = ["waited_for"]

_waiting: list[None] = []
"""Holds something while a test has what it writes waited for."""


@pytest.fixture
def waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have SQLite wait for the disk as the product tells it, for what is opened from now on."""
    monkeypatch.setattr(f"{__name__}._waiting", [None])


def _write_and_go_on(connection: Any, *_: Any) -> None:
    if isinstance(connection, sqlite3.Connection) and not _waiting:
        connection.execute("PRAGMA synchronous=OFF")


def pytest_configure(config: pytest.Config) -> None:
    """Wait for nothing, in this process and what is forked from it."""
    event.listen(Pool, "checkout", _write_and_go_on)
    config.add_cleanup(lambda: event.remove(Pool, "checkout", _write_and_go_on))
    waits = os.fsync
    os.fsync = lambda _: None
    config.add_cleanup(lambda: setattr(os, "fsync", waits))
