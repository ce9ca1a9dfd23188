"""Sources: what a rule rests on is said together with how far it can be relied on."""

from __future__ import annotations

import pytest

from workbench.errors import RecordError
from workbench.governance.sources import Source, Standing

VALUES = {"text": "alerts go within 31 days", "where": "article 004", "standing": "verified"}


@pytest.mark.parametrize("standing", list(Standing))
def test_a_source_always_says_how_far_it_can_be_relied_on(standing: Standing) -> None:
    source = Source(text="alerts go within 31 days", where="article 004", standing=standing)
    assert source.describe() == f"alerts go within 31 days (article 004; {standing.meaning})"
    assert Source.read(source.plain(), what="source") == source


def test_the_standings_are_told_apart() -> None:
    assert [standing.value for standing in Standing] == [
        "verified",
        "second-hand",
        "own-choice",
        "as-stated",
    ]
    assert len({standing.meaning for standing in Standing}) == len(Standing)


@pytest.mark.parametrize("standing", list(Standing))
def test_all_but_what_was_read_or_a_force_states_is_the_products_own_choice(
    standing: Standing,
) -> None:
    not_the_products = {Standing.VERIFIED, Standing.AS_STATED}
    assert standing.is_own_choice is (standing not in not_the_products)
    assert ("the product's own choice" in standing.meaning) is standing.is_own_choice


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"standing": "rumour"}, "standing"),
        ({"text": ""}, "text"),
        ({"where": "two\nlines"}, "where"),
        ({"page": 3}, "page"),
    ],
)
def test_a_source_that_cannot_be_used_names_its_field(
    change: dict[str, object], named: str
) -> None:
    with pytest.raises(RecordError, match=rf"source cannot be used: {named}"):
        Source.read(VALUES | change, what="source")
