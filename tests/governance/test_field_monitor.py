"""A policy in the field: what is in order, what is reviewed, what stops, and what never lifts it."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import PolicyError
from workbench.governance.field_cusum import CUSUM_LIMIT, cusum_path, cusum_words
from workbench.governance.field_deployments import FieldDeployment
from workbench.governance.field_finding import FieldMonitor, MonitorState
from workbench.governance.field_intervals import by_deployment
from workbench.governance.field_monitor import monitor
from workbench.governance.field_refusals import (
    require_not_stopped,
    require_unlike_stopped,
    same_alerts,
)
from workbench.governance.policies import ThresholdPolicy
from workbench.intervals import clopper_pearson
from workbench.rate_words import rate_ends_words

from .test_policies import VALUES

CAP = 0.001
BEGAN = datetime(2026, 11, 25, 18, tzinfo=UTC)
ORDER = list(MonitorState)


def ended(
    at: int, faces: int, false: int, undecided: int = 0, expected: float = 0.0001
) -> FieldDeployment:
    """The deployment that ended on a day."""
    return FieldDeployment(f"D-{at}", BEGAN + timedelta(days=at), faces, false, undecided, expected)


def watched(*each: FieldDeployment, cap: float = CAP) -> FieldMonitor:
    return monitor(each, policy="street/1", cap=cap)


counts = st.lists(
    st.tuples(st.integers(20, 20_000), st.integers(0, 6), st.integers(0, 4)), max_size=12
)


def of(drawn: list[tuple[int, int, int]]) -> list[FieldDeployment]:
    return [ended(at, *each) for at, each in enumerate(drawn)]


@pytest.mark.parametrize("each", [(), (ended(0, 0, 0),), (replace(ended(0, 0, 0), uncounted=1),)])
def test_where_no_face_was_counted_nothing_is_said(each: tuple[FieldDeployment, ...]) -> None:
    found = watched(*each)
    assert (found.state, found.rate.rate, found.cusum) == (MonitorState.NOTHING_COUNTED, None, 0.0)
    assert found.by_deployment == (0.0, 1.0)
    many = "1 deployment" if each else "0 deployments"
    assert found.words == (
        f"policy street/1 in the field: nothing can be said yet. {many} and 0 faces were counted."
    )
    assert not found.state.is_caution


def test_too_few_faces_say_what_they_exclude_and_what_not() -> None:
    found = watched(ended(0, 1_000, 0), ended(1, 2_000, 0))
    assert found.state is MonitorState.TOO_FEW
    assert clopper_pearson(0, 3_000).high > CAP
    assert found.words == (
        "policy street/1 in the field: too few faces to say. Whether the limit of 1 in 1,000 is "
        "kept cannot be said: 0 false alerts in 3,000 faces of 2 deployments, exclude more than "
        "1 in 810 (upper end of the exact 95 % interval, which takes faces for independent), and "
        "do not exclude what lies between that and the limit."
    )
    assert not found.state.is_caution


def test_in_order_is_what_the_data_exclude_with_the_undecided_as_false() -> None:
    assert clopper_pearson(0, 3_700).high < CAP < clopper_pearson(1, 3_700).high
    found = watched(ended(0, 3_700, 0))
    assert found.state is MonitorState.IN_ORDER
    assert found.words == (
        "policy street/1 in the field: in order. More than the limit of 1 in 1,000 is excluded: 0 "
        "false alerts in 3,700 faces of 1 deployment, at most 1 in 1,000 (upper end of the exact "
        "95 % interval, which takes faces for independent)."
    )
    undecided = watched(ended(0, 3_700, 0, undecided=1))
    assert undecided.state is MonitorState.TOO_FEW
    assert "and 1 undecided, counted as false, exclude more than 1 in 660" in undecided.words


def test_the_cusum_is_told_in_words() -> None:
    found = watched(*(ended(at, 10_000, 8, expected=0.0002) for at in range(3)))
    said = cusum_words(found.cusum, found.signalled)
    assert said.startswith(
        f"{found.cusum:.2f}, and a review at 5, which it first reached at deployment D-0. It is "
        "the sum, from deployment to deployment, of the false alerts beyond 1.44 times those that "
    )
    assert "2 times as often" in said
    assert cusum_words(0.0, None).startswith("0.00, and a review at 5. It is the sum")


@pytest.mark.parametrize(
    ("false", "faces", "state"),
    [
        (0, 100, "too-few"),
        (1, 1000, "too-few"),
        (0, 3_700, "in-order"),
        (1, 999, "review"),
        (2, 10, "review"),
        (3, 400, "stop"),
        (3, 617, "stop"),
        (3, 620, "review"),
        (20, 10_000, "stop"),
        (14, 10_000, "review"),
        (10, 10_000, "too-few"),
        (10, 20_000, "in-order"),
    ],
)
def test_the_rate_and_its_lower_end_decide(false: int, faces: int, state: str) -> None:
    found = watched(ended(0, faces, false, expected=0.01))
    assert found.state == state
    assert (clopper_pearson(false, faces).low > CAP and false >= 3) == (state == "stop")
    assert (false / faces > CAP) == (state in {"review", "stop"})
    assert (clopper_pearson(false, faces).high <= CAP) == (state == "in-order")


def test_what_is_undecided_is_counted_as_false_for_a_review_and_for_no_stop() -> None:
    found = watched(ended(0, 400, 0, undecided=50))
    assert found.state is MonitorState.REVIEW
    assert (found.rate.count, found.worst.count) == (0, 50)
    assert "if what is undecided (50) is false" in found.words
    assert "Have them decided." in found.words


def test_faces_that_nobody_counted_do_not_thin_out_false_alerts() -> None:
    cut_off = replace(ended(1, 400, 6), uncounted=1)
    found = watched(ended(0, 10_000, 0), cut_off)
    assert (found.state, found.deployments, found.faces_unknown) == (MonitorState.STOP, 2, 1)
    assert (found.rate.count, found.rate.n, found.false_unknown) == (6, 10_400, 6)
    assert "6 false alerts of 1 deployment that did not count all faces" in found.words
    assert found.cusum == 0.0
    none = replace(ended(1, 0, 0), uncounted=1)
    assert watched(ended(0, 10_000, 0), none).state is MonitorState.IN_ORDER


@pytest.mark.parametrize("faces", [0, 5])
def test_more_alerts_than_faces_are_faces_each(faces: int) -> None:
    found = watched(ended(0, faces, 6))
    assert (found.rate.n, found.faces_unknown) == (6, 1)
    assert found.stop is not None
    assert watched(ended(0, faces, 2)).state is MonitorState.REVIEW


def test_one_that_goes_on_counts_and_comes_last() -> None:
    going = replace(ended(0, 400, 3), ended=None)
    found = watched(going, ended(5, 100, 0))
    assert (found.state, found.stopped, found.running) == (MonitorState.STOP, "D-0", 1)
    assert found.stop is not None
    assert (found.stop.false, found.stop.faces) == (3, 500)
    # Its search was cut off: it may be started again, and counts at the end.
    cut = replace(going, faces=0, uncounted=1)
    assert watched(cut).stop is None
    assert watched(replace(cut, ended=ended(0, 0, 0).ended)).stop is not None


def test_a_bad_deployment_is_not_thinned_out_by_quiet_ones() -> None:
    found = watched(ended(0, 2_000_000, 0), ended(1, 1_000, 12))
    assert found.stop is not None
    assert (found.stopped, found.stop.of) == ("D-1", "that deployment alone")
    assert found.stop.confidence == pytest.approx(1 - 0.05 / 4)
    assert found.stop.interval.low == pytest.approx(clopper_pearson(12, 1_000, 0.9875).low)
    with pytest.raises(PolicyError, match=r"exact 98\.75 % interval 1 in 42 to 1 in 200"):
        require_not_stopped(found)
    # 3 of 600 lie above the limit at 95 %, and not at what many looks leave of it.
    assert clopper_pearson(3, 600).low > CAP
    assert watched(ended(0, 2_000_000, 0), ended(1, 600, 3)).stop is None


def test_a_low_threshold_is_not_thinned_out_by_high_ones() -> None:
    low = [replace(ended(at, 1_000, 4), threshold=0.3) for at in (1, 3, 5)]
    high = [replace(ended(at, 100_000, 0), threshold=0.5) for at in (0, 2, 4)]
    found = watched(*low, *high)
    assert found.stop is not None
    assert (found.stop.of, found.stopped) == ("the deployments at its threshold", "D-3")
    assert (found.stop.false, found.stop.faces) == (8, 2_000)
    assert watched(*high, *(replace(one, threshold=0.5) for one in low)).stop is None


def test_its_like_is_refused_and_another_is_not() -> None:
    stopped = ThresholdPolicy.read(VALUES, what="stopped")
    found = watched(ended(0, 400, 3))

    def like(**changes: Any) -> ThresholdPolicy:
        return ThresholdPolicy.read(VALUES | {"id": "twin/1"} | changes, what="like")

    with pytest.raises(PolicyError, match=r"policy twin/1 cannot be used: it has the setup of"):
        require_unlike_stopped(like(), stopped, found)
    require_unlike_stopped(like(), stopped, watched())
    top = stopped.threshold
    assert same_alerts(like(threshold=top, minimum_threshold=top), stopped)
    above = top + 0.01
    longer = {"smallest_list": stopped.largest_list + 1, "largest_list": stopped.largest_list + 9}
    for changes in ({"threshold": above, "minimum_threshold": above}, longer):
        assert not same_alerts(like(**changes), stopped)
        require_unlike_stopped(like(**changes), stopped, found)


def test_a_stop_names_the_deployment_and_says_what_to_do() -> None:
    found = watched(ended(0, 10_000, 0), ended(1, 500, 30), ended(2, 1_000, 0))
    assert found.stopped == "D-1"
    with pytest.raises(PolicyError) as refused:
        require_not_stopped(found)
    said = str(refused.value)
    assert said.startswith(
        "policy street/1 was stopped in the field at deployment D-1: of all deployments up to it "
        "the lower end of 30 false alerts in 10,500 faces, 1 in 350 (exact 95 % interval 1 in 240 "
    )
    assert "until the force's limit is changed by two people or a decision is corrected" in said
    assert "Nobody" not in said
    for state in (watched(), watched(ended(0, 10, 1))):
        require_not_stopped(state)


def test_nothing_later_lifts_a_stop_and_nothing_reorders_it() -> None:
    first = [ended(0, 500, 5)]
    quiet = [ended(at, 100_000, 0) for at in range(1, 20)]
    found = watched(*first, *quiet)
    assert found.rate.rate is not None
    assert found.rate.rate < CAP / 100
    assert (found.state, found.stopped) == (MonitorState.STOP, "D-0")
    assert watched(*reversed(quiet), *first) == found
    assert watched(*quiet, ended(30, 500, 3)).state is not MonitorState.STOP


@given(counts, st.data())
def test_one_more_false_alert_makes_no_state_milder(
    drawn: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    each = of(drawn)
    if not each:
        return
    at = data.draw(st.integers(0, len(each) - 1))
    one = each[at]
    worse = [*each[:at], ended(at, one.faces, one.false + 1, one.undecided), *each[at + 1 :]]
    before, after = watched(*each), watched(*worse)
    assert ORDER.index(after.state) >= ORDER.index(before.state)
    assert after.cusum >= before.cusum


@given(counts)
def test_a_state_once_reached_does_not_become_milder_than_its_stop(
    drawn: list[tuple[int, int, int]],
) -> None:
    each = of(drawn)
    reached = [watched(*each[: n + 1]).state for n in range(len(each))]
    stops = [state is MonitorState.STOP for state in reached]
    assert stops == sorted(stops)


@given(counts, st.floats(0.0001, 0.5), st.floats(1.0, 10.0))
def test_a_wider_limit_makes_no_state_severer(
    drawn: list[tuple[int, int, int]], cap: float, factor: float
) -> None:
    each = of(drawn)
    strict, lax = watched(*each, cap=cap), watched(*each, cap=min(1.0, cap * factor))
    assert ORDER.index(lax.state) <= ORDER.index(strict.state)


@given(counts, st.randoms())
def test_the_order_in_which_they_are_handed_in_is_of_no_account(
    drawn: list[tuple[int, int, int]], chance: random.Random
) -> None:
    each = of(drawn)
    shuffled = chance.sample(each, len(each))
    assert watched(*shuffled) == watched(*each)


def test_faces_of_two_ways_of_counting_are_not_added_up() -> None:
    old = [replace(ended(at, 1_000, 1), counted_by="old/1") for at in range(2)]
    new = [replace(ended(at, 50_000, 2), counted_by="new/1") for at in (2, 3)]
    found = watched(*new, *old)
    assert (found.deployments, found.counted_by, found.rate.count, found.rate.n) == (
        2, "new/1", 4, 100_000,
    )  # fmt: skip
    assert found.expected == pytest.approx(10.0)
    assert (found.counted_otherwise, found.false_otherwise) == (2, 2)
    assert found.words == (
        "policy street/1 in the field: in order. More than the limit of 1 in 1,000 is excluded: 4 "
        "false alerts in 100,000 faces of 2 deployments, at most 1 in 9,800 (upper end of the "
        "exact 95 % interval, which takes faces for independent). 2 deployments counted faces in "
        "another way and are in no rate, with 2 false alerts."
    )
    # Added up, they would stop the policy.
    few = [replace(ended(at, 300, at), counted_by=f"way/{at}") for at in (1, 2)]
    assert clopper_pearson(3, 600).low > CAP
    assert watched(*few).stopped is None


def test_another_way_of_counting_lifts_no_stop_and_hides_no_signal() -> None:
    bad = replace(ended(0, 500, 5), counted_by="old/1")
    quiet = [replace(ended(at, 100_000, 0), counted_by="new/1") for at in range(1, 9)]
    found = watched(bad, *quiet)
    assert (found.state, found.stopped) == (MonitorState.STOP, "D-0")
    assert (found.counted_by, found.rate.count, found.rate.n) == ("old/1", 5, 500)
    with pytest.raises(PolicyError, match="the lower end of 5 false alerts in 500 faces"):
        require_not_stopped(found)
    signal = replace(ended(0, 10_000, 8, expected=0.0002), counted_by="old/1")
    found = watched(signal, *quiet)
    assert (found.signalled, found.state) == ("D-0", MonitorState.REVIEW)
    assert (found.counted_by, found.cusum) == ("new/1", 0.0)


def test_the_cusum_is_that_of_lucas() -> None:
    k = 1.0 / math.log(2.0)
    each = [ended(0, 1000, 2, expected=0.001), ended(1, 2000, 1, expected=0.001)]
    first = 2 - k
    assert cusum_path(each) == pytest.approx((first, max(0.0, first + 1 - 2 * k)))
    assert cusum_path([ended(0, 10_000, 0, expected=0.01)]) == (0.0,)


def test_the_cusum_signals_at_its_limit_and_goes_on_saying_so() -> None:
    many = [ended(at, 10_000, 8, expected=0.0002) for at in range(3)]
    found = watched(*many, *(ended(at, 100_000, 0, expected=0.0002) for at in range(3, 6)))
    assert found.signalled == "D-0"
    assert (found.cusum, found.state) == (0.0, MonitorState.REVIEW)
    assert "(CUSUM for 2 times as many, limit 5)" in found.words
    assert watched(ended(0, 10_000, 7, expected=0.0002)).signalled is None


def poisson(mean: float, chance: random.Random) -> int:
    """Draw by Knuth's product of uniform numbers; for small means."""
    limit, product, drawn = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        drawn += 1
    return drawn


def run_length(expected: float, times: float, chance: random.Random) -> int:
    """Return after how many deployments the CUSUM signals; 20,000 if it did not within these."""
    faces = 10_000
    each: list[FieldDeployment] = []
    while len(each) < 20_000:
        drawn = (poisson(expected * times, chance) for _ in range(max(50, len(each))))
        each += [ended(0, faces, false, expected=expected / faces) for false in drawn]
        hit = next((n for n, at in enumerate(cusum_path(each), 1) if at >= CUSUM_LIMIT), None)
        if hit is not None:
            return hit
    return 20_000


@pytest.mark.slow
@pytest.mark.parametrize(("expected", "least", "most"), [(1.0, 180, 320), (4.0, 120, 220)])
def test_in_order_the_cusum_signals_as_seldom_as_is_said(
    expected: float, least: int, most: int
) -> None:
    chance = random.Random(1985)
    runs = [run_length(expected, 1.0, chance) for _ in range(400)]
    assert least < sum(runs) / len(runs) < most
    double = [run_length(expected, 2.0, chance) for _ in range(400)]
    assert sum(double) / len(double) < 12


def test_the_interval_by_deployment_is_wider_where_false_alerts_come_together() -> None:
    faces = [1000] * 10
    together, apart = by_deployment([10] + [0] * 9, faces), by_deployment([1] * 10, faces)
    assert apart == clopper_pearson(10, 10_000)
    times = math.exp(2.262157)  # Student's t of nine degrees, by a relative error of 1
    assert (together.low, together.high) == pytest.approx((0.001 / times, 0.001 * times), rel=1e-6)


def test_where_nothing_is_to_say_by_deployment_the_words_say_what_is_left() -> None:
    assert by_deployment([3, 1], [1000, 1000]) == (0.0, 1.0)
    exact = rate_ends_words(*clopper_pearson(4, 10_000))
    assert watched(ended(0, 10_000, 4)).rate_text == (
        f"4 false alerts in 10,000 faces, 1 in 2,500 (exact {exact}; by deployment too few to say, "
        "and the exact one takes faces for independent)"
    )
    three = watched(*(ended(at, 9000, at) for at in range(3)))
    assert "; by deployment 95 % interval 1 in " in three.rate_text
    assert by_deployment([0, 0], [1000, 1000]) == (0.0, 1.0)
