"""The one gate of managers' pages: who asks, and whether they may have what they ask for.

Every request passes it before anything else is known of it, an unknown address as much as a page, a
static file as much as the socket of a kernel. What is not named here is not there.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote

from tornado.web import create_signed_value, decode_signed_value

from widgets.dashboard_pages import PAGES, may_open
from workbench.errors import CredentialError
from workbench.governance.roles import Role
from workbench.identity.proxied_role import role_from_headers
from workbench.identity.proxy import ProxySecret

__all__ = ["COOKIE_DAYS", "Gate", "KernelOwner", "Refused", "Viewer", "check_where_from"]

COOKIE_DAYS: Final = 0.5
"""How long a browser that came with the token is known: 12 hours."""

_KERNEL: Final = re.compile(r"/api/kernels/([0-9a-f-]{36})(/channels)?")
_SHUTDOWN: Final = re.compile(r"/voila/api/shutdown/([0-9a-f-]{36})")
_PAGE: Final = re.compile(r"/voila/render/([A-Za-z0-9_]+)\.ipynb")
_PROGRAMS: Final = (
    "/voila/static/",
    "/voila/templates/",
    "/voila/labextensions/",
    "/voila/api/themes/",
)
"""Programs and style sheets of Jupyter and Voila, the same for everybody who is let in."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks.

    Attributes:
        name: their account at the proxy, or a random name of their browser's session.
        role: in which role.
        came_with_token: whether this very request bears the token, which then goes from the
            address.
    """

    name: str
    role: Role
    came_with_token: bool = False


@dataclass(frozen=True, slots=True)
class KernelOwner:
    """Whose a kernel is.

    Attributes:
        viewer: name of who opened the page.
        page: name of the page.
    """

    viewer: str
    page: str


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """A request that gets nothing.

    Attributes:
        status: of the answer.
        words: what to tell whoever asked.
    """

    def __init__(self, status: HTTPStatus, words: str) -> None:
        """Take status and words."""
        super().__init__(words)
        self.status = status
        self.words = words


class Gate:
    """Knows viewers and what each may have."""

    def __init__(
        self,
        *,
        token: str | None,
        proxy: ProxySecret | None,
        role: Role,
        port: Callable[[], int],
        owner: Callable[[str], KernelOwner | None],
    ) -> None:
        """Take what lets in, and what tells whose a kernel is.

        Args:
            token: what a first request bears; `None` where a proxy lets in.
            proxy: what the proxy shows; `None` where a token lets in.
            role: of whoever comes with the token.
            port: that the server listens on; cookies of one host are shared by all its ports.
            owner: of a kernel by its id.
        """
        self._token = token
        self._proxy = proxy
        self._role = role
        self._port = port
        self._owner = owner
        self.cookie_secret = secrets.token_bytes(32)

    @property
    def cookie_name(self) -> str:
        """Name of the cookie of a session."""
        return f"workbench-pages-{self._port()}"

    def cookie_for(self, viewer: Viewer) -> bytes:
        """Return what a browser is to keep of who it is; nobody can make one without the secret."""
        said = json.dumps({"name": viewer.name})
        return create_signed_value(self.cookie_secret, self.cookie_name, said)

    def viewer(self, request: Any) -> Viewer:  # noqa: ANN401 - tornado's HTTPServerRequest
        """Return who asks.

        Raises:
            Refused: when that is nobody who is let in.
        """
        if self._proxy is not None:
            try:
                found = role_from_headers(request.headers.get_all(), self._proxy)
            except CredentialError as error:
                raise Refused(HTTPStatus.FORBIDDEN, str(error)) from None
            return Viewer(found.account, found.role)
        given = request.query_arguments.get("token", [])
        if len(given) == 1 and hmac.compare_digest(given[0], str(self._token).encode()):
            known = self._by_cookie(request.cookies)
            name = known.name if known else f"browser-{secrets.token_hex(16)}"
            return Viewer(name, self._role, came_with_token=True)
        if not given and (known := self._by_cookie(request.cookies)):
            return known
        words = (
            "nothing is shown without the token. Open the address that `workbench dashboard` "
            "printed when it started, whole."
        )
        raise Refused(HTTPStatus.FORBIDDEN, words)

    def check(self, viewer: Viewer, method: str, path: str) -> None:
        """Let a viewer have what an address names, or not.

        Raises:
            Refused: when their role may not, when it is of somebody else, or there is no such
                thing.
        """
        plain = unquote(path)
        if method in {"GET", "HEAD"}:
            if plain == "/":
                return
            if plain.startswith(_PROGRAMS) and ".." not in plain.split("/"):
                return
            if found := _PAGE.fullmatch(plain):
                self._check_page(viewer, found[1])
                return
            if found := _KERNEL.fullmatch(plain):
                self._check_kernel(viewer, found[1])
                return
        if method == "POST" and (found := _SHUTDOWN.fullmatch(plain)):
            self._check_kernel(viewer, found[1])
            return
        raise Refused(HTTPStatus.NOT_FOUND, "there is nothing at this address.")

    def _check_page(self, viewer: Viewer, name: str) -> None:
        if not any(page.name == name for page in PAGES):
            raise Refused(HTTPStatus.NOT_FOUND, "there is no such page.")
        if not may_open(viewer.role, name):
            words = f"{viewer.role.phrase} does not open this page. Go back to the list of pages."
            raise Refused(HTTPStatus.FORBIDDEN, words)

    def _check_kernel(self, viewer: Viewer, kernel: str) -> None:
        owner = self._owner(kernel)
        # The same words for a kernel of somebody else and for none: nobody learns which there are.
        if owner is None or owner.viewer != viewer.name or not may_open(viewer.role, owner.page):
            raise Refused(HTTPStatus.NOT_FOUND, "there is no such page open for you.")

    def _by_cookie(self, cookies: Mapping[str, Any] | None) -> Viewer | None:
        if not cookies or self.cookie_name not in cookies:
            return None
        said = decode_signed_value(
            self.cookie_secret,
            self.cookie_name,
            cookies[self.cookie_name].value,
            max_age_days=COOKIE_DAYS,
        )
        return None if said is None else Viewer(json.loads(said)["name"], self._role)


def check_where_from(headers: Mapping[str, str], path: str) -> None:
    """Let a browser open a page, and no other site in its name: each that is opened is a kernel.

    Browsers say of each request what it is for and which site asks (Fetch Metadata, W3C); what is
    no browser says nothing and is let pass.

    Args:
        headers: of the request.
        path: of it.

    Raises:
        Refused: when a page is asked for by another site, or for anything than to be shown.
    """
    if _PAGE.fullmatch(unquote(path)) is None:
        return
    if headers.get("Sec-Fetch-Dest", "document") != "document":
        words = "this page is opened by itself, and in no other page."
        raise Refused(HTTPStatus.FORBIDDEN, words)
    if headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        words = (
            "another site asked for this page. Open its address directly, or come from the list of "
            "pages."
        )
        raise Refused(HTTPStatus.FORBIDDEN, words)
