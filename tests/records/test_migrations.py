"""Migrations: what they make is the schema, what is newer is refused, what fails leaves nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from later_schema import a_later_version
from sqlalchemy import CheckConstraint, Connection, Engine, inspect, text

from workbench.errors import StoreError, StoreVersionError
from workbench.records.engine import connect
from workbench.records.guards import guards, opening_guards
from workbench.records.migrations import at_head, current, head, migrate
from workbench.records.schema import metadata


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    made = connect(tmp_path / "records.sqlite")
    yield made
    made.dispose()


def migrated(engine: Engine) -> None:
    """Bring it to this version as the store does."""
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        migrate(connection)


def columns(connection: Connection) -> set[str]:
    return {column["name"] for column in inspect(connection).get_columns("exports")}


def test_nothing_has_no_version_and_is_no_store(engine: Engine) -> None:
    with engine.connect() as connection:
        assert current(connection) is None
        with pytest.raises(StoreError, match="there are no records here"):
            at_head(connection)


def test_what_migrations_make_is_the_schema(engine: Engine) -> None:
    migrated(engine)
    with engine.connect() as connection:
        at_head(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_check_of_the_schema_is_in_the_migrations(engine: Engine) -> None:
    """Alembic compares no check constraints."""
    migrated(engine)
    with engine.connect() as connection:
        found = {
            (table, check["name"])
            for table in metadata.tables
            for check in inspect(connection).get_check_constraints(table)
        }
    wanted = {
        (table.name, str(check.name))
        for table in metadata.tables.values()
        for column in table.columns
        for check in column.constraints
        if isinstance(check, CheckConstraint)
    }
    assert wanted
    assert found == wanted


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    migrated(engine)
    migrated(engine)
    with engine.connect() as connection:
        assert current(connection) == head()


def test_a_newer_schema_is_refused_and_left_as_it_is(engine: Engine) -> None:
    migrated(engine)
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    with pytest.raises(StoreVersionError, match=r"schema later, which this version .* not know"):
        migrated(engine)
    with engine.connect() as connection:
        assert current(connection) == "later"
        with pytest.raises(StoreVersionError, match="nothing was changed"):
            at_head(connection)


def test_an_older_schema_is_refused_until_it_is_migrated(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated(engine)
    a_later_version(tmp_path, monkeypatch)
    with engine.connect() as connection:
        with pytest.raises(StoreVersionError, match=r"Make a backup, then run workbench upgrade"):
            at_head(connection)
        assert "colour" not in columns(connection)
    migrated(engine)
    with engine.connect() as connection:
        at_head(connection)
        assert "colour" in columns(connection)


def test_a_migration_that_fails_leaves_the_schema_as_it_was(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated(engine)
    before = head()
    a_later_version(tmp_path, monkeypatch, more="raise OSError")
    with pytest.raises(OSError):  # noqa: PT011 - it says nothing
        migrated(engine)
    with engine.connect() as connection:
        assert current(connection) == before
        assert "colour" not in columns(connection)


def test_the_log_is_guarded_by_the_database(engine: Engine) -> None:
    migrated(engine)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        names = set(found.scalars())
    made = (*guards("sqlite"), *opening_guards("sqlite"))
    wanted = set(re.findall(r"CREATE TRIGGER (\w+)", "\n".join(made)))
    assert names == wanted
    assert {"audit_no_update", "audit_no_delete", "opening_once"} <= names
