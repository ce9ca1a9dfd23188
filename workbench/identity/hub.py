"""JupyterHub as the source: it is asked whose a token is.

`GET /user` of its API answers with the owner of the token that it is asked with, whatever the
scopes of that token (JupyterHub, "REST API", `/user`). Whoever names the address of the Hub says
who anybody is. It belongs to the settings of the bench where what logs people in runs apart from
their kernels; a kernel can set its own environment.
"""

from __future__ import annotations

import ipaddress
import re
import ssl
import time
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ValidationError

from workbench.errors import CredentialError, RecordError
from workbench.identity.accounts import read_account

__all__ = ["from_hub", "trusted"]

_LARGEST: Final = 2**20
_FORM: Final = re.compile(r"[A-Za-z0-9._~+/=-]{1,4096}")  # RFC 6750, 2.1
_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_SERVER_ERROR: Final = 500


class _Owner(BaseModel):
    """The part of the Hub's answer that is used; roles and groups of the Hub are not."""

    kind: str = ""
    name: str | None = None


class _UnusableError(Exception):
    """The Hub gave no answer that could be used; says why."""


def from_hub(
    token: str, api_url: str, *, timeout_s: float = 10.0, certificates: Path | None = None
) -> str:
    """Return the account that a token of JupyterHub belongs to.

    Args:
        token: of a user, not of a service.
        api_url: address of the Hub's API, ending in `/hub/api`; https, or http on loopback.
        timeout_s: how long to wait for an answer.
        certificates: a file of authorities to trust besides those of the system.

    Raises:
        CredentialError: when the Hub cannot be asked or does not name a user; never repeats the
            token.
    """
    host = _require_address(api_url)
    if not _FORM.fullmatch(token):
        msg = "this is no token of JupyterHub. Restart your server from JupyterHub."
        raise CredentialError(msg)
    try:
        status, body = _ask(token, f"{api_url.rstrip('/')}/user", timeout_s, certificates)
    except _UnusableError as error:
        msg = f"JupyterHub at {host} did not say who you are: {error}. Check it and try again."
        raise CredentialError(msg) from None
    _require_answer(status, host)
    return _account(body, host)


def _require_address(api_url: str) -> str:
    """Return the host of an address that a token may be sent to."""
    wrong = (
        "the address of JupyterHub's API cannot be used: it begins with https://, or with http:// "
        "on this machine, and carries no login, query or fragment. Correct it."
    )
    try:
        parts = urlsplit(api_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise CredentialError(wrong) from None
    plain = api_url.isascii() and api_url.isprintable() and " " not in api_url
    if not plain or not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise CredentialError(wrong)
    if parts.scheme != "https" and not (parts.scheme == "http" and _loopback(host)):
        raise CredentialError(wrong)
    return host if port is None else f"{host}:{port}"


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _ask(token: str, url: str, timeout_s: float, certificates: Path | None) -> tuple[int, bytes]:
    """Return status and body of the answer.

    Nothing is taken from the environment: a proxy or a .netrc would see or replace the token.
    """
    deadline = time.monotonic() + timeout_s
    headers = {
        "Authorization": f"token {token}",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "lfr-workbench",
    }
    body = bytearray()
    try:
        with (
            httpx.Client(
                verify=trusted(certificates), timeout=timeout_s, trust_env=False
            ) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            for block in response.iter_raw():
                body += block
                if len(body) > _LARGEST:
                    msg = f"its answer is longer than {_LARGEST:,} bytes"
                    raise _UnusableError(msg)
                if time.monotonic() > deadline:
                    msg = f"no whole answer within {timeout_s:g} s"
                    raise _UnusableError(msg)
            return response.status_code, bytes(body)
    except httpx.TimeoutException:
        msg = f"no answer within {timeout_s:g} s"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        msg = f"it could not be reached ({type(error).__name__})"
    except (OSError, ValueError):
        msg = "the certificates to trust cannot be read"
    raise _UnusableError(msg)  # outside the handlers: their errors carry the request


def trusted(certificates: Path | None = None) -> ssl.SSLContext:
    """Return the authorities whose certificates are taken: those of httpx and of the system.

    Args:
        certificates: file of more of them.
    """
    context = httpx.create_ssl_context()
    context.load_default_certs()
    if certificates is not None:
        context.load_verify_locations(cafile=certificates)
    return context


def _require_answer(status: int, host: str) -> None:
    if status == HTTPStatus.OK:
        return
    if status in _REFUSED:
        msg = (
            f"JupyterHub at {host} does not accept the token ({status}): it expired or was "
            "revoked. Restart your server from JupyterHub, or log in there again."
        )
    elif status >= _SERVER_ERROR:
        msg = f"JupyterHub at {host} is failing ({status}). Try again later."
    else:
        msg = (
            f"JupyterHub at {host} answered {status} when asked who you are. Check that the "
            "address is that of its API, ending in /hub/api."
        )
    raise CredentialError(msg)


def _account(body: bytes, host: str) -> str:
    try:
        owner = _Owner.model_validate_json(body)
    except ValidationError:
        msg = f"JupyterHub at {host} answered with something else than a user. Check its address."
        raise CredentialError(msg) from None
    if owner.kind != "user":
        msg = (
            "the token does not belong to a user of JupyterHub but to a service or to nobody. "
            "Log in as yourself."
        )
        raise CredentialError(msg)
    if owner.name is None:
        msg = (
            "JupyterHub does not name the user: the token needs the scope read:users:name!user. "
            "Ask whoever runs JupyterHub."
        )
        raise CredentialError(msg)
    try:
        return read_account(owner.name, what="the name that JupyterHub gives you")
    except RecordError as error:
        raise CredentialError(str(error)) from None
