"""The true recognition rate and its intervals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from workbench.errors import RecordError
from workbench.governance.blue_list import Pass
from workbench.governance.recognition import clustered_interval, true_recognition_rate
from workbench.intervals import Interval, clopper_pearson

START = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def passes(*people: tuple[int, int]) -> list[Pass]:
    """Passes of people who were recognised so many times of so many."""
    return [
        Pass(
            member=f"STAFF/{person}",
            at=START + timedelta(minutes=turn),
            feed="camera 1",
            seen_by="b.osei",
            alert=f"A-{person}-{turn}" if turn < recognised else None,
        )
        for person, (recognised, walked) in enumerate(people)
        for turn in range(walked)
    ]


def test_without_a_pass_it_is_not_measurable_and_not_zero() -> None:
    found = true_recognition_rate([])
    assert found.rate is None
    assert found.interval == found.seen_interval == Interval(0.0, 1.0)
    assert found.clustered is None
    assert found.people == ()
    assert found.describe() == "not measurable: no pass was recorded"


def test_one_person_says_nothing_of_others() -> None:
    found = true_recognition_rate(passes((9, 10)))
    assert found.rate == 0.9
    assert found.clustered is None
    assert found.interval == clopper_pearson(9, 10)
    assert found.describe().endswith("by pass, of one person only)")


def test_by_pass_and_by_person() -> None:
    found = true_recognition_rate(passes((10, 10), (0, 10), (5, 20)))
    assert (found.recognised, found.passes, found.rate) == (15, 40, 0.375)
    assert [(one.member, one.recognised, one.passes, one.rate) for one in found.people] == [
        ("STAFF/0", 10, 10, 1.0),
        ("STAFF/1", 0, 10, 0.0),
        ("STAFF/2", 5, 20, 0.25),
    ]
    assert found.people[1].interval == clopper_pearson(0, 10)
    assert (found.seen, found.seen_interval) == (2, clopper_pearson(2, 3))
    assert found.clustered is not None
    assert found.clustered.low < found.interval.low < found.interval.high < found.clustered.high
    assert found.describe().startswith("0.375 (15 of 40 passes of 3 people; 95 % interval ")


@pytest.mark.parametrize("people", [[], [(3, 3)], [(0, 7)]])
def test_fewer_than_two_people_give_no_interval(people: list[tuple[int, int]]) -> None:
    assert clustered_interval(people) is None


@pytest.mark.parametrize("m", [2, 10])
def test_where_nobody_differs_each_person_counts_once(m: int) -> None:
    assert clustered_interval([(20, 20)] * m) == clopper_pearson(m, m)
    assert clustered_interval([(0, 20)] * m) == clopper_pearson(0, m)


def test_where_everybody_is_as_often_recognised_only_few_people_widen_it() -> None:
    low, high = clustered_interval([(5, 10)] * 200) or Interval(0.0, 1.0)
    naive = clopper_pearson(1_000, 2_000)
    assert low == pytest.approx(naive.low, abs=0.002)
    assert high == pytest.approx(naive.high, abs=0.002)


def test_whole_people_are_as_good_as_one_pass_each() -> None:
    # All or nothing: the ten passes of a person say what one would.
    low, high = clustered_interval([(10, 10)] * 50 + [(0, 10)] * 50) or Interval(0.0, 1.0)
    exact = clopper_pearson(50, 100)
    assert low == pytest.approx(exact.low, abs=0.01)
    assert high == pytest.approx(exact.high, abs=0.01)


def test_it_holds_the_rate_where_the_interval_by_pass_does_not() -> None:
    random = np.random.default_rng(7)
    rate, likeness, runs = 0.8, 0.3, 400
    shape = (1 - likeness) / likeness
    held = naive = 0
    for _ in range(runs):
        each = random.binomial(10, random.beta(rate * shape, (1 - rate) * shape, 10))
        low, high = clustered_interval([(int(one), 10) for one in each]) or Interval(1.0, 0.0)
        held += low <= rate <= high
        low, high = clopper_pearson(int(each.sum()), 100)
        naive += low <= rate <= high
    assert held / runs > 0.92
    assert naive / runs < 0.85


def test_an_alert_is_of_one_pass() -> None:
    one, other = passes((1, 1), (1, 1))
    twin = other.model_copy(update={"alert": one.alert})
    with pytest.raises(RecordError, match="alert A-0-0 is given for 2 passes"):
        true_recognition_rate([one, twin])


def test_a_pass_is_counted_once() -> None:
    (one,) = passes((0, 1))
    with pytest.raises(RecordError, match="the pass of STAFF/0 by camera 1 at 2026-11-25 12:00"):
        true_recognition_rate([one, one])
