"""A key service over HTTP: OpenBao or HashiCorp Vault, whose addresses and answers are the same.

The token travels in a header, only over https or to this machine itself, and is in no message.
"""

from __future__ import annotations

import ipaddress
import os
import ssl
import time
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import httpx

from workbench.errors import KeyStoreError

__all__ = ["Answer", "KeyService", "TokenSource", "token_from_environment", "token_from_file"]

TokenSource: TypeAlias = Callable[[], str]
"""Gives the token, for each request anew: an agent may renew it meanwhile."""

_FORBIDDEN: Final = 403
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_LONGEST_SAID: Final = 200


class Answer(NamedTuple):
    """What the service answered: the status, `data` of the document, and its errors."""

    status: int
    data: Mapping[str, Any]
    errors: tuple[str, ...]


class KeyService:
    """Asks a key service, patiently and with little trust."""

    def __init__(
        self,
        address: str,
        token: TokenSource,
        *,
        namespace: str | None = None,
        authorities: Path | None = None,
        timeout_s: float = 10.0,
        attempts: int = 4,
        pause_s: float = 0.2,
    ) -> None:
        """Name the service; nothing is asked yet.

        Args:
            address: such as `https://bao.example:8200`.
            token: gives the token.
            namespace: of the service, where it has any.
            authorities: a file of certificates to trust instead of the system's.
            timeout_s: seconds to wait for a connection, and for an answer.
            attempts: how often a request is made while the service fails (5xx, 429, no answer).
            pause_s: seconds before the second attempt, doubled before each further one.

        Raises:
            KeyStoreError: when the address is neither https nor of this machine.
        """
        self._url = _address(address)
        self.where = f"the key service {self._url}"
        self._token = token
        self._attempts, self._pause_s = max(1, attempts), pause_s
        self._client = httpx.Client(
            base_url=self._url,
            timeout=timeout_s,
            verify=_trust(self._url, authorities),
            # A redirect or a proxy would be handed the token.
            follow_redirects=False,
            trust_env=False,
            headers={
                "User-Agent": "lfr-workbench",
                "X-Vault-Request": "true",
                **({"X-Vault-Namespace": namespace} if namespace else {}),
            },
        )
        # Closed with its last user too: a bench is opened for a moment in many places.
        self._closing = weakref.finalize(self, self._client.close)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._url}>"

    def close(self) -> None:
        """Close the connections."""
        self._closing()

    def ask(self, method: str, path: str, document: Mapping[str, Any] | None = None) -> Answer:
        """Make a request and return the answer; 400 and 404 are answers too.

        Args:
            method: of HTTP.
            path: below `/v1/`, without a slash at its beginning.
            document: sent as JSON.

        Raises:
            KeyStoreError: when there is no answer, or the service refuses or is out of order.
        """
        token, failed = self._token(), ""
        for attempt in range(self._attempts):
            if attempt:
                time.sleep(self._pause_s * 2 ** (attempt - 1))
            try:
                response = self._client.request(
                    method, f"/v1/{path}", json=document, headers={"X-Vault-Token": token}
                )
            except httpx.HTTPError as error:
                failed = f"does not answer ({type(error).__name__}). Check that it runs and that "
                failed += "its address and certificate are right"
                continue
            if response.status_code == _TOO_MANY or response.status_code >= _SERVER_ERROR:
                failed = f"is out of order or sealed (it answered {response.status_code}). Have it "
                failed += "looked at, or unsealed"
                continue
            return self._answer(response, method, path, _secrets(token, document))
        msg = f"{self.where} {failed}; nothing was done."
        raise KeyStoreError(msg)

    def refusal(self, answer: Answer, what: str) -> KeyStoreError:
        """Return the error for an answer that is not the one hoped for."""
        said = f": {'; '.join(answer.errors)}" if answer.errors else ""
        return KeyStoreError(
            f"{self.where} could not {what} (it answered {answer.status}{said}). Check the names "
            "of its engines and keys."
        )

    def _answer(
        self, response: httpx.Response, method: str, path: str, secrets: list[str]
    ) -> Answer:
        status = response.status_code
        if status == _FORBIDDEN:
            msg = (
                f"{self.where} refused the token (403). Check that it is valid and that its policy "
                f"allows {method} {path}."
            )
            raise KeyStoreError(msg)
        if response.is_redirect:
            msg = f"{self.where} points elsewhere ({status}). Name the address it points to."
            raise KeyStoreError(msg)
        try:
            document = response.json() if response.content else {}
        except ValueError:
            document = None
        if not isinstance(document, dict):
            msg = f"{self.where} answered no JSON ({status}). Check that it is a key service."
            raise KeyStoreError(msg)
        data, errors = document.get("data"), document.get("errors")
        return Answer(
            status,
            data if isinstance(data, dict) else {},
            tuple(_shown(str(one), secrets) for one in errors) if isinstance(errors, list) else (),
        )


def token_from_environment(variable: str) -> TokenSource:
    """Return a source that reads a variable of the environment."""

    def read() -> str:
        return _token(os.environ.get(variable, ""), f"the variable {variable}")

    return read


def token_from_file(path: Path) -> TokenSource:
    """Return a source that reads a file, such as an agent of the service keeps up to date."""

    def read() -> str:
        try:
            return _token(path.read_text("ascii"), str(path))
        except (OSError, UnicodeDecodeError):
            return _token("", str(path))

    return read


def _token(text: str, where: str) -> str:
    token = text.strip()
    if token and token.isascii() and token.isprintable():
        return token
    msg = f"{where} holds no token for the key service. Put one there, or log in to it."
    raise KeyStoreError(msg)


def _address(address: str) -> str:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL()
    safe = url.scheme == "https" or (url.scheme == "http" and _is_this_machine(url.host))
    if url.host and safe and not url.userinfo and not url.query:
        return str(url).rstrip("/")
    msg = (
        "the address of the key service must be https, or http on this machine (127.0.0.1, ::1 or "
        "localhost), without a login in it. Give one such as https://bao.example:8200"
    )
    raise KeyStoreError(msg)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _trust(url: str, authorities: Path | None) -> ssl.SSLContext:
    if url.startswith("http://"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and is not needed
    try:
        return ssl.create_default_context(cafile=authorities)
    except OSError as error:
        msg = f"{authorities} holds no certificates that can be read. Name the right file."
        raise KeyStoreError(msg) from error


def _secrets(token: str, document: Mapping[str, Any] | None) -> list[str]:
    """Return what must not be repeated, should the service repeat it."""
    found, waiting = [token], [document]
    while waiting:
        one: Any = waiting.pop()
        if isinstance(one, Mapping):
            waiting.extend(one.values())
        elif isinstance(one, str):
            found.append(one)
    return [one for one in found if one]


def _shown(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "…")
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return line[:_LONGEST_SAID]
