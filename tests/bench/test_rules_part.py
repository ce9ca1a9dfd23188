"""Rules of the force: an administrator proposes, a data protection officer confirms."""

from __future__ import annotations

from typing import Any

import pytest
from bench_steps import log_of

from workbench.bench import Rules
from workbench.errors import IllegalMoveError, NotPermittedError, RecordError, UnknownRecordError
from workbench.governance.retention_profiles import MET, STRICTEST, SWP
from workbench.records.audit.verbs import Verb

Maker = Any
SWP_RULES = {"retention": SWP.plain()}


def proposed(bench: Maker, values: dict[str, Any] = SWP_RULES) -> str:
    with bench.open("administrator") as administrator:
        return str(administrator.rule_changes.propose(values, "our policy of May").id)


def test_nothing_is_proposed_at_first(bench: Maker) -> None:
    with bench.open("data-protection-officer") as officer:
        assert officer.rule_changes.list() == []
        assert officer.rule_changes.show() == Rules()


def test_two_people_change_a_rule(bench: Maker) -> None:
    change = proposed(bench)
    with bench.open("analyst") as workbench:
        assert workbench.rules.retention == MET, "a proposal changes nothing"
    with bench.open("data-protection-officer") as officer:
        (found,) = officer.rule_changes.list()
        assert (found.id, found.fields, found.is_open) == (change, ("retention",), True)
        assert officer.rule_changes.confirm(change).retention == SWP
        entries = [entry for entry in log_of(officer) if change in entry.objects]
    assert [(entry.actor, entry.details["rules"]) for entry in entries] == [
        ("administrator", "proposed"),
        ("data-protection-officer", "confirmed"),
    ]
    assert {entry.verb for entry in entries} == {Verb.ADMINISTER}
    with bench.open("analyst") as workbench:
        assert workbench.rules.retention == SWP


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"standing": "verified"}, "Write as-stated for what the force itself has set"),
        ({"where": "."}, "where: names nothing"),
    ],
)
def test_a_limit_of_the_force_says_where_it_is_from(
    bench: Maker, source: dict[str, str], said: str
) -> None:
    rules = MET.keeping("own", {"alert": "P7D"}, where="Force policy, 4.2").plain()
    for one in rules["limits"]:
        if one["retention"] == "alert":
            one["source"] |= source
    with pytest.raises(RecordError, match=said):
        proposed(bench, {"retention": rules})


def test_nobody_does_both(bench: Maker) -> None:
    change = proposed(bench)
    with (
        bench.open("administrator") as administrator,
        pytest.raises(NotPermittedError, match="may not confirm or decline a change"),
    ):
        administrator.rule_changes.confirm(change)
    with (
        bench.open("data-protection-officer") as officer,
        pytest.raises(NotPermittedError, match="may not propose a change of the rules"),
    ):
        officer.rule_changes.propose(SWP_RULES, "why not")


def test_who_became_an_officer_since_does_not_confirm_their_own(bench: Maker) -> None:
    from workbench.governance.roles import Role

    with bench.open("administrator") as administrator:
        administrator.users.add("second", Role.ADMINISTRATOR)
    with bench.open("second") as second:
        change = second.rule_changes.propose(SWP_RULES, "our policy of May").id
    with bench.open("administrator") as administrator:
        administrator.users.change("second", role=Role.DATA_PROTECTION_OFFICER)
    with (
        bench.open("second") as second,
        pytest.raises(NotPermittedError, match=r"second proposed change .*another person"),
    ):
        second.rule_changes.confirm(change)


@pytest.mark.parametrize("role", ["analyst", "operator", "authorising-officer", "reviewer"])
def test_others_only_read_them(bench: Maker, role: str) -> None:
    change = proposed(bench)
    with bench.open(role) as workbench:
        assert workbench.rule_changes.show() == Rules()
        with pytest.raises(NotPermittedError):
            workbench.rule_changes.propose(SWP_RULES, "no, for a test")
        with pytest.raises(NotPermittedError):
            workbench.rule_changes.confirm(change)


def test_a_manager_does_not_even_read_them(bench: Maker) -> None:
    with (
        bench.open("manager") as manager,
        pytest.raises(NotPermittedError, match="may not read the rules of the force"),
    ):
        manager.rule_changes.show()


def test_of_a_rule_with_fields_only_those_named_change(bench: Maker) -> None:
    for values in ({"start": {"ageing_years": 2}}, {"start": {"largest_list": 100}}):
        change = proposed(bench, values)
        with bench.open("data-protection-officer") as officer:
            officer.rule_changes.confirm(change)
    with bench.open("analyst") as analyst:
        start = analyst.rules.start
    assert (start.ageing_years, start.largest_list, start.oldest_list_hours) == (2, 100, 24.0)


def test_declined_it_stays_as_it_was(bench: Maker) -> None:
    change = proposed(bench)
    with bench.open("data-protection-officer") as officer:
        officer.rule_changes.decline(change, "31 days are what we published")
        with pytest.raises(IllegalMoveError, match="was declined by data-protection-officer"):
            officer.rule_changes.confirm(change)
        assert officer.rule_changes.show() == Rules()


def test_a_newer_proposal_takes_the_place_of_an_open_one(bench: Maker) -> None:
    first = proposed(bench)
    second = proposed(bench, {"retention": STRICTEST.plain()})
    with bench.open("data-protection-officer") as officer:
        with pytest.raises(IllegalMoveError, match="was superseded by administrator"):
            officer.rule_changes.confirm(first)
        assert officer.rule_changes.confirm(second).retention == STRICTEST


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "are those in force"),
        ({"retention": MET.plain()}, "are those in force"),
        ({"nothing": 1}, "nothing: extra inputs"),
        ({"needs_equity": "perhaps"}, "needs_equity"),
        ({"retention": {"name": "ours", "limits": []}}, "one limit for each class"),
    ],
)
def test_what_cannot_be_a_rule_is_refused(
    bench: Maker, values: dict[str, Any], message: str
) -> None:
    with (
        bench.open("administrator") as administrator,
        pytest.raises(RecordError, match=message),
    ):
        administrator.rule_changes.propose(values, "why, for a test")


def test_a_laxer_limit_without_a_basis_cannot_even_be_proposed(bench: Maker) -> None:
    limits = [
        {**limit, "keep": "P90D"} if limit["retention"] == "alert" else limit
        for limit in MET.plain()["limits"]
    ]
    with (
        bench.open("administrator") as administrator,
        pytest.raises(RecordError, match="alert goes within 31 days of being raised, not 90 days"),
    ):
        administrator.rule_changes.propose(
            {"retention": {"name": "ours", "limits": limits}}, "x, for a test"
        )


def test_a_proposal_needs_a_reason_and_a_name_that_is_known(bench: Maker) -> None:
    with (
        bench.open("administrator") as administrator,
        pytest.raises(RecordError, match="reason"),
    ):
        administrator.rule_changes.propose(SWP_RULES, " ")
    with (
        bench.open("data-protection-officer") as officer,
        pytest.raises(UnknownRecordError, match="there is no change of the rules change-0"),
    ):
        officer.rule_changes.confirm("change-0")
