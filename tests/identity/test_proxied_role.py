"""A role is believed of a proxy that shows the secret, once, and if there is such a role."""

from __future__ import annotations

import pytest

from workbench.errors import CredentialError
from workbench.governance.roles import Role
from workbench.identity.proxied_role import ProxiedRole, role_from_headers
from workbench.identity.proxy import ProxySecret

SECRET = "a-secret-of-the-proxy-of-these-tests"  # noqa: S105 - of these tests alone
GOOD = [
    ("X-Workbench-User", "mary.manager"),
    ("X-Workbench-Proxy-Secret", SECRET),
    ("X-Workbench-Role", "manager"),
]


def test_account_and_role_are_returned() -> None:
    assert role_from_headers(GOOD, ProxySecret(SECRET)) == ProxiedRole("mary.manager", Role.MANAGER)


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (GOOD[:2], "gives no role in X-Workbench-Role"),
        ([*GOOD[:2], ("X-Workbench-Role", " ")], "gives no role in X-Workbench-Role"),
        ([*GOOD, ("x_workbench_role", "analyst")], "gives 2 times in X-Workbench-Role"),
        (
            [*GOOD[:2], ("X-Workbench-Role", "chief")],
            "names a role in X-Workbench-Role that is none",
        ),
        ([GOOD[0], GOOD[2]], "did not come through the proxy"),
        ([*GOOD, ("X-Workbench-User", "eve")], "has X-Workbench-User 2 times"),
    ],
)
def test_anything_else_is_refused(headers: list[tuple[str, str]], words: str) -> None:
    with pytest.raises(CredentialError, match=words) as refused:
        role_from_headers(headers, ProxySecret(SECRET))
    assert SECRET not in str(refused.value)
    assert "chief" not in str(refused.value)
