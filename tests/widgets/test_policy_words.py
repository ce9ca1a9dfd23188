"""What stands beside a policy on a page: whether equity was measured."""

from __future__ import annotations

import pytest
from equity_values import with_groups
from policy_values import DIGEST, WHY_OPENED, chosen_for, with_evidence

from workbench.bench.default_policies import load_default_policies
from workbench.governance.openings import Opening
from workbench.governance.setups import Matcher


@pytest.mark.parametrize("matcher", Matcher)
def test_of_what_ships_equity_was_not_measured(matcher: Matcher) -> None:
    assert load_default_policies()[matcher].equity_words == "equity not measured"


def test_words_in_the_place_of_a_measurement_are_none() -> None:
    policy = load_default_policies()[Matcher.SFACE].model_copy(update={"equity": "evaluation E-12"})
    assert policy.equity_words == "equity not measured in a form that can be checked"


def test_of_what_was_measured_it_is_said_on_whom_and_what_that_does_not_show() -> None:
    from widgets.deployment_words import _short
    from widgets.pairs_form import _policy

    shipped = load_default_policies()[Matcher.SFACE]
    opening = Opening.read(
        {
            "policy_id": shipped.id,
            "digest": DIGEST,
            "data_set": "made up",
            "justification": WHY_OPENED,
            "opened_by": "d.scientist",
            "opened_at": "2026-11-25T09:00:00Z",
            "place": 1,
            "chosen": chosen_for(shipped),
        },
        what="an opening",
    )
    told = with_groups(with_evidence(None, shipped, opening))  # type: ignore[arg-type]
    end = "; that a difference was not found does not mean there is none"
    assert _policy(told).endswith(f", {told.equity_words}")
    assert told.equity_words.endswith(end)
    assert _short(told, None) == (
        f"equity measured on made up (400 people, 2 groups), at T = 0.4788{end}"
    )


def test_it_stands_beside_each_policy_that_pairs_can_be_sought_with() -> None:
    from widgets.pairs_form import _policy

    for policy in load_default_policies().values():
        assert _policy(policy).endswith(", equity not measured")
