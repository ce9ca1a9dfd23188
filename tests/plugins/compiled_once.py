"""A statement is compiled once a process, and not again for each store that a test opens.

SQLAlchemy keeps what it compiled for as long as an engine, and each opened bench has an engine of
its own. Tests open thousands: a quarter of their time went into compiling the same statements.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

__all__ = ["Compiled"]


class Compiled:
    """What was compiled, by kind of database and statement, whichever engine asks."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._kept: LRUCache[Any, Any] = LRUCache(2_000)

    def get(self, key: tuple[Any, ...]) -> Any:
        """Return a compiled statement, `None` where there is none yet."""
        return self._kept.get(_of_any_engine(key))

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        """Keep a compiled statement."""
        self._kept[_of_any_engine(key)] = compiled

    def clear(self) -> None:
        """Keep all the same: the engine that lets go is not the only one."""


def _of_any_engine(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *statement = key
    return (dialect.name, dialect.driver, *statement)


def pytest_configure(config: pytest.Config) -> None:
    """Give all engines of this process one memory, whatever each makes of its own."""
    shared = Compiled()
    Engine._compiled_cache = property(lambda _: shared, lambda _, own: None)  # type: ignore[assignment]
    config.add_cleanup(lambda: delattr(Engine, "_compiled_cache"))
