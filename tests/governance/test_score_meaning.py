"""What a score means under a policy, in words: never a percentage, never more than was counted."""

from __future__ import annotations

import pytest

from workbench.bench.default_policies import load_default_policies
from workbench.errors import UsageError
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.score_meaning import meaning_under
from workbench.governance.score_table import ScoreTable
from workbench.governance.setups import Matcher
from workbench.reports.wording import meaning_lines

POLICY = load_default_policies()[Matcher.SFACE]


def counted(*, list_size: int = 1, searches: int = 10_000) -> ThresholdPolicy:
    """A policy on a table of four scores."""
    table = ScoreTable(
        list_size=list_size,
        searches=searches,
        scores=(0.1, 0.2, 0.3, 0.4),
        counts=(9_900, 100, 2, 1),
        data_set="drawn",
        split="tuning",
        rule="none",
        people=500,
    )
    return POLICY.model_copy(update={"table": table})


@pytest.mark.parametrize(
    ("score", "references", "short"),
    [
        (0.2, 1, "1 in 100 faces of people who are not on the list score this high"),
        (0.2, 10, "1 in 10 faces of people who are not on the list score this high"),
        (0.2, 100, "6 in 10 faces of people who are not on the list score this high"),
        (0.0, 1, "nearly all faces of people who are not on the list score this high"),
    ],
)
def test_a_rate_is_told_as_one_in_so_many(score: float, references: int, short: str) -> None:
    meaning = meaning_under(counted(), score, references)
    first, detail = meaning_lines(meaning)
    assert first == short
    assert "10,000 comparisons of 500 people (drawn)" in detail
    assert detail.startswith("95 % interval")
    assert meaning.text.count("%") == 1


@pytest.mark.parametrize("score", [0.3, 0.4])
def test_a_rate_of_fewer_than_three_errors_is_not_told_but_its_bound_is(score: float) -> None:
    meaning = meaning_under(counted(), score, 1)
    assert not meaning.estimate.is_measurable
    assert "too few for a rate" in meaning.text
    first, detail = meaning_lines(meaning)
    assert first.startswith("fewer than 1 in ")
    assert "upper end of the 95 % interval" in detail.lower()


def test_beyond_the_highest_score_seen() -> None:
    meaning = meaning_under(counted(), 0.5, 1)
    assert meaning.text.startswith("above every non-mated score seen in 10,000 comparisons")
    assert "fewer than 1 in 2,700" in meaning.text


def test_a_long_list_leaves_nothing_to_say() -> None:
    text = meaning_under(counted(), 0.5, 20_000).text
    assert text.endswith("too few to say more for 20,000 references")


def test_searches_of_whole_lists_say_so() -> None:
    policy = counted(list_size=1000)
    same, other = meaning_under(policy, 0.2, 1000), meaning_under(policy, 0.2, 2000)
    assert "measured in 10,000 searches of 1,000 references of 500 people" in same.text
    assert "extrapolated to 2,000 references from 10,000 searches" in other.text


def test_what_is_no_score_is_refused() -> None:
    for score, references in ((float("nan"), 1), (0.2, 0)):
        with pytest.raises(UsageError):
            meaning_under(counted(), score, references)
