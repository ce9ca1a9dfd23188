"""What was due and what was done, on a bench in a folder: counted by hand, and nobody in it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alert_values import plant_alert, plant_session
from bench_steps import REFERENCE, WORDS, AsRole, applied, approve, log_of
from bench_values import ENDS, STARTS, application_values
from kept_values import go_live
from managers_values import text_of
from outcome_rows import records_of
from safeguard_values import (
    HELD,
    LATE,
    REASON,
    TO_COME,
    WORDS_OF_PEOPLE,
    decided,
    ended_in_four_ways,
    held,
    refused_thrice,
)
from tampering import unguarded

from widgets.safeguards_page import SafeguardsPage
from workbench.bench.snapshots import take_snapshot
from workbench.errors import NotPermittedError
from workbench.governance.permissions import Permission, holders
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.outcomes.kept_facts import RetentionFacts
from workbench.outcomes.safeguard_facts import SafeguardFacts
from workbench.outcomes.snapshot import write_snapshot
from workbench.records.audit.verbs import Verb

Maker = Any
DAY = timedelta(days=1)
HOUR_S = 3600


def read(maker: Maker, *, check_log: bool = False) -> SafeguardFacts:
    with maker.open("manager") as manager:
        facts: SafeguardFacts = manager.outcomes.safeguards(check_log=check_log)
    return facts


def of_class(facts: SafeguardFacts, retention: str) -> RetentionFacts:
    return next(one for one in facts.retention if one.retention == retention)


@pytest.fixture
def four(bench: Maker, authorised: Callable[..., str]) -> Maker:
    ended_in_four_ways(bench, authorised)
    return bench


def test_an_empty_bench_has_nothing_due_and_says_so_of_each_class(bench: Maker) -> None:
    facts = read(bench)
    assert (facts.authorities, facts.lists, facts.alerts, facts.certificates) == ((), (), (), ())
    assert {one.retention for one in facts.retention} == {
        "watchlist", "alert", "case", "evaluation-set", "collection",
    }  # fmt: skip
    assert {(one.kept, one.overdue, one.next_due) for one in facts.retention} == {(0, 0, None)}
    assert (of_class(facts, "watchlist").keep_s, of_class(facts, "alert").keep_s) == (
        24 * HOUR_S,
        31 * 24 * HOUR_S,
    )
    assert "own choice" in of_class(facts, "alert").rule.standing
    assert facts.log.verified is None
    assert facts.log.not_verified == "this reading was not asked to"


def test_a_list_is_gone_in_time_gone_late_held_or_due(four: Maker) -> None:
    facts = read(four)
    lists = {one.reference: one for one in facts.lists}
    assert {name: one.state for name, one in lists.items()} == {
        REFERENCE: "in time",
        LATE: "was late",
        HELD: "held",
        TO_COME: "due",
    }
    # It was closed at once, at 09:00 of the first day, before its authority had begun.
    assert lists[REFERENCE].due == STARTS.replace(hour=9) + DAY
    assert (lists[LATE].due, lists[LATE].late_by_s) == (ENDS + DAY, 17 * HOUR_S)
    assert (lists[TO_COME].due, lists[TO_COME].late_by_s) == (ENDS + 3 * DAY, 0)
    assert [lists[one].certificate for one in (REFERENCE, LATE, HELD, TO_COME)] == [
        "complete", "complete", None, None,
    ]  # fmt: skip
    kept = of_class(facts, "watchlist")
    assert (kept.kept, kept.held, kept.overdue, kept.next_due) == (2, 1, 0, ENDS + 3 * DAY)
    assert (kept.erasures, kept.late, kept.partial) == (2, 1, 0)
    assert kept.longest_late_s == 17 * HOUR_S
    issued = {one.reference: one for one in facts.certificates}
    assert {name: (one.destroyed, one.late_by_s, one.logged) for name, one in issued.items()} == {
        REFERENCE: (1, 0, True),
        LATE: (1, 17 * HOUR_S, True),
    }


def test_a_hold_is_counted_by_its_ground_and_is_overdue_in_its_time(four: Maker) -> None:
    (complaint,) = [one for one in read(four).holds if one.active or one.released]
    assert (complaint.ground, complaint.active, complaint.review_overdue) == ("complaint", 1, 0)
    assert complaint.next_review == STARTS.replace(hour=9) + 10 * DAY
    four.clock.turn(days=8)
    (complaint,) = [one for one in read(four).holds if one.active or one.released]
    assert (complaint.active, complaint.review_overdue, complaint.released) == (1, 1, 0)
    with four.open("authorising-officer") as officer:
        (hold,) = officer.holds.list()
        officer.holds.release(hold.id, reason="The complaint was closed.")
    facts = read(four)
    (complaint,) = [one for one in facts.holds if one.active or one.released]
    assert (complaint.active, complaint.review_overdue, complaint.released) == (0, 0, 1)
    assert {one.reference: one.state for one in facts.lists}[HELD] == "was late"


def test_alerts_are_kept_held_and_gone_at_31_days(
    bench: Maker, authorised: Callable[..., str]
) -> None:
    authorised()
    with bench.open("operator") as operator:
        go_live(operator, REFERENCE)
        early = [plant_alert(operator, REFERENCE).id for _ in range(3)]
        bench.clock.turn(hours=2)
        plant_alert(operator, REFERENCE)
    held(bench, alerts=(early[0],))
    (kept,) = read(bench).alerts
    assert (kept.reference, kept.kept, kept.held, kept.destroyed) == (REFERENCE, 4, 1, 0)
    assert kept.next_due == STARTS.replace(hour=9) + 31 * DAY
    bench.clock.turn(days=30, hours=23)  # the first are an hour past their time
    (kept,) = read(bench).alerts
    assert (kept.kept, kept.held, kept.overdue) == (2, 1, 0)
    assert (kept.destroyed, kept.destroyed_late, kept.longest_late_s) == (2, 2, HOUR_S)
    assert kept.next_due == STARTS.replace(hour=11) + 31 * DAY
    bench.clock.turn(hours=1)
    (kept,) = read(bench).alerts
    assert (kept.kept, kept.held, kept.destroyed, kept.destroyed_late) == (1, 1, 3, 2)


def test_verdicts_are_counted_by_how_they_came_about_and_outlive_their_alerts(
    bench: Maker, authorised: Callable[..., str]
) -> None:
    authorised()
    with bench.open("operator") as operator:
        go_live(operator, REFERENCE)
    ids = decided(bench)
    with bench.open("reviewer") as reviewer:
        reviewer.alerts.correct(ids[0], "false-confirmed", "The ears are not the same.")
    (before,) = read(bench).verdicts
    assert before.model_dump() == {
        "reference": REFERENCE,
        "by_one": 0,
        "agreed": 3,
        "differed": 2,
        "third": 1,
        "unfinished": 1,
        "changed_later": 1,
    }
    bench.clock.turn(days=32)
    after = read(bench)
    assert after.verdicts == (before,)
    assert sum(one.kept for one in after.alerts) == 0


def test_one_verdict_decides_where_the_force_set_that(
    bench: Maker, authorised: Callable[..., str]
) -> None:
    authorised(two_person=False)
    with bench.open("operator") as operator:
        go_live(operator, REFERENCE)
        alert = plant_alert(operator, REFERENCE).id
        operator.alerts.adjudicate(alert, "true-confirmed", "It is the same scar.")
    facts = read(bench)
    (found,) = facts.verdicts
    assert (found.by_one, found.agreed, found.unfinished) == (1, 0, 0)
    assert [one.two_person for one in facts.authorities] == [False]


def test_entries_that_a_second_person_checked_are_counted(four: Maker) -> None:
    checks = {one.reference: one for one in read(four).list_checks}
    assert checks[TO_COME].model_dump() == {
        "reference": TO_COME,
        "entries": 2,
        "checked": 1,
        "reviewed": 2,
    }


def test_what_was_refused_is_counted_by_role_and_names_no_account(bench: Maker) -> None:
    refused_thrice(bench)
    found = read(bench).refusals
    assert [(one.role, one.permission, one.kind, one.count) for one in found] == [
        ("manager", "users.list", "NotPermittedError", 2),
        ("analyst", "audit.show", "NotPermittedError", 1),
    ]
    assert [one.meaning for one in found] == ["list accounts", "read the audit log"]
    assert {one.newest for one in found} == {bench.clock()}


def test_authorities_by_rank_urgency_and_withdrawal(bench: Maker, as_role: AsRole) -> None:
    applied(as_role)
    approve(as_role)
    as_role("administrator").users.change("authorising-officer", rank=Rank.INSPECTOR)
    officer = as_role("authorising-officer")
    officer.deployments.authorise(REFERENCE, **WORDS, urgent_reason="A threat to life.")
    (one,) = read(bench).authorities
    now = bench.clock()
    assert (one.rank, one.urgent, one.reviewed, one.withdrawn) == ("inspector", True, None, None)
    assert (one.given, one.review_due, one.ends) == (now, now + DAY, ENDS)
    assert one.began_within is None
    officer.deployments.withdraw_authority(REFERENCE, "Nobody may know why.")
    (one,) = read(bench).authorities
    assert (one.state, one.withdrawn, one.ends) == ("cancelled", now, now)


def test_a_search_is_held_against_its_authority(
    bench: Maker, authorised: Callable[..., str]
) -> None:
    authorised()
    with bench.open("operator") as operator:
        go_live(operator, REFERENCE)
        bench.clock.turn(hours=2)
        row = plant_session(operator, REFERENCE)
    (one,) = read(bench).authorities
    assert (one.searches, one.going_on, one.first_search) == (1, 0, row.started)
    assert (one.began_within, one.ended_after_s) == (True, 0)
    closing = one.model_copy(update={"last_search_ended": ENDS + timedelta(seconds=90)})
    assert closing.ended_after_s == 0
    after = one.model_copy(update={"last_search_ended": ENDS + timedelta(minutes=3)})
    assert after.ended_after_s == 180
    open_ = one.model_copy(update={"going_on": 1})
    assert not open_.goes_on_after_end(ENDS)
    assert open_.goes_on_after_end(ENDS + timedelta(minutes=2))
    assert not one.goes_on_after_end(ENDS + timedelta(days=1))
    early = one.model_copy(update={"first_search": STARTS - timedelta(seconds=1)})
    assert early.began_within is False
    assert one.model_copy(update={"first_search": ENDS}).began_within is False


def test_applications_that_nobody_authorised_are_counted_and_not_shown(
    bench: Maker, as_role: AsRole
) -> None:
    analyst = applied(as_role)
    for name in ("REFUSED", "CANCELLED", "WAITING"):
        analyst.deployments.draft(application_values(reference=f"2026-11/{name}"))
        analyst.deployments.apply(f"2026-11/{name}")
    analyst.deployments.draft(application_values(reference="2026-11/DRAFT"))
    as_role("authorising-officer").deployments.refuse("2026-11/REFUSED", "Too small a place.")
    analyst.deployments.cancel("2026-11/CANCELLED", "Nobody will come.")
    facts = read(bench)
    assert facts.never_authorised.model_dump() == {
        "refused": 1, "cancelled": 1, "expired": 0, "waiting": 2,
    }  # fmt: skip
    bench.clock.turn(days=4)  # all are purged by then
    facts = read(bench)
    assert facts.never_authorised.model_dump() == {
        "refused": 1, "cancelled": 1, "expired": 2, "waiting": 0,
    }  # fmt: skip
    assert "2026-11" not in facts.model_dump_json().replace("2026-11-", "")


def test_the_log_is_verified_once_a_day_and_that_is_logged(bench: Maker) -> None:
    log = read(bench, check_log=True).log
    assert log.verified is not None
    assert (log.verified.faults, log.verified.role, log.not_verified) == (0, "system", None)
    assert log.verified.at == bench.clock()
    assert log.since == log.entries - log.verified.entries > 0
    again = read(bench, check_log=True).log
    assert again.verified == log.verified
    assert again.since > log.since
    bench.clock.turn(days=1)
    later = read(bench, check_log=True).log.verified
    assert later is not None
    assert later.at == bench.clock()
    with bench.open("data-protection-officer") as officer:
        verified = [one for one in log_of(officer) if one.verb is Verb.VERIFY]
    assert [(one.actor, one.details["faults"]) for one in verified] == [("workbench", 0)] * 2


def test_a_verification_that_is_to_come_keeps_none_from_being_made(bench: Maker) -> None:
    """A clock was ahead, or somebody wrote it so."""
    bench.clock.turn(days=30)
    with bench.open("data-protection-officer") as officer:
        officer.audit.verify()
    bench.clock.turn(days=-30)
    with bench.open("administrator") as administrator:
        administrator.audit.accept_clock("The clock was a month ahead.")
    log = read(bench, check_log=True).log
    with bench.open("data-protection-officer") as officer:
        made = [one for one in log_of(officer) if one.verb is Verb.VERIFY]
    assert [one.actor for one in made] == ["data-protection-officer", "workbench"]
    assert log.verified is not None
    assert (log.verified.role, log.verified.at) == ("system", bench.clock())
    assert log.not_verified is None
    read(bench, check_log=True)  # and no third
    with bench.open("data-protection-officer") as officer:
        assert len([one for one in log_of(officer) if one.verb is Verb.VERIFY]) == 2
    bench.clock.turn(hours=-1)
    with bench.open("administrator") as administrator:
        administrator.audit.accept_clock("The clock was an hour ahead.")
    assert read(bench).log.verified is None


def test_a_log_with_a_fault_is_never_called_verified(bench: Maker) -> None:
    read(bench, check_log=True)
    with closing(sqlite3.connect(bench.folder / "records.sqlite")) as records:
        with unguarded(records):
            records.execute("UPDATE audit SET body = replace(body, 'administrator', 'nobody')")
        records.commit()
    bench.clock.turn(days=1)
    log = read(bench, check_log=True).log
    assert log.verified is not None
    assert log.verified.faults
    assert log.failed == log.verified


def test_a_checkpoint_is_told(bench: Maker) -> None:
    with bench.open("data-protection-officer") as officer:
        officer.audit.checkpoint()
    point = read(bench).log.checkpoint
    assert point is not None
    assert (point.role, point.witnesses, point.faults) == ("data-protection-officer", 1, None)


def test_nobody_is_in_the_bytes_of_a_snapshot(four: Maker, tmp_path: Path) -> None:
    with four.open("operator") as operator:
        go_live(operator, TO_COME)
    decided(four, TO_COME)
    refused_thrice(four)
    with four.open("manager") as manager:
        snapshot, records = take_snapshot(manager, "a bench", records_of([{"total_alerts": 1}]))
    assert snapshot.safeguards is not None
    assert snapshot.safeguards.log.verified is not None
    write_snapshot(tmp_path / "snapshot", snapshot, records)
    said = b"".join(one.read_bytes() for one in (tmp_path / "snapshot").iterdir())
    for word in (*WORDS_OF_PEOPLE, REASON):
        assert word.encode() not in said, word
    page = SafeguardsPage(tmp_path / "snapshot")
    page.wait()
    shown = text_of(page.document())
    page.close()
    for word in (*WORDS_OF_PEOPLE, REASON):
        assert word not in shown, word
    for words in ("destroyed late", "kept by a legal hold", "still due", "17 h late"):
        assert words in shown, words
    roles = {
        one["role"] for one in json.loads(snapshot.model_dump_json())["safeguards"]["refusals"]
    }
    assert roles == {"manager", "analyst"}


def test_who_may_read_it_is_a_matter_of_the_role(bench: Maker) -> None:
    may = holders(Permission.OUTCOMES_READ)
    for role in Role:
        with bench.open(role.value) as opened:
            if role in may:
                assert opened.outcomes.safeguards().authorities == ()
                continue
            before = len(log_of(opened))
            with pytest.raises(NotPermittedError, match="may not read outcomes as aggregates"):
                opened.outcomes.safeguards(check_log=True)
            written = log_of(opened)[before:]
            assert [(one.verb, one.role) for one in written] == [(Verb.REFUSAL, role.value)]


def test_each_reading_is_one_consultation(bench: Maker) -> None:
    with bench.open("manager") as manager:
        before = len(log_of(manager))
        facts = manager.outcomes.safeguards()
        (entry,) = log_of(manager)[before:]
    assert (entry.verb, entry.actor, facts.log.entries) == (Verb.CONSULT, "manager", before + 1)
    assert entry.justification == "reading what safeguards were due and done, counts alone"
