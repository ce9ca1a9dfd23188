"""A row that holds what the workbench never writes is said to be damaged, by its kind and id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Table, create_engine, literal, select

from workbench.errors import RecordError, StoreError
from workbench.records import (
    alerts,
    blue_list,
    cases,
    deployment_counts,
    deployments,
    erasures,
    evaluation_sets,
    exports,
    holds,
    policies,
    rules,
    schema,
    sessions,
    watchlist_entries,
    watchlists,
)
from workbench.records.damage import reads_whole
from workbench.records.moments import from_text, object_from_json

READERS = [
    (schema.alerts, alerts._row, "alert"),
    (schema.alerts, deployment_counts._counted, "alert"),
    (schema.blue_passes, blue_list._pass, "pass"),
    (schema.cases, cases._row, "case"),
    (schema.vault_objects, cases._item, "sealed object"),
    (schema.deployments, deployments._row, "deployment"),
    (schema.deployment_notes, deployments._note, "note"),
    (schema.erasures, erasures._erasure, "erasure"),
    (schema.evaluation_sets, evaluation_sets._row, "evaluation set"),
    (schema.exports, exports._export, "export"),
    (schema.holds, holds._hold, "hold"),
    (schema.policies, policies._policy, "policy"),
    (schema.rule_changes, rules._change, "change of the rules"),
    (schema.sessions, sessions._row, "live search"),
    (schema.watchlist_entries, watchlist_entries._row, "entry"),
    (schema.watchlists, watchlists._row, "watchlist"),
]


@pytest.mark.parametrize("value", ["", "{", "[]", "{}", "5", "null", "[" * 100_000])
@pytest.mark.parametrize(("table", "reader", "kind"), READERS)
def test_each_reader_names_kind_and_id(
    table: Table, reader: Callable[[Any], object], kind: str, value: str
) -> None:
    columns = [
        literal("name-1" if one.name == "id" else value).label(one.name) for one in table.columns
    ]
    with create_engine("sqlite://").connect() as connection:
        row = connection.execute(select(*columns)).one()
    with pytest.raises(StoreError, match=f"^the record of {kind} name-1 was changed or damaged"):
        reader(row)


def test_a_refusal_within_is_left_as_it_is() -> None:
    refusal = StoreError("as it was")
    with pytest.raises(StoreError, match="as it was"), reads_whole("hold", "hold-1"):
        raise refusal
    with pytest.raises(StoreError, match="hold hold-1 was changed"), reads_whole("hold", "hold-1"):
        raise RecordError


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-25", "2026-11-25T09:00:00"])
def test_a_moment_without_a_zone_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"zone|isoformat"):
        from_text(text)


@pytest.mark.parametrize("text", ["", "[]", "5", "null"])
def test_values_by_name_are_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match=r"by name|Expecting value"):
        object_from_json(text)
