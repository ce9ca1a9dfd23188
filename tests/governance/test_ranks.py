"""Ranks: an order, not an alphabet; and a rule that a force may set."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import pairwise

import pytest

from workbench.errors import RecordError
from workbench.governance.ranks import Rank, RankRule
from workbench.governance.sources import Standing


def test_ranks_are_in_their_order() -> None:
    levels = [rank.level for rank in Rank]
    assert levels == sorted(levels)
    assert min(Rank) is Rank.CONSTABLE
    assert max(Rank) is Rank.COMMISSIONER
    assert set(levels) == set(range(1, 12))


@pytest.mark.parametrize(
    ("lower", "higher"),
    list(
        pairwise(
            [
                Rank.CONSTABLE,
                Rank.SERGEANT,
                Rank.INSPECTOR,
                Rank.CHIEF_INSPECTOR,
                Rank.SUPERINTENDENT,
                Rank.CHIEF_SUPERINTENDENT,
                Rank.COMMANDER,
                Rank.DEPUTY_ASSISTANT_COMMISSIONER,
                Rank.ASSISTANT_COMMISSIONER,
                Rank.DEPUTY_COMMISSIONER,
                Rank.COMMISSIONER,
            ]
        )
    ),
)
def test_each_rank_is_above_the_one_below(lower: Rank, higher: Rank) -> None:
    assert lower < higher
    assert lower <= higher
    assert higher > lower
    assert higher >= lower
    assert not higher < lower
    assert not higher <= lower
    assert not lower > higher
    assert not lower >= higher


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Rank.ASSISTANT_CHIEF_CONSTABLE, Rank.COMMANDER),
        (Rank.DEPUTY_CHIEF_CONSTABLE, Rank.DEPUTY_ASSISTANT_COMMISSIONER),
        (Rank.CHIEF_CONSTABLE, Rank.ASSISTANT_COMMISSIONER),
    ],
)
def test_forces_have_equals(one: Rank, other: Rank) -> None:
    assert one >= other
    assert other >= one
    assert not one > other
    assert not one < other
    assert one != other


@pytest.mark.parametrize("other", [3, "superintendent", "zzz", None])
@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge])
def test_a_rank_is_compared_with_ranks_alone(
    compare: Callable[[object, object], bool], other: object
) -> None:
    with pytest.raises(TypeError, match="a rank is compared with a rank"):
        compare(Rank.INSPECTOR, other)
    with pytest.raises(TypeError, match="a rank is compared with a rank"):
        compare(other, Rank.INSPECTOR)


def test_a_rank_is_said_in_words() -> None:
    assert Rank.CHIEF_INSPECTOR.spoken == "chief inspector"


def test_the_rule_is_marked_as_the_products_own_choice() -> None:
    rule = RankRule()
    assert rule.source.standing is Standing.OWN_CHOICE
    assert rule.least is Rank.SUPERINTENDENT
    assert rule.urgent_least is Rank.INSPECTOR
    assert RankRule.read(rule.plain(), what="rule") == rule


@pytest.mark.parametrize(
    ("assembly", "urgent", "rank"),
    [
        (False, False, Rank.SUPERINTENDENT),
        (False, True, Rank.INSPECTOR),
        (True, False, Rank.ASSISTANT_CHIEF_CONSTABLE),
        # Urgency does not lower what an assembly asks for.
        (True, True, Rank.ASSISTANT_CHIEF_CONSTABLE),
    ],
)
def test_the_rank_that_is_needed(assembly: bool, urgent: bool, rank: Rank) -> None:
    assert RankRule().needed(assembly=assembly, urgent=urgent) is rank


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"least_for_assembly": "superintendent"}, "least_for_assembly must be higher than least"),
        (
            {"least": "commander"},
            "least_for_assembly must be higher than least, which is commander",
        ),
        ({"urgent_least": "chief-superintendent"}, "urgent_least must not be higher than least"),
        ({"least": "captain"}, "least: input should be 'constable'"),
        ({"urgent_review": "PT0S"}, "urgent_review: input should be greater than"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(changes: dict[str, str], words: str) -> None:
    with pytest.raises(RecordError, match=f"rule cannot be used: .*{words}"):
        RankRule.read(changes, what="rule")
