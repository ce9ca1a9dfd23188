"""Numbers by their hash, against a sorted list."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.matching import hash_index
from workbench.matching.hash_index import HashIndex

HASHES = st.lists(st.integers(0, 40), max_size=30)


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(HASHES, max_size=8), reserved=st.sampled_from([0, 50, 500]))
def test_they_are_sorted_by_hash_and_of_equal_ones_the_first_comes_first(
    parts: list[list[int]], reserved: int
) -> None:
    index, known = HashIndex(), list[tuple[int, int]]()
    index.reserve(reserved)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hash_index, "_PIECE", 7)
        for part in parts:
            numbers = np.arange(len(known), len(known) + len(part), dtype=np.int32)
            index.add(np.array(part, np.uint32), numbers)
            known.extend(zip(part, numbers.tolist(), strict=True))
            expected = sorted(known)
            assert len(index) == len(expected)
            assert list(
                zip(index.hashes.tolist(), index.numbers.tolist(), strict=True)
            ) == expected  # fmt: skip


def test_room_that_was_reserved_is_not_moved() -> None:
    index = HashIndex()
    index.reserve(1_000)
    held = index.hashes.base
    for start in range(0, 1_000, 100):
        numbers = np.arange(start, start + 100, dtype=np.int32)
        index.add(numbers.astype(np.uint32) * 7 % 1_000, numbers)
    assert held is not None
    assert index.hashes.base is held
    assert index.hashes.tolist() == list(range(1_000))
