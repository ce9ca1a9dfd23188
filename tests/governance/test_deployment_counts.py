"""The counts of a deployment and both false alert rates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from workbench.errors import RecordError
from workbench.governance.alerts import AlertState
from workbench.governance.deployment_counts import DeploymentCounts, Rate
from workbench.governance.outcomes import Engagement
from workbench.intervals import Interval, clopper_pearson

AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
S = AlertState


def engaged(alert: str, minutes: float, outcome: str, *, stopped: bool = True) -> Engagement:
    return Engagement(alert=alert, started=AT, minutes=minutes, stopped=stopped, outcome=outcome)


STATES = {
    "A-1": S.TRUE_CONFIRMED,
    "A-2": S.TRUE_UNCONFIRMED,
    "A-3": S.FALSE_CONFIRMED,
    "A-4": S.UNRESOLVED,
    "A-5": S.OPEN,
}
ENGAGED = [
    engaged("A-1", 20, "arrest"),
    engaged("A-2", 5, "no-action", stopped=False),
    engaged("A-3", 4, "no-action"),
]


def counted(**changed: Any) -> DeploymentCounts:
    found = DeploymentCounts.of(STATES, ENGAGED, faces_seen=10_000, unengaged_is_no_action=False)
    return DeploymentCounts.read(found.plain() | changed, what="the counts of DEP-1")


def test_a_deployment_without_alerts() -> None:
    found = DeploymentCounts.of({}, [], faces_seen=4_600, unengaged_is_no_action=True)
    assert found.alerts == found.engagements == found.outcomes.no_action == 0
    assert found.false_of_faces.best.rate == 0.0
    assert found.false_of_faces.best.interval == clopper_pearson(0, 4_600)
    assert found.false_of_alerts.best == Rate(0, 0, None, Interval(0.0, 1.0))


def test_everything_is_counted_apart() -> None:
    found = counted()
    assert (found.alerts, found.true, found.false, found.unresolved, found.open) == (5, 2, 1, 1, 1)
    assert (found.engagements, found.stops, found.engagement_minutes) == (3, 2, 29.0)
    assert (found.false_alert_engagements, found.false_alert_minutes) == (1, 4.0)
    assert found.false_alert_arrests == 0
    assert (found.outcomes.arrest, found.outcomes.no_action) == (1, 2)


def test_what_nobody_is_sure_of_is_counted_both_ways() -> None:
    of_faces, of_alerts = counted().false_of_faces, counted().false_of_alerts
    assert [rate.count for rate in of_faces] == [1, 3, 4]
    assert {rate.n for rate in of_faces} == {10_000}
    assert {rate.n for rate in of_alerts} == {5}
    assert of_faces.worst.rate == 3 / 10_000
    assert of_alerts.worst.rate == 3 / 5
    assert of_alerts.worst.interval == clopper_pearson(3, 5)


def test_what_is_destroyed_is_open_no_more_and_counts_as_much() -> None:
    gone = counted().destroyed()
    assert (gone.open, gone.destroyed_undecided, gone.alerts) == (0, 1, 5)
    assert gone.undecided == counted().undecided == 2
    assert gone.false_of_faces == counted().false_of_faces
    assert DeploymentCounts.read(gone.plain(), what="it") == gone.destroyed() == gone


def test_counts_from_before_it_was_counted_are_read() -> None:
    older = {name: value for name, value in counted().plain().items() if "undecided" not in name}
    assert DeploymentCounts.read(older, what="the counts of DEP-1") == counted()


def test_the_published_figure_of_a_year_and_its_interval() -> None:
    # Met annual report: 10 false alerts in 3,147,436 faces and 2,077 alerts.
    states = {f"T{i}": S.TRUE_CONFIRMED for i in range(2_067)}
    states |= {f"F{i}": S.FALSE_CONFIRMED for i in range(10)}
    found = DeploymentCounts.of(states, [], faces_seen=3_147_436, unengaged_is_no_action=False)
    low, high = found.false_of_alerts.best.interval
    assert (round(100 * low, 3), round(100 * high, 3)) == (0.231, 0.884)
    low, high = found.false_of_faces.best.interval
    assert (round(100 * low, 5), round(100 * high, 5)) == (0.00015, 0.00058)


def test_unknown_faces_make_no_rate() -> None:
    found = counted(faces_seen=None).false_of_faces.worst
    assert found == Rate(3, None, None, Interval(0.0, 1.0))


def test_an_arrest_on_a_false_alert_shows() -> None:
    found = DeploymentCounts.of(
        {"A-1": S.FALSE_CONFIRMED},
        [engaged("A-1", 30, "arrest")],
        faces_seen=100,
        unengaged_is_no_action=False,
    )
    assert found.false_alert_arrests == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"open": 2},
            "open 2 + destroyed_undecided 0 + true 2 + false 1 + unresolved 1 = 6, but outcomes.",
        ),
        ({"destroyed_undecided": 1}, "destroyed_undecided 1 + true 2 + false 1 + unresolved 1 = 6"),
        ({"destroyed_undecided": -1}, "destroyed_undecided: "),
        ({"stops": 4}, "stops is 4, more than engagements, which is 3"),
        ({"false_alert_engagements": 4}, "false_alert_engagements is 4, more than engagements"),
        (
            {"false_alert_minutes": 29.5},
            "false_alert_minutes is 29.5, more than engagement_minutes",
        ),
        (
            {"false_alert_arrests": 2},
            "false_alert_arrests is 2, but there are 1 false alerts and 1 arrests",
        ),
        ({"faces_seen": 4}, "faces_seen is 4, fewer than the 5 alerts"),
        ({"unresolved": -1}, "unresolved: "),
        ({"engagement_minutes": -1}, "engagement_minutes: "),
    ],
)
def test_numbers_that_cannot_be_are_refused(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(RecordError) as refused:
        counted(**changed)
    assert words in str(refused.value)


def test_too_few_faces_are_refused_when_counting() -> None:
    with pytest.raises(RecordError, match="faces_seen is 1, fewer than the 5 alerts"):
        DeploymentCounts.of(STATES, ENGAGED, faces_seen=1, unengaged_is_no_action=False)


def test_an_engagement_on_no_alert_is_refused_when_counting() -> None:
    with pytest.raises(RecordError, match="A-9"):
        DeploymentCounts.of(
            STATES,
            [engaged("A-9", 1, "no-action")],
            faces_seen=100,
            unengaged_is_no_action=False,
        )
