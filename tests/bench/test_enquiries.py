"""Enquiries: by reference alone, answered after the faces are gone, and logged whatever comes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from bench_steps import AsRole, Authorised, log_of
from planted import destroy_list, listed, plant_list

from workbench.errors import NotPermittedError, RecordError, UnknownRecordError, UsageError
from workbench.governance.roles import Role
from workbench.records.audit.verbs import Verb
from workbench.records.watchlist_entries import EntryState

SUBJECT = "PNC/123456"
DAY = date(2026, 11, 25)
WHY = "request 2026/14 of the person"


def test_no_is_an_answer_and_is_logged(as_role: AsRole) -> None:
    bench = as_role("data-protection-officer")
    answer = bench.enquiries.ask(SUBJECT, on=DAY, justification=WHY)
    assert not answer.was_listed
    assert answer.listings == ()
    assert answer.describe() == f"{SUBJECT} was not on any list on 2026-11-25."
    entry = log_of(bench)[-1]
    assert (entry.verb, entry.justification, entry.objects) == (Verb.CONSULT, WHY, ())
    assert entry.details == {"enquiry": SUBJECT, "on": "2026-11-25", "reference": None, "found": 0}


def test_yes_with_list_category_and_times(
    as_role: AsRole, authorised: Authorised, clock: Any
) -> None:
    reference = authorised()
    bench = as_role("data-protection-officer")
    (entry_id,) = plant_list(bench, reference, listed(SUBJECT))
    built = clock()
    destroyed = clock.turn(hours=3)
    destroy_list(bench, reference)
    answer = bench.enquiries.ask(SUBJECT, on=DAY, deployment=reference, justification=WHY)
    assert answer.was_listed
    (listing,) = answer.listings
    assert listing.deployment == reference
    assert listing.category == "wanted-by-courts"
    assert (listing.since, listing.until) == (built, destroyed)
    assert listing.reviewed
    assert not listing.checked
    assert answer.describe() == f"{SUBJECT} was on the list of {reference} on 2026-11-25."
    assert answer.plain()["listings"][0]["until"] == destroyed.isoformat()
    entry = log_of(bench)[-1]
    assert entry.objects == (entry_id,)
    assert entry.purpose.startswith("deployment-")


def test_days_are_those_in_utc_and_both_ends_count(
    as_role: AsRole, authorised: Authorised, clock: Any
) -> None:
    reference = authorised()
    clock.turn(hours=14, minutes=59)
    plant_list(as_role("analyst"), reference, listed(SUBJECT))  # 23:59
    clock.turn(hours=24, minutes=2)  # 00:01 of the day after next
    destroy_list(as_role("analyst"), reference)
    bench = as_role("data-protection-officer")
    days = [date(2026, 11, day) for day in (24, 25, 26, 27, 28)]
    asked = [bench.enquiries.ask(SUBJECT, on=day, justification=WHY).was_listed for day in days]
    assert asked == [False, True, True, True, False]


def test_a_refused_entry_was_never_on_the_list(as_role: AsRole, authorised: Authorised) -> None:
    reference = authorised()
    bench = as_role("data-protection-officer")
    plant_list(bench, reference, listed(SUBJECT), state=EntryState.REFUSED)
    assert not bench.enquiries.ask(SUBJECT, deployment=reference, justification=WHY).was_listed


def test_others_on_the_list_and_other_lists_are_not_told(
    as_role: AsRole, authorised: Authorised
) -> None:
    one, other = authorised(), authorised(reference="2026-11/LOW-ST-1")
    bench = as_role("data-protection-officer")
    plant_list(bench, one, listed(SUBJECT), listed("PNC/654321"))
    plant_list(bench, other, listed(SUBJECT, category="risk-of-harm"))
    answer = bench.enquiries.ask(SUBJECT, deployment=other, justification=WHY)
    assert [listing.category for listing in answer.listings] == ["risk-of-harm"]
    both = bench.enquiries.ask(SUBJECT, on=DAY, justification=WHY)
    assert {listing.deployment for listing in both.listings} == {one, other}
    assert not bench.enquiries.ask("PNC/12345", on=DAY, justification=WHY).was_listed


def test_an_enquiry_names_a_day_or_a_deployment(as_role: AsRole) -> None:
    with pytest.raises(UsageError, match="is about a day or a deployment"):
        as_role("data-protection-officer").enquiries.ask(SUBJECT, justification=WHY)


def test_what_cannot_be_asked(as_role: AsRole) -> None:
    bench = as_role("data-protection-officer")
    with pytest.raises(UnknownRecordError, match="there is no deployment 2026/NONE"):
        bench.enquiries.ask(SUBJECT, deployment="2026/NONE", justification=WHY)
    for subject in ("", "Jane Doe", "<b>1</b>", "x" * 101):
        with pytest.raises(RecordError, match="the enquiry cannot be used: subject: must be"):
            bench.enquiries.ask(subject, on=DAY, justification=WHY)
    for why in ("", " ", "a\x07b"):
        with pytest.raises(RecordError, match="justification"):
            bench.enquiries.ask(SUBJECT, on=DAY, justification=why)


def test_nobody_else_asks(as_role: AsRole) -> None:
    for role in Role:
        if role is not Role.DATA_PROTECTION_OFFICER:
            bench = as_role(role.value)
            with pytest.raises(
                NotPermittedError, match="look up whether a reference was on a list"
            ):
                bench.enquiries.ask(SUBJECT, on=DAY, justification=WHY)
            assert log_of(bench)[-1].verb is Verb.REFUSAL
