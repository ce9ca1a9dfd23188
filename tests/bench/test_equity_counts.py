"""What is known by group, on a bench in a folder: of policies, and of false alerts in the field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alert_values import plant_session
from bench_steps import REFERENCE, AsRole, Authorised, approve, log_of, went_live
from equity_values import at_threshold, equity_folder, grouped, with_groups
from group_counts import SCHEME, by_group, next_month, with_false_alerts
from policy_values import with_evidence

from workbench.bench.default_policies import load_default_policies
from workbench.bench.rules import Rules
from workbench.bench.snapshots import take_snapshot
from workbench.errors import NotPermittedError, StoreError
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.setups import Matcher
from workbench.intervals import clopper_pearson
from workbench.outcomes import met_deployments
from workbench.outcomes.equity_facts import EquityFacts, PolicyFacts
from workbench.outcomes.snapshot import read_snapshot, write_snapshot
from workbench.records.audit.verbs import Verb
from workbench.records.policies import replace_policy

SFACE = load_default_policies()[Matcher.SFACE]
SECOND = "2026-11/LOW-ST-1"
ENTERED = {"scheme": SCHEME, "counts": {"Black": 6, "White": 1, "Asian": 1}}


@pytest.fixture
def live(as_role: AsRole, authorised: Authorised, clock: Any) -> str:
    """A live deployment with nine false alerts."""
    authorised()
    clock.turn(hours=2)
    went_live(as_role("operator"))
    with_false_alerts(as_role("operator"), REFERENCE, 9)
    return REFERENCE


def street(scientist: Any) -> ThresholdPolicy:
    """A policy such as an evaluation drafts, with the evidence of a test that is opened now."""
    policy = ThresholdPolicy.read(dict(SFACE) | {"id": "street/1"}, what="street/1")
    return with_evidence(scientist, policy)


def only(as_role: AsRole) -> PolicyFacts:
    (found,) = as_role("manager").outcomes.equity().policies
    return found


def test_where_nobody_approved_a_policy_nor_used_one_there_is_nothing(as_role: AsRole) -> None:
    found = as_role("manager").outcomes.equity()
    assert (found.policies, found.schemes, found.deployments) == ((), (), ())
    assert (found.asked_for, found.is_demonstration, found.without_groups) == (False, False, 0)


def test_a_policy_without_a_comparison_says_that_nothing_is_known(as_role: AsRole) -> None:
    approve(as_role)
    one = only(as_role)
    assert (one.policy, one.is_default, one.matcher) == ("default-fused/1", True, "fused")
    assert one.sentence == "equity not measured: whom its errors fall on is not known"
    assert (one.is_measured, one.measured_on, one.at, one.deployments) == (False, None, (), 0)
    assert one.gaps == ("its error rates by group are not measured",)


def test_a_policy_that_a_deployment_names_is_there_before_it_is_searched(
    as_role: AsRole, live: str
) -> None:
    one = only(as_role)
    assert (one.policy, one.deployments, len(one.searched_at)) == ("default-fused/1", 1, 1)
    plant_session(as_role("operator"), live, threshold=one.threshold + 0.5)
    assert only(as_role).searched_at == tuple(sorted({*one.searched_at, one.threshold + 0.5}))


def test_each_rate_of_a_group_comes_with_its_count_its_interval_or_why_not(
    as_role: AsRole, tmp_path: Path
) -> None:
    scientist = as_role("data-scientist")
    folder = equity_folder(tmp_path, grouped(), SFACE.threshold)
    issued = scientist.policies.issue(street(scientist), equity=folder)
    assert as_role("manager").outcomes.equity().policies == ()
    as_role("authorising-officer").policies.approve("street/1")
    one = only(as_role)
    assert (one.is_measured, one.sentence) == (True, issued.equity_words)
    assert one.measured_on is not None
    assert (one.measured_on.data_set, one.measured_on.split) == ("made up", "tuning")
    assert (one.measured_on.people, one.measured_on.groups) == (2_400, ("a", "b"))
    assert [at.is_the_policys for at in one.at] == [True] + [False] * (len(one.at) - 1)
    assert issued.evidence is not None
    assert issued.evidence.by_group is not None
    for rate, kept in zip(one.at[0].rates, issued.evidence.by_group.compared[0].rates, strict=True):
        assert (rate.rate, rate.group, rate.people) == (kept.rate, kept.group, kept.people)
        assert (rate.errors, rate.searches) == (kept.errors, kept.searches)
        if rate.errors is None:
            assert rate.suppressed == f"suppressed ({kept.suppressed})"
            continue
        assert (rate.low, rate.high) == clopper_pearson(rate.errors, rate.searches)
        assert (rate.bound is None) == (rate.errors >= 3)
    assert {rate.suppressed is None for rate in one.at[0].rates} == {True, False}


def planted(as_role: AsRole, **changes: Any) -> PolicyFacts:
    """Put a policy into the tables as nobody can issue it, and return what is shown of it."""
    scientist = as_role("data-scientist")
    issued = scientist.policies.issue(street(scientist))
    as_role("authorising-officer").policies.approve("street/1")
    approved = scientist.policies.get("street/1")
    with scientist._context.system() as acting:
        replace_policy(acting.connection, with_groups(approved, **changes))
        acting.log(Verb.THRESHOLD_CHANGE, [issued.id])
    return only(as_role)


def test_a_rate_of_few_people_is_suppressed_whatever_the_policy_kept(as_role: AsRole) -> None:
    rates = at_threshold(SFACE.threshold)["rates"]
    few = {"people": 12, "searches": 12, "errors": 5, "suppressed": None}
    at = at_threshold(SFACE.threshold, rates=[*rates[:3], rates[3] | few])
    one = planted(as_role, smallest_people=5, compared=[at])
    (shown,) = (rate for rate in one.at[0].rates if (rate.rate, rate.group) == ("FNIR", "b"))
    assert (shown.errors, shown.low) == (None, None)
    assert shown.suppressed == "suppressed (fewer than 30 people)"
    assert "5" not in shown.words.replace("95", "")


def test_a_comparison_of_something_else_is_no_measurement(as_role: AsRole) -> None:
    one = planted(as_role, setup=load_default_policies()[Matcher.FACENET].setup)
    assert one.sentence.startswith("equity not measured: it carries a comparison of groups that")
    assert "the two differ in matcher" in one.gaps
    assert not one.is_measured


def test_whether_the_rules_ask_for_it_is_said(make_bench: Any) -> None:
    maker = make_bench(rules=Rules(needs_equity=True), name="equal")
    assert maker.open("manager").outcomes.equity().asked_for
    staged = make_bench("demonstration", name="staged")
    found = staged.open("manager").outcomes.equity()
    assert (found.asked_for, found.is_demonstration) == (False, True)


def read(as_role: AsRole) -> EquityFacts:
    """Read twice: it is an entry of the log that says which month it is."""
    as_role("manager").outcomes.equity()
    return as_role("manager").outcomes.equity()


@pytest.fixture
def several(as_role: AsRole, authorised: Authorised, clock: Any) -> tuple[str, ...]:
    """Deployments with nine false alerts each, of which none has counts by group."""
    names = (REFERENCE, SECOND, "2026-11/THIRD-ST-1", "2026-11/FOURTH-ST-1")
    # All before the first false alert: so many stop the policy.
    for name in names:
        authorised(reference=name)
    clock.turn(hours=2)
    for name in names:
        went_live(as_role("operator"), name)
        with_false_alerts(as_role("operator"), name, 9)
    return names


def test_false_alerts_by_group_are_sums_and_small_ones_are_suppressed(
    as_role: AsRole, several: tuple[str, ...], clock: Any
) -> None:
    officer = as_role("engagement-officer").deployments
    assert (read(as_role).without_groups, read(as_role).false_alerts_without_groups) == (4, 36)
    officer.field_counts(REFERENCE, ENTERED | {"counts": {"Black": 9}})
    clock.turn(minutes=1)
    officer.field_counts(REFERENCE, ENTERED)  # in place of the first
    officer.field_counts(SECOND, {"scheme": SCHEME.upper(), "counts": {"black": 3, "Other": 6}})
    with_false_alerts(as_role("operator"), REFERENCE, 1)
    assert read(as_role).schemes == (), "the month is not over"
    next_month(clock)
    facts = read(as_role)
    (scheme,) = facts.schemes
    shown = {one.group and one.group.casefold(): one.count for one in scheme.groups}
    assert shown == {"black": 9, "other": 6, "white": None, "asian": None, None: None}
    assert (scheme.deployments, scheme.false_alerts) == (2, 18)
    assert {one.suppressed for one in scheme.groups if one.count is None} == {
        "suppressed (fewer than 5)"
    }
    (one,) = (one for one in facts.deployments if one.reference == REFERENCE)
    assert (one.scheme, one.false_alerts, one.false_alerts_now) == (SCHEME, 9, 10)
    assert (facts.without_groups, facts.false_alerts_without_groups) == (2, 18)


def enter(as_role: AsRole, reference: str, scheme: str = SCHEME, **counts: int) -> None:
    officer = as_role("engagement-officer").deployments
    officer.field_counts(reference, {"scheme": scheme, "counts": counts})


def test_one_that_came_alone_waits_for_others(
    as_role: AsRole, several: tuple[str, ...], clock: Any
) -> None:
    first, second, third, fourth = several
    enter(as_role, first, Black=6)
    next_month(clock)
    assert read(as_role).schemes == ()
    assert len(read(as_role).deployments) == 1, "it is said that it was counted"
    enter(as_role, second, Black=5)
    enter(as_role, third, Black=5)
    assert read(as_role).schemes == ()
    next_month(clock)
    assert by_group(read(as_role))["Black"] == 16
    enter(as_role, fourth, Black=7)
    next_month(clock)
    next_month(clock)
    assert by_group(read(as_role))["Black"] == 16, "its own count would be the difference"


def test_what_is_put_right_or_moved_is_no_new_deployment(
    as_role: AsRole, several: tuple[str, ...], clock: Any
) -> None:
    first, second, third, fourth = several
    enter(as_role, first, Black=6)
    enter(as_role, second, Black=7)
    next_month(clock)
    before = read(as_role).schemes
    assert by_group(read(as_role))["Black"] == 13
    enter(as_role, third, Black=5)
    enter(as_role, second, Black=7, White=1)
    enter(as_role, first, scheme="self-defined 18+1", B1=6)
    next_month(clock)
    assert read(as_role).schemes == before, "one is new, one put right, one went elsewhere"
    clock.turn(minutes=1)
    enter(as_role, fourth, Black=5)
    clock.turn(minutes=1)
    enter(as_role, fourth, scheme="self-defined 18+1", B1=5)
    enter(as_role, third, scheme="self-defined 18+1", B1=5)
    next_month(clock)
    facts = read(as_role)
    assert by_group(facts)["Black"] == 13, "none came to stay"
    # The first came in the month before, and is there with these two.
    assert by_group(facts, "self-defined 18+1")["B1"] == 16


def test_each_reading_is_one_entry_and_others_are_refused(as_role: AsRole, live: str) -> None:
    manager = as_role("manager")
    before = len(log_of(manager))
    manager.outcomes.equity()
    (entry,) = log_of(manager)[before:]
    assert (entry.verb, entry.actor) == (Verb.CONSULT, "manager")
    assert entry.details == {"policies": 1, "deployments": 0}
    with pytest.raises(NotPermittedError, match="may not read outcomes as aggregates"):
        as_role("operator").outcomes.equity()


def test_a_policy_that_was_changed_in_the_tables_is_named(as_role: AsRole) -> None:
    approve(as_role)
    with as_role("analyst")._context.system() as acting:
        acting.connection.exec_driver_sql(
            "UPDATE policies SET content = json_set(content, '$.setup.matcher', 'x')"
        )
        acting.log(Verb.THRESHOLD_CHANGE, ["default-fused/1"])
    with pytest.raises(StoreError, match=r"the record of policy default-fused/1 was changed"):
        as_role("manager").outcomes.equity()


def test_nobody_is_in_the_snapshot(
    as_role: AsRole, several: tuple[str, ...], tmp_path: Path, clock: Any
) -> None:
    """Accounts are named like their roles; nobody who issued, approved, counted or was listed."""
    for name in several[:2]:
        as_role("engagement-officer").deployments.field_counts(name, ENTERED)
    next_month(clock)
    read(as_role)
    scientist = as_role("data-scientist")
    folder = equity_folder(tmp_path / "groups", grouped(), SFACE.threshold)
    scientist.policies.issue(street(scientist), equity=folder)
    as_role("authorising-officer").policies.approve("street/1")
    write_snapshot(
        tmp_path / "at", *take_snapshot(as_role("manager"), "a bench", met_deployments())
    )
    snapshot, _ = read_snapshot(tmp_path / "at")
    assert snapshot.equity is not None
    assert len(snapshot.equity.policies) == 2
    assert by_group(snapshot.equity)["Black"] == 12
    said = (tmp_path / "at" / "snapshot.json").read_text("utf-8")
    people = ("engagement-officer", "data-scientist", "authorising-officer", "analyst", "operator")
    for word in (*people, "subject-1", "note-", "alert-", "session-", "key-"):
        assert word not in said, word
