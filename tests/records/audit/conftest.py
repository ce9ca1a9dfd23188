"""A bench of audit tables alone, in SQLite, with a clock that a test sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from workbench.records.audit.checkpoints import Checkpoint, Signer
from workbench.records.audit.details import Detail
from workbench.records.audit.entries import Draft
from workbench.records.audit.faults import Verification
from workbench.records.audit.log import Appended, AuditLog
from workbench.records.audit.reading import Head, Row, read_head, rows
from workbench.records.audit.verbs import Verb
from workbench.records.audit.witness import WitnessFile
from workbench.records.engine import connect
from workbench.records.schema import audit, audit_head, metadata

BEGIN = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@dataclass
class Bench:
    """An audit log and the means to tamper with it."""

    engine: Engine
    log: AuditLog
    signer: Signer
    witness: WitnessFile
    now: datetime = BEGIN
    warnings: list[str] = field(default_factory=list)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        writing = self.engine.connect().execution_options(writing=True)
        with writing as connection, connection.begin():
            yield connection

    def reading(self) -> AbstractContextManager[Connection]:
        @contextmanager
        def opened() -> Iterator[Connection]:
            with self.engine.connect() as connection, connection.begin():
                yield connection

        return opened()

    def append(self, draft: Draft, now: datetime | None = None) -> Appended:
        self.now += timedelta(seconds=1)
        with self.writing() as connection:
            appended = self.log.append(connection, draft, now or self.now)
            checkpoint = self.log.head(connection)
        self.log.after_commit(checkpoint)
        return appended

    def fill(self, count: int) -> None:
        for number in range(count):
            self.append(draft(Verb.ALERT, objects=(f"alert-{number}",)))

    def sql(self, statement: str, parameters: tuple[Any, ...] = ()) -> None:
        with self.writing() as connection:
            connection.exec_driver_sql(statement, parameters)

    def rows(self) -> list[Row]:
        with self.reading() as connection:
            return list(rows(connection))

    def head(self) -> Head | None:
        with self.reading() as connection:
            return read_head(connection)

    def checkpoint(self) -> Checkpoint | None:
        with self.reading() as connection:
            return self.log.head(connection)

    def verify(self) -> Verification:
        return self.log.verify(self.reading)


def draft(
    verb: Verb = Verb.LOGIN,
    *,
    actor: str = "a.person",
    role: str = "analyst",
    purpose: str = "administration",
    justification: str | None = None,
    objects: tuple[str, ...] = (),
    recipient: str | None = None,
    details: Mapping[str, Detail] | None = None,
) -> Draft:
    return Draft.of(
        verb,
        actor=actor,
        role=role,
        purpose=purpose,
        justification=justification,
        objects=objects,
        recipient=recipient,
        details=details or {},
    )


@pytest.fixture
def make_draft() -> Callable[..., Draft]:
    """Return the builder of drafts."""
    return draft


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Return a builder of benches; what is given goes to the log."""
    engines = []

    def make(name: str = "bench-1", **given: Any) -> Bench:
        engine = connect(tmp_path / f"{name}.sqlite")
        engines.append(engine)
        metadata.create_all(engine, tables=[audit, audit_head])
        signer = Signer.generate()
        witness = WitnessFile(tmp_path / f"{name}.witness")
        warnings: list[str] = []
        given = {"signer": signer, "witnesses": [witness], "warn": warnings.append} | given
        log = AuditLog(name, **given)
        return Bench(engine, log, signer, witness, warnings=warnings)

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    """Return an empty bench with a signing key and a witness."""
    return make_bench()
