"""What a Jupyter server does differently where the workbench is installed: a server extension.

Notebooks are saved without pictures, no answer is kept by a browser or a proxy, what only a reverse
proxy may say of who asks reaches no handler and no kernel, deleted files do not go to a trash
folder, and the server's memory is not dumped.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Final

from widgets.saving import strip_pictures, strip_saved
from workbench.hygiene import harden_process
from workbench.identity.proxy import strip

__all__ = ["NoStore", "WithoutProxyHeaders", "guard_contents", "guard_requests", "guard_responses"]

NO_STORE: Final = "no-store"
_OWN_FILES: Final = (
    "static/",
    "lab/extensions/",
    "lab/api/themes/",
    "voila/static/",
    "voila/templates/",
    "voila/labextensions/",
)
"""Programs and style sheets of Jupyter and Voila, below the server's base address: no face."""


def guard_contents(manager: Any) -> None:  # noqa: ANN401 - any contents manager
    """Let a contents manager save notebooks without pictures, whatever hook it has already."""
    manager.register_pre_save_hook(strip_pictures)
    manager.register_post_save_hook(strip_saved)
    # In a trash folder a deleted file would outlive every purge. Who configured it decides.
    if hasattr(manager, "delete_to_trash") and not _configured(manager, "delete_to_trash"):
        manager.delete_to_trash = False


def guard_requests(web_app: Any) -> None:  # noqa: ANN401 - a tornado application
    """Take the headers by which a reverse proxy says who asks out of every request to a server.

    They are for the service that logs people in. A kernel that Voila hands its request's headers
    would read the secret of the proxy, and could be anybody.
    """
    web_app.transforms.insert(0, WithoutProxyHeaders)


def guard_responses(web_app: Any) -> None:  # noqa: ANN401 - a tornado application
    """Let every answer of a server say that nobody may keep it, but for Jupyter's own files."""
    base = str(web_app.settings.get("base_url", "/"))

    class _NoStore(NoStore):
        own = tuple(base + prefix for prefix in _OWN_FILES)

    web_app.transforms.append(_NoStore)


class _Transform:
    """A `tornado.web.OutputTransform` that changes nothing of an answer.

    Tornado makes one for each request, ahead of its handler.
    """

    def transform_first_chunk(
        self,
        status_code: int,
        headers: MutableMapping[str, str],
        chunk: bytes,
        finishing: bool,  # noqa: FBT001, ARG002 - the signature of tornado
    ) -> tuple[int, MutableMapping[str, str], bytes]:
        """Leave the answer as it is."""
        return status_code, headers, chunk

    def transform_chunk(
        self,
        chunk: bytes,
        finishing: bool,  # noqa: FBT001, ARG002 - the signature of tornado
    ) -> bytes:
        """Leave what follows as it is."""
        return chunk


class WithoutProxyHeaders(_Transform):
    """Takes headers that only a proxy may set out of a request, before its handler is made."""

    def __init__(self, request: Any) -> None:  # noqa: ANN401 - tornado's HTTPServerRequest
        """Leave the request without them."""
        left = {name for name, _ in strip(request.headers.get_all())}
        for name in [one for one in request.headers if one not in left]:
            del request.headers[name]


class NoStore(_Transform):
    """Puts `Cache-Control: no-store` (RFC 9111, 5.2.2.5) on an answer, whatever its handler set.

    Attributes:
        own: beginnings of paths that may be kept.
    """

    own: tuple[str, ...] = ()

    def __init__(self, request: Any) -> None:  # noqa: ANN401 - tornado's HTTPServerRequest
        """Note whether the request is for one of Jupyter's own files."""
        self._kept = str(request.path).startswith(self.own)

    def transform_first_chunk(
        self,
        status_code: int,
        headers: MutableMapping[str, str],
        chunk: bytes,
        finishing: bool,  # noqa: FBT001, ARG002 - the signature of tornado
    ) -> tuple[int, MutableMapping[str, str], bytes]:
        """Set the header on the way out."""
        if not self._kept:
            headers["Cache-Control"] = NO_STORE
        return status_code, headers, chunk


def _configured(manager: Any, name: str) -> bool:  # noqa: ANN401 - any contents manager
    """Return whether a configuration names a trait of a contents manager."""
    sections = (kind.__name__ for kind in type(manager).__mro__)
    return any(name in manager.config.get(section, {}) for section in sections)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "widgets.serving"}]


def _load_jupyter_server_extension(server_app: Any) -> None:  # noqa: ANN401 - Jupyter calls it
    guard_contents(server_app.contents_manager)
    guard_responses(server_app.web_app)
    guard_requests(server_app.web_app)
    for note in harden_process():
        server_app.log.warning(note)
