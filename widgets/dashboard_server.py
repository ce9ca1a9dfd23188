"""The server of managers' pages: Voila, with one gate before everything it has."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any, ClassVar, Final

import tornado.web
from tornado.httputil import HTTPServerRequest
from traitlets.config import Config
from voila.app import Voila

from widgets import dashboard_handlers as handlers
from widgets.dashboard_access import Gate, KernelOwner, Refused, check_where_from
from widgets.dashboard_kernels import Claims, PageKernel, PageKernels, PageKernelSpecs
from widgets.dashboard_messages import ALLOWED, LARGEST, PageConnection
from widgets.dashboard_pages import PAGES, pages_of
from widgets.dashboard_settings import ServerSettings
from workbench.identity.proxy import ProxySecret, strip

__all__ = ["PagesApplication", "PagesServer"]

_KERNEL_ID: Final = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"
_TEMPLATE: Final = "managers"
_EXTENSIONS: Final = (
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
    "jupyterlab-plotly",
)
"""What draws widgets; nothing else of what is installed for JupyterLab is of use to a page."""
_POLICY: Final = (
    "default-src 'none'; "
    # Voila writes lines of its own into the page; modules of widgets come as blobs.
    "script-src 'self' 'unsafe-inline' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Server": "workbench",
}


class _Headers:
    """Puts what a browser is to keep to on every answer, whatever its handler set."""

    def __init__(self, request: HTTPServerRequest) -> None:
        """Note whether it is a program of Jupyter, which holds no figure and may be kept."""
        self._is_program = request.path.startswith("/voila/") and not request.path.startswith(
            "/voila/render/"
        )

    def transform_first_chunk(
        self,
        status_code: int,
        headers: Any,  # noqa: ANN401 - tornado's HTTPHeaders
        chunk: bytes,
        finishing: bool,  # noqa: FBT001, ARG002 - the signature of tornado
    ) -> tuple[int, Any, bytes]:
        """Set them on the way out."""
        for name, value in _HEADERS.items():
            headers[name] = value
        headers["Cache-Control"] = "private, no-cache" if self._is_program else "no-store"
        return status_code, headers, chunk

    def transform_chunk(
        self,
        chunk: bytes,
        finishing: bool,  # noqa: FBT001, ARG002 - the signature of tornado
    ) -> bytes:
        """Leave what follows as it is."""
        return chunk


class PagesApplication(tornado.web.Application):
    """Asks the gate before it looks for a handler."""

    gate: Gate

    def find_handler(self, request: HTTPServerRequest, **options: Any) -> Any:  # noqa: ANN401
        """Return what answers: a refusal, or the handler of the address."""
        try:
            viewer = self.gate.viewer(request)
            self.gate.check(viewer, str(request.method), request.path)
            if not viewer.came_with_token:
                check_where_from(request.headers, request.path)
        except Refused as refused:
            answer = {"status": refused.status, "words": refused.words}
            return self.get_handler_delegate(request, handlers.RefusingHandler, answer)
        request.viewer = viewer  # type: ignore[attr-defined]
        # What only the proxy may say has been read; no handler and no kernel is to see it.
        left = {name for name, _ in strip(request.headers.get_all())}
        for name in [one for one in request.headers if one not in left]:
            del request.headers[name]
        if viewer.came_with_token:
            return self.get_handler_delegate(
                request, _WithoutToken, {"cookie": self.gate.cookie_for(viewer)}
            )
        return super().find_handler(request, **options)


class _WithoutToken(tornado.web.RequestHandler):
    """Lets a browser keep who it is, and sends it to the same address without the token."""

    def initialize(self, cookie: bytes) -> None:
        """Take what it is to keep."""
        self._cookie = cookie

    def get(self) -> None:
        """Send it on.

        A browser that another page sent here (the file that the command opened, for one) would not
        show what it is to keep at an address that this answer alone names: this page sends it on.
        """
        application: Any = self.application
        self.set_cookie(
            application.gate.cookie_name,
            self._cookie.decode("ascii"),
            httponly=True,
            samesite="Strict",
            path="/",
        )
        if self.request.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}:
            self.redirect(self.request.path, status=303)
            return
        path = escape(self.request.path)
        self.finish(
            f'<!doctype html><meta http-equiv="refresh" content="0; url={path}">'
            f"<title>Managers' pages</title><a href=\"{path}\">Managers' pages</a>\n"
        )


class PagesServer(Voila):
    """Voila for managers' pages alone, configured by nothing but its settings."""

    name = "voila"
    config_file_paths: ClassVar[Iterable[str]] = []

    def __init__(self, pages: ServerSettings) -> None:
        """Take the settings."""
        super().__init__()
        self.pages = pages
        self.claims = Claims()
        self.gate = Gate(
            token=pages.token.get_secret_value() if pages.token else None,
            proxy=ProxySecret.load(pages.proxy_secret) if pages.proxy_secret else None,
            role=pages.role,
            port=lambda: self.port,
            owner=self._owner,
        )

    def configure(self) -> None:
        """Set Voila up; nothing is read of a folder of settings or of the command line."""
        self.update_config(_config(self.pages))
        # A checkout has its templates beside its packages; what is installed has them in the
        # environment. Those of a user's own folders are not asked for.
        beside = Path(__file__).parents[1] / "share" / "jupyter"
        os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
        os.environ["JUPYTER_PATH"] = str(beside) if beside.is_dir() else ""
        self.root_dir = str(self.pages.notebooks)
        self.connection_dir = str(self.pages.folder / "kernels")
        os.makedirs(self.connection_dir, mode=0o700, exist_ok=True)  # noqa: PTH103 - with its mode
        self.identity_provider_class = handlers.ViewerIdentity
        self.kernel_websocket_connection_class = PageConnection
        self.cookie_secret = self.gate.cookie_secret
        self.ip, self.port = self.pages.host, self.pages.port
        self.open_browser = False
        self.initialize([])

    def application(self) -> PagesApplication:
        """Return the application, kernels that wait ready being on their way."""
        settings = self.init_settings() | {
            # A page of another site that has a name for this address brings no token and no cookie.
            "allow_remote_access": self.pages.proxy_secret is not None
            or not self.pages.is_on_loopback,
            "log_function": lambda _: None,  # addresses may name what somebody looks at
            "websocket_max_message_size": LARGEST,
            "xsrf_cookies": True,
            "xsrf_cookie_kwargs": {"samesite": "Strict", "path": "/"},
        }
        self.kernel_manager.allowed_message_types = list(ALLOWED)
        self.app = PagesApplication(**settings)
        self.app.gate = self.gate
        transforms: list[Any] = self.app.transforms
        transforms.append(_Headers)
        self.app.add_handlers(".*$", self.init_handlers())
        return self.app

    def init_handlers(self) -> list[Any]:
        """Return every address there is."""
        voila = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        page = voila | {
            "claims": self.claims,
            "most": self.pages.most_kernels,
            "most_of_one": self.pages.most_of_one,
        }
        static = {"paths": self.static_paths, "default_filename": None}
        found = {"path": self.labextensions_path, "no_cache_paths": ["/"]}
        themes = found | {
            "themes_url": "/voila/api/themes",
            "path": self.themes_dir,
            "labextensions_path": self.labextensions_path,
        }
        return [
            (r"/", handlers.LandingHandler, {"snapshot": self.pages.snapshot}),
            (r"/voila/render/(.*)", handlers.PageHandler, page),
            (rf"/api/kernels/{_KERNEL_ID}", handlers.KernelHandler),
            (rf"/api/kernels/{_KERNEL_ID}/channels", handlers.KernelSocket),
            (r"/voila/api/shutdown/(.*)", handlers.ShutdownHandler),
            (r"/voila/templates/(.*)", handlers.TemplatePrograms),
            (r"/voila/static/(.*)", handlers.Programs, static),
            (r"/voila/labextensions/(.*)", handlers.LabExtensions, found),
            (r"/voila/api/themes/(.*)", handlers.Themes, themes),
        ]

    def _owner(self, kernel: str) -> KernelOwner | None:
        return self.claims.owner(kernel) if kernel in self.kernel_manager else None


def _not_preheated(pages: ServerSettings) -> str:
    """Return a pattern of notebooks for which no kernel waits: all but those that are opened."""
    opened = PAGES if pages.token is None else pages_of(pages.role)
    names = "|".join(re.escape(page.notebook) for page in opened)
    return rf"(?!(?:{re.escape(str(pages.notebooks))}/)?(?:{names})$)"


def _config(pages: ServerSettings) -> Config:
    return Config(
        {
            "VoilaConfiguration": {
                "template": _TEMPLATE,
                "theme": "light",
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "strip_sources": True,
                "show_tracebacks": False,
                "file_allowlist": [],
                "http_header_envs": [],
                "extension_allowlist": list(_EXTENSIONS),
                "preheat_kernel": pages.preheat,
                "default_pool_size": 1,
                "multi_kernel_manager_class": PageKernels,
                "kernel_spec_manager_class": PageKernelSpecs,
            },
            "MultiKernelManager": {"kernel_manager_class": f"{PageKernel.__module__}.PageKernel"},
            "VoilaKernelManager": {"preheat_denylist": [_not_preheated(pages)]},
            # A kernel that was started again would know no widget of its page.
            "KernelManager": {"autorestart": False},
            "MappingKernelManager": {
                "cull_idle_timeout": pages.cull_s,
                "cull_interval": pages.cull_every_s,
                "cull_connected": False,
                # What a closed tab would have been told is kept for nobody.
                "buffer_offline_messages": False,
            },
        }
    )
