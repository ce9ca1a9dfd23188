"""Deployments of a bench: drafted and applied for, and what cannot be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bench_steps import REFERENCE, WORDS, AsRole, Authorised, applied, approve, log_of
from bench_values import ENDS, STARTS, application_values

from workbench.bench import Rules
from workbench.errors import (
    IllegalMoveError,
    NotAuthorisedError,
    NotPermittedError,
    PolicyError,
    RecordError,
    RefusedError,
    UnknownRecordError,
)
from workbench.governance.deployments import DeploymentState
from workbench.governance.limits import DeploymentLimits
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.governance.starting import StartLimits
from workbench.records.audit.verbs import Verb

S = DeploymentState


def test_a_bench_begins_without_a_deployment(as_role: AsRole) -> None:
    analyst = as_role("analyst")
    assert analyst.deployments.list() == []
    with pytest.raises(UnknownRecordError, match=r"there is no deployment NONE. List them"):
        analyst.deployments.get("NONE")


def test_from_the_draft_to_the_authority(as_role: AsRole, clock: Any) -> None:
    analyst = as_role("analyst")
    drafted = analyst.deployments.draft({"reference": REFERENCE})
    assert drafted.state is S.DRAFT
    assert drafted.missing
    assert drafted.application is None
    amended = analyst.deployments.amend(REFERENCE, application_values())
    assert amended.missing == ()
    assert analyst.deployments.apply(REFERENCE).state is S.APPLIED
    officer = approve(as_role)
    authorised = officer.deployments.authorise(REFERENCE, **WORDS)
    assert authorised.state is S.AUTHORISED
    assert authorised.authority is not None
    assert authorised.authority.officer_rank is Rank.SUPERINTENDENT
    assert (authorised.starts, authorised.ends) == (STARTS, ENDS)
    assert authorised.application is not None
    assert authorised.application.feeds[0].name == "gate"


def test_every_step_is_in_the_log_under_the_id_of_the_deployment(
    as_role: AsRole, authorised: Authorised
) -> None:
    authorised()
    analyst = as_role("analyst")
    known = analyst.deployments.get(REFERENCE)
    steps = [(one.verb, one.actor) for one in log_of(analyst) if one.purpose == known.id]
    assert steps == [
        (Verb.COLLECT, "analyst"),
        (Verb.APPLY, "analyst"),
        (Verb.AUTHORISE, "authorising-officer"),
        (Verb.CONSULT, "analyst"),
    ]
    given = next(one for one in log_of(analyst) if one.details.get("move") == "authorise")
    assert given.justification == "I have read the intelligence case and see no other way."
    assert given.details["reference"] == REFERENCE


# What is refused, and what is said of it


def test_a_draft_needs_a_reference_that_is_free(as_role: AsRole) -> None:
    analyst = as_role("analyst")
    with pytest.raises(RecordError, match=r"the draft has no reference. Give it one"):
        analyst.deployments.draft({"force": "Example Police"})
    analyst.deployments.draft({"reference": REFERENCE})
    with pytest.raises(RefusedError, match=f"there is a deployment {REFERENCE} already"):
        analyst.deployments.draft({"reference": REFERENCE.lower()})


def test_a_draft_keeps_its_reference_and_takes_no_unknown_field(as_role: AsRole) -> None:
    analyst = as_role("analyst")
    analyst.deployments.draft({"reference": REFERENCE})
    with pytest.raises(RecordError, match=r"keeps its reference. Cancel it and draft another"):
        analyst.deployments.amend(REFERENCE, {"reference": "OTHER"})
    with pytest.raises(RecordError, match="an application has no field 'proportionalty'"):
        analyst.deployments.amend(REFERENCE, {"proportionalty": "?"})
    assert analyst.deployments.get(REFERENCE).draft == {"reference": REFERENCE}


def test_what_was_applied_for_is_amended_no_more(as_role: AsRole) -> None:
    analyst = applied(as_role)
    with pytest.raises(IllegalMoveError, match="is applied and no draft any more"):
        analyst.deployments.amend(REFERENCE, {"necessity": "another"})
    assert analyst.deployments.withdraw_application(REFERENCE).state is S.DRAFT
    assert analyst.deployments.amend(REFERENCE, {"watchlist_limit": 5}).draft["watchlist_limit"]


LEFT_OUT = {
    "necessity": "why the deployment is necessary",
    "notice": "how the public is told",
    "purposes": "one purpose or more of the closed list",
    "presence_grounds": "the grounds to expect people of the watchlist at that place",
    "dpia": "the data protection impact assessment",
}


def test_applying_lists_all_that_is_missing(as_role: AsRole) -> None:
    analyst = as_role("analyst")
    analyst.deployments.draft(application_values(**dict.fromkeys(LEFT_OUT)))
    with pytest.raises(RecordError) as refused:
        analyst.deployments.apply(REFERENCE)
    for name, described in LEFT_OUT.items():
        assert f"{name} is missing: {described}" in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"policy": "none/1"}, UnknownRecordError, "there is no policy none/1"),
        (
            {"minimum_threshold": 2.3101},
            PolicyError,
            "a minimum threshold of 2.3101; policy default-fused/1 allows 2.3102 log10",
        ),
        (
            {
                "starts": (STARTS - timedelta(hours=7)).isoformat(),
                "ends": (STARTS - timedelta(hours=1)).isoformat(),
            },
            NotAuthorisedError,
            "would have ended at 2026-11-25 09:00 UTC already",
        ),
        (
            {"watchlist_limit": 20_001},
            RecordError,
            "a list of up to 20,001 entries; the force allows 20,000",
        ),
        (
            {"ends": (STARTS + timedelta(hours=13)).isoformat()},
            RecordError,
            "lasts 13 h, and 12 h are allowed",
        ),
        ({"assembly": True}, RecordError, "assembly_necessity is missing"),
    ],
)
def test_what_cannot_be_applied_for(
    as_role: AsRole, changes: dict[str, Any], kind: type[Exception], said: str
) -> None:
    analyst = as_role("analyst")
    analyst.deployments.draft(application_values(**changes))
    with pytest.raises(kind) as refused:
        analyst.deployments.apply(REFERENCE)
    assert said in str(refused.value)
    assert analyst.deployments.get(REFERENCE).state is S.DRAFT


def test_the_limits_are_those_of_the_force(make_bench: Callable[..., Any]) -> None:
    rules = Rules(
        deployments=DeploymentLimits(longest=timedelta(hours=2)),
        start=StartLimits(largest_list=10),
    )
    analyst = make_bench(rules=rules).open("analyst")
    drafted = analyst.deployments.draft(application_values())
    assert any("lasts 6 h, and 2 h are allowed; end it earlier" in one for one in drafted.missing)
    short = {"ends": (STARTS + timedelta(hours=2)).isoformat(), "watchlist_limit": 11}
    analyst.deployments.amend(REFERENCE, short)
    with pytest.raises(
        RecordError, match="asks for a list of up to 11 entries; the force allows 10"
    ):
        analyst.deployments.apply(REFERENCE)


def test_only_an_analyst_drafts_and_applies(as_role: AsRole) -> None:
    as_role("analyst").deployments.draft(application_values())
    for role in set(Role) - {Role.ANALYST}:
        other = as_role(role.value)
        with pytest.raises(NotPermittedError, match="may not draft a deployment"):
            other.deployments.draft({"reference": "OTHER"})
        with pytest.raises(NotPermittedError, match="may not apply for the authority"):
            other.deployments.apply(REFERENCE)


def test_whoever_may_not_is_not_told_whether_there_is_such_a_deployment(
    as_role: AsRole, authorised: Authorised
) -> None:
    authorised()
    said = []
    for reference in (REFERENCE, "NONE"):
        with pytest.raises(NotPermittedError) as refused:
            as_role("manager").deployments.get(reference)
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_deployments_are_listed_by_state(
    as_role: AsRole, authorised: Authorised, clock: Any
) -> None:
    authorised()
    clock.turn(seconds=1)
    analyst = as_role("analyst")
    analyst.deployments.draft({"reference": "2026-12/NEXT"})
    assert [one.reference for one in analyst.deployments.list()] == [REFERENCE, "2026-12/NEXT"]
    assert [one.reference for one in analyst.deployments.list(S.DRAFT)] == ["2026-12/NEXT"]
    assert analyst.deployments.list(S.PURGED) == []
