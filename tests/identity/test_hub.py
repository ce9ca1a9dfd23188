"""JupyterHub as the source, against a stand-in of its API on loopback."""

from __future__ import annotations

import logging
import socket
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from workbench.errors import CredentialError
from workbench.identity.hub import from_hub

if TYPE_CHECKING:
    from conftest import StandInHub

TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105 - of a test
ANN = {"kind": "user", "name": "ann", "admin": True, "roles": ["admin"], "groups": [], "scopes": []}


def refused(token: str, api_url: str, *, timeout_s: float = 5.0, **given: Path) -> str:
    """The message of the refusal; the token is nowhere in it."""
    with pytest.raises(CredentialError) as refusal:
        from_hub(token, api_url, timeout_s=timeout_s, **given)
    text = "".join(traceback.format_exception(refusal.value))
    assert not token.strip() or token not in text
    assert refusal.value.__context__ is None or token not in repr(refusal.value.__context__.args)
    return str(refusal.value)


def test_it_says_whose_the_token_is(hub: StandInHub) -> None:
    hub.owners[TOKEN] = ANN
    assert from_hub(TOKEN, hub.api_url) == "ann"
    assert from_hub(TOKEN, hub.api_url + "/") == "ann"
    (path, headers), _ = hub.requests
    assert path == "/hub/api/user"
    assert headers["authorization"] == f"token {TOKEN}"


def test_a_name_is_kept_as_accounts_are(hub: StandInHub) -> None:
    hub.owners[TOKEN] = {**ANN, "name": "ann.smith@force.example"}
    assert from_hub(TOKEN, hub.api_url) == "ann.smith@force.example"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "answered 400"),
        (401, r"does not accept the token \(401\): it expired or was revoked. Restart your server"),
        (403, r"does not accept the token \(403\)"),
        (404, "answered 404 .* ending in /hub/api"),
        (204, "answered 204"),
        (429, "answered 429"),
        (500, r"is failing \(500\). Try again later"),
        (503, r"is failing \(503\)"),
    ],
)
def test_answers_that_are_none(hub: StandInHub, status: int, reason: str) -> None:
    hub.owners[TOKEN], hub.status = ANN, status
    with pytest.raises(CredentialError, match=reason):
        from_hub(TOKEN, hub.api_url)
    refused(TOKEN, hub.api_url)


def test_a_token_that_the_hub_does_not_know(hub: StandInHub) -> None:
    assert "403" in refused(TOKEN, hub.api_url)


def test_another_address(hub: StandInHub) -> None:
    hub.owners[TOKEN] = ANN
    assert "404" in refused(TOKEN, hub.api_url.removesuffix("/api"))


def test_a_redirect_is_not_followed(hub: StandInHub) -> None:
    hub.owners[TOKEN], hub.status = ANN, 302
    hub.location = f"http://127.0.0.1:{hub.port}/hub/api/user"
    assert "answered 302" in refused(TOKEN, hub.api_url)
    assert len(hub.requests) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "something else than a user"),
        (b"<html>log in</html>", "something else than a user"),
        (b"[]", "something else than a user"),
        (b"null", "something else than a user"),
        (b"\xff\xfe", "something else than a user"),
        (b"[" * 100_000, "something else than a user"),
        (b'{"kind": "user", "name": 7}', "something else than a user"),
        (b'{"name": "ann"}', "to a service or to nobody"),
        (b'{"kind": "service", "name": "ann"}', "to a service or to nobody"),
        (b'{"kind": "user"}', "scope read:users:name!user"),
        (b'{"kind": "user", "name": null}', "scope read:users:name!user"),
        (b'{"kind": "user", "name": ""}', "the name that JupyterHub gives you cannot be used"),
        (b'{"kind": "user", "name": "ann smith"}', "character 4 is SPACE"),
        (b'{"kind": "user", "name": "\\u001b[2J"}', r"U\+001B"),
        (b" " * (2**20 + 1), "longer than 1,048,576 bytes"),
    ],
)
def test_bodies_that_name_nobody(hub: StandInHub, body: bytes, reason: str) -> None:
    hub.owners[TOKEN], hub.body = ANN, body
    with pytest.raises(CredentialError, match=reason):
        from_hub(TOKEN, hub.api_url)


def test_it_does_not_answer(hub: StandInHub) -> None:
    hub.owners[TOKEN], hub.pause_s = ANN, 1.0
    assert "no answer within 0.1 s" in refused(TOKEN, hub.api_url, timeout_s=0.1)


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    message = refused(TOKEN, f"http://127.0.0.1:{port}/hub/api")
    assert f"JupyterHub at 127.0.0.1:{port} did not say who you are" in message
    assert "ConnectError" in message


def test_something_else_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        message = refused(
            TOKEN, f"http://127.0.0.1:{silent.getsockname()[1]}/hub/api", timeout_s=0.1
        )
    assert "no answer within 0.1 s" in message


def test_https_is_asked_for_real(hub: StandInHub) -> None:
    message = refused(TOKEN, f"https://127.0.0.1:{hub.port}/hub/api")
    assert "could not be reached (ConnectError)" in message


def test_certificates_that_are_none(hub: StandInHub, tmp_path: Path) -> None:
    message = refused(TOKEN, hub.api_url, certificates=tmp_path / "none.pem")
    assert "certificates to trust cannot be read" in message


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hub",
        "/hub/api",
        "http://hub.example/hub/api",
        "http://10.0.0.7:8081/hub/api",
        "http://127.0.0.1.example/hub/api",
        "http://localhost.example/hub/api",
        "ftp://127.0.0.1/hub/api",
        "file:///hub/api",
        "http://ann:hidden@127.0.0.1/hub/api",
        "https://hidden@hub.example/hub/api",
        "https://hub.example/hub/api?token=hidden",
        "https://hub.example/hub/api#hidden",
        "https:///hub/api",
        "https://[hub/api",
        "https://hub.example:port/hub/api",
        "https://hub.example:99999/hub/api",
        "https://hub.example/hub api",
        "https://hub.example/\nhub",
    ],
)
def test_addresses_that_no_token_is_sent_to(address: str) -> None:
    message = refused(TOKEN, address)
    assert "address of JupyterHub's API cannot be used" in message
    assert "hidden" not in message


@pytest.mark.parametrize("token", ["", " ", "a b", "a\nX-Workbench-User: boss", "é", "a" * 4097])
def test_what_is_no_token_is_not_sent(hub: StandInHub, token: str) -> None:
    assert "no token of JupyterHub" in refused(token, hub.api_url)
    assert hub.requests == []


def test_no_proxy_of_the_environment_sees_the_token(
    hub: StandInHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login boss password x\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    hub.owners[TOKEN] = ANN
    assert from_hub(TOKEN, hub.api_url) == "ann"
    assert hub.requests[0][1]["authorization"] == f"token {TOKEN}"


def test_the_token_is_in_no_log(hub: StandInHub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hub.owners[TOKEN] = ANN
    from_hub(TOKEN, hub.api_url)
    assert caplog.records
    assert TOKEN not in caplog.text
