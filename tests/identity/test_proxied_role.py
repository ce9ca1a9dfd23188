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
    "roles", [[], [" "], ["manager", "manager"]], ids=["none", "empty", "twice"]
)
def test_a_role_that_is_missing_or_given_twice_is_refused(roles: list[str]) -> None:
    headers = [*GOOD[:2], *(("x_workbench_role", one) for one in roles)]
    with pytest.raises(
        CredentialError, match=r"so no page is shown\. It must set one role for each"
    ):
        role_from_headers(headers, ProxySecret(SECRET))


def test_a_role_that_is_none_is_refused() -> None:
    headers = [*GOOD[:2], ("X-Workbench-Role", "chief")]
    with pytest.raises(CredentialError, match="that is none of the workbench") as refused:
        role_from_headers(headers, ProxySecret(SECRET))
    assert "chief" not in str(refused.value)


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ([GOOD[0], GOOD[2]], "did not come through the proxy"),
        ([*GOOD, ("X-Workbench-User", "eve")], "has X-Workbench-User 2 times"),
    ],
)
def test_nothing_is_believed_that_the_proxy_does_not_vouch_for(
    headers: list[tuple[str, str]], words: str
) -> None:
    with pytest.raises(CredentialError, match=words) as refused:
        role_from_headers(headers, ProxySecret(SECRET))
    assert SECRET not in str(refused.value)
