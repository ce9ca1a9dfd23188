"""A plan under a policy reckons as governance does, at every threshold and size of list."""

from __future__ import annotations

import pytest

from workbench.bench.default_policies import load_default_policies
from workbench.bench.planning import plan_under
from workbench.evaluation.planner import AgainstCap
from workbench.evaluation.planner_words import plan_sentence
from workbench.governance.fpir import fpir
from workbench.governance.setups import Matcher


@pytest.mark.parametrize("matcher", Matcher)
@pytest.mark.parametrize("references", [1, 97, 1_240, 20_000])
@pytest.mark.parametrize("raised", [0.0, 0.1, 3.0])
def test_it_is_what_governance_reckons(matcher: Matcher, references: int, raised: float) -> None:
    policy = load_default_policies()[matcher]
    threshold = policy.threshold + raised
    made = plan_under(policy, list_size=references, faces=14_000, cap=0.001, threshold=threshold)
    estimate = fpir(policy, threshold, references)
    assert made.at.fpir == pytest.approx(estimate.rate)
    assert made.at.fpir_interval == pytest.approx((estimate.low, estimate.high))
    assert made.at.measurable == estimate.is_measurable
    assert made.extrapolated == estimate.extrapolated


def test_it_names_what_it_rests_on_and_that_misses_were_not_measured() -> None:
    policy = load_default_policies()[Matcher.SFACE]
    made = plan_under(policy, list_size=1_240, faces=14_000, cap=0.001, hours=6, step=0.02)
    said = plan_sentence(made)
    assert said.startswith("At T = 0.4788, 1,240 on the list and 14,000 faces: ")
    assert "how many searches for listed people miss them was not measured" in said
    assert "extrapolated to this list from single references," in said
    assert f"split {policy.table.split}, for policy default-sface/1 (equity not measured)." in said
    assert made.against_cap is AgainstCap.ABOVE, "the product's own is for lists of up to 97"
    assert made.up is not None
    assert made.down is not None
    assert made.up.count <= made.at.count <= made.down.count
