"""A store of either kind, and what its other processes do to it; run as a script it writes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select

from workbench.errors import StoreError
from workbench.records.audit.checkpoints import Signer
from workbench.records.audit.entries import Draft
from workbench.records.audit.log import AuditLog
from workbench.records.audit.verbs import Verb
from workbench.records.engine import connect
from workbench.records.schema import exports
from workbench.records.store import BenchRow, Store, bench_row

__all__ = ["NOW", "AnyStore", "draft", "export", "written"]

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
ROW = BenchRow("bench-1", "operational", {"answer": 42})
SEED = bytes(range(32))


@dataclass
class AnyStore:
    """A store in SQLite or in PostgreSQL.

    Attributes:
        kind: `sqlite` or `postgresql`.
        address: where it is.
        clock: tells the time.
        kill: kills the server of the store as a power cut would, and starts it again; `None` where
            there is none, or others use it.
    """

    kind: str
    address: str
    clock: Callable[[], datetime] = lambda: NOW
    kill: Callable[[], None] | None = None

    def log(self, bench_id: str = ROW.id) -> AuditLog:
        """Return its log."""
        return AuditLog(bench_id, Signer.load(SEED), [])

    def create(self) -> Store:
        """Make its tables."""
        return Store.create(self.address, ROW, self.log(), clock=self.clock)

    def open(self, wait_s: float | None = None) -> Store:
        """Open it, as another process would."""
        engine = connect(self.address, wait_s=wait_s)
        try:
            return Store(engine, bench_row(engine), self.log(), self.clock)
        except StoreError:
            engine.dispose()
            raise


def draft(actor: str = "ada") -> Draft:
    """An entry."""
    return Draft.of(Verb.ADMINISTER, actor=actor, role="administrator", purpose="administration")


def export(name: str) -> dict[str, object]:
    """A row of a small table."""
    return {
        "id": name,
        "purpose": "administration",
        "actor": "ada",
        "at": "2026-11-25T09:00:00.000000+00:00",
        "what": "a page",
        "recipient": "nobody",
        "objects": "[]",
    }


def written(store: Store) -> list[str]:
    """Return the ids of such rows."""
    with store.reading() as connection:
        return list(connection.execute(select(exports.c.id).order_by(exports.c.id)).scalars())


def main(address: str, writer: str, count: int) -> None:
    """Write rows and entries, one transaction each, as one process of several."""
    store = AnyStore("", address, lambda: datetime.now(UTC)).open()
    for number in range(count):
        with store.writing() as writing:
            writing.connection.execute(insert(exports).values(**export(f"{writer}-{number:04}")))
            writing.audit(draft(f"person-{writer}"))
    store.close()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
