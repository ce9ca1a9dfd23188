"""Logging in through JupyterHub or a reverse proxy, as the settings name them and nobody else."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from bench_steps import log_of

from workbench.bench import Workbench
from workbench.errors import CredentialError, KeyStoreError, UsageError
from workbench.governance.roles import Role
from workbench.identity.credentials import CredentialSource, verify
from workbench.identity.proxy import SECRET_HEADER, USER_HEADER, ProxySecret
from workbench.records.audit.verbs import Result, Verb
from workbench.settings import LoginSettings, Settings

TOKEN = "0123456789abcdef"  # noqa: S105 - of a stand-in
OWNERS = {TOKEN: {"kind": "user", "name": "analyst"}, "other": {"kind": "user", "name": "nobody"}}


@pytest.fixture
def hub() -> Iterator[str]:
    """Return the address of what answers as JupyterHub's API does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = self.headers.get("Authorization", "").removeprefix("token ")
            body = json.dumps(OWNERS.get(token, {})).encode()
            self.send_response(200 if token in OWNERS else 403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/hub/api"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def secret(tmp_path: Path) -> tuple[Path, str]:
    """Return the file of a proxy's secret, and what it holds."""
    path = tmp_path / "proxy-secret"
    ProxySecret.create(path)
    return path, path.read_text("ascii").strip()


def using(bench: Any, **login: object) -> Settings:
    """Return the settings of a bench with what establishes who asks."""
    settings: Settings = bench.settings.model_copy(update={"login": LoginSettings(**login)})
    return settings


def opened(bench: Any, token: str) -> Workbench:
    return Workbench.open(
        bench.folder, credential=token, settings=bench.settings, clock=bench.clock
    )


def logins(bench: Any) -> list[tuple[str, str, object]]:
    """Return who logged in or failed to, and how."""
    with bench.open("administrator") as administrator:
        return [
            (entry.actor, entry.result.value, entry.details["source"])
            for entry in log_of(administrator)
            if entry.verb is Verb.LOGIN
        ]


class TestHub:
    def test_whoever_the_hub_names_is_logged_in_with_the_role_on_record(
        self, bench: Any, hub: str
    ) -> None:
        token = Workbench.login_from_hub(
            bench.folder, TOKEN, settings=using(bench, hub=hub), clock=bench.clock
        )
        with opened(bench, token) as workbench:
            assert (workbench.actor.name, workbench.actor.role) == ("analyst", Role.ANALYST)
            assert workbench.expires == bench.clock() + timedelta(hours=8)
            key = workbench._opened.secrets.credentials
            found = verify(key, token, workbench.id, bench.clock())
        assert found.source is CredentialSource.JUPYTERHUB
        assert logins(bench) == [("analyst", "done", "jupyterhub")]

    def test_the_address_is_not_taken_from_a_kernels_environment(
        self, bench: Any, hub: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("JUPYTERHUB_API_URL", hub)
        monkeypatch.setenv("JUPYTERHUB_API_TOKEN", TOKEN)
        with pytest.raises(
            UsageError, match=r"WORKBENCH_LOGIN__HUB.*JUPYTERHUB_API_URL is not take"
        ):
            Workbench.login_from_hub(
                bench.folder, TOKEN, settings=bench.settings, clock=bench.clock
            )

    @pytest.mark.parametrize(
        ("token", "said"),
        [("wrong", "does not accept the token"), ("other", "nobody has no account here")],
    )
    def test_whoever_it_does_not_know_or_the_bench_does_not(
        self, bench: Any, hub: str, token: str, said: str
    ) -> None:
        with pytest.raises(CredentialError, match=said):
            Workbench.login_from_hub(
                bench.folder, token, settings=using(bench, hub=hub), clock=bench.clock
            )
        refused = [("workbench", Result.REFUSED.value, "jupyterhub")]
        assert logins(bench) == (refused if token == "wrong" else [])  # noqa: S105


class TestProxy:
    def test_whoever_the_proxy_names_is_logged_in(
        self, bench: Any, secret: tuple[Path, str], caplog: pytest.LogCaptureFixture
    ) -> None:
        path, value = secret
        headers = [(USER_HEADER, "operator"), (SECRET_HEADER, value), ("X-Workbench-Role", "admin")]
        with caplog.at_level(logging.WARNING):
            token = Workbench.login_from_proxy(
                bench.folder, headers, settings=using(bench, proxy_secret=path), clock=bench.clock
            )
        assert "X-Workbench-Role was ignored" in caplog.text
        with opened(bench, token) as workbench:
            assert (workbench.actor.name, workbench.actor.role) == ("operator", Role.OPERATOR)
        assert logins(bench) == [("operator", "done", "proxy")]

    @pytest.mark.parametrize("headers", [[], [(USER_HEADER, "operator")]])
    def test_a_request_that_did_not_come_through_it(
        self, bench: Any, secret: tuple[Path, str], headers: list[tuple[str, str]]
    ) -> None:
        with pytest.raises(CredentialError, match="did not come through the proxy"):
            Workbench.login_from_proxy(
                bench.folder,
                headers,
                settings=using(bench, proxy_secret=secret[0]),
                clock=bench.clock,
            )
        assert logins(bench) == [("workbench", "refused", "proxy")]

    def test_a_secret_must_be_named_and_be_there(self, bench: Any, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="WORKBENCH_LOGIN__PROXY_SECRET"):
            Workbench.login_from_proxy(bench.folder, [], settings=bench.settings, clock=bench.clock)
        with pytest.raises(KeyStoreError, match="is not there"):
            Workbench.login_from_proxy(
                bench.folder,
                [],
                settings=using(bench, proxy_secret=tmp_path / "none"),
                clock=bench.clock,
            )
