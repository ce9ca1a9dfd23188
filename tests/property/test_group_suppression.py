"""No count of few false alerts of a group can be worked out from what is shown beside it.

The query that suppresses is run on every table that there is of some totals. Those that would be
shown alike are what somebody who reads it cannot tell apart, even knowing how it is suppressed: in
no cell may all of them agree where it is suppressed, nor in any deployment's row.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, create_engine, select

from workbench.governance.false_alerts import FEWEST_SHOWN
from workbench.records.equity_views import suppressed_cells

Cells: TypeAlias = tuple[int, ...]
Shown: TypeAlias = tuple[tuple[int | None, ...], bool]

TABLE = Table(
    "cells",
    MetaData(),
    *(Column(name, String) for name in ("scheme_key", "scheme", "named")),
    *(Column(name, Integer) for name in ("deployments", "counted")),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite://")
    TABLE.metadata.create_all(made)
    yield made
    made.dispose()


def shown(engine: Engine, tables: Sequence[Cells], fewest: int = FEWEST_SHOWN) -> list[Shown]:
    """Return what is shown of tables, each of which stands as a scheme of its own.

    Of each the counts that are told, and whether more is suppressed than what is few.
    """
    rows = [
        {"scheme_key": str(at), "scheme": str(at), "named": str(group), "counted": count}
        for at, cells in enumerate(tables)
        for group, count in enumerate(cells)
    ]
    found: dict[int, dict[int, int | None]] = defaultdict(dict)
    beside: dict[int, bool] = {}
    with engine.begin() as connection:
        connection.execute(TABLE.delete())
        connection.execute(TABLE.insert(), rows)
        query = suppressed_cells(select(TABLE).subquery("cells"), fewest)
        for row in connection.execute(query):
            found[int(row.scheme)][int(row.named)] = row.counted
            beside[int(row.scheme)] = bool(row.beside)
            assert row.false_alerts == sum(tables[int(row.scheme)])
    return [
        (tuple(found[at][group] for group in range(len(cells))), beside[at])
        for at, cells in enumerate(tables)
    ]


def with_sum(total: int, cells: int) -> list[Cells]:
    """Return every table of so many cells that come to a total."""
    if cells == 1:
        return [(total,)]
    return [
        (first, *rest) for first in range(total + 1) for rest in with_sum(total - first, cells - 1)
    ]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        # Nobody is named of those without a group, which is the last cell.
        ((8, 1, 1, 0), (8, None, None, None)),
        ((8, 2, 0), (8, None, None)),
        ((5, 5), (5, 5)),
        ((1, 0), (None, None)),
        # What is few could be told by subtraction: it is one cell, all of it 0, or all of it 4.
        ((8, 2), (None, None)),
        ((12, 6, 2), (12, None, None)),
        ((12, 6, 6, 2), (12, None, None, None)),
        ((8, 0, 0), (None, None, None)),
        ((9, 4, 4, 10), (None, None, None, 10)),
        # There was no false alert at all, as everybody knows.
        ((0, 0, 0), (0, 0, 0)),
    ],
)
def test_what_is_shown_of_a_few_tables(
    engine: Engine, cells: Cells, said: tuple[int | None, ...]
) -> None:
    assert [found for found, _ in shown(engine, [cells])] == [said]


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 4), st.integers(1, 16), st.integers(2, 6))
def test_no_suppressed_cell_is_told_by_what_stands_beside_it(
    engine: Engine, cells: int, total: int, fewest: int
) -> None:
    tables = with_sum(total, cells)
    alike: dict[Shown, list[Cells]] = defaultdict(list)
    for table, said in zip(tables, shown(engine, tables, fewest), strict=True):
        alike[said].append(table)
        for count, told in zip(table, said[0], strict=True):
            assert told is None or told == count >= fewest
    for said, of in alike.items():
        for cell, told in enumerate(said[0]):
            if told is None:
                assert len({table[cell] for table in of}) > 1, (said, cell, of)


@settings(max_examples=15, deadline=None)
@given(
    st.integers(2, 3),
    st.lists(st.integers(1, 7), min_size=2, max_size=2),
    st.integers(2, 5),
)
def test_no_row_of_a_deployment_is_told_by_the_sums(
    engine: Engine, cells: int, totals: list[int], fewest: int
) -> None:
    """How many false alerts each deployment had is shown elsewhere; its counts by group nowhere."""
    rows = list(itertools.product(*(with_sum(total, cells) for total in totals)))
    sums = [tuple(map(sum, zip(*each, strict=True))) for each in rows]
    said_of = dict(zip(set(sums), shown(engine, list(set(sums)), fewest), strict=True))
    alike: dict[Shown, list[tuple[Cells, ...]]] = defaultdict(list)
    for each, summed in zip(rows, sums, strict=True):
        alike[said_of[summed]].append(each)
    for said, of in alike.items():
        for deployment in range(len(totals)):
            for cell in range(cells):
                values = {each[deployment][cell] for each in of}
                assert len(values) > 1 or min(values) >= fewest, (said, deployment, cell)


def test_each_scheme_is_suppressed_by_itself(engine: Engine) -> None:
    tables = [(8, 1, 1), (1, 0), (7, 6), (9, 7, 1)]
    said = [(8, None, None), (None, None), (7, 6), (9, None, None)]
    assert shown(engine, tables) == list(zip(said, (False, False, False, True), strict=True))
