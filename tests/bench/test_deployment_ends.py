"""How deployments end: refused, withdrawn, closed, or by time alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bench_steps import REFERENCE, WORDS, AsRole, Authorised, applied, log_of, went_live
from bench_values import ENDS, application_values

from workbench.bench.deployment_access import settle_all
from workbench.errors import (
    IllegalMoveError,
    RecordError,
)
from workbench.governance.deployments import DeploymentState
from workbench.records.deployments import find_deployment

S = DeploymentState


def test_a_refusal_says_who_and_why(as_role: AsRole) -> None:
    applied(as_role)
    view = as_role("authorising-officer").deployments.refuse(REFERENCE, "Not proportionate.")
    assert view.state is S.REFUSED
    assert view.withdrawal is not None
    assert (view.withdrawal.by, view.withdrawal.reason) == (
        "authorising-officer",
        "Not proportionate.",
    )
    with pytest.raises(IllegalMoveError, match="is refused, so authorise is not possible"):
        as_role("authorising-officer").deployments.authorise(REFERENCE, **WORDS)


def test_a_draft_of_nothing_can_be_cancelled_and_has_no_record(as_role: AsRole) -> None:
    analyst = as_role("analyst")
    analyst.deployments.draft(application_values(policy="none/1"))
    with pytest.raises(RecordError, match="is draft; it has a record once it was applied for"):
        analyst.deployments.record(REFERENCE)
    assert analyst.deployments.cancel(REFERENCE, "not needed").state is S.CANCELLED
    with pytest.raises(RecordError, match="is cancelled; it has a record once"):
        analyst.deployments.record(REFERENCE)


def test_a_reason_is_needed_and_nothing_happens_without(
    as_role: AsRole, authorised: Authorised
) -> None:
    authorised()
    with pytest.raises(RecordError, match=r"the reason to cancel deployment .* reason: is empty"):
        as_role("analyst").deployments.cancel(REFERENCE, " ")
    assert as_role("analyst").deployments.get(REFERENCE).state is S.AUTHORISED


def test_an_authority_is_withdrawn_before_and_during(
    as_role: AsRole, authorised: Authorised, clock: Any
) -> None:
    authorised()
    authorised(reference="2026-11/HIGH-ST-2")
    officer = as_role("authorising-officer")
    assert officer.deployments.withdraw_authority(REFERENCE, "A march.").state is S.CANCELLED
    clock.turn(hours=2)
    went_live(as_role("operator"), "2026-11/HIGH-ST-2")
    view = officer.deployments.withdraw_authority("2026-11/HIGH-ST-2", "A march.")
    assert view.state is S.CLOSED
    assert view.ended == clock()
    assert view.withdrawal is not None


def test_what_was_live_is_closed_and_never_cancelled(
    as_role: AsRole, authorised: Authorised, clock: Any
) -> None:
    authorised()
    operator = as_role("operator")
    with pytest.raises(IllegalMoveError, match="is authorised, so close is not possible"):
        operator.deployments.close(REFERENCE)
    clock.turn(hours=2)
    went_live(operator)
    with pytest.raises(IllegalMoveError, match="is live, so cancel is not possible"):
        as_role("analyst").deployments.cancel(REFERENCE, "done, for a test")
    view = operator.deployments.close(REFERENCE)
    assert (view.state, view.ended) == (S.CLOSED, clock())
    with pytest.raises(IllegalMoveError, match="is closed, so close is not possible"):
        operator.deployments.close(REFERENCE)


# What time alone does


@pytest.mark.slow
@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=3)])
def test_an_application_and_an_authority_expire_at_their_end(
    bench: Any, authorised: Authorised, clock: Any, late: timedelta
) -> None:
    authorised()
    with bench.open("analyst") as analyst:
        analyst.deployments.draft(application_values(reference="2026-11/APPLIED"))
        analyst.deployments.apply("2026-11/APPLIED")
    clock.now = ENDS + late
    found = bench.open("analyst").deployments.list()
    # Nothing was kept for either, so that opening the bench later has purged them.
    after = S.PURGED if late else S.EXPIRED
    assert {one.reference: (one.state, one.ended) for one in found} == {
        REFERENCE: (after, ENDS),
        "2026-11/APPLIED": (after, ENDS),
    }
    by_itself = [one for one in log_of(bench.open("analyst")) if one.details.get("to") == "expired"]
    assert {(one.actor, one.role) for one in by_itself} == {("workbench", "system")}


def test_a_live_deployment_is_closed_at_the_end_of_its_authority(
    bench: Any, authorised: Authorised, clock: Any
) -> None:
    authorised()
    clock.turn(hours=2)
    went_live(bench.open("operator"))
    clock.now = ENDS - timedelta(microseconds=1)
    assert bench.open("operator").deployments.get(REFERENCE).state is S.LIVE
    clock.now = ENDS
    closed = bench.open("operator").deployments.get(REFERENCE)
    assert (closed.state, closed.ended) == (S.CLOSED, ENDS)


def test_what_time_did_stays_even_where_the_call_is_refused(
    bench: Any, authorised: Authorised, clock: Any
) -> None:
    authorised()
    clock.now = ENDS
    officer = bench.open("authorising-officer")
    with pytest.raises(IllegalMoveError, match="is expired, so withdraw-authority"):
        officer.deployments.withdraw_authority(REFERENCE, "too late")
    with officer._context.store.reading() as connection:
        assert find_deployment(connection, REFERENCE).state is S.EXPIRED


def test_settling_again_changes_nothing(bench: Any, authorised: Authorised, clock: Any) -> None:
    authorised()
    clock.now = ENDS
    analyst = bench.open("analyst")
    context = analyst._context
    assert settle_all(context) in {0, 1}  # opening the bench may have done it
    before = len(log_of(analyst))
    assert settle_all(context) == 0
    assert len(log_of(analyst)) == before


def test_a_draft_does_not_expire(bench: Any, clock: Any) -> None:
    with bench.open("analyst") as analyst:
        analyst.deployments.draft(application_values())
    clock.turn(days=30)
    assert bench.open("analyst").deployments.get(REFERENCE).state is S.DRAFT
