"""What is known by group is told, or there is a reason why it is not: never both, and never none."""

from __future__ import annotations

import pytest
from equity_facts_values import equity_facts_of, rate_of
from pydantic import ValidationError

from workbench.outcomes.equity_facts import EquityFacts, FieldGroup, GroupErrors


def test_facts_are_the_same_after_a_file() -> None:
    facts = equity_facts_of()
    assert EquityFacts.model_validate_json(facts.model_dump_json()) == facts


@pytest.mark.parametrize(
    "changes",
    [
        {"suppressed": "suppressed (fewer than 30 people)"},
        {"errors": None},
        {"low": None},
        {"errors": None, "low": None, "high": None},
    ],
)
def test_a_rate_is_told_or_suppressed(changes: dict[str, object]) -> None:
    values = rate_of("FPIR", "group A", 100, 2_000, 7).model_dump() | changes
    with pytest.raises(ValidationError, match="its interval, or the reason why it is suppressed"):
        GroupErrors(**values)


@pytest.mark.parametrize("told", [{}, {"count": 6, "suppressed": "suppressed (fewer than 5)"}])
def test_a_count_is_told_or_suppressed(told: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="has its count, or the reason why it is suppressed"):
        FieldGroup(group="a", **told)


def test_a_name_of_a_person_has_no_place_in_them() -> None:
    with pytest.raises(ValidationError, match="officer"):
        FieldGroup.model_validate({"group": "a", "count": 6, "officer": "A. Person"})
