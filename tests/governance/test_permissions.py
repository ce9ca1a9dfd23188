"""The permission table: who may do what, and what no single role may do."""

from __future__ import annotations

import re

import pytest

from workbench.errors import NotPermittedError
from workbench.governance.permissions import PERMISSIONS, Permission, holders, require, table
from workbench.governance.roles import Role

P = Permission
SEES_A_FACE = {
    P.WATCHLIST_BUILD,
    P.WATCHLIST_CHECK,
    P.WATCHLIST_REVIEW,
    P.WATCHLIST_CONSULT,
    P.LIVE_START,
    P.LIVE_WATCH,
    P.ALERT_CONSULT,
    P.ALERT_ADJUDICATE,
    P.ALERT_ENGAGE,
    P.ALERT_OUTCOME,
    P.ALERT_CORRECT,
    P.ALERT_MOVE,
    P.CASE_OPEN,
    P.CASE_CONSULT,
    P.COLLECTION_IMPORT,
    P.FOOTAGE_ADD,
    P.FOOTAGE_CONSULT,
    P.RETRO_SEARCH_RUN,
    P.RETRO_SEARCH_CONSULT,
    P.REVIEW_EXAMINE,
    P.REVIEW_SURRENDER,
    P.EXPORT_MAKE,
}
GIVES_AUTHORITY = {P.DEPLOYMENT_AUTHORISE, P.CASE_AUTHORISE, P.POLICY_APPROVE}
DECIDES = {P.ALERT_ADJUDICATE, P.ALERT_ENGAGE, P.ALERT_OUTCOME, P.ALERT_CORRECT}


def test_every_role_has_its_row() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert all(P.BENCH_DESCRIBE in PERMISSIONS[role] for role in Role)


@pytest.mark.parametrize("permission", list(Permission))
def test_every_permission_is_held_by_somebody_and_said_in_words(permission: Permission) -> None:
    assert holders(permission)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z]+", permission)
    assert permission.meaning
    assert not permission.meaning.endswith(".")


@pytest.mark.parametrize(
    ("permission", "role"),
    [
        (P.USERS_MANAGE, Role.ADMINISTRATOR),
        (P.KEYS_ROTATE, Role.ADMINISTRATOR),
        (P.BENCH_UPGRADE, Role.ADMINISTRATOR),
        (P.DEPLOYMENT_APPLY, Role.ANALYST),
        (P.WATCHLIST_BUILD, Role.ANALYST),
        (P.DEPLOYMENT_AUTHORISE, Role.AUTHORISING_OFFICER),
        (P.DEPLOYMENT_REFUSE, Role.AUTHORISING_OFFICER),
        (P.CASE_AUTHORISE, Role.AUTHORISING_OFFICER),
        (P.POLICY_APPROVE, Role.AUTHORISING_OFFICER),
        (P.POLICY_ISSUE, Role.DATA_SCIENTIST),
        (P.EVALUATION_SET_SEAL, Role.DATA_SCIENTIST),
        (P.EVALUATION_SET_READ, Role.DATA_SCIENTIST),
        (P.EVALUATION_SET_END, Role.DATA_SCIENTIST),
        (P.AUDIT_SHOW, Role.DATA_PROTECTION_OFFICER),
        (P.ENQUIRY_ASK, Role.DATA_PROTECTION_OFFICER),
        (P.ALERT_CORRECT, Role.REVIEWER),
        (P.COLLECTION_IMPORT, Role.ANALYST),
        (P.REVIEW_EXAMINE, Role.EXAMINER),
    ],
)
def test_one_role_alone_may(permission: Permission, role: Role) -> None:
    assert holders(permission) == (role,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({P.DEPLOYMENT_APPLY, P.DEPLOYMENT_DRAFT}, {P.DEPLOYMENT_AUTHORISE, P.DEPLOYMENT_REFUSE}),
        ({P.CASE_OPEN}, {P.CASE_AUTHORISE, P.CASE_REFUSE}),
        ({P.POLICY_ISSUE}, {P.POLICY_APPROVE}),
        ({P.WATCHLIST_BUILD}, {P.WATCHLIST_REVIEW}),
        ({P.WATCHLIST_BUILD}, DECIDES),
        ({P.RETRO_SEARCH_RUN, P.FOOTAGE_ADD}, {P.REVIEW_EXAMINE, P.REVIEW_SURRENDER}),
        (GIVES_AUTHORITY, {P.CASE_OPEN, P.RETRO_SEARCH_RUN, P.REVIEW_EXAMINE}),
        (GIVES_AUTHORITY, {P.WATCHLIST_BUILD, P.WATCHLIST_CHECK, P.LIVE_START} | DECIDES),
        (GIVES_AUTHORITY, {P.DEPLOYMENT_START, P.DEPLOYMENT_CLOSE}),
        ({P.AUDIT_SHOW, P.AUDIT_EXPORT}, SEES_A_FACE | GIVES_AUTHORITY),
        ({P.RETENTION_RUN}, SEES_A_FACE | GIVES_AUTHORITY),
        ({P.USERS_MANAGE}, set(Permission) - PERMISSIONS[Role.ADMINISTRATOR]),
    ],
)
def test_no_role_holds_both(one: set[Permission], other: set[Permission]) -> None:
    both = [role for role in Role if PERMISSIONS[role] & one and PERMISSIONS[role] & other]
    assert both == []


@pytest.mark.parametrize(
    "role", [Role.ADMINISTRATOR, Role.MANAGER, Role.DATA_SCIENTIST, Role.DATA_PROTECTION_OFFICER]
)
def test_these_see_no_face_alert_or_watchlist(role: Role) -> None:
    assert not PERMISSIONS[role] & SEES_A_FACE


def test_an_administrator_authorises_nothing_and_reads_no_log() -> None:
    may = PERMISSIONS[Role.ADMINISTRATOR]
    assert not may & (GIVES_AUTHORITY | {P.AUDIT_SHOW, P.AUDIT_EXPORT, P.HOLD_PLACE})
    assert not any(p.startswith(("watchlist.", "alert.", "live.", "case.")) for p in may)


def test_a_manager_reads_and_publishes_aggregates_and_nothing_else() -> None:
    wanted = {P.OUTCOMES_READ, P.PUBLICATION_MAKE, P.BENCH_DESCRIBE}
    assert PERMISSIONS[Role.MANAGER] == wanted


def test_a_data_scientist_has_no_part_in_live_use() -> None:
    kinds = {permission.split(".")[0] for permission in PERMISSIONS[Role.DATA_SCIENTIST]}
    assert kinds == {"policy", "outcomes", "evaluation-set", "bench"}


def test_the_images_of_an_evaluation_set_are_for_those_who_see_no_other_face() -> None:
    handled = {P.EVALUATION_SET_SEAL, P.EVALUATION_SET_READ, P.EVALUATION_SET_END}
    for role in Role:
        assert not (PERMISSIONS[role] & handled and PERMISSIONS[role] & SEES_A_FACE)
    assert holders(P.EVALUATION_SET_CONSULT) == (Role.DATA_PROTECTION_OFFICER, Role.DATA_SCIENTIST)


@pytest.mark.parametrize(
    "permission", [P.ALERT_ADJUDICATE, P.HOLD_PLACE, P.HOLD_RELEASE, P.WATCHLIST_PURGE]
)
def test_what_needs_or_may_need_a_second_person_is_held_by_two_roles(
    permission: Permission,
) -> None:
    assert len(holders(permission)) >= 2


def test_every_role_passes_exactly_where_the_table_says() -> None:
    for role in Role:
        for permission in Permission:
            if permission in PERMISSIONS[role]:
                require(role, permission, "someone")
            else:
                with pytest.raises(NotPermittedError, match=re.escape(f"({permission})")):
                    require(role, permission, "someone")


@pytest.mark.parametrize(
    ("role", "permission", "message"),
    [
        (
            Role.ANALYST,
            P.DEPLOYMENT_AUTHORISE,
            "m.khan is an analyst and may not give a deployment its authority (deployment.authorise). Ask an authorising officer to do it.",
        ),
        (
            Role.ADMINISTRATOR,
            P.HOLD_PLACE,
            "m.khan is an administrator and may not place a legal hold (hold.place). Ask an authorising officer or a data protection officer to do it.",
        ),
        (
            Role.MANAGER,
            P.ALERT_ADJUDICATE,
            "m.khan is a manager and may not decide on an alert (alert.adjudicate). Ask an operator, an engagement officer or a reviewer to do it.",
        ),
    ],
)
def test_a_refusal_says_who_asks_what_and_who_may(
    role: Role, permission: Permission, message: str
) -> None:
    with pytest.raises(NotPermittedError) as refused:
        require(role, permission, "m.khan")
    assert str(refused.value) == message


def test_the_printed_table_is_the_whole_table() -> None:
    rows = table()
    assert [row.role for row in rows] == list(Role)
    for row in rows:
        assert frozenset(row.permissions) == PERMISSIONS[row.role]
        assert list(row.permissions) == [p for p in Permission if p in row.permissions]
        assert row.meaning == row.role.meaning


def test_the_table_cannot_be_changed_in_use() -> None:
    with pytest.raises(TypeError, match="mappingproxy"):
        PERMISSIONS[Role.MANAGER] = frozenset(Permission)  # type: ignore[index]
