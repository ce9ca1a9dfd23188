"""A reverse proxy as the source: it logs people in and says in a header who they are.

The header is believed only beside a secret that the proxy and the workbench share, since anybody
can send a header. The proxy must set both on every request, which replaces what the client sent;
with nginx: `proxy_set_header X-Workbench-User $remote_user;` and
`proxy_set_header X-Workbench-Proxy-Secret ...;`. What comes in by any other way goes through
`strip`. A role in a header is never believed: the bench looks it up.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn, Self

from workbench.errors import CredentialError, KeyStoreError, RecordError
from workbench.identity.accounts import read_account
from workbench.identity.private_files import create_private, read_private

__all__ = [
    "ROLE_HEADER",
    "SECRET_HEADER",
    "USER_HEADER",
    "ProxiedUser",
    "ProxySecret",
    "from_headers",
    "strip",
]

USER_HEADER: Final = "X-Workbench-User"
SECRET_HEADER: Final = "X-Workbench-Proxy-Secret"  # noqa: S105 - the name of a header
ROLE_HEADER: Final = "X-Workbench-Role"

_WHAT: Final = "the proxy's secret"
_SHORTEST: Final = 32
_LONGEST: Final = 1024


@dataclass(frozen=True, slots=True)
class ProxiedUser:
    """Who the proxy says is asking.

    Attributes:
        account: their account.
        note: what to tell whoever runs the proxy, or nothing.
    """

    account: str
    note: str = ""


class ProxySecret:
    """What the proxy and the workbench share; it never shows in text."""

    __slots__ = ("__secret",)

    def __init__(self, secret: str) -> None:
        """Take the secret, 32 to 1,024 characters of ASCII without white space.

        Raises:
            KeyStoreError: when it is not of that form.
        """
        shown = secret.isascii() and secret.isprintable() and " " not in secret
        if not shown or not _SHORTEST <= len(secret) <= _LONGEST:
            msg = (
                f"{_WHAT} has {_SHORTEST} to {_LONGEST:,} characters of ASCII and no white space; "
                "this one does not. Make one anew."
            )
            raise KeyStoreError(msg)
        self.__secret = _digest(secret)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Return a new random secret, kept as one line of a file for its owner alone.

        Raises:
            KeyStoreError: when there is something at `path`, or it cannot be written.
        """
        text = secrets.token_urlsafe(32)
        create_private(path, f"{text}\n".encode("ascii"), what=_WHAT)
        return cls(text)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the secret that a file holds.

        Raises:
            KeyStoreError: when there is none, others can read it, or it is none.
        """
        content = read_private(path, what=_WHAT, largest=4096)
        if content is None:
            msg = f"{_WHAT} {path} is not there. Restore it, or make one and tell the proxy."
            raise KeyStoreError(msg)
        return cls(content.decode("utf-8", "replace").strip())

    def matches(self, given: str) -> bool:
        """Compare in a time that does not depend on where they differ, nor on the length."""
        return hmac.compare_digest(self.__secret, _digest(given))

    def __repr__(self) -> str:
        return "ProxySecret(...)"

    def __reduce__(self) -> NoReturn:
        msg = "a proxy's secret is not pickled"
        raise TypeError(msg)


def from_headers(headers: Iterable[tuple[str, str]], secret: ProxySecret) -> ProxiedUser:
    """Return who the proxy says is asking.

    Args:
        headers: all headers of the request, as name and value, a repeated one repeated.
        secret: what the proxy has to show.

    Raises:
        CredentialError: when user or secret is missing or given twice, when the secret is wrong,
            or the user is no account; repeats neither.
    """
    given = [(_name(name), value) for name, value in headers]
    users, shown = _values(given, USER_HEADER), _values(given, SECRET_HEADER)
    for header, values in ((USER_HEADER, users), (SECRET_HEADER, shown)):
        if len(values) > 1:
            msg = (
                f"the request has {header} {len(values)} times, so it is not believed. The proxy "
                "must replace what a client sends, not add to it."
            )
            raise CredentialError(msg)
    if not shown:
        forged = f" It names a user in {USER_HEADER}, which proves nothing." if users else ""
        msg = (
            f"the request did not come through the proxy: it lacks {SECRET_HEADER}.{forged} "
            "Use the address of the proxy."
        )
        raise CredentialError(msg)
    if not secret.matches(shown[0].strip()):
        msg = (
            f"{SECRET_HEADER} is wrong, so the request is not believed. Give the proxy and the "
            "workbench the same secret."
        )
        raise CredentialError(msg)
    if not users or not users[0].strip():
        msg = f"the proxy names no user in {USER_HEADER}. Log in at the proxy."
        raise CredentialError(msg)
    try:
        account = read_account(users[0].strip(" \t"), what="the name that the proxy gives you")
    except RecordError as error:
        raise CredentialError(str(error)) from None
    return ProxiedUser(account, _about_role(given))


def strip(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers without those that only the proxy may set, in their order.

    This must happen to whatever comes in from a client without passing the proxy.
    """
    ours = {_name(header) for header in (USER_HEADER, SECRET_HEADER, ROLE_HEADER)}
    return [(name, value) for name, value in headers if _name(name) not in ours]


def _about_role(given: list[tuple[str, str]]) -> str:
    if not _values(given, ROLE_HEADER):
        return ""
    return (
        f"{ROLE_HEADER} was ignored: the role is the one that the bench has on record, never one "
        "that a request claims. Take the header out of the proxy's configuration."
    )


def _values(given: list[tuple[str, str]], header: str) -> list[str]:
    return [value for name, value in given if name == _name(header)]


def _name(name: str) -> str:
    """Return a header's name as servers compare it; some take `_` for `-`."""
    return name.strip().lower().replace("_", "-")


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
