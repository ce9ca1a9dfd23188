"""Logging in to a bench: who somebody is, established by what the settings name, never claimed.

Each way ends in a credential, signed by the bench, for the account that was established; the role
is looked up when it is used. Whoever logs people in holds the key of the bench, so this runs where
they cannot reach: on a bench that several people share, in the service behind JupyterHub or behind
the proxy, with settings of its own. A team's store needs none of it: there a person is their
connection.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from workbench.bench.context import ADMINISTRATION, SYSTEM, Acting
from workbench.bench.opening import OpenBench, open_bench, who_asks
from workbench.errors import CredentialError, UsageError
from workbench.identity.credentials import USUAL_LIFETIME, CredentialSource, issue
from workbench.identity.hub import from_hub
from workbench.identity.proxy import ProxySecret, from_headers
from workbench.records.audit.verbs import Result, Verb
from workbench.records.moments import utc_now
from workbench.records.store import Clock
from workbench.settings import Settings, load_settings

__all__ = ["LoggingIn"]

_LOGGER: Final = logging.getLogger(__name__)
_DEMONSTRATION: Final = "demonstration"


class LoggingIn:
    """The ways to a credential for `Workbench.open`."""

    @classmethod
    def login(
        cls,
        place: str | Path | None,
        name: str,
        password: str,
        *,
        lifetime: timedelta = USUAL_LIFETIME,
        settings: Settings | None = None,
        clock: Clock = utc_now,
    ) -> str:
        """Return a credential for an account of the users file; hand it to `open`.

        Raises:
            CredentialError: when account or password is wrong, or the account is disabled.
        """
        source = CredentialSource.USERS_FILE
        with _opened(place, settings, clock) as (opened, _):
            with _logged(opened, source):
                account = opened.secrets.users.check(name, password, clock())
            return _logged_in(opened, account, lifetime, source)

    @classmethod
    def login_demonstration(
        cls,
        place: str | Path | None,
        name: str,
        *,
        settings: Settings | None = None,
        clock: Clock = utc_now,
    ) -> str:
        """Return a credential for an account of a demonstration bench; no password is asked.

        Raises:
            CredentialError: when the bench is no demonstration, or has no such account.
        """
        with _opened(place, settings, clock) as (opened, _):
            if opened.store.bench.kind != _DEMONSTRATION:
                msg = (
                    "this bench is no demonstration: log in with a password, workbench login NAME."
                )
                raise CredentialError(msg)
            source = CredentialSource.USERS_FILE
            return _logged_in(opened, name, USUAL_LIFETIME, source, how=_DEMONSTRATION)

    @classmethod
    def login_from_hub(
        cls,
        place: str | Path | None,
        token: str,
        *,
        lifetime: timedelta = USUAL_LIFETIME,
        settings: Settings | None = None,
        clock: Clock = utc_now,
    ) -> str:
        """Return a credential for whoever JupyterHub says that a token is of.

        Args:
            place: of the bench.
            token: that JupyterHub gave the person's server (`JUPYTERHUB_API_TOKEN`).
            lifetime: of the credential.
            settings: of the service that logs people in. They name the address of JupyterHub,
                which is never taken from the environment of a kernel: whoever names it says who
                anybody is.
            clock: tells the time.

        Raises:
            CredentialError: when the Hub cannot be asked, names nobody, or somebody without an
                account here.
            UsageError: when the settings name no Hub.
        """
        with _opened(place, settings, clock) as (opened, used):
            if used.login.hub is None:
                msg = (
                    "the settings do not name the API of JupyterHub. Set WORKBENCH_LOGIN__HUB "
                    "where people are logged in; JUPYTERHUB_API_URL is not taken, since every "
                    "kernel can set it."
                )
                raise UsageError(msg)
            source = CredentialSource.JUPYTERHUB
            with _logged(opened, source):
                account = from_hub(token, used.login.hub, certificates=used.login.hub_certificates)
            return _logged_in(opened, account, lifetime, source)

    @classmethod
    def login_from_proxy(
        cls,
        place: str | Path | None,
        headers: Iterable[tuple[str, str]],
        *,
        lifetime: timedelta = USUAL_LIFETIME,
        settings: Settings | None = None,
        clock: Clock = utc_now,
    ) -> str:
        """Return a credential for whoever a reverse proxy says is asking.

        Args:
            place: of the bench.
            headers: of the request, all of them, a repeated one repeated.
            lifetime: of the credential.
            settings: of the service that logs people in; they name the file of the secret that the
                proxy shows.
            clock: tells the time.

        Raises:
            CredentialError: when the request did not come through the proxy, or names nobody who
                has an account here.
            KeyStoreError: when the file of the secret cannot be used.
            UsageError: when the settings name none.
        """
        with _opened(place, settings, clock) as (opened, used):
            if used.login.proxy_secret is None:
                msg = (
                    "the settings do not name the secret that the proxy shows. Set "
                    "WORKBENCH_LOGIN__PROXY_SECRET to its file where people are logged in."
                )
                raise UsageError(msg)
            secret = ProxySecret.load(used.login.proxy_secret)
            source = CredentialSource.PROXY
            with _logged(opened, source):
                user = from_headers(headers, secret)
            if user.note:
                _LOGGER.warning("%s", user.note)
            return _logged_in(opened, user.account, lifetime, source)


@contextmanager
def _opened(
    place: str | Path | None, settings: Settings | None, clock: Clock
) -> Iterator[tuple[OpenBench, Settings]]:
    used = settings or load_settings()
    opened = open_bench(used.bench if place is None else str(place), used, clock)
    try:
        yield opened, used
    finally:
        opened.secrets.keys.forget()
        opened.store.close()


@contextmanager
def _logged(opened: OpenBench, source: CredentialSource) -> Iterator[None]:
    """Log that somebody failed to log in; not the name, in whose place people type passwords."""
    try:
        yield
    except CredentialError:
        if opened.store.through is None:
            with opened.store.writing() as writing:
                acting = Acting(writing, SYSTEM, "system", ADMINISTRATION)
                acting.log(Verb.LOGIN, result=Result.REFUSED, details={"source": source.value})
        raise


def _logged_in(
    opened: OpenBench,
    account: str,
    lifetime: timedelta,
    source: CredentialSource,
    *,
    how: str | None = None,
) -> str:
    """Return a credential for an account whose person was established, and log that."""
    token = issue(
        opened.secrets.credentials,
        bench=opened.store.bench.id,
        actor=account,
        source=source,
        now=opened.store.clock(),
        lifetime=lifetime,
    )
    actor, _ = who_asks(opened, token)
    with opened.store.writing() as writing:
        acting = Acting(writing, actor.name, actor.role.value, ADMINISTRATION)
        acting.log(Verb.LOGIN, details={"source": how or source.value})
    return token
