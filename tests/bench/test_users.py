"""Accounts: who keeps them, what a name and a rank must be, and what takes effect at once."""

from __future__ import annotations

from typing import Any

import pytest
from bench_steps import AsRole, log_of

from workbench.bench import Workbench
from workbench.errors import (
    CredentialError,
    NotPermittedError,
    RecordError,
    RefusedError,
    UnknownRecordError,
)
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.records.audit.verbs import Verb
from workbench.records.row_digests import ACCOUNT, row_digest

PASSWORD = "another long password"  # noqa: S105 - of accounts in a temporary folder


def login(bench: Any, name: str, password: str) -> str:
    """Log in as `workbench login` does."""
    return Workbench.login(bench.folder, name, password, settings=bench.settings, clock=bench.clock)


def test_each_role_has_its_accounts_and_the_list_is_by_name(as_role: AsRole) -> None:
    found = as_role("administrator").users.list()
    assert len(found) == 2 * len(Role)
    assert [actor.name for actor in found] == sorted(actor.name for actor in found)
    assert all(actor.active for actor in found)


def account_digest(bench: Workbench, name: str) -> str | None:
    with bench._context.store.reading() as connection:
        return row_digest(connection, ACCOUNT, name)


def test_an_account_is_added_and_logged_without_its_password(bench: Any, as_role: AsRole) -> None:
    administrator = as_role("administrator")
    added = administrator.users.add(
        "s.reid", Role.AUTHORISING_OFFICER, password=PASSWORD, rank=Rank.SUPERINTENDENT
    )
    assert (added.display, added.rank) == ("s.reid", Rank.SUPERINTENDENT)
    entry = log_of(administrator)[-1]
    assert entry.verb is Verb.ADMINISTER
    assert dict(entry.details) == {
        "account": "s.reid",
        "role": "authorising-officer",
        "rank": "superintendent",
        "row": account_digest(administrator, "s.reid"),
    }
    assert PASSWORD not in str(log_of(administrator))
    token = login(bench, "S.Reid", PASSWORD)
    with Workbench.open(
        bench.folder, credential=token, settings=bench.settings, clock=bench.clock
    ) as opened:
        assert opened.actor == added


@pytest.mark.parametrize("twin", ["ann", "ANN", "Ann", "\uff21nn"])
def test_names_that_differ_by_case_or_width_are_one_account(as_role: AsRole, twin: str) -> None:
    users = as_role("administrator").users
    users.add("Ann", Role.ANALYST)
    with pytest.raises(RefusedError, match=r"there is an account Ann already"):
        users.add(twin, Role.OPERATOR)
    assert [one.role for one in users.list() if one.name == "Ann"] == [Role.ANALYST]


def test_a_password_that_was_left_by_a_failed_attempt_is_replaced(
    bench: Any, as_role: AsRole
) -> None:
    administrator = as_role("administrator")
    administrator._opened.secrets.users.add("Ann", "left by an attempt")
    administrator.users.add("ann", Role.ANALYST, password=PASSWORD)
    assert login(bench, "ann", PASSWORD)


@pytest.mark.parametrize(
    ("name", "values", "kind", "said"),
    [
        ("", {}, RecordError, "an account name is not empty"),
        ("a b", {}, RecordError, "an account name holds letters, digits"),
        ("a" * 65, {}, RecordError, "has at most 64 characters"),
        ("ann\x1b[2J", {}, RecordError, "an account name holds letters"),
        ("ann", {"display": "Ann\x07"}, RecordError, "display: character 4 cannot be shown"),
        ("ann", {"display": "A" * 201}, RecordError, "display: "),
        ("ann", {"password": "short"}, RecordError, "12 to 1,024 characters"),
        (
            "ann",
            {"role": Role.AUTHORISING_OFFICER},
            RefusedError,
            "ann is to authorise, which depends on the rank held",
        ),
    ],
)
def test_what_is_no_account(
    as_role: AsRole, name: str, values: dict[str, Any], kind: type[Exception], said: str
) -> None:
    users = as_role("administrator").users
    before = users.list()
    with pytest.raises(kind) as refused:
        users.add(name, **({"role": Role.ANALYST} | values))
    assert said in str(refused.value)
    assert "\x1b" not in str(refused.value)
    assert users.list() == before


@pytest.mark.slow
def test_only_administrators_keep_accounts(as_role: AsRole) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        users = as_role(role.value).users
        with pytest.raises(NotPermittedError, match="may not add, change or remove accounts"):
            users.add("new", Role.ANALYST)
        with pytest.raises(NotPermittedError, match="may not add, change or remove accounts"):
            users.change("operator", role=Role.REVIEWER)
        with pytest.raises(NotPermittedError, match="may not add, change or remove accounts"):
            users.set_password("operator", PASSWORD)


def test_nobody_changes_an_account_of_their_own(as_role: AsRole) -> None:
    users = as_role("administrator").users
    with pytest.raises(RefusedError, match=r"nobody changes an account of their own"):
        users.change("ADMINISTRATOR", role=Role.ANALYST)
    with pytest.raises(RefusedError, match=r"nobody changes an account of their own"):
        users.change("administrator", active=False)


def test_an_unknown_account_is_named(as_role: AsRole) -> None:
    with pytest.raises(
        UnknownRecordError, match=r"there is no account nobody\. Have an administrator list them"
    ):
        as_role("administrator").users.change("nobody", active=False)
    with pytest.raises(UnknownRecordError) as refused:
        as_role("administrator").users.set_password("no\x1bbody", PASSWORD)
    assert "\x1b" not in str(refused.value)


def test_a_change_takes_effect_at_once_also_in_a_bench_that_is_open(as_role: AsRole) -> None:
    analyst, administrator = as_role("analyst"), as_role("administrator")
    analyst.deployments.list()
    administrator.users.change("analyst", role=Role.REVIEWER)
    with pytest.raises(CredentialError, match=r"analyst is a reviewer now. Open the bench again"):
        analyst.deployments.draft({"reference": "A"})
    assert as_role("analyst").actor.role is Role.REVIEWER


def test_a_disabled_account_does_nothing_and_can_be_enabled(bench: Any, as_role: AsRole) -> None:
    analyst, administrator = as_role("analyst"), as_role("administrator")
    token = bench.token("analyst")
    administrator.users.change("analyst", active=False)
    with pytest.raises(CredentialError, match="analyst is disabled"):
        analyst.deployments.list()
    with pytest.raises(CredentialError, match="analyst is disabled"):
        Workbench.open(bench.folder, credential=token, settings=bench.settings, clock=bench.clock)
    administrator.users.change("analyst", active=True)
    assert as_role("analyst").deployments.list() == []


def test_one_becomes_an_authorising_officer_with_a_rank_alone(as_role: AsRole) -> None:
    users = as_role("administrator").users
    with pytest.raises(RefusedError, match="depends on the rank held"):
        users.change("analyst", role=Role.AUTHORISING_OFFICER)
    assert next(one for one in users.list() if one.name == "analyst").role is Role.ANALYST
    changed = users.change("analyst", role=Role.AUTHORISING_OFFICER, rank=Rank.COMMANDER)
    assert (changed.role, changed.rank) == (Role.AUTHORISING_OFFICER, Rank.COMMANDER)


@pytest.mark.slow
def test_everybody_sets_their_own_password_who_knows_it(bench: Any, as_role: AsRole) -> None:
    as_role("administrator").users.add("ann", Role.ANALYST, password=PASSWORD)
    ann = as_role("ann")
    with pytest.raises(CredentialError, match="the account or the password is wrong"):
        ann.users.change_own_password("not the password", "yet another password")
    with pytest.raises(RecordError, match="12 to 1,024 characters"):
        ann.users.change_own_password(PASSWORD, "short")
    ann.users.change_own_password(PASSWORD, "yet another password")
    assert login(bench, "ann", "yet another password")
    with pytest.raises(CredentialError, match="the account or the password is wrong"):
        login(bench, "ann", PASSWORD)
    assert log_of(ann)[-3].details == {"account": "ann", "changed": "own password"}


def test_an_administrator_gives_another_password(bench: Any, as_role: AsRole) -> None:
    as_role("administrator").users.set_password("analyst", PASSWORD)
    assert login(bench, "analyst", PASSWORD)


def test_who_logs_in_is_in_the_log(bench: Any, as_role: AsRole) -> None:
    as_role("administrator").users.set_password("operator", PASSWORD)
    login(bench, "operator", PASSWORD)
    entry = log_of(as_role("administrator"))[-1]
    assert (entry.verb, entry.actor, entry.role) == (Verb.LOGIN, "operator", "operator")


def test_markup_in_a_name_stays_text(as_role: AsRole) -> None:
    users = as_role("administrator").users
    added = users.add("ann", Role.ANALYST, display="<b>Ann</b> [bold]")
    assert added.display == "<b>Ann</b> [bold]"
