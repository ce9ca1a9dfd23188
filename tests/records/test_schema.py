"""The tables: none can hold a face, and each moment, reference and name has one form."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Column, LargeBinary, String, Table

from workbench.records import schema
from workbench.records.schema import metadata

TABLES = sorted(metadata.tables.values(), key=lambda table: table.name)
COLUMNS = [column for table in TABLES for column in table.columns]


def test_the_tables_are_the_public_ones() -> None:
    public = {name for name in schema.__all__ if name != "metadata"}
    assert public == {table.name for table in TABLES}
    assert sorted(schema.__all__) == schema.__all__


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_has_a_key_and_names_its_constraints(table: Table) -> None:
    assert list(table.primary_key.columns)
    for constraint in table.constraints:
        assert constraint.name, constraint
        assert len(str(constraint.name)) <= 63, "PostgreSQL cuts longer names"
    for index in table.indexes:
        assert index.name
        assert len(str(index.name)) <= 63


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_no_column_could_hold_a_face_but_sealed_chunks(column: Column[object]) -> None:
    if isinstance(column.type, LargeBinary):
        assert str(column) == "vault_chunks.bytes"
    assert not re.search(r"image|face|template|crop|password|secret|master", column.name)


def test_references_to_a_record_are_as_long_as_its_id() -> None:
    for column in COLUMNS:
        for key in column.foreign_keys:
            here, there = column.type, key.column.type
            assert isinstance(here, String)
            assert isinstance(there, String)
            assert here.length == there.length, (str(column), str(key.column))


def test_foreign_keys_are_indexed_so_that_deleting_is_quick() -> None:
    small = {"sessions.policy", "blue_passes.member", "held_objects.hold"}
    for table in TABLES:
        leading = {next(iter(index.columns)).name for index in table.indexes}
        unique = {
            next(iter(constraint.columns)).name
            for constraint in table.constraints
            if list(constraint.columns)  # type: ignore[attr-defined]
        }
        for column in table.columns:
            if column.foreign_keys and str(column) not in small:
                assert column.name in leading | unique, str(column)
