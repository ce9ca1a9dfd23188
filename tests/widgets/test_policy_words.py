"""What stands beside a policy on a page: whether equity was measured."""

from __future__ import annotations

import pytest

from workbench.bench.default_policies import load_default_policies
from workbench.governance.setups import Matcher


@pytest.mark.parametrize("matcher", Matcher)
def test_of_what_ships_equity_was_not_measured(matcher: Matcher) -> None:
    assert load_default_policies()[matcher].equity_words == "equity not measured"


def test_words_in_the_place_of_a_measurement_are_none() -> None:
    policy = load_default_policies()[Matcher.SFACE].model_copy(update={"equity": "evaluation E-12"})
    assert policy.equity_words == "equity not measured in a form that can be checked"


def test_it_stands_beside_each_policy_that_pairs_can_be_sought_with() -> None:
    from widgets.pairs_form import _policy

    for policy in load_default_policies().values():
        assert _policy(policy).endswith(", equity not measured")
