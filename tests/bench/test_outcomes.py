"""What came of deployments, on a bench in a folder: counted by hand, and as their records say."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from alert_values import plant_alert, plant_session
from bench_steps import REFERENCE, AsRole, Authorised, applied, log_of, went_live
from bench_values import ENDS, STARTS, application_values
from outcome_values import COUNTED, engaged, erased, made_older, of_record, searched

from workbench.errors import NotPermittedError, RecordError, UsageError
from workbench.governance.alerts import AlertState
from workbench.governance.categories import Category
from workbench.governance.deployment_outcomes import DeploymentOutcome
from workbench.governance.outcomes import Outcome
from workbench.governance.permissions import Permission, holders
from workbench.governance.roles import Role
from workbench.intervals import clopper_pearson
from workbench.records.audit.verbs import Verb

SECOND = "2026-11/LOW-ST-1"


@pytest.fixture
def alerts(as_role: AsRole, authorised: Authorised, clock: Any) -> list[str]:
    """A live deployment that was searched; ids of its alerts, the last on seeded staff."""
    authorised()
    clock.turn(hours=2)
    went_live(as_role("operator"))
    return searched(as_role("analyst"))


def only(as_role: AsRole) -> DeploymentOutcome:
    (found,) = as_role("manager").outcomes.read().deployments
    return found


def test_where_nothing_was_applied_for_there_is_nothing(as_role: AsRole) -> None:
    analyst = as_role("analyst")
    analyst.deployments.draft(application_values())
    analyst.deployments.cancel(REFERENCE, "Nobody will come.")
    report = as_role("manager").outcomes.read()
    assert report.deployments == ()
    totals = report.totals
    assert (totals.deployments, totals.searched, totals.counts.alerts) == (0, 0, 0)
    assert totals.false_of_faces.best.rate is None
    assert (totals.cost_total, totals.shown()["cost_total"]) == (None, "unknown")


def test_one_that_was_never_searched_is_there_and_dilutes_no_total(
    as_role: AsRole, authorised: Authorised
) -> None:
    authorised()
    report = as_role("manager").outcomes.read()
    (one,) = report.deployments
    assert (one.state.value, one.searches, one.list_references) == ("authorised", 0, None)
    assert one == of_record(as_role("analyst").deployments.record(REFERENCE))
    assert (report.totals.deployments, report.totals.searched) == (1, 0)
    assert (report.totals.faces_unknown, report.totals.cost_unknown) == (0, 0)
    said = report.shown()
    for shown in (said["deployments"][0], said["totals"]):
        assert (shown["searched_minutes"], shown["counts"]["faces_seen"]) == (None, None)


def test_what_was_never_authorised_is_counted_and_not_shown(as_role: AsRole) -> None:
    analyst, manager = applied(as_role), as_role("manager")
    analyst.deployments.draft(application_values(reference=SECOND))
    analyst.deployments.apply(SECOND)
    as_role("authorising-officer").deployments.refuse(SECOND, "The place is too small for it.")
    analyst.deployments.draft(application_values(reference="2026-11/LOW-ST-2"))
    report = manager.outcomes.read()
    assert (report.deployments, report.applications) == ((), 2)
    said = json.dumps(report.shown())
    assert report.shown()["applications_not_shown"] == 2
    for word in ("ST-1", "North End", "Croydon", "12:00"):
        assert word not in said, word
    day = STARTS.date()
    for first, last, count in (
        (day, day, 2),
        (day + timedelta(days=1), None, 0),
        (None, day - timedelta(days=1), 0),
    ):
        assert manager.outcomes.read(first, last).applications == count
    assert len(analyst.deployments.list()) == 3


def test_it_is_what_was_counted_by_hand(as_role: AsRole, alerts: list[str]) -> None:
    one = only(as_role)
    assert one.counts.plain() == COUNTED
    assert (one.force, one.town) == ("Metropolitan Police Service", "Croydon")
    assert one.place == "North End, outside the Whitgift Centre"
    assert (one.starts, one.ends, one.ended) == (STARTS, ENDS, None)
    assert (one.state.value, one.feeds) == ("live", ("gate",))
    assert (one.searches, one.searched_minutes) == (2, 20)
    assert (one.list_references, one.list_subjects) == (1, 1)
    assert one.blue_list_alerts == 1
    best, worst, severest = one.counts.false_of_faces
    assert (best.count, worst.count, severest.count) == (2, 4, 5)
    assert (best.n, best.rate) == (800, 2 / 800)
    assert best.interval == clopper_pearson(2, 800)


def test_it_is_what_the_record_says(as_role: AsRole, alerts: list[str]) -> None:
    record = as_role("analyst").deployments.record(REFERENCE)
    one = only(as_role)
    assert one == of_record(record)
    said, shown = record.shown(), one.shown()
    same = (
        "alerts",
        "false_alerts",
        "false_alerts_of_faces_seen",
        "false_alerts_of_alerts",
        "cost_known",
        "cost_lines_unknown",
        "cost_total",
        "searched_minutes",
    )
    assert {name: shown[name] for name in same} == {name: said[name] for name in same}


@pytest.mark.slow
def test_whatever_happens_it_is_what_the_record_says(
    as_role: AsRole, authorised: Authorised, clock: Any
) -> None:
    authorised()
    clock.turn(hours=2)
    went_live(as_role("operator"))
    analyst, manager = as_role("analyst"), as_role("manager")
    chance = random.Random(26)
    alerts: list[str] = []
    came_of_it: dict[str, Outcome] = {}
    for _ in range(25):
        for _ in range(chance.randrange(4)):
            category = chance.choice([Category.WANTED_BY_COURTS, Category.BLUE_LIST])
            state = chance.choice(list(AlertState))
            subject = f"subject-{category}"
            alerts.append(
                plant_alert(analyst, REFERENCE, subject=subject, category=category, state=state).id
            )
        for alert in chance.sample(alerts, chance.randrange(len(alerts) + 1)):
            outcome = came_of_it.setdefault(alert, chance.choice(list(Outcome)))
            minutes = chance.randrange(4000) / 32
            engaged(analyst, alert, outcome, minutes, stopped=chance.random() < 0.5)
        if chance.random() < 0.3:
            plant_session(analyst, REFERENCE)
        going = chance.sample(alerts, chance.randrange(len(alerts) // 2 + 1))
        erased(analyst, going)
        alerts = [one for one in alerts if one not in going]
        (one,) = manager.outcomes.read().deployments
        assert one == of_record(analyst.deployments.record(REFERENCE))
    assert one.counts.alerts > 5
    assert one.counts.false_alert_arrests
    assert one.blue_list_alerts


@pytest.mark.slow
@pytest.mark.parametrize("steps", [[7], [1, 6], [2, 1, 4]])
def test_it_is_the_same_however_its_alerts_go(
    as_role: AsRole, alerts: list[str], steps: list[int]
) -> None:
    operator = as_role("operator")
    operator.deployments.close(REFERENCE)
    before = only(as_role)
    left = list(alerts)
    for step in steps:
        erased(operator, left[:step])
        left = left[step:]
        gone = before.counts.model_copy(update={"open": 0, "destroyed_undecided": 1})
        after = before if alerts[5] in left else before.model_copy(update={"counts": gone})
        assert only(as_role) == after
        assert only(as_role) == of_record(operator.deployments.record(REFERENCE))
    assert left == []


def test_an_older_record_that_called_what_is_gone_open_is_read(
    as_role: AsRole, alerts: list[str]
) -> None:
    operator = as_role("operator")
    erased(operator, alerts[4:])
    expected = only(as_role)
    assert (expected.counts.open, expected.counts.destroyed_undecided) == (0, 1)
    made_older(operator)
    assert only(as_role) == expected == of_record(operator.deployments.record(REFERENCE))
    totals = as_role("manager").outcomes.read().totals.counts
    assert (totals.open, totals.destroyed_undecided, totals.undecided) == (0, 1, 2)


def test_minutes_that_no_decimal_holds_are_those_of_the_record(
    as_role: AsRole, alerts: list[str]
) -> None:
    analyst = as_role("analyst")
    for minutes in (1 / 3, 0.1, 17.123456789012345):
        engaged(analyst, alerts[0], Outcome.ARREST, minutes)
    record = analyst.deployments.record(REFERENCE)
    assert only(as_role).counts.engagement_minutes == pytest.approx(
        record.counts.engagement_minutes, rel=1e-15
    )


@pytest.mark.slow
def test_costs_are_those_noted_last_and_unknown_stays_unknown(
    as_role: AsRole, alerts: list[str], clock: Any
) -> None:
    assert (only(as_role).costs.unknown, only(as_role).costs.total) == (1, None)
    analyst = as_role("analyst")
    for amount in ("1.00", None, "250.50"):
        clock.turn(seconds=1)
        analyst.deployments.note_costs(REFERENCE, {"lines": [{"what": "van", "amount": amount}]})
        totals = as_role("manager").outcomes.read().totals
        assert totals.cost_total == (None if amount is None else Decimal(amount))
        assert totals.cost_unknown == totals.cost_lines_unknown == (amount is None)
    assert only(as_role) == of_record(analyst.deployments.record(REFERENCE))


def test_faces_are_unknown_where_a_search_was_not_counted(
    as_role: AsRole, alerts: list[str]
) -> None:
    plant_session(as_role("analyst"), REFERENCE, ended=False)
    report = as_role("manager").outcomes.read()
    (one,) = report.deployments
    assert (one.counts.faces_seen, one.searched_minutes) == (None, None)
    assert one == of_record(as_role("analyst").deployments.record(REFERENCE))
    totals = report.totals
    assert (totals.faces_unknown, totals.minutes_unknown, totals.searched_minutes) == (1, 1, 0)
    assert totals.counts.faces_seen is None
    assert totals.counts.false == 2
    assert totals.false_of_faces.best.n is None


@pytest.mark.slow
def test_two_outcomes_of_one_alert_are_refused_as_in_the_record(
    as_role: AsRole, alerts: list[str]
) -> None:
    engaged(as_role("analyst"), alerts[1], Outcome.NO_ACTION, 1)
    with pytest.raises(RecordError, match=f"on record of deployment {REFERENCE} cannot be used"):
        as_role("manager").outcomes.read()
    with pytest.raises(RecordError, match="has two outcomes"):
        as_role("analyst").deployments.record(REFERENCE)


class TestTotals:
    """Two deployments, each searched, a day apart."""

    @pytest.fixture
    def both(self, as_role: AsRole, alerts: list[str], authorised: Authorised, clock: Any) -> None:
        as_role("operator").deployments.close(REFERENCE)
        later = {"starts": STARTS + timedelta(days=1), "ends": ENDS + timedelta(days=1)}
        authorised(reference=SECOND, **{name: moment.isoformat() for name, moment in later.items()})
        clock.turn(days=1)
        went_live(as_role("operator"), SECOND)
        searched(as_role("analyst"), SECOND)

    @pytest.mark.slow
    def test_they_add_up(self, as_role: AsRole, both: None) -> None:
        report = as_role("manager").outcomes.read()
        assert [one.reference for one in report.deployments] == [REFERENCE, SECOND]
        totals = report.totals
        twice = {name: 2 * value for name, value in COUNTED.items() if name != "outcomes"}
        assert {name: totals.counts.plain()[name] for name in twice} == twice
        assert totals.counts.outcomes.arrest == 4
        assert (totals.deployments, totals.searched, totals.searched_minutes) == (2, 2, 40)
        assert totals.blue_list_alerts == 2
        best = totals.false_of_faces.best
        assert (best.count, best.n, best.interval) == (4, 1600, clopper_pearson(4, 1600))

    @pytest.mark.slow
    def test_a_rate_is_of_those_alone_that_know_their_faces(
        self, as_role: AsRole, both: None
    ) -> None:
        plant_session(as_role("analyst"), SECOND, ended=False)
        totals = as_role("manager").outcomes.read().totals
        best = totals.false_of_faces.best
        assert (best.count, best.n) == (2, 800)
        assert (totals.counts.false, totals.counts.faces_seen, totals.faces_unknown) == (4, None, 1)

    @pytest.mark.slow
    def test_a_period_is_of_whole_days_and_of_those_that_began_in_it(
        self, as_role: AsRole, both: None
    ) -> None:
        manager = as_role("manager")
        for first, last, found in (
            (None, None, [REFERENCE, SECOND]),
            ("2026-11-25", "2026-11-26", [REFERENCE, SECOND]),
            ("2026-11-25", "2026-11-25", [REFERENCE]),
            (None, "2026-11-25", [REFERENCE]),
            ("2026-11-26", None, [SECOND]),
            ("2026-11-27", None, []),
            (None, "2026-11-24", []),
            (None, "9999-12-31", [REFERENCE, SECOND]),
        ):
            report = manager.outcomes.read(
                None if first is None else date.fromisoformat(first),
                None if last is None else date.fromisoformat(last),
            )
            assert [one.reference for one in report.deployments] == found, (first, last)
            assert report.totals.deployments == len(found)


def test_a_period_that_ends_before_it_begins_is_refused(as_role: AsRole) -> None:
    with pytest.raises(UsageError, match="ends on 2026-11-24, before it begins on 2026-11-25"):
        as_role("manager").outcomes.read(date(2026, 11, 25), date(2026, 11, 24))


def test_what_time_alone_ended_has_ended(as_role: AsRole, alerts: list[str], clock: Any) -> None:
    manager = as_role("manager")
    clock.turn(hours=6)
    (one,) = manager.outcomes.read().deployments
    assert (one.state.value, one.ended) == ("closed", ENDS)


@pytest.mark.slow
def test_who_may_read_it_is_a_matter_of_the_role(as_role: AsRole, alerts: list[str]) -> None:
    for role in Role:
        bench = as_role(role.value)
        if role in holders(Permission.OUTCOMES_READ):
            assert len(bench.outcomes.read().deployments) == 1, role
            continue
        with pytest.raises(NotPermittedError, match="may not read outcomes as aggregates"):
            bench.outcomes.read()
        refusal = log_of(bench)[-1]
        assert (refusal.verb, refusal.actor) == (Verb.REFUSAL, role.value)


def test_each_reading_is_one_entry_and_the_report_bears_the_log(
    as_role: AsRole, alerts: list[str]
) -> None:
    manager = as_role("manager")
    before = len(log_of(manager))
    report = manager.outcomes.read(date(2026, 11, 1))
    (entry,) = log_of(manager)[before:]
    assert (entry.verb, entry.actor, entry.role) == (Verb.CONSULT, "manager", "manager")
    assert entry.details == {"from": "2026-11-01", "to": None, "deployments": 1}
    head = manager.audit.head()
    assert (report.head, report.head.seq) == (head, before + 1)
    assert report.shown()["audit"] == {"head_seq": head.seq, "head_hash": head.hash}


def test_nobody_is_in_it_and_no_small_group(as_role: AsRole, alerts: list[str]) -> None:
    counts = {"scheme": "18+1", "counts": {"W1": 1, "not stated": 0}}
    as_role("operator").deployments.field_counts(REFERENCE, counts)
    said = json.dumps(as_role("manager").outcomes.read().shown())
    for word in (
        "subject-1", "staff-1", "analyst", "operator", 'officer"', "W1", "18+1", "under_18",
        "wanted-by-courts", "latitude", *alerts,
    ):  # fmt: skip
        assert word not in said, word


def test_a_demonstration_is_marked_as_one(make_bench: Any) -> None:
    maker = make_bench("demonstration")
    assert maker.open("manager").outcomes.read().shown()["category"] == "demonstration"
