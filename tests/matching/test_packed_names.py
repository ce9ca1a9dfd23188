"""Names by their number, against a plain list."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.matching import packed_names
from workbench.matching.packed_names import PackedNames


@settings(max_examples=60, deadline=None)
@given(added=st.lists(st.lists(st.text(min_size=1, max_size=6), max_size=9), max_size=5))
def test_it_is_what_a_list_would_say(added: list[list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed_names, "_PIECE", 4)
        packed, plain = PackedNames(), list[str]()
        for names in added:
            packed.extend(pl.Series("name", names, dtype=pl.String))
            plain.extend(names)
        assert list(packed) == plain
        assert [packed[number] for number in range(len(packed))] == plain


@pytest.mark.parametrize("number", [-1, 2])
def test_there_is_none_beyond_them(number: int) -> None:
    packed = PackedNames()
    packed.extend(pl.Series("name", ["one", "two"]))
    with pytest.raises(IndexError, match=f"no name {number} among 2"):
        packed[number]
