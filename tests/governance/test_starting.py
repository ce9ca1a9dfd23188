"""What keeps a live search from starting."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from statsmodels.stats.proportion import proportion_confint

from workbench.errors import BlockedError, RecordError
from workbench.governance.categories import Category, LegalBasis
from workbench.governance.entries import EntryReview, IdentityCheck, WatchlistEntry
from workbench.governance.fpir import FpirEstimate
from workbench.governance.image_sources import ImageSource
from workbench.governance.sources import Standing
from workbench.governance.starting import (
    LIMIT_SOURCES,
    SOUTH_WALES_LIMITS,
    SOUTH_WALES_LIST_SOURCE,
    BlockCode,
    CautionCode,
    EntryFacts,
    ListFacts,
    StartLimits,
    blocks,
    cautions,
    require_startable,
)

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LIMITS = StartLimits()
GOOD = EntryFacts(
    subject="NICHE/1",
    category=Category.WANTED_BY_COURTS,
    added_by="a.khan",
    checked_by="b.osei",
    reviewed_for="DEP-1",
)


def listed(*entries: EntryFacts, **changed: Any) -> ListFacts:
    return replace(ListFacts("DEP-1", NOW - timedelta(hours=1), entries), **changed)


def codes(facts: ListFacts, limits: StartLimits = LIMITS) -> list[BlockCode]:
    return [block.code for block in blocks(facts, limits, NOW)]


def test_an_empty_list_does_not_start() -> None:
    assert codes(listed()) == [BlockCode.EMPTY]


def test_a_list_in_order_starts() -> None:
    assert blocks(listed(GOOD), LIMITS, NOW) == ()
    require_startable(listed(GOOD), LIMITS, NOW)


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"reviewed_for": None}, BlockCode.UNREVIEWED, "not reviewed for deployment DEP-1"),
        ({"reviewed_for": "DEP-2"}, BlockCode.UNREVIEWED, "not reviewed for deployment DEP-1"),
        ({"checked_by": None}, BlockCode.UNCHECKED, "Nobody compared"),
        ({"checked_by": "a.khan"}, BlockCode.CHECKED_BY_ADDER, "also checked them"),
        ({"checked_by": "A.KHAN "}, BlockCode.CHECKED_BY_ADDER, "also checked them"),
        ({"under_18": True}, BlockCode.CHILD_WITHOUT_RATIONALE, "without a rationale"),
        (
            {"category": Category.DEMONSTRATION},
            BlockCode.DEMONSTRATION_IN_OPERATION,
            "for a demonstration bench only",
        ),
    ],
)
def test_one_bad_entry_keeps_the_whole_list_from_starting(
    changed: dict[str, Any], code: BlockCode, words: str
) -> None:
    bad = replace(GOOD, subject="NICHE/2", **changed)
    (block,) = blocks(listed(GOOD, bad), LIMITS, NOW)
    assert block.code is code
    assert words in block.text
    assert block.text.endswith("(NICHE/2).")


@pytest.mark.parametrize(
    ("left_out", "changed"),
    [
        ({"categories": ["witness"]}, {"category": Category.WITNESS}),
        ({"sources": ["partner-agency"]}, {"source": ImageSource.PARTNER_AGENCY}),
        ({"legal_bases": ["safeguarding"]}, {"legal_basis": LegalBasis.SAFEGUARDING}),
    ],
)
def test_what_the_force_leaves_out_keeps_the_list_from_starting(
    left_out: dict[str, Any], changed: dict[str, Any]
) -> None:
    limits = StartLimits.read({"left_out": left_out}, what="limits")
    facts = listed(GOOD, replace(GOOD, subject="NICHE/2", **changed))
    assert codes(facts) == []
    (block,) = blocks(facts, limits, NOW)
    assert block.code is BlockCode.LEFT_OUT
    assert block.text == (
        "The rules of the force leave out what these entries are, come from or rest on: drop them "
        "(NICHE/2)."
    )


def test_a_child_with_a_rationale_does_not_block() -> None:
    assert codes(listed(replace(GOOD, under_18=True, has_under_18_rationale=True))) == []


def test_a_demonstration_bench_holds_the_demonstration_alone() -> None:
    sample = replace(GOOD, category=Category.DEMONSTRATION)
    assert codes(listed(sample, in_demonstration=True)) == []
    for category in Category:
        if category is not Category.DEMONSTRATION:
            mixed = listed(sample, replace(GOOD, category=category), in_demonstration=True)
            assert codes(mixed) == [BlockCode.OPERATION_IN_DEMONSTRATION]


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), []),
        (timedelta(hours=24), []),
        (timedelta(hours=24, microseconds=1), [BlockCode.TOO_OLD]),
        (timedelta(days=400), [BlockCode.TOO_OLD]),
        (timedelta(microseconds=-1), [BlockCode.FROM_LATER]),
    ],
)
def test_a_list_is_of_the_last_day(age: timedelta, expected: list[BlockCode]) -> None:
    assert codes(listed(GOOD, built=NOW - age)) == expected


def test_the_age_can_be_set() -> None:
    old = listed(GOOD, built=NOW - timedelta(hours=5))
    (block,) = blocks(old, StartLimits(oldest_list_hours=4), NOW)
    assert block.text == (
        "The watchlist was built at 2026-11-25 07:00 UTC, more than 4 hours before the start at "
        "2026-11-25 12:00 UTC: build it again."
    )


@pytest.mark.parametrize(
    ("size", "limits", "own", "blocked"),
    [
        (2_000, SOUTH_WALES_LIMITS, None, False),
        (2_001, SOUTH_WALES_LIMITS, None, True),
        (2_001, LIMITS, None, False),
        (20_001, LIMITS, None, True),
        (11, LIMITS, 10, True),
        (10, LIMITS, 10, False),
        (2_001, SOUTH_WALES_LIMITS, 5_000, True),
    ],
)
def test_a_list_is_not_excessive(
    size: int, limits: StartLimits, own: int | None, blocked: bool
) -> None:
    facts = listed(*[GOOD] * size, own_limit=own)
    assert codes(facts, limits) == [BlockCode.TOO_LARGE] * blocked


def test_many_entries_are_counted_and_few_are_named() -> None:
    many = [replace(GOOD, subject=f"N/{i}", reviewed_for=None) for i in range(1_208)]
    (block,) = blocks(listed(*many), LIMITS, NOW)
    assert block.text.endswith("(N/0, N/1, N/2, N/3, N/4 and 1,203 more).")


def test_a_person_with_two_images_is_named_once() -> None:
    (block,) = blocks(listed(*[replace(GOOD, checked_by=None)] * 2), LIMITS, NOW)
    assert block.text.endswith("(NICHE/1).")


def test_everything_is_listed_at_once() -> None:
    bad = replace(GOOD, reviewed_for=None, checked_by=None, under_18=True)
    with pytest.raises(BlockedError) as refused:
        require_startable(listed(bad, built=NOW - timedelta(days=2)), LIMITS, NOW)
    text = str(refused.value)
    assert text.startswith("the live search of deployment DEP-1 cannot start. ")
    for words in ("not reviewed", "Nobody compared", "under 18", "more than 24 hours"):
        assert words in text


def test_the_facts_of_an_entry_come_from_its_records() -> None:
    entry = WatchlistEntry(
        subject="NICHE/9",
        image="9.jpg",
        category=Category.MISSING_AT_RISK,
        legal_basis="safeguarding",
        source="missing-person-report",
        under_18=True,
        under_18_rationale="Missing since Monday.",
        rationale="Seen near the station.",
        lawfully_held=True,
    )
    fresh = EntryFacts.of(entry, added_by="a.khan", check=None, review=None)
    assert codes(listed(fresh)) == [BlockCode.UNREVIEWED, BlockCode.UNCHECKED]
    done = EntryFacts.of(
        entry,
        added_by="a.khan",
        check=IdentityCheck(by="b.osei", at=NOW, note="Compared."),
        review=EntryReview(by="a.khan", at=NOW, deployment="DEP-1"),
    )
    assert codes(listed(done)) == []


def rated(count: int, searches: int) -> FpirEstimate:
    """Return a rate as it was counted on lists as large."""
    low, high = proportion_confint(count, searches, method="beta")
    return FpirEstimate(
        count / searches, low, high, count, searches, extrapolated=False, checked=True
    )


class TestCautions:
    def test_what_is_not_known_is_said(self) -> None:
        (caution,) = cautions(listed(GOOD), LIMITS)
        assert caution.code is CautionCode.FALSE_ALERTS_UNKNOWN
        assert "number of faces to expect and a false-positive rate" in caution.text
        (caution,) = cautions(listed(GOOD, expected_faces=10), LIMITS)
        assert "not known: a false-positive rate measured" in caution.text

    @pytest.mark.parametrize(("count", "searches"), [(0, 10_000), (5, 30_000), (10, 10_000)])
    def test_up_to_the_limit_nothing_is_said(self, count: int, searches: int) -> None:
        facts = listed(GOOD, expected_faces=14_055, fpir=rated(count, searches))
        assert cautions(facts, LIMITS) == ()

    def test_above_the_limit_is_a_caution_and_no_block(self) -> None:
        facts = listed(GOOD, expected_faces=1_000, fpir=rated(40, 20_000))
        assert codes(facts) == []
        (caution,) = cautions(facts, LIMITS)
        assert caution.code is CautionCode.FALSE_ALERTS_ABOVE_CAP
        low, high = proportion_confint(40, 20_000, method="beta")
        assert (math.floor(1 / high), math.ceil(1 / low)) == (367, 700)
        assert caution.text == (
            "1.4 to 2.8 false alerts are to be expected in 1,000 faces: the rate of 1 in 500 (95 % "
            "interval 1 in 360 to 1 in 700) is above the limit of 1 in 1,000. At least one comes "
            "with a probability of 0.76 to 0.94. Shorten the list or raise the threshold."
        )
        chances = [1 - math.exp(-1000 * end) for end in (low, high)]
        assert 0.76 <= chances[0] <= chances[1] <= 0.94

    def test_a_rate_hardly_above_the_limit_is_not_told_as_the_limit(self) -> None:
        facts = listed(GOOD, expected_faces=10, fpir=rated(1_003, 1_000_000))
        (caution,) = cautions(facts, LIMITS)
        assert "the rate of just over 1 in 1,000 (" in caution.text
        assert caution.text.startswith("under 0.01 to 0.02 false alerts are to be expected")
        assert "with a probability of under 0.01 to 0.02. Shorten" in caution.text

    def test_an_interval_that_reaches_below_the_limit_is_said_to(self) -> None:
        (caution,) = cautions(listed(GOOD, expected_faces=90_000, fpir=rated(3, 2_000)), LIMITS)
        assert caution.code is CautionCode.FALSE_ALERTS_ABOVE_CAP
        assert "above the limit of 1 in 1,000, though its interval reaches below" in caution.text
        assert "with a probability of over 0.99. Shorten" in caution.text

    @pytest.mark.parametrize(
        ("count", "most", "one_in"), [(0, "1.9", 270), (1, "2.8", 170), (2, "3.7", 130)]
    )
    def test_of_fewer_than_three_errors_the_bound_is_told_and_no_rate(
        self, count: int, most: str, one_in: int
    ) -> None:
        (caution,) = cautions(listed(GOOD, expected_faces=500, fpir=rated(count, 1_000)), LIMITS)
        assert caution.code is CautionCode.FALSE_ALERTS_UNKNOWN
        high = proportion_confint(count, 1_000, method="beta")[1]
        assert float(most) - 0.1 < 500 * high <= float(most)
        assert one_in <= 1 / high < one_in + 10
        assert caution.text == (
            f"Fewer than 3 errors were counted ({count} in 1,000), too few for a rate: at most "
            f"{most} false alerts are to be expected in 500 faces, at most 1 in {one_in}. Whether "
            "that keeps to the limit of 1 in 1,000 cannot be said."
        )


@pytest.mark.parametrize(
    "values",
    [
        {"largest_list": 0},
        {"largest_list": -1},
        {"oldest_list_hours": 0},
        {"oldest_list_hours": 10_000},
        {"false_alert_cap": 0},
        {"false_alert_cap": float("nan")},
        {"largest": 1},
    ],
)
def test_limits_that_limit_nothing_are_refused(values: dict[str, float]) -> None:
    with pytest.raises(RecordError):
        StartLimits.read(values, what="the limits")


def test_every_limit_says_where_it_comes_from() -> None:
    assert set(LIMIT_SOURCES) == set(StartLimits.model_fields)
    assert LIMIT_SOURCES["largest_list"].standing is Standing.OWN_CHOICE
    assert LIMIT_SOURCES["oldest_list_hours"].standing is Standing.OWN_CHOICE
    assert LIMIT_SOURCES["false_alert_cap"].standing is Standing.VERIFIED
    assert SOUTH_WALES_LIST_SOURCE.standing is Standing.VERIFIED
