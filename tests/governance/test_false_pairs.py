"""How many false pairs to expect, as people read it."""

from __future__ import annotations

import pytest

from workbench.bench.default_policies import load_default_policies
from workbench.errors import UsageError
from workbench.governance.false_pairs import false_pairs
from workbench.governance.policies import Origin
from workbench.governance.setups import Matcher

POLICY = load_default_policies()[Matcher.FUSED]


@pytest.mark.parametrize("score", [POLICY.threshold, 9.0])
@pytest.mark.parametrize("comparisons", [1, 5, 100_000])
def test_small_numbers_are_written_out(score: float, comparisons: int) -> None:
    found = false_pairs(POLICY, score, comparisons)
    assert "e-" not in found.text
    said = f"{found.high if found.expected is None else found.expected:.1g}"
    assert f"among {comparisons:,} comparisons" in found.text
    assert float(said) > 0, "some are always to be expected"


def test_a_few_in_many_comparisons() -> None:
    found = false_pairs(POLICY, POLICY.threshold, 5)
    assert found.text.startswith("0.0000")
    assert found.expected is not None
    assert float(found.text.split()[0]) == pytest.approx(found.expected, rel=0.05)


@pytest.mark.parametrize("score", [POLICY.threshold, 9.0])
def test_what_it_was_measured_on_is_said_in_the_phrase(score: float) -> None:
    assert (
        "(measured on photographs, not on frames of cameras; " in false_pairs(POLICY, score, 5).text
    )
    issued = POLICY.model_copy(update={"origin": Origin.ISSUED})
    assert "(measured on other pictures than these; " in false_pairs(issued, score, 5).text


def test_nothing_compared_has_no_false_pairs() -> None:
    with pytest.raises(UsageError, match="Compare something"):
        false_pairs(POLICY, POLICY.threshold, 0)
