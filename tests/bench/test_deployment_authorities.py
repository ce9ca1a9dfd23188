"""Who may authorise a deployment, for when, on what policy, and in urgency."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bench_steps import REFERENCE, WORDS, AsRole, Authorised, applied, approve, log_of
from bench_values import ENDS, STARTS

from workbench.bench import Rules
from workbench.errors import (
    NotAuthorisedError,
    NotPermittedError,
    PolicyError,
    RecordError,
)
from workbench.governance.deployments import DeploymentState
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.records.audit.verbs import Verb

S = DeploymentState


def test_only_an_authorising_officer_gives_or_refuses_authority(as_role: AsRole) -> None:
    applied(as_role)
    for role in set(Role) - {Role.AUTHORISING_OFFICER}:
        other = as_role(role.value).deployments
        with pytest.raises(NotPermittedError, match="may not give a deployment its authority"):
            other.authorise(REFERENCE, **WORDS)
        with pytest.raises(NotPermittedError, match="may not refuse a deployment its authority"):
            other.refuse(REFERENCE, "no, for a test")
        with pytest.raises(NotPermittedError, match="may not give a deployment its authority"):
            other.withdraw_authority(REFERENCE, "no, for a test")


def test_nobody_authorises_what_they_applied_for_whatever_their_role_became(
    as_role: AsRole,
) -> None:
    applied(as_role)
    approve(as_role)
    administrator = as_role("administrator")
    administrator.users.change(
        "analyst", role=Role.AUTHORISING_OFFICER, rank=Rank.CHIEF_SUPERINTENDENT
    )
    turned = as_role("analyst")
    with pytest.raises(NotPermittedError, match=r"analyst applied for .* may not authorise it"):
        turned.deployments.authorise(REFERENCE, **WORDS)
    refusals = [one for one in log_of(turned) if one.verb is Verb.REFUSAL]
    assert refusals[-1].actor == "analyst"
    assert refusals[-1].purpose == turned.deployments.get(REFERENCE).id


def test_the_rank_is_a_rule(as_role: AsRole) -> None:
    applied(as_role)
    approve(as_role)
    as_role("administrator").users.change("authorising-officer-2", rank=Rank.INSPECTOR)
    inspector = as_role("authorising-officer-2")
    with pytest.raises(
        NotPermittedError, match=r"an inspector may not authorise .* superintendent"
    ):
        inspector.deployments.authorise(REFERENCE, **WORDS)


def test_an_assembly_needs_a_higher_rank(as_role: AsRole) -> None:
    applied(as_role, assembly=True, assembly_necessity="A march passes; they travel with it.")
    officer = approve(as_role)
    with pytest.raises(NotPermittedError, match="since an assembly is expected there"):
        officer.deployments.authorise(REFERENCE, **WORDS)
    administrator = as_role("administrator")
    administrator.users.change("authorising-officer-2", rank=Rank.COMMANDER)
    commander = as_role("authorising-officer-2")
    assert commander.deployments.authorise(REFERENCE, **WORDS).state is S.AUTHORISED


def test_an_officer_without_a_rank_is_told_who_sets_it(bench: Any, as_role: AsRole) -> None:
    applied(as_role)
    approve(as_role)
    with bench.open("administrator") as administrator:
        from sqlalchemy import update

        from workbench.records.schema import actors

        with administrator._context.system() as acting:  # as an import of accounts might
            acting.connection.execute(
                update(actors).where(actors.c.name == "authorising-officer-2").values(rank=None)
            )
            acting.log(Verb.ADMINISTER)
    with pytest.raises(NotPermittedError, match=r"has no rank.*An administrator sets it"):
        bench.open("authorising-officer-2").deployments.authorise(REFERENCE, **WORDS)


@pytest.mark.slow
def test_operations_need_an_approved_policy_and_a_demonstration_does_not(
    make_bench: Callable[..., Any], as_role: AsRole, authorised: Authorised
) -> None:
    applied(as_role)
    with pytest.raises(
        PolicyError,
        match="cannot be used for an operational deployment: it is product default, approved by nobody",
    ):
        as_role("authorising-officer").deployments.authorise(REFERENCE, **WORDS)
    shown = make_bench(kind="demonstration", name="d")
    applied(shown.open)
    officer = shown.open("authorising-officer")
    assert officer.deployments.authorise(REFERENCE, **WORDS).state is S.AUTHORISED


def test_a_force_may_ask_for_a_measurement_of_equity(make_bench: Callable[..., Any]) -> None:
    rules = Rules(needs_equity=True, needs_approved_policy=False)
    maker = make_bench(rules=rules, name="e")
    applied(maker.open)
    officer = maker.open("authorising-officer")
    with pytest.raises(PolicyError, match="its error rates by group are not measured"):
        officer.deployments.authorise(REFERENCE, **WORDS)


def test_a_force_may_do_without_an_approved_policy(make_bench: Callable[..., Any]) -> None:
    maker = make_bench(rules=Rules(needs_approved_policy=False), name="f")
    applied(maker.open)
    officer = maker.open("authorising-officer")
    assert officer.deployments.authorise(REFERENCE, **WORDS).state is S.AUTHORISED


@pytest.mark.slow
@pytest.mark.parametrize(
    ("window", "said"),
    [
        ({"starts": STARTS - timedelta(minutes=1)}, "reaches beyond that"),
        ({"ends": ENDS + timedelta(minutes=1)}, "reaches beyond that"),
        ({"starts": STARTS - timedelta(hours=2)}, "cannot reach back to 2026-11-25 08:00 UTC"),
        ({"starts": ENDS, "ends": ENDS}, "which is not after its start"),
        ({"necessity": "  "}, "necessity: is empty; fill it in"),
        ({"proportionality": "a\x1b[2Jb"}, "proportionality: character 2 cannot be shown"),
        ({"urgent_reason": ""}, "urgent_reason: is empty; fill it in"),
    ],
)
def test_what_is_no_authority_for_it(as_role: AsRole, window: dict[str, Any], said: str) -> None:
    applied(as_role)
    officer = approve(as_role)
    with pytest.raises(RecordError) as refused:
        officer.deployments.authorise(REFERENCE, **(WORDS | window))
    assert said in str(refused.value)


def test_an_authority_may_cover_less_than_was_applied_for(as_role: AsRole) -> None:
    applied(as_role)
    officer = approve(as_role)
    window = {"starts": STARTS + timedelta(hours=1), "ends": STARTS + timedelta(hours=2)}
    view = officer.deployments.authorise(REFERENCE, **WORDS, **window)
    assert (view.starts, view.ends) == (window["starts"], window["ends"])


# Urgency


@pytest.fixture
def urgent(as_role: AsRole) -> str:
    """A deployment that an inspector authorised in urgency."""
    applied(as_role)
    approve(as_role)
    as_role("administrator").users.change("authorising-officer-2", rank=Rank.INSPECTOR)
    as_role("authorising-officer-2").deployments.authorise(
        REFERENCE, **WORDS, urgent_reason="A threat to life was reported at 08:50."
    )
    return REFERENCE


def test_an_urgent_authority_is_upheld_by_another_officer_of_rank(
    urgent: str, as_role: AsRole
) -> None:
    inspector, officer = as_role("authorising-officer-2"), as_role("authorising-officer")
    with pytest.raises(NotPermittedError, match=r"gave the urgent authority .* may not review it"):
        inspector.deployments.review_urgent(urgent, "It stands.")
    view = officer.deployments.review_urgent(urgent, "It stands.")
    assert view.authority is not None
    assert view.authority.review is not None
    assert view.ends == ENDS
    with pytest.raises(RecordError, match="was reviewed already"):
        officer.deployments.review_urgent(urgent, "Again, for a test.")


@pytest.mark.slow
def test_an_urgent_authority_lapses_without_a_review(
    make_bench: Callable[..., Any], clock: Any
) -> None:
    from workbench.governance.ranks import RankRule

    rules = Rules(ranks=RankRule(urgent_review=timedelta(hours=2)), needs_approved_policy=False)
    maker = make_bench(rules=rules, name="u")
    applied(maker.open)
    officer = maker.open("authorising-officer")
    view = officer.deployments.authorise(REFERENCE, **WORDS, urgent_reason="A threat to life.")
    assert view.ends == clock() + timedelta(hours=2)
    clock.turn(hours=2)
    second = maker.open("authorising-officer-2")
    with pytest.raises(NotAuthorisedError, match="is expired and has no authority"):
        second.deployments.review_urgent(REFERENCE, "It stands.")
    after = second.deployments.get(REFERENCE)
    assert after.state is S.EXPIRED
    assert after.ended == view.ends
