"""Whose each row is, against plain lists and mappings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import UsageError
from workbench.matching import subject_table
from workbench.matching.subject_table import NOBODY, SubjectTable

NAMES = st.sampled_from([f"person {number}" for number in range(12)])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("extend"), st.lists(NAMES, max_size=6)),
        st.tuples(st.just("remove"), NAMES),
    ),
    max_size=12,
)


@pytest.mark.parametrize("late", [0, 3, 65_536])
@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_it_is_what_lists_and_mappings_would_say(
    late: int, steps: list[tuple[str, object]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subject_table, "_LATE", late)
        table = SubjectTable()
        owners: list[str | None] = []
        order: dict[str, None] = {}
        for what, about in steps:
            if what == "extend":
                assert isinstance(about, list)
                rows = table.extend(about)
                assert rows.tolist() == list(range(len(owners), len(owners) + len(about)))
                owners.extend(about)
                order.update(dict.fromkeys(about))
            else:
                gone = [row for row, owner in enumerate(owners) if owner == about]
                assert table.remove(str(about)).tolist() == gone
                owners = [None if owner == about else owner for owner in owners]
                order.pop(str(about), None)
        assert table.subjects == tuple(order)
        assert table.subject_count == len(order)
        assert (len(table), table.rows) == (len([one for one in owners if one]), len(owners))
        for name in order:
            number = table.number_of(name)
            assert number is not None
            assert table.names_of(np.array([number])) == [name]
            mine = [row for row, owner in enumerate(owners) if owner == name]
            assert table.rows_of(number).tolist() == mine
            assert (table.owners == number).nonzero()[0].tolist() == mine
        assert (table.owners == NOBODY).nonzero()[0].tolist() == [
            row for row, owner in enumerate(owners) if owner is None
        ]
        assert table.number_of("nobody has this name") is None


def test_a_subject_whose_rows_were_removed_comes_last_when_added_again() -> None:
    table = SubjectTable()
    table.extend(["ada", "bob"])
    table.remove("ada")
    assert table.extend(["ada"]).tolist() == [2]
    assert table.subjects == ("bob", "ada")


def test_names_whose_hashes_are_equal_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject_table, "_LATE", 0)
    table = SubjectTable()
    table.extend([f"person {number}" for number in range(40)])
    table._by_hash._hashes[:] = 0
    monkeypatch.setattr(
        subject_table, "_hashes", lambda names: np.zeros(len(names), np.uint32), raising=False
    )
    assert [table.number_of(f"person {number}") for number in (0, 39, 40)] == [0, 39, None]


def test_an_empty_name_adds_nobody() -> None:
    table = SubjectTable()
    with pytest.raises(UsageError, match=r"needs the name of its subject.*one of them is empty"):
        table.extend(["ada", ""])
    assert table.rows == 0
    assert table.subjects == ()


def test_a_million_names_take_little_memory() -> None:
    table = SubjectTable()
    table.extend([f"subject-{number:07d}" for number in range(200_000)])
    assert table.number_of("subject-0123456") == 123_456
    assert table.rows_of(123_456).tolist() == [123_456]
    by_hash = (table._by_hash.hashes, table._by_hash.numbers)
    arrays = (table.owners, *by_hash, table._by_owner, table._starts)
    size = sum(one.nbytes for one in arrays if one is not None) + table._joined.nbytes
    assert size / 200_000 < 60, "bytes a name"
