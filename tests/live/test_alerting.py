"""When an alert is raised."""

from __future__ import annotations

import math

import numpy as np
import pytest

from workbench.live.alerting import AlertPolicy, Proposal
from workbench.live.fusion import TrackScores
from workbench.matching.candidates import Candidates


def track(comparisons: int = 2, **scores: float) -> TrackScores:
    """A track with the same scores in each comparison."""
    best = sorted(scores.items(), key=lambda item: -item[1])
    made = TrackScores()
    for _ in range(comparisons):
        made.add(
            Candidates(tuple(name for name, _ in best), np.array([s for _, s in best], np.float32)),
            1.0,
            lambda subjects: np.full(len(subjects), -9.0, np.float32),
        )
    return made


def decide(
    policy: AlertPolicy,
    visible: dict[int, TrackScores],
    at: float = 0.0,
    together: set[int] | None = None,
) -> list[tuple[int, str, str | None]]:
    """Decide and record; returns track, subject and what is contested."""
    raised = []
    due = policy.decide(at, visible, visible.keys(), set(visible) if together is None else together)
    for proposal in due:
        name = f"alert-{proposal.track}-{proposal.subject}-{at:g}"
        policy.record(proposal, name, at)
        raised.append((proposal.track, proposal.subject, proposal.contests))
    return raised


def test_nobody_visible_raises_nothing() -> None:
    assert decide(AlertPolicy(1.0), {}) == []


@pytest.mark.parametrize(("score", "alerts"), [(0.99, 0), (1.0, 1), (5.0, 1)])
def test_the_threshold_itself_is_enough(score: float, alerts: int) -> None:
    assert len(decide(AlertPolicy(1.0), {1: track(a=score)})) == alerts


def test_an_infinite_threshold_raises_nothing() -> None:
    assert decide(AlertPolicy(math.inf), {1: track(a=1e9)}) == []


def test_too_few_comparisons_raise_nothing() -> None:
    policy = AlertPolicy(1.0, min_comparisons=3)
    assert decide(policy, {1: track(2, a=5.0)}) == []
    assert decide(policy, {1: track(3, a=5.0)}) == [(1, "a", None)]


def test_a_track_alerts_once_for_a_person() -> None:
    policy = AlertPolicy(1.0, cooldown_s=0.0)
    assert decide(policy, {1: track(a=5.0)}) == [(1, "a", None)]
    assert decide(policy, {1: track(a=6.0)}, at=100.0) == []


def test_a_person_alerts_again_only_after_the_cool_down() -> None:
    policy = AlertPolicy(1.0, cooldown_s=30.0)
    assert decide(policy, {1: track(a=5.0)}, at=0.0)
    assert decide(policy, {2: track(a=5.0)}, at=29.0) == []
    assert policy.suppressed == 1
    assert decide(policy, {2: track(a=5.0)}, at=31.0) == [(2, "a", None)]


def test_one_person_cannot_be_two_faces_of_a_frame() -> None:
    policy = AlertPolicy(1.0)
    assert decide(policy, {1: track(a=3.0), 2: track(a=5.0)}) == [(2, "a", None)]
    assert decide(policy, {1: track(a=4.0), 2: track(a=5.0)}, at=1.0) == []


def test_a_second_choice_is_taken_where_it_lets_another_have_the_first() -> None:
    raised = decide(AlertPolicy(1.0), {1: track(a=5.0, b=4.8), 2: track(a=4.5)})
    assert sorted(raised) == [(1, "b", None), (2, "a", None)]


def test_a_better_claim_of_the_same_frame_contests_even_in_the_cool_down() -> None:
    policy = AlertPolicy(1.0, cooldown_s=30.0)
    decide(policy, {1: track(a=3.0)})
    raised = decide(policy, {1: track(a=3.0), 2: track(a=5.0)}, at=1.0)
    assert raised == [(2, "a", "alert-1-a-0")]


def test_a_worse_claim_of_the_same_frame_is_dropped_even_after_the_cool_down() -> None:
    policy = AlertPolicy(1.0, cooldown_s=0.0)
    decide(policy, {1: track(a=5.0)})
    assert decide(policy, {1: track(a=5.0), 2: track(a=3.0)}, at=99.0) == []


def test_a_face_not_seen_beside_the_first_may_be_the_same_one_and_waits() -> None:
    policy = AlertPolicy(1.0, cooldown_s=30.0)
    decide(policy, {1: track(a=3.0)})
    assert decide(policy, {1: track(a=3.0), 2: track(a=5.0)}, at=1.0, together={2}) == []


def test_a_track_with_an_alert_takes_no_worse_second_person() -> None:
    policy = AlertPolicy(1.0)
    decide(policy, {1: track(a=5.0, b=4.9)})
    raised = decide(policy, {1: track(a=5.0, b=4.9), 2: track(a=4.5)}, at=1.0)
    assert raised == []


def test_a_face_that_people_refuted_stands_in_nobodys_way_who_is_beside_it() -> None:
    refuted: set[str] = set()
    policy = AlertPolicy(1.0, cooldown_s=30.0, is_refuted=refuted.__contains__)
    both = {1: track(a=5.0), 2: track(a=4.8)}
    assert decide(policy, {1: both[1]}) == [(1, "a", None)]
    assert decide(policy, both, at=1.0) == [], "one person cannot be both"
    refuted.add("alert-1-a-0")
    assert decide(policy, both, at=2.0) == [(2, "a", None)]
    assert decide(policy, both, at=99.0) == [], "nobody is alerted on again who was refuted"


def test_a_refuted_face_that_is_gone_may_be_the_one_that_comes_and_waits() -> None:
    policy = AlertPolicy(1.0, cooldown_s=30.0, is_refuted=lambda _alert: True)
    decide(policy, {1: track(a=5.0)})
    assert decide(policy, {2: track(a=4.8)}, at=1.0) == []
    assert decide(policy, {2: track(a=4.8)}, at=31.0) == [(2, "a", None)]


def test_a_refuted_face_is_not_taken_for_the_next_best() -> None:
    policy = AlertPolicy(1.0, is_refuted=lambda _alert: True)
    seen = {1: track(a=5.0, b=4.9)}
    assert decide(policy, seen) == [(1, "a", None)]
    assert decide(policy, seen, at=99.0) == []


def test_only_tracks_compared_now_can_alert() -> None:
    policy = AlertPolicy(1.0)
    assert policy.decide(0.0, {1: track(a=5.0)}, set(), {1}) == []


def test_an_alert_moves_with_a_joined_track() -> None:
    policy = AlertPolicy(1.0)
    policy.record(Proposal(2, "a", 5.0, None), "alert-1", 0.0)
    policy.joined(2, into=1)
    assert policy.alerts_of(1) == {"a": "alert-1"}
    assert decide(policy, {1: track(a=5.0)}, at=99.0) == []
    policy.forget(1)
    assert policy.alerts_of(1) == {}
