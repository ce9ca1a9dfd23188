"""When it may be decided to speak to a person, and when not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workbench.errors import IllegalMoveError, RecordError
from workbench.governance.adjudication import Adjudication, Revision, Verdict
from workbench.governance.alerts import AlertMove, AlertState
from workbench.governance.engaging import (
    EngagementChoice,
    EngagementDecision,
    require_engagement_decidable,
)

AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
S = AlertState
ENGAGE, LEAVE = EngagementChoice.ENGAGE, EngagementChoice.DO_NOT_ENGAGE


def revises(by: str, move: AlertMove, to: AlertState) -> Revision:
    return Revision(move=move, by=by, to=to, reason="Checked in custody.", at=AT)


def adjudicated(
    *said: tuple[str, AlertState], two: bool = True, revised: tuple[Revision, ...] = ()
) -> Adjudication:
    verdicts = (Verdict(by=by, verdict=one, reason="Compared.", at=AT) for by, one in said)
    return Adjudication("A-7", two, tuple(verdicts), revised)


@pytest.mark.parametrize("reason", ["", "  ", None, "a\x07b", "x" * 10_001])
def test_a_decision_has_a_reason(reason: object) -> None:
    values = {"by": "a.khan", "decision": "engage", "reason": reason, "at": AT}
    with pytest.raises(RecordError, match="reason: "):
        EngagementDecision.read(values, what="the decision")


@pytest.mark.parametrize("two", [True, False])
def test_nobody_is_engaged_on_an_open_alert(two: bool) -> None:
    who = "two people" if two else "a person"
    with pytest.raises(IllegalMoveError) as refused:
        require_engagement_decidable(adjudicated(two=two), ENGAGE)
    assert str(refused.value) == (
        f"alert A-7 is open: nobody is engaged on it before {who} decided it is true."
    )


def test_the_first_of_two_is_not_enough() -> None:
    with pytest.raises(IllegalMoveError, match="before two people decided it is true"):
        require_engagement_decidable(adjudicated(("a.khan", S.TRUE_CONFIRMED)), ENGAGE)


@pytest.mark.parametrize(
    "found",
    [
        adjudicated(("a.khan", S.TRUE_UNCONFIRMED), two=False),
        adjudicated(("a.khan", S.TRUE_CONFIRMED), ("b.osei", S.TRUE_CONFIRMED)),
        adjudicated(
            ("a.khan", S.TRUE_CONFIRMED),
            ("b.osei", S.FALSE_CONFIRMED),
            ("c.byrne", S.TRUE_UNCONFIRMED),
        ),
    ],
)
def test_what_was_decided_as_true_may_be_engaged_on_or_not(found: Adjudication) -> None:
    require_engagement_decidable(found, ENGAGE)
    require_engagement_decidable(found, LEAVE)


@pytest.mark.parametrize(
    "found",
    [
        adjudicated(
            ("a.khan", S.UNRESOLVED),
            ("b.osei", S.FALSE_CONFIRMED),
            ("c.byrne", S.TRUE_CONFIRMED),
        ),
        adjudicated(
            ("a.khan", S.UNRESOLVED),
            ("b.osei", S.UNRESOLVED),
            revised=(
                revises("c.byrne", AlertMove.REVIEW, S.TRUE_UNCONFIRMED),
                revises("c.byrne", AlertMove.CONFIRM, S.TRUE_CONFIRMED),
            ),
        ),
    ],
)
def test_one_person_alone_is_not_acted_on_under_the_two_person_rule(found: Adjudication) -> None:
    assert found.state is S.TRUE_CONFIRMED
    with pytest.raises(IllegalMoveError, match="only one person said so"):
        require_engagement_decidable(found, ENGAGE)
    require_engagement_decidable(found, LEAVE)


def test_two_reviewers_are_two_people() -> None:
    found = adjudicated(
        ("a.khan", S.UNRESOLVED),
        ("b.osei", S.UNRESOLVED),
        revised=(
            revises("c.byrne", AlertMove.REVIEW, S.TRUE_UNCONFIRMED),
            revises("d.lee", AlertMove.CONFIRM, S.TRUE_CONFIRMED),
        ),
    )
    require_engagement_decidable(found, ENGAGE)


@pytest.mark.parametrize("choice", EngagementChoice)
@pytest.mark.parametrize("state", [S.FALSE_CONFIRMED, S.FALSE_UNCONFIRMED])
def test_a_false_alert_leaves_nothing_to_decide(
    choice: EngagementChoice, state: AlertState
) -> None:
    found = adjudicated(("a.khan", state), ("b.osei", state))
    with pytest.raises(IllegalMoveError) as refused:
        require_engagement_decidable(found, choice)
    assert str(refused.value) == f"alert A-7 is {state}: there is nobody to engage."


def test_not_to_engage_may_be_decided_at_any_time() -> None:
    require_engagement_decidable(adjudicated(), LEAVE)
    require_engagement_decidable(adjudicated(("a.khan", S.TRUE_CONFIRMED)), LEAVE)
    require_engagement_decidable(
        adjudicated(("a.khan", S.TRUE_CONFIRMED), ("b.osei", S.FALSE_CONFIRMED)), LEAVE
    )
