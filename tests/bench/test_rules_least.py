"""Rules that were stored before an alert had a least limit: the bench opens, and keeps the least."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from alert_values import plant_alert, plant_session
from bench_steps import AsRole, Authorised, went_live

from workbench.bench import Workbench
from workbench.bench.notices import NoticeKind
from workbench.bench.rules import Rules, rules_in_force
from workbench.errors import RecordError
from workbench.governance.retention import RetentionClass
from workbench.governance.retention_profiles import MET
from workbench.records.alerts import find_alert
from workbench.records.audit.verbs import Verb
from workbench.records.rules import RuleChange, add_change, read_rules, replace_rules

Maker = Any
HOUR = timedelta(hours=1)
WORDS = "would be destroyed before anybody could decide on it"


def short(keep: str = "PT5M") -> dict[str, Any]:
    """Return rules, plain, with an alert limit that was allowed once."""
    rules = Rules().plain()
    for one in rules["retention"]["limits"]:
        if one["retention"] == "alert":
            one["keep"] = keep
            one["source"]["standing"] = "as-stated"
    return rules


def planted(workbench: Workbench, rules: Mapping[str, Any]) -> None:
    with workbench._context.system() as acting:
        replace_rules(acting.connection, rules)
        acting.log(Verb.ADMINISTER)


def said(workbench: Workbench) -> list[str]:
    return [one.text for one in workbench.notices if one.kind is NoticeKind.RETENTION]


@pytest.mark.parametrize("keep", ["P0D", "PT5M", "PT59M59S"])
def test_a_bench_with_a_limit_below_the_least_opens_and_keeps_the_least(
    bench: Maker, keep: str
) -> None:
    with bench.open("analyst") as analyst:
        assert said(analyst) == []
        planted(analyst, short(keep))
    with bench.open("data-protection-officer") as officer:
        for rules in (officer.rules, officer.rule_changes.show()):
            alert = rules.retention.limit(RetentionClass.ALERT)
            assert alert.keep == HOUR
            assert alert.source.standing.is_own_choice, "no force has set this hour"
            assert "the least in which people can decide" in alert.source.text
            others = [one for one in rules.retention.limits if one != alert]
            assert others == [
                one for one in MET.limits if one.retention is not RetentionClass.ALERT
            ]
        (text,) = said(officer)
        with officer._context.store.reading() as connection:
            assert read_rules(connection) == short(keep), "what is stored stays as it was"
    assert "applies instead" in text
    assert "workbench rules propose" in text


def test_an_hour_and_more_is_as_it_was_set(bench: Maker) -> None:
    with bench.open("analyst") as analyst:
        planted(analyst, short("PT1H"))
    with bench.open("analyst") as analyst:
        alert = analyst.rules.retention.limit(RetentionClass.ALERT)
        assert (alert.keep, alert.source.standing.value) == (HOUR, "as-stated")
        assert said(analyst) == []


def test_an_alert_is_there_until_the_least_is_over(
    as_role: AsRole, authorised: Authorised, clock: Any
) -> None:
    reference = authorised()
    clock.turn(hours=2)
    went_live(as_role("operator"))
    analyst = as_role("analyst")
    plant_session(analyst, reference)
    alert = plant_alert(analyst, reference).id
    planted(analyst, short())
    there = []
    for minutes in (30, 29, 2):
        clock.turn(minutes=minutes)
        as_role("data-protection-officer").retention.run()
        with analyst._context.store.reading() as connection:
            try:
                there.append(find_alert(connection, alert).id)
            except Exception as error:  # noqa: BLE001 - of whatever class, it is gone
                there.append(type(error).__name__)
    assert there == [alert, alert, "UnknownRecordError"]


@pytest.mark.parametrize("values", [{"retention": short()["retention"]}])
def test_nothing_of_the_kind_can_be_proposed_on_it(bench: Maker, values: dict[str, Any]) -> None:
    with bench.open("analyst") as analyst:
        planted(analyst, short())
    with bench.open("administrator") as administrator:
        with pytest.raises(RecordError, match=WORDS):
            administrator.rule_changes.propose(values, "our policy of May")
        with pytest.raises(RecordError, match=WORDS):
            administrator.rules.retention.keeping("own", {"alert": "PT5M"}, where="Policy, 4.2")


def test_a_proposal_from_before_is_read_and_declined_and_never_put_in_force(bench: Maker) -> None:
    with bench.open("administrator") as administrator:
        now = administrator._context.now()
        with administrator._context.system() as acting:
            for name, before, rules in (
                ("change-0001", Rules().plain(), short()),
                ("change-0002", short(), {**short("P7D"), "needs_equity": True}),
            ):
                add_change(
                    acting.connection,
                    RuleChange(name, rules, before, "our policy of May", "administrator", now),
                )
            acting.log(Verb.ADMINISTER)
    with bench.open("data-protection-officer") as officer:
        assert [one.id for one in officer.rule_changes.list()] == ["change-0001", "change-0002"]
        with pytest.raises(RecordError, match=WORDS):
            officer.rule_changes.confirm("change-0001")
        assert officer.rule_changes.show() == Rules()
        assert officer.rule_changes.decline("change-0001", "too short a time") == Rules()
        planted(officer, short())
        # It was proposed against the very rules that are stored, as they were read then.
        assert officer.rule_changes.confirm("change-0002").needs_equity
        with officer._context.store.reading() as connection:
            alert = rules_in_force(connection).retention.limit(RetentionClass.ALERT)
    assert alert.keep == timedelta(days=7)


def test_another_rule_can_be_changed_on_it(bench: Maker) -> None:
    with bench.open("analyst") as analyst:
        planted(analyst, short())
    with bench.open("administrator") as administrator:
        change = administrator.rule_changes.propose({"needs_equity": True}, "our policy of May")
    with bench.open("data-protection-officer") as officer:
        rules = officer.rule_changes.confirm(change.id)
        assert rules.needs_equity
        assert rules.retention.limit(RetentionClass.ALERT).keep == HOUR
    with bench.open("analyst") as analyst:
        assert said(analyst) == [], "what is stored is the least by now"
