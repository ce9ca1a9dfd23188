"""Fetch one file over HTTP: streamed, resumed where it was cut, checked before it is used."""

from __future__ import annotations

import http
import ssl
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from workbench.errors import DigestMismatchError
from workbench.faces.artefacts.addresses import shown, split_login
from workbench.faces.artefacts.digest import file_digest
from workbench.faces.artefacts.placing import PARTIAL, as_output_error
from workbench.faces.artefacts.progress import ProgressCallback, silent

__all__ = ["Downloader", "UnreachableError", "Wanted"]

_MAX_PAGE = 32 << 20
_MAX_FILE = 2 << 30
_TOO_MANY = 429
_SERVER_ERROR = 500


class UnreachableError(Exception):
    """An address did not give the file; the message says why and holds no credential."""


class _Cut(Exception):  # noqa: N818 - not an error yet: it is tried again
    """The connection ended before the file did."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is fetched.

    Attributes:
        url: its address; a login in it is sent, and never shown.
        sha256: the digest it must have.
        size: its length in bytes, or `None` where it is not known.
        subject: what to call it in messages and progress.
    """

    url: str
    sha256: str
    size: int | None
    subject: str


@dataclass(frozen=True, slots=True)
class Downloader:
    """Fetches files and pages.

    Attributes:
        progress: told of every block.
        certificates: further authorities to trust, as pip is configured.
        attempts: how often a cut or refused connection is tried in all.
        pause_s: wait before the second attempt, doubled before each further one.
        timeout: seconds to connect, and to wait for the next bytes.
    """

    progress: ProgressCallback = silent
    certificates: Path | None = None
    attempts: int = 3
    pause_s: float = 0.5
    timeout: httpx.Timeout = field(default_factory=lambda: httpx.Timeout(30.0, connect=8.0))

    def page(self, url: str) -> tuple[bytes, str, str]:
        """Return content, content type and final address of a page of a package index.

        Raises:
            UnreachableError: when the server does not give it.
        """
        accept = (
            "application/vnd.pypi.simple.v1+json, "
            "application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
        )
        bare, login = split_login(url)
        failure = ""
        for attempt in range(self.attempts):
            self._wait(attempt)
            try:
                with (
                    self._client(login) as client,
                    client.stream("GET", bare, headers={"Accept": accept}) as response,
                ):
                    if not _again(response.status_code):
                        _require_success(response)
                        content = b""
                        for block in response.iter_bytes():
                            content += block
                            if len(content) > _MAX_PAGE:
                                msg = f"its page is larger than {_MAX_PAGE} bytes"
                                raise UnreachableError(msg)
                        kind = response.headers.get("content-type", "text/html")
                        return content, kind, str(response.url)
                    failure = _status(response)
            except httpx.HTTPError as error:
                failure = _reason(error)
        raise UnreachableError(failure)

    def fetch(self, wanted: Wanted, partial: Path) -> None:
        """Write the file to `partial`, whole and of the right digest.

        What an earlier, cut attempt left in `partial` is continued where the server can; where
        it cannot, or where the joined file has another digest, it starts again from nothing.

        Raises:
            UnreachableError: when the server does not give it; what came stays in `partial`.
            DigestMismatchError: when its bytes are others; `partial` is removed.
            OutputError: when it cannot be written; `partial` is removed.
        """
        assert partial.suffix == PARTIAL  # noqa: S101 - never the place itself
        resumed = _length(partial) > 0
        self._fetch_whole(wanted, partial)
        found = file_digest(partial)
        if found != wanted.sha256 and resumed:
            # The rest may belong to another version of the file than its beginning.
            partial.unlink()
            self._fetch_whole(wanted, partial)
            found = file_digest(partial)
        if found != wanted.sha256:
            partial.unlink()
            subject = f"{wanted.subject} from {shown(wanted.url)}"
            raise DigestMismatchError(subject, wanted.sha256, found)

    def _fetch_whole(self, wanted: Wanted, partial: Path) -> None:
        failure = ""
        for attempt in range(self.attempts):
            self._wait(attempt)
            try:
                self._fetch_rest(wanted, partial)
            except (_Cut, httpx.HTTPError) as error:
                failure = _reason(error)
            else:
                return
        raise UnreachableError(failure)

    def _fetch_rest(self, wanted: Wanted, partial: Path) -> None:
        """Ask for what `partial` lacks, and add it."""
        start = _length(partial)
        limit = _MAX_FILE if wanted.size is None else wanted.size
        if wanted.size is not None and start >= wanted.size:
            if start == wanted.size:
                return
            partial.unlink()
            start = 0
        bare, login = split_login(wanted.url)
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        with self._client(login) as client, client.stream("GET", bare, headers=headers) as response:
            if response.status_code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                partial.unlink(missing_ok=True)
                msg = "the server could not continue; starting again"
                raise _Cut(msg)
            if _again(response.status_code):
                raise _Cut(_status(response))
            _require_success(response)
            continued = response.status_code == http.HTTPStatus.PARTIAL_CONTENT
            if continued and not _continues(response, start):
                partial.unlink(missing_ok=True)
                msg = "the server continued at another place; starting again"
                raise _Cut(msg)
            self._receive(response, wanted, partial, start if continued else 0, limit)

    def _receive(
        self, response: httpx.Response, wanted: Wanted, partial: Path, start: int, limit: int
    ) -> None:
        remaining = response.headers.get("content-length", "")
        total = start + int(remaining) if remaining.isdigit() else wanted.size
        done = start
        try:
            with as_output_error(partial), partial.open("r+b" if start else "wb") as file:
                file.seek(start)
                self.progress(wanted.subject, done, total)
                for block in response.iter_raw():
                    done += len(block)
                    if done > limit:
                        break
                    file.write(block)
                    self.progress(wanted.subject, done, total)
        except Exception as error:
            if not isinstance(error, httpx.HTTPError):
                partial.unlink(missing_ok=True)
            raise
        if done > limit:
            partial.unlink(missing_ok=True)
            msg = f"the server sends more than the {limit} bytes the file has"
            raise UnreachableError(msg)
        if total is not None and done < total:
            msg = f"the connection ended after {done} of {total} bytes"
            raise _Cut(msg)

    def _client(self, login: tuple[str, str] | None) -> httpx.Client:
        # A login travels as a header, so that no address with one is ever logged.
        auth = httpx.BasicAuth(*login) if login else None
        return httpx.Client(
            auth=auth,
            timeout=self.timeout,
            follow_redirects=True,
            verify=_trust(self.certificates),
            headers={"User-Agent": "lfr-workbench"},
        )

    def _wait(self, attempt: int) -> None:
        if attempt:
            time.sleep(self.pause_s * 2 ** (attempt - 1))


def _trust(certificates: Path | None) -> ssl.SSLContext:
    """Return a context that trusts httpx's, the system's and the configured authorities."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    if certificates is not None and certificates.is_dir():
        context.load_verify_locations(capath=certificates)
    elif certificates is not None and certificates.is_file():
        context.load_verify_locations(cafile=certificates)
    return context


def _length(partial: Path) -> int:
    return partial.stat().st_size if partial.is_file() else 0


def _continues(response: httpx.Response, start: int) -> bool:
    span: str = response.headers.get("content-range", "")
    return span.startswith(f"bytes {start}-")


def _again(status: int) -> bool:
    return status == _TOO_MANY or status >= _SERVER_ERROR


def _require_success(response: httpx.Response) -> None:
    if not response.is_success:
        raise UnreachableError(_status(response))


def _status(response: httpx.Response) -> str:
    return f"the server answered {response.status_code} {response.reason_phrase}".rstrip()


def _reason(error: Exception) -> str:
    return shown(str(error)) or type(error).__name__
