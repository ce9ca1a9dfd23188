"""Roles: eleven of them, each said in one sentence."""

from __future__ import annotations

import pytest

from workbench.governance.roles import Role


def test_the_roles_are_the_documented_ones() -> None:
    assert [role.value for role in Role] == [
        "analyst",
        "operator",
        "engagement-officer",
        "authorising-officer",
        "reviewer",
        "investigator",
        "examiner",
        "data-protection-officer",
        "data-scientist",
        "manager",
        "administrator",
    ]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_one_sentence(role: Role) -> None:
    assert role.meaning.endswith(".")
    assert role.meaning.count(".") == 1
    assert role.meaning[0].isupper()


@pytest.mark.parametrize(
    ("role", "phrase"),
    [
        (Role.ANALYST, "an analyst"),
        (Role.DATA_PROTECTION_OFFICER, "a data protection officer"),
        (Role.ENGAGEMENT_OFFICER, "an engagement officer"),
        (Role.MANAGER, "a manager"),
    ],
)
def test_a_role_is_named_as_people_say_it(role: Role, phrase: str) -> None:
    assert role.phrase == phrase
