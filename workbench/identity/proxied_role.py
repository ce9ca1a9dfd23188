"""Who a reverse proxy says is asking, and in which role, where there is no bench to look it up.

For managers' pages alone: they open no bench, so nobody's role can be looked up there. The role is
believed only as the account is, beside the secret that the proxy and the workbench share
(`workbench.identity.proxy`); whoever opens a bench has the role that is on record there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.errors import CredentialError
from workbench.governance.roles import Role
from workbench.identity.proxy import ROLE_HEADER, ProxySecret, from_headers

__all__ = ["ProxiedRole", "role_from_headers"]


@dataclass(frozen=True, slots=True)
class ProxiedRole:
    """Who the proxy says is asking.

    Attributes:
        account: their account.
        role: which role of the workbench they have there.
    """

    account: str
    role: Role


def role_from_headers(headers: Iterable[tuple[str, str]], secret: ProxySecret) -> ProxiedRole:
    """Return who the proxy says is asking, and in which role.

    Args:
        headers: all headers of the request, as name and value, a repeated one repeated.
        secret: what the proxy has to show.

    Raises:
        CredentialError: when user, secret or role is missing or given twice, when the secret is
            wrong, the user is no account or the role is none of the workbench; repeats none of
            them.
    """
    given = list(headers)
    account = from_headers(given, secret).account
    wanted = ROLE_HEADER.lower()
    found = [value for name, value in given if name.strip().lower().replace("_", "-") == wanted]
    if len(found) != 1 or not found[0].strip():
        times = f"{len(found)} times" if len(found) > 1 else "no role"
        msg = (
            f"the proxy gives {times} in {ROLE_HEADER}, so no page is shown. It must set one role "
            "for each user."
        )
        raise CredentialError(msg)
    try:
        role = Role(found[0].strip())
    except ValueError:
        msg = (
            f"the proxy names a role in {ROLE_HEADER} that is none of the workbench. "
            "`workbench roles` lists them."
        )
        raise CredentialError(msg) from None
    return ProxiedRole(account, role)
