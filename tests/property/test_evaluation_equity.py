"""What holds for any groups: nobody dropped, bounds in order, and never that none differ."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import ProtocolError
from workbench.evaluation.equity import equity_at
from workbench.evaluation.equity_intervals import holm
from workbench.evaluation.equity_synthetic import SyntheticGroup, synthetic_searches
from workbench.evaluation.equity_words import equity_sentences

pytestmark = pytest.mark.slow

NEVER = re.compile(
    r"\bno (\w+ )?(difference|bias|imbalance|disparity|effect)|unbiased|bias[- ]?free|\bfair(ly|ness)?\b"
    r"|\bequal(ly|s)?\b|\bthe same rate|n[o']t (significantly )?differ|not different|equitable"
    r"|without (bias|difference)|absence of|\bidentical|as good (for|on)|free of|non-?discriminat",
    re.IGNORECASE,
)
"""What would take a difference that was not found for one that is not there."""

GROUP = st.builds(
    SyntheticGroup,
    listed=st.integers(0, 60),
    others=st.integers(0, 90),
    fpir=st.floats(0.001, 0.6),
    fnir=st.floats(0.01, 0.9),
    images=st.integers(1, 3),
    alike=st.floats(0.0, 1.0),
)
GROUPS = st.dictionaries(st.sampled_from(["", "a", "b", "c", "d"]), GROUP, min_size=1, max_size=4)


@given(GROUPS, st.integers(0, 50), st.floats(0.45, 0.75))
@settings(max_examples=60, deadline=None)
def test_whatever_comes_out_is_told_as_it_is(
    groups: dict[str, SyntheticGroup], seed: int, threshold: float
) -> None:
    searches = synthetic_searches(groups, seed=seed)
    if not searches["group"].is_not_null().any():
        with pytest.raises(ProtocolError, match="no search has a group"):
            equity_at(searches, threshold)
        return
    result = equity_at(searches, threshold, replicates=20, seed=seed)
    said = equity_sentences(result)
    for line in said:
        assert not NEVER.search(line), line
        assert not re.search(r"\b0\.\d+ times", line), "no multiple is below 1"
    rows = result.comparisons.to_dicts()
    for row in rows:
        assert row["ratio_high"] is None or row["ratio_low"] <= row["ratio_high"]
        assert row["difference_low"] <= row["difference"] <= row["difference_high"]
        assert row["p"] <= row["p_adjusted"] <= 1.0
        assert row["seen_above"] is None or row["seen_above"] * row["base_rate"] <= 1.0 + 1e-9
        assert row["seen_below"] is None or 0.0 <= row["seen_below"] < 1.0
    pairs = [(r["step"], r["rate"], *sorted((r["group"], r["against"]))) for r in rows]
    assert len(pairs) == len(set(pairs)), "no pair is there twice"
    unseen = [line for line in said if "does not tell them apart" in line]
    assert len(unseen) == sum(not row["differs"] for row in rows)
    for line in unseen:
        assert re.search(
            r"one would have seen a rate .* may be there\.$|have left it unseen\.$", line
        )
    for step in result.steps:
        here = result.rates.filter(pl.col("step") == step.step)
        assert here.filter(pl.col("rate") == "FPIR")["searches"].sum() == step.searches
        assert here.filter(pl.col("rate") == "FNIR")["searches"].sum() == step.mated
    suppressed = result.rates["suppressed"].is_not_null().sum()
    assert sum("suppressed (" in line for line in said) == suppressed


@given(st.lists(st.floats(0.0, 1.0), max_size=12))
def test_holm_keeps_the_order_and_never_lowers(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(before <= after <= 1.0 for before, after in zip(p_values, adjusted, strict=True))
    by_p = sorted(zip(p_values, adjusted, strict=True))
    assert [after for _, after in by_p] == sorted(adjusted)
    if p_values:
        assert min(adjusted) == pytest.approx(min(1.0, len(p_values) * min(p_values)))


def test_the_words_that_are_never_said_are_found_where_they_are() -> None:
    for words in ("No significant difference", "the matcher is unbiased", "a fair result"):
        assert NEVER.search(words)
