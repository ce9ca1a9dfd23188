"""What holds of any plan: more faces and longer lists never promise less, and intervals hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.evaluation.planner import AgainstCap, plan
from workbench.evaluation.planner_words import plan_sentences

pytestmark = pytest.mark.slow

COUNTS = st.integers(1, 5000).flatmap(
    lambda searches: st.tuples(st.integers(0, searches), st.just(searches), st.integers(1, 20_000))
)


@given(COUNTS, st.integers(1, 20_000), st.integers(0, 50_000), st.floats(1e-4, 0.1))
def test_figures_lie_in_their_intervals_and_the_sentences_keep_to_them(
    counts: tuple[int, int, int], list_size: int, faces: int, cap: float
) -> None:
    made = plan(list_size=list_size, faces=faces, threshold=0.5, rate=counts, cap=cap, hours=2.0)
    low, high = made.at.expected_interval
    assert 0.0 <= low <= high <= faces
    assert made.at.fpir_interval.low <= made.at.fpir + 1e-12
    assert made.at.fpir <= made.at.fpir_interval.high + 1e-12
    assert (made.at.expected is None) == (counts[0] < 3)
    assert 0.0 <= made.at.at_least_one_interval.low <= made.at.at_least_one_interval.high <= 1.0
    one = made.at.in_one
    assert 0.0 <= one.low <= one.high <= faces
    assert (one.low, one.high) == (int(one.low), int(one.high))
    if made.at.expected is not None and made.at.expected >= 1.0:
        assert one.low <= made.at.expected <= one.high + 1e-9
    said = plan_sentences(made)
    for words in (" 0.00", "1.00", " 0.0 "):
        assert not any(words in line for line in said)
    assert ("extrapolated" in said[0]) == (list_size != counts[2])
    assert ("too few for a rate" in said[0]) == (counts[0] < 3)
    if made.against_cap is AgainstCap.BELOW:
        assert high <= cap * faces * (1 + 1e-9)
    if made.against_cap is AgainstCap.ABOVE:
        assert low > cap * faces or faces == 0


@given(COUNTS, st.integers(1, 10_000), st.integers(0, 20_000), st.integers(1, 1000))
def test_more_of_anything_never_promises_less(
    counts: tuple[int, int, int], list_size: int, faces: int, more: int
) -> None:
    def expected(size: int, seen: int) -> tuple[float, float]:
        return plan(list_size=size, faces=seen, threshold=0.5, rate=counts).at.expected_interval

    before = expected(list_size, faces)
    for after in (expected(list_size + more, faces), expected(list_size, faces + more)):
        assert after[0] >= before[0] - 1e-9
        assert after[1] >= before[1] - 1e-9
