"""The blue list: by consent alone, passes that were seen, and a rate that leaves none out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from alert_values import plant_alert
from bench_steps import AsRole, Authorised, log_of
from planted import listed, plant_list

from workbench.bench import Workbench
from workbench.errors import (
    NotAuthorisedError,
    NotPermittedError,
    RecordError,
    RefusedError,
)
from workbench.governance.categories import Category
from workbench.governance.roles import Role
from workbench.records.audit.verbs import Verb

CONSENT = {"member": "STAFF/7", "consent": "consent-2026-7", "consented": "2026-11-01"}
WHY = "preparing the measurement"


@dataclass
class Seeded:
    """A deployment that has begun, with two members of staff on its list."""

    reference: str
    operator: Workbench
    analyst: Workbench
    clock: Any

    def seen(self, member: str = "STAFF/7", **changes: Any) -> Any:
        values = {"member": member, "at": self.clock().isoformat(), "feed": "gate"}
        return self.operator.blue_list.record_pass(self.reference, values | changes)

    def alert(self, member: str = "STAFF/7", after_s: float = 0, **changes: Any) -> str:
        given = {
            "subject": member,
            "category": Category.BLUE_LIST,
            "raised": self.clock() + timedelta(seconds=after_s),
        }
        return plant_alert(self.analyst, self.reference, **(given | changes)).id


@pytest.fixture
def seeded(as_role: AsRole, authorised: Authorised, clock: Any) -> Seeded:
    analyst = as_role("analyst")
    for number in (7, 8):
        analyst.blue_list.add_member(
            CONSENT | {"member": f"STAFF/{number}", "consent": f"consent-{number}"}
        )
    reference = authorised()
    people = [listed(f"STAFF/{number}", blue=True) for number in (7, 8)]
    plant_list(analyst, reference, *people, listed("PNC/1"))
    clock.turn(hours=1, minutes=30)
    return Seeded(reference, as_role("operator"), as_role("analyst"), clock)


def last(bench: Workbench, verb: Verb) -> Any:
    return [entry for entry in log_of(bench) if entry.verb is verb][-1]


def test_it_is_empty_at_first(as_role: AsRole) -> None:
    assert as_role("analyst").blue_list.members(justification=WHY) == []
    rate = as_role("manager").blue_list.rate()
    assert rate.rate.rate is None
    assert rate.describe() == "True recognition rate: not measurable: no pass was recorded"


def test_a_member_is_on_it_by_consent(as_role: AsRole) -> None:
    bench = as_role("analyst")
    bench.blue_list.add_member(CONSENT)
    (member,) = bench.blue_list.members(justification=WHY)
    assert (member.member, member.consent, member.withdrawn) == ("STAFF/7", "consent-2026-7", None)
    assert last(bench, Verb.COLLECT).details["consent"] == "consent-2026-7"


def test_consent_is_withdrawn_and_given_anew(as_role: AsRole, clock: Any) -> None:
    bench = as_role("analyst")
    bench.blue_list.add_member(CONSENT)
    with pytest.raises(RefusedError, match=r"consents since 2026-11-01 \(consent-2026-7\) already"):
        bench.blue_list.add_member(CONSENT | {"consent": "another"})
    assert bench.blue_list.withdraw_member("STAFF/7") == ()
    with pytest.raises(RefusedError, match="STAFF/7 is not on the blue list"):
        bench.blue_list.withdraw_member("STAFF/7")
    with pytest.raises(RefusedError, match="already"):
        bench.blue_list.add_member(CONSENT | {"consent": "another"})
    bench.blue_list.add_member(CONSENT | {"consent": "another", "consented": "2026-12-01"})
    found = bench.blue_list.members(justification=WHY)
    assert [(one.consent, one.withdrawn) for one in found] == [
        ("consent-2026-7", date(2026, 11, 25)),
        ("another", None),
    ]


def test_what_is_no_consent(as_role: AsRole) -> None:
    bench = as_role("analyst")
    for changes, said in (
        ({"consent": ""}, "consent: must be 1 to 100"),
        ({"consented": "yesterday"}, "consented: must be a day"),
        ({"withdrawn": "2026-11-20"}, "a new consent is not withdrawn"),
        ({"name": "Jane"}, "name: extra inputs are not permitted"),
    ):
        with pytest.raises(RecordError, match=said):
            bench.blue_list.add_member(CONSENT | changes)
    with pytest.raises(RefusedError, match="STAFF/9 is not on the blue list"):
        bench.blue_list.withdraw_member("STAFF/9")
    bench.blue_list.add_member(CONSENT)
    with pytest.raises(RecordError, match="withdrawn from today on, 2026-11-25"):
        bench.blue_list.withdraw_member("STAFF/7", on=date(2026, 11, 24))


def test_withdrawing_names_the_lists_that_still_hold_the_face(seeded: Seeded) -> None:
    assert seeded.analyst.blue_list.withdraw_member("STAFF/8") == (seeded.reference,)


def test_a_pass_with_its_alert(seeded: Seeded) -> None:
    alert = seeded.alert(after_s=-3)
    passed = seeded.seen()
    assert passed.seen.alert == alert
    assert passed.seen.seen_by == "operator"
    combined = last(seeded.operator, Verb.COMBINE)
    assert set(combined.objects) == {alert, passed.id}
    assert combined.justification


def test_an_alert_that_comes_after_the_pass_was_noted(seeded: Seeded) -> None:
    assert seeded.seen().seen.alert is None
    alert = seeded.alert(after_s=20)
    seeded.clock.turn(seconds=61)
    (passed,) = seeded.operator.blue_list.passes(seeded.reference, justification=WHY)
    assert passed.seen.alert == alert


def test_alerts_that_are_not_of_the_pass(seeded: Seeded) -> None:
    seeded.alert(after_s=-61)  # too long before
    seeded.alert("STAFF/8")  # of another
    seeded.alert(feed="corner")  # by another feed
    seeded.alert("PNC/1", category=Category.WANTED_BY_COURTS)
    assert seeded.seen().seen.alert is None


def test_a_pass_by_a_part_of_the_zone_may_be_seen_by_any_feed(seeded: Seeded) -> None:
    alert = seeded.alert(feed="corner")
    assert seeded.seen(feed="the steps").seen.alert == alert


def test_an_alert_belongs_to_one_pass_the_nearest(seeded: Seeded) -> None:
    alert = seeded.alert(after_s=-40)
    first = seeded.seen(at=(seeded.clock() - timedelta(seconds=41)).isoformat())
    second = seeded.seen()
    assert (first.seen.alert, second.seen.alert) == (alert, None)


def test_what_is_no_pass(seeded: Seeded, clock: Any) -> None:
    later = (clock() + timedelta(seconds=1)).isoformat()
    before = (clock() - timedelta(hours=1)).isoformat()
    for kind, changes, said in (
        (RecordError, {"at": later}, "is still to come"),
        (RecordError, {"at": "2026-11-25T10:30:00"}, "at: must be a date and time with its zone"),
        (RecordError, {"alert": "alert-1"}, "looked up, not given"),
        (RecordError, {"seen_by": "staff/7"}, "somebody else must have seen the pass"),
        (RecordError, {"feed": "a\nb"}, "feed: character 2 cannot be shown"),
        (NotAuthorisedError, {"member": "STAFF/9"}, "not on the blue list: record their consent"),
        (NotAuthorisedError, {"at": before}, "was not authorised at 2026-11-25 09:30 UTC"),
    ):
        with pytest.raises(kind, match=said):
            seeded.seen(**changes)
    seeded.seen()
    with pytest.raises(RefusedError, match="is recorded already"):
        seeded.seen(feed="corner")


def test_a_pass_of_somebody_who_was_not_listed_tells_nothing(
    seeded: Seeded,
) -> None:
    seeded.analyst.blue_list.add_member(CONSENT | {"member": "STAFF/9"})
    with pytest.raises(RefusedError, match="STAFF/9 was not on the list of deployment"):
        seeded.seen("STAFF/9")


def test_no_pass_after_consent_was_withdrawn(seeded: Seeded) -> None:
    seeded.analyst.blue_list.withdraw_member("STAFF/7")
    with pytest.raises(NotAuthorisedError, match="consent of STAFF/7 does not hold on 2026-11-25"):
        seeded.seen()


def test_the_rate_is_of_passes_whose_alerts_were_all_looked_through(
    seeded: Seeded, as_role: AsRole
) -> None:
    seeded.alert()
    seeded.seen()
    fresh = as_role("manager").blue_list.rate(seeded.reference)
    assert (fresh.rate.passes, fresh.unsettled) == (0, 1)
    assert "1 pass is left out" in fresh.describe()
    seeded.clock.turn(minutes=2)
    seeded.seen()
    seeded.clock.turn(minutes=2)
    seeded.seen("STAFF/8")
    seeded.clock.turn(minutes=2)
    seeded.operator.blue_list.passes(seeded.reference, justification=WHY)
    found = as_role("manager").blue_list.rate(seeded.reference)
    rate = found.rate
    assert (rate.recognised, rate.passes, found.unsettled) == (1, 3, 0)
    assert rate.rate == pytest.approx(1 / 3)
    assert rate.interval.low == pytest.approx(0.0084, abs=1e-4)
    assert rate.clustered is not None
    assert [(one.member, one.recognised, one.passes) for one in rate.people] == [
        ("person-1", 1, 2),
        ("person-2", 0, 1),
    ]
    assert as_role("manager").blue_list.rate().rate == rate


def test_passes_that_nobody_looked_through_in_time_are_left_out(
    seeded: Seeded, as_role: AsRole
) -> None:
    seeded.seen()
    seeded.clock.turn(days=32)
    reviewer = as_role("reviewer")
    found = reviewer.blue_list.rate(seeded.reference)
    assert (found.rate.passes, found.unsettled) == (0, 1)


def test_a_reviewer_settles_what_they_ask_for(seeded: Seeded, as_role: AsRole) -> None:
    seeded.seen()
    alert = seeded.alert(after_s=5)
    seeded.clock.turn(minutes=2)
    found = as_role("reviewer").blue_list.rate(seeded.reference)
    assert (found.rate.recognised, found.rate.passes, found.unsettled) == (1, 1, 0)
    (passed,) = seeded.operator.blue_list.passes(seeded.reference, justification=WHY)
    assert passed.seen.alert == alert


def test_who_may(as_role: AsRole) -> None:
    manages, records = {Role.ANALYST}, {Role.OPERATOR, Role.ENGAGEMENT_OFFICER}
    reads = {
        Role.AUTHORISING_OFFICER,
        Role.REVIEWER,
        Role.DATA_PROTECTION_OFFICER,
        Role.DATA_SCIENTIST,
        Role.MANAGER,
    }
    values = {"member": "STAFF/7", "at": "2026-11-25T09:00:00+00:00", "feed": "gate"}
    for role in Role:
        blue = as_role(role.value).blue_list
        if role not in manages:
            with pytest.raises(NotPermittedError, match="say who of the staff is seeded"):
                blue.add_member(CONSENT)
            with pytest.raises(NotPermittedError, match="say who of the staff is seeded"):
                blue.withdraw_member("STAFF/7")
            with pytest.raises(NotPermittedError, match="say who of the staff is seeded"):
                blue.members(justification=WHY)
        if role not in records:
            with pytest.raises(NotPermittedError, match="record a pass of seeded staff"):
                blue.record_pass("2026/1", values)
            with pytest.raises(NotPermittedError, match="record a pass of seeded staff"):
                blue.passes("2026/1", justification=WHY)
        if role not in reads:
            with pytest.raises(NotPermittedError, match="read outcomes as aggregates"):
                blue.rate()
