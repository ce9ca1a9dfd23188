"""Notes on a deployment: notices, talks, costs, counts from the field, and the review."""

from __future__ import annotations

from typing import Any

import pytest
from alert_values import plant_alert, plant_session
from bench_steps import REFERENCE, AsRole, Authorised, log_of, went_live

from workbench.errors import IllegalMoveError, NotPermittedError, RecordError
from workbench.governance.alerts import AlertState
from workbench.records.audit.verbs import Verb

TALK = {
    "held": "2026-11-20",
    "with_whom": "Croydon independent advisory group",
    "said": "How long, and who is on the list.",
    "outcome": "They will be told the result.",
}
REVIEW = {
    "aims_met": True,
    "assessment": "It stayed within its window.",
    "alerts": "One false alert, in rain.",
    "lessons": "A second lamp.",
}
COUNTS = {"scheme": "officer-defined 16+1", "counts": {"White": 1, "not stated": 0}}


@pytest.fixture
def live(as_role: AsRole, authorised: Authorised, clock: Any) -> str:
    """A deployment that is live, with one false alert."""
    authorised()
    clock.turn(hours=2)
    went_live(as_role("operator"))
    plant_session(as_role("operator"), REFERENCE)
    plant_alert(as_role("operator"), REFERENCE, state=AlertState.FALSE_CONFIRMED)
    return REFERENCE


def test_notes_are_in_their_order_and_in_the_log(
    as_role: AsRole, authorised: Authorised, clock: Any
) -> None:
    authorised()
    analyst = as_role("analyst")
    analyst.deployments.note_notice(REFERENCE, {"what": "Six signs at both ends."})
    clock.turn(minutes=1)
    analyst.deployments.note_engagement(REFERENCE, TALK)
    view = analyst.deployments.get(REFERENCE)
    assert [note.kind for note in view.notes] == ["notice", "community"]
    assert view.notes[0].content["by"] == "analyst"
    noted = [one for one in log_of(analyst) if "note" in one.details]
    assert {(one.verb, one.purpose) for one in noted} == {(Verb.COLLECT, view.id)}


def test_the_record_tells_what_was_done_and_not_by_whom(
    as_role: AsRole, authorised: Authorised
) -> None:
    authorised()
    analyst = as_role("analyst")
    analyst.deployments.note_notice(REFERENCE, {"what": "Six signs.", "by": "pc.smith"})
    analyst.deployments.note_engagement(REFERENCE, TALK)
    record = analyst.deployments.record(REFERENCE)
    assert [one.what for one in record.notices] == ["Six signs."]
    assert [one.with_whom for one in record.community] == [TALK["with_whom"]]
    assert "pc.smith" not in str(record.shown())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("noting", "values", "said"),
    [
        ("note_notice", {}, "the notice for deployment 2026-11/HIGH-ST-1 .*what: field required"),
        ("note_engagement", TALK | {"held": "yesterday"}, "held: must be a day"),
        ("note_costs", {"lines": [{"what": "van", "amount": -1}]}, "lines.0.amount"),
        ("note_costs", {"total": 3}, "total"),
    ],
)
def test_a_note_that_cannot_be_used_names_its_field(
    as_role: AsRole, authorised: Authorised, noting: str, values: dict[str, Any], said: str
) -> None:
    authorised()
    deployments = as_role("analyst").deployments
    with pytest.raises(RecordError, match=said):
        getattr(deployments, noting)(REFERENCE, values)
    assert deployments.get(REFERENCE).notes == ()


def test_counts_from_the_field_never_exceed_the_false_alerts(live: str, as_role: AsRole) -> None:
    officer = as_role("engagement-officer").deployments
    with pytest.raises(RecordError, match="counts sum to 2, more than the 1 false alerts"):
        officer.field_counts(live, COUNTS | {"counts": {"White": 2}})
    officer.field_counts(live, COUNTS)
    (entered,) = as_role("analyst").deployments.record(live).field_counts
    assert (entered.counts, entered.false_alerts) == (COUNTS["counts"], 1)


def test_nothing_is_counted_before_anybody_was_alerted_on(
    as_role: AsRole, authorised: Authorised
) -> None:
    authorised()
    with pytest.raises(IllegalMoveError, match="is authorised, so nobody was alerted on"):
        as_role("operator").deployments.field_counts(REFERENCE, COUNTS)


def test_those_who_may_not_enter_counts_are_refused(live: str, as_role: AsRole) -> None:
    with pytest.raises(NotPermittedError, match="may not enter counts of who was alerted falsely"):
        as_role("data-scientist").deployments.field_counts(live, COUNTS)


def test_it_is_reviewed_afterwards_by_somebody_who_had_no_part_in_it(
    live: str, as_role: AsRole
) -> None:
    reviewer = as_role("reviewer").deployments
    with pytest.raises(IllegalMoveError, match="it is reviewed once it was live and is closed"):
        reviewer.note_review(live, REVIEW)
    as_role("operator").deployments.close(live)
    for involved in ("analyst", "operator"):
        with pytest.raises(NotPermittedError, match=f"{involved} took part in deployment"):
            as_role(involved).deployments.note_review(live, REVIEW)
    with pytest.raises(RecordError, match="lessons: field required"):
        reviewer.note_review(live, {name: REVIEW[name] for name in REVIEW if name != "lessons"})
    reviewer.note_review(live, REVIEW)
    assert reviewer.get(live).notes[-1].content["assessment"] == REVIEW["assessment"]


def test_a_note_after_the_close_brings_the_kept_record_up_to_date(
    live: str, as_role: AsRole
) -> None:
    from workbench.records.deployments import find_deployment

    operator = as_role("operator")
    operator.deployments.close(live)
    operator.deployments.note_costs(live, {"lines": [{"what": "van", "amount": "10.00"}]})
    with operator._context.store.reading() as connection:
        kept = find_deployment(connection, live).record
    assert kept is not None
    assert kept["record"]["cost_total"] == "10.00"
