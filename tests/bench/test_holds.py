"""Legal holds on a real bench: who may, what they keep, and another person to release them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bench_steps import REFERENCE, log_of
from kept_values import go_live, plant_list, plant_said, rows_of

from workbench.bench import Workbench
from workbench.bench.erasing import begin_alerts
from workbench.errors import (
    IllegalMoveError,
    NotPermittedError,
    RecordError,
    UnknownRecordError,
)
from workbench.governance.holds import HoldGround
from workbench.records.audit.verbs import Verb

Maker = Any
GROUND = HoldGround.COMPLAINT


@pytest.fixture
def live(bench: Maker, authorised: Callable[..., str]) -> Maker:
    """Return a bench with a live deployment."""
    authorised()
    with bench.open("operator") as workbench:
        go_live(workbench, REFERENCE)
    return bench


def placed(workbench: Workbench, **changes: Any) -> Any:
    values = {
        "ground": GROUND,
        "reason": "Complaint 12/26.",
        "review_by": workbench.now() + timedelta(days=30),
    } | changes
    reference = values.pop("reference", None)
    return workbench.holds.place(reference, **values)


def test_there_is_none_at_first(bench: Maker) -> None:
    with bench.open("data-protection-officer") as officer:
        assert officer.holds.list(released=True) == []


def test_placed_reviewed_and_released_by_another(live: Maker) -> None:
    with live.open("operator") as workbench:
        alert = plant_said(workbench, REFERENCE)
    with live.open("data-protection-officer") as officer:
        hold = placed(officer, alerts=[alert.id])
        assert officer.holds.list() == [hold]
        live.clock.turn(hours=1)
        later = live.clock() + timedelta(days=60)
        reviewed = officer.holds.review(hold.id, reason="still open", review_by=later)
        assert reviewed.next_review == later
        with pytest.raises(NotPermittedError, match=r"placed hold .* and may not release it"):
            officer.holds.release(hold.id, reason="it is over")
    with live.open("authorising-officer") as other:
        released = other.holds.release(hold.id, reason="it is over")
        assert released.released is not None
        assert other.holds.list() == []
        assert other.holds.list(released=True) == [released]
        with pytest.raises(IllegalMoveError, match=r"was released on .* by authorising-officer"):
            other.holds.release(hold.id, reason="again, for a test")
    with live.open("data-protection-officer") as officer:
        found = [entry for entry in log_of(officer) if hold.id in entry.objects]
    assert [entry.verb for entry in found if entry.verb is not Verb.REFUSAL] == [
        Verb.HOLD,
        Verb.REVIEW,
        Verb.RELEASE,
    ]
    assert {entry.purpose for entry in found if entry.verb is not Verb.REFUSAL} == {
        alert.deployment
    }


@pytest.mark.slow
@pytest.mark.parametrize("role", ["analyst", "operator", "reviewer", "administrator", "manager"])
def test_only_two_roles_place_and_release(live: Maker, role: str) -> None:
    with live.open("operator") as workbench:
        alert = plant_said(workbench, REFERENCE)
    with live.open("data-protection-officer") as officer:
        hold = placed(officer, alerts=[alert.id])
    with live.open(role) as workbench:
        with pytest.raises(NotPermittedError, match="may not place a legal hold"):
            placed(workbench, alerts=[alert.id])
        with pytest.raises(NotPermittedError, match="may not review or release a legal hold"):
            workbench.holds.release(hold.id, reason="no, for a test")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({}, RecordError, "Name one or the other"),
        ({"reference": REFERENCE, "alerts": ["alert-1"]}, RecordError, "Name one or the other"),
        ({"alerts": ["alert-1"]}, UnknownRecordError, "there is no alert alert-1"),
        ({"reference": "nowhere"}, UnknownRecordError, "no deployment and no case nowhere"),
        ({"reference": REFERENCE}, IllegalMoveError, "nothing left that a hold could keep"),
    ],
)
def test_what_cannot_be_held_is_said(
    live: Maker, changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with live.open("data-protection-officer") as officer:
        with pytest.raises(error, match=message):
            placed(officer, **changes)
        assert rows_of(officer, "holds") == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "\x1b[2J"}, "cannot be shown"),
        ({"reason": "x" * 10_001}, "10,001 characters"),
        ({"review_by": timedelta(0)}, "cannot be looked at again|review date"),
        ({"review_by": timedelta(days=184)}, "at most 183 days ahead"),
    ],
)
def test_what_is_filled_in_is_checked(live: Maker, changes: dict[str, Any], message: str) -> None:
    with live.open("operator") as workbench:
        alert = plant_said(workbench, REFERENCE)
    if "review_by" in changes:
        changes = {"review_by": live.clock() + changes["review_by"]}
    with live.open("data-protection-officer") as officer:
        with pytest.raises(RecordError, match=message):
            placed(officer, alerts=[alert.id], **changes)
        assert rows_of(officer, "holds") == 0


def test_markup_in_a_reason_is_kept_as_text(live: Maker) -> None:
    with live.open("operator") as workbench:
        plant_list(workbench, REFERENCE)
    with live.open("data-protection-officer") as officer:
        hold = placed(officer, reference=REFERENCE, reason="<script>alert(1)</script>")
        assert officer.holds.list()[0].reason == hold.reason == "<script>alert(1)</script>"


def test_alerts_of_two_deployments_need_two_holds(
    live: Maker, authorised: Callable[..., str]
) -> None:
    other = authorised(reference="2026-11/OTHER")
    with live.open("operator") as workbench:
        one, two = plant_said(workbench, REFERENCE), plant_said(workbench, other, subject="s-2")
    with (
        live.open("data-protection-officer") as officer,
        pytest.raises(RecordError, match="of several deployments"),
    ):
        placed(officer, alerts=[one.id, two.id])


def test_what_is_being_destroyed_cannot_be_held(live: Maker) -> None:
    with live.open("operator") as workbench:
        alert = plant_said(workbench, REFERENCE)
    with live.open("data-protection-officer") as officer:
        with officer._context.system() as acting:
            begin_alerts(acting, alert.deployment)
        with pytest.raises(IllegalMoveError, match="is being destroyed"):
            placed(officer, alerts=[alert.id])
        with pytest.raises(IllegalMoveError, match="nothing left that a hold could keep"):
            placed(officer, reference=REFERENCE)


def test_an_overdue_review_still_holds(live: Maker) -> None:
    with live.open("operator") as workbench:
        alert = plant_said(workbench, REFERENCE)
    with live.open("data-protection-officer") as officer:
        hold = placed(officer, alerts=[alert.id])
    live.clock.turn(days=90)
    with live.open("data-protection-officer") as officer:
        assert rows_of(officer, "alerts") == 1
        assert [one.id for one in officer.retention.plan().to_review] == [hold.id]
        assert officer.holds.list()[0].is_overdue(live.clock())


def test_a_hold_on_a_deployment_keeps_all_of_it(live: Maker) -> None:
    with live.open("operator") as workbench:
        plant_list(workbench, REFERENCE)
        plant_said(workbench, REFERENCE)
    with live.open("data-protection-officer") as officer:
        placed(officer, reference=REFERENCE)
    live.clock.turn(days=60)
    with live.open("data-protection-officer") as officer:
        assert {row.state for row in officer.retention.plan().rows} == {"held"}
        assert rows_of(officer, "certificates") == 0
