"""What came of alerts, and sums that must hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from workbench.errors import RecordError
from workbench.governance.outcomes import Engagement, Outcome, OutcomeCounts, outcomes_by_alert

AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def engagement(alert: str = "A-1", **changed: Any) -> Engagement:
    values = {
        "alert": alert,
        "started": AT,
        "minutes": 4,
        "stopped": False,
        "outcome": "no-action",
    }
    return Engagement.read(values | changed, what="the engagement")


def counts(**changed: Any) -> OutcomeCounts:
    values = {
        "arrest": 2,
        "other_disposal": 1,
        "no_action": 3,
        "with_outcome": 6,
        "alerts": 8,
        "unengaged_is_no_action": False,
    }
    return OutcomeCounts.read(values | changed, what="the outcomes of DEP-1")


def test_an_engagement_need_not_be_a_stop_but_an_arrest_is() -> None:
    assert not engagement().stopped
    assert engagement(stopped=True, outcome="arrest").outcome is Outcome.ARREST
    with pytest.raises(RecordError, match="whoever is arrested was stopped"):
        engagement(outcome="arrest")


@pytest.mark.parametrize("minutes", [-1, 1_441, float("inf"), float("nan"), "soon", None])
def test_minutes_are_minutes(minutes: object) -> None:
    with pytest.raises(RecordError, match="minutes: "):
        engagement(minutes=minutes)


@pytest.mark.parametrize("outcome", ["other", "", "arrested", "arrest,no-action", None])
def test_outcomes_are_a_closed_list(outcome: object) -> None:
    with pytest.raises(RecordError, match="outcome: "):
        engagement(outcome=outcome)


def test_outcomes_exclude_each_other() -> None:
    assert outcomes_by_alert([]) == {}
    assert outcomes_by_alert([engagement(), engagement()]) == {"A-1": Outcome.NO_ACTION}
    with pytest.raises(RecordError) as refused:
        outcomes_by_alert([engagement(), engagement(outcome="other-disposal")])
    assert str(refused.value) == (
        "alert A-1 has two outcomes, no-action and other-disposal; an alert has one. Correct one "
        "of its engagements."
    )


def test_counts_that_add_up() -> None:
    assert counts().without_outcome == 2
    published = counts(no_action=5, unengaged_is_no_action=True)
    assert published.without_outcome == 2
    none = dict.fromkeys(("arrest", "other_disposal", "no_action", "with_outcome", "alerts"), 0)
    assert counts(**none).alerts == 0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"no_action": 4},
            "arrest 2 + other_disposal 1 + no_action 4 = 7, but with_outcome is 6",
        ),
        (
            {"unengaged_is_no_action": True},
            "no_action 3 = 6, but there are 8 alerts, and those without an engagement count as",
        ),
        ({"with_outcome": 9, "no_action": 6}, "with_outcome is 9, but there are 8 alerts"),
        (
            {"unengaged_is_no_action": True, "no_action": 5, "with_outcome": 2},
            "arrest 2 + other_disposal 1 is more than with_outcome 2",
        ),
        # As printed in 203 rows: "other disposal" is "no action" once more.
        (
            {"other_disposal": 3},
            "arrest 2 + other_disposal 3 + no_action 3 = 8, but with_outcome is 6",
        ),
    ],
)
def test_the_sum_that_fails_is_named(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(RecordError) as refused:
        counts(**changed)
    assert str(refused.value).startswith("the outcomes of DEP-1 cannot be used: as a whole: ")
    assert words in str(refused.value)


@pytest.mark.parametrize("value", [-1, 1.5, "2", True, None, 10**10])
def test_a_count_is_a_whole_number(value: object) -> None:
    with pytest.raises(RecordError, match="arrest: "):
        counts(arrest=value)


@pytest.mark.parametrize("said", [True, False])
def test_alerts_without_an_engagement_are_no_action_only_when_said_so(said: bool) -> None:
    outcomes = {"A-1": Outcome.ARREST, "A-2": Outcome.NO_ACTION}
    found = OutcomeCounts.of(outcomes, ["A-1", "A-2", "A-3"], unengaged_is_no_action=said)
    assert found.arrest == 1
    assert found.no_action == (2 if said else 1)
    assert found.without_outcome == 1


def test_an_outcome_is_of_an_alert_of_the_deployment() -> None:
    with pytest.raises(RecordError, match="outcomes are recorded for A-9, which the deployment"):
        OutcomeCounts.of({"A-9": Outcome.ARREST}, ["A-1"], unengaged_is_no_action=False)
