"""What the server of managers' pages answers with: the list of pages, a page, and its kernel."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import APIHandler, FileFindHandler, JupyterHandler
from jupyterlab_server.themes_handler import ThemesHandler
from tornado import web
from voila.request_info_handler import RequestInfoSocketHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from widgets.dashboard_access import KernelOwner, Viewer
from widgets.dashboard_kernels import Claims, Full, Place
from widgets.dashboard_pages import PAGES, may_open

__all__ = [
    "KernelHandler",
    "KernelSocket",
    "LabExtensions",
    "LandingHandler",
    "PageHandler",
    "Programs",
    "RefusingHandler",
    "ShutdownHandler",
    "TemplatePrograms",
    "Themes",
    "ViewerIdentity",
]

_PATIENCE_S: Final = 120
"""Seconds in which a page has to be there: a kernel that ended is waited for by nobody."""
_TOO_LONG: Final = (
    "This page did not come up in two minutes. Load it again; if it stays so, its log says why."
)


class ViewerIdentity(IdentityProvider):
    """Hands to Jupyter's handlers who passed the gate, and nobody else."""

    def get_user(self, handler: web.RequestHandler) -> User | None:
        """Return who asks, as the gate found."""
        viewer: Viewer | None = getattr(handler.request, "viewer", None)
        return None if viewer is None else User(viewer.name)

    def is_token_authenticated(self, handler: web.RequestHandler) -> bool:  # noqa: ARG002
        """Say that no request is: so each is checked against forgery (XSRF) and for its origin."""
        return False

    @property
    def login_available(self) -> bool:
        """There is no form to log in by."""
        return False

    def get_handlers(self) -> list[tuple[str, object]]:
        """Add no address."""
        return []


class RefusingHandler(web.RequestHandler):
    """Says in a few words why there is nothing, whatever was asked for."""

    def initialize(self, status: HTTPStatus, words: str) -> None:
        """Take what to say."""
        self._status = status
        self._words = words

    async def prepare(self) -> None:
        """Answer at once."""
        self.set_status(self._status)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{self._words[:1].upper()}{self._words[1:]}\n")

    def check_xsrf_cookie(self) -> None:
        """Refuse without it, too."""


class _Plain(JupyterHandler):
    """Says what is wrong in one line; Jupyter's pages for it need programs that are not served."""

    def write_error(self, status_code: int, **_: object) -> None:
        """Say it, and nothing of why."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{HTTPStatus(status_code).phrase}.\n")


class LandingHandler(_Plain):
    """The list of pages: those of the role as links, the others named as not for it."""

    def initialize(self, snapshot: Path) -> None:
        """Take where the time of the newest snapshot stands."""
        self._snapshot = snapshot

    @web.authenticated
    async def get(self) -> None:
        """Show it."""
        viewer = _viewer(self)
        template = self.settings["voila_jinja2_env"].get_template("landing.html.j2")
        self.finish(
            template.render(
                role=viewer.role.value.replace("-", " "),
                pages=[(page, may_open(viewer.role, page.name)) for page in PAGES],
                **_said_of(self._snapshot),
            )
        )


class PageHandler(_Plain, TornadoVoilaHandler):
    """A page. Its kernel belongs to whoever opened it, and to this page."""

    def initialize(self, **options: Any) -> None:  # noqa: ANN401 - those of Voila
        """Take Voila's options, and who keeps whose a kernel is."""
        self._claims: Claims = options.pop("claims")
        self._most: int = options.pop("most")
        self._most_of_one: int = options.pop("most_of_one")
        super().initialize(**options)

    @property
    def kernel_manager(self) -> Any:  # noqa: ANN401 - Voila's kernel manager, made at run time
        """Return the manager, which here notes whose each kernel is that it gives out."""
        return _Claiming(super().kernel_manager, self._claims, self._owner, self._place)

    @web.authenticated
    async def get(self, path: str | None = None) -> None:
        """Show it; what an address has behind its `?` changes nothing and reaches no kernel."""
        _ = self.xsrf_token  # the page gets the word that its end is told with
        self.request.query = ""
        for arguments in (self.request.arguments, self.request.query_arguments):
            arguments.clear()
        self._owner = KernelOwner(_viewer(self).name, Path(str(path)).stem)
        kernels: Any = super().kernel_manager
        await self._claims.forget_dead(kernels)
        try:
            with self._claims.place(
                self._owner.viewer, kernels, most=self._most, most_of_one=self._most_of_one
            ) as self._place:
                await self._show(path)
        except Full as full:
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(f"{full} Close some, or come back in a few minutes.\n")

    async def _show(self, path: str | None) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                page: Any = super()
                await page.get(path)
        except TimeoutError:
            self.finish(f"<p>{_TOO_LONG}</p>")
        # It would keep what was said of each request for ever.
        RequestInfoSocketHandler._cache.clear()  # noqa: SLF001 - Voila has no other way


class _Claiming:
    """A kernel manager for one request: whatever kernel it gives belongs to whoever asks."""

    def __init__(
        self,
        manager: Any,  # noqa: ANN401 - Voila's
        claims: Claims,
        owner: KernelOwner,
        place: Place,
    ) -> None:
        self._manager = manager
        self._claims = claims
        self._owner = owner
        self._place = place

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever Voila asks for
        return getattr(self._manager, name)

    async def get_rendered_notebook(self, **options: Any) -> Any:  # noqa: ANN401 - Voila's
        options.pop("extra_kernel_env_variables", None)
        found = await self._manager.get_rendered_notebook(**options)
        self._claims.claim(found[2], self._owner, self._place)
        return found

    async def start_kernel(self, **options: Any) -> str:  # noqa: ANN401 - likewise
        kernel = str(await self._manager.start_kernel(**options))
        self._claims.claim(kernel, self._owner, self._place)
        return kernel


class KernelHandler(APIHandler):
    """What a page asks of its kernel before it connects: that it is there."""

    @web.authenticated
    async def get(self, kernel_id: str) -> None:
        """Return name and state of the kernel."""
        kernels: Any = self.kernel_manager
        self.finish(json.dumps(kernels.kernel_model(kernel_id)))


class KernelSocket(_Plain, VoilaKernelWebsocketHandler):
    """The websocket of a page's kernel."""


class ShutdownHandler(_Plain, VoilaShutdownKernelHandler):
    """Ends the kernel of a page that was closed; refused without the word against forgery."""


class Programs(MultiStaticFileHandler):
    """Voila's own programs and style sheets."""


class TemplatePrograms(TemplateStaticFileHandler):
    """Those of a template."""

    def parse_url_path(self, url_path: str) -> str:
        """Return the path of a file of a template; anything else is not there."""
        parts = url_path.split("/", 2)
        if len(parts) != 3 or parts[1] != "static":  # noqa: PLR2004 - template, static, the file
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        try:
            return str(super().parse_url_path(url_path))
        except ValueError:
            raise web.HTTPError(HTTPStatus.NOT_FOUND) from None


class LabExtensions(_Plain, FileFindHandler):
    """Programs of the widgets that are installed."""


class Themes(_Plain, ThemesHandler):
    """Themes of JupyterLab."""


def _viewer(handler: web.RequestHandler) -> Viewer:
    """Return who passed the gate with this request."""
    request: Any = handler.request
    viewer: Viewer = request.viewer
    return viewer


def _said_of(snapshot: Path) -> dict[str, str | None]:
    """Return time, name and mark of the newest snapshot, without the libraries that check it."""
    try:
        said = json.loads((snapshot / "snapshot.json").read_bytes())["snapshot"]
        written = str(said.get("read_at") or said["written_at"]).replace("T", " ")[:19]
        return {"written": written, "bench": said.get("bench"), "category": said.get("category")}
    except (OSError, ValueError, KeyError, TypeError):
        return {"written": None, "bench": None, "category": None}
