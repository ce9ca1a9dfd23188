"""Permissions that a force takes away from roles: never one that a role gains, nor the last."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from workbench.errors import NotPermittedError
from workbench.governance.permissions import PERMISSIONS, Permission, require
from workbench.governance.roles import Role
from workbench.governance.withheld import Withheld

READ: TypeAdapter[Any] = TypeAdapter(Withheld)


def test_nothing_is_withheld_at_first() -> None:
    for role in Role:
        for permission in PERMISSIONS[role]:
            require(role, permission, "a.khan", READ.validate_python({}))


def test_what_is_withheld_is_refused_and_others_are_named() -> None:
    withheld = READ.validate_python({"operator": ["alert.adjudicate"]})
    with pytest.raises(NotPermittedError) as refused:
        require(Role.OPERATOR, Permission.ALERT_ADJUDICATE, "a.khan", withheld)
    assert str(refused.value) == (
        "a.khan is an operator and may not decide on an alert (alert.adjudicate), by the rules of "
        "the force. Ask an engagement officer or a reviewer to do it."
    )
    require(Role.REVIEWER, Permission.ALERT_ADJUDICATE, "b.osei", withheld)
    require(Role.OPERATOR, Permission.LIVE_START, "a.khan", withheld)


def test_who_never_might_is_told_who_still_may() -> None:
    withheld = READ.validate_python({"operator": ["alert.adjudicate"]})
    with pytest.raises(NotPermittedError) as refused:
        require(Role.ANALYST, Permission.ALERT_ADJUDICATE, "c.reid", withheld)
    assert str(refused.value).endswith(
        "(alert.adjudicate). Ask an engagement officer or a reviewer to do it."
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"manager": ["live.start"]}, "a manager may not start a live search .* as it is"),
        ({"analyst": ["watchlist.build"]}, "nobody would be left who may build a watchlist"),
        (
            {"analyst": ["live.start"], "operator": ["live.start"]},
            "nobody would be left who may start a live search",
        ),
        ({"administrator": ["rules.propose"]}, "nobody would be left"),
        ({"operator": ["everything"]}, "operator"),
        ({"chief": ["live.start"]}, "chief"),
    ],
)
def test_what_cannot_be_withheld_is_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        READ.validate_python(values)
