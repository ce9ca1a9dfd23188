"""A small web server, small packages and the real artefacts, for the tests of this folder."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from workbench.errors import ArtefactUnavailableError
from workbench.faces.artefacts import Artefact, ArtefactKind, ArtefactStore, Catalogue
from workbench.faces.artefacts.artefact import (
    Cache,
    GivenFile,
    PackageMember,
    Source,
    Upstream,
)
from workbench.faces.artefacts.download import Downloader
from workbench.settings import Settings

MEMBER = b"weights " * 1000
SETUP = "from pathlib import Path\nPath({marker!r}).write_text('it was run')\n"


@dataclass
class FileServer:
    """Serves `files` on a loopback port, and fails in the ways that are asked for."""

    files: dict[str, bytes] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    """Bytes after which one answer each is cut, the first answer first."""
    statuses: list[int] = field(default_factory=list)
    """Status that one answer each has in place of the file."""
    login: str | None = None
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0
    dribble_s: float = 0.0
    """Pause between small blocks, so that a download can be caught in the middle."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.requests.append((handler.path, headers))
        if self.login is not None and headers.get("authorization") != self.login:
            handler.send_error(401)
            return
        if self.statuses:
            handler.send_error(self.statuses.pop(0))
            return
        body = self.files.get(handler.path)
        if body is None:
            handler.send_error(404)
            return
        start = 0
        if self.ranges and headers.get("range", "").startswith("bytes="):
            start = int(headers["range"].removeprefix("bytes=").rstrip("-"))
            handler.send_response(206)
            handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        else:
            handler.send_response(200)
        kind = self.kinds.get(handler.path, "application/octet-stream")
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body) - start))
        handler.end_headers()
        rest = body[start:]
        if self.cuts:
            rest = rest[: self.cuts.pop(0)]
        self.send(handler, rest)

    def send(self, handler: BaseHTTPRequestHandler, rest: bytes) -> None:
        stop = threading.Event()
        step = 4096 if self.dribble_s else len(rest) or 1
        try:
            for at in range(0, len(rest), step):
                handler.wfile.write(rest[at : at + step])
                stop.wait(self.dribble_s)
        except OSError:
            handler.close_connection = True


@pytest.fixture
def server() -> Iterator[FileServer]:
    """A server of no files yet."""
    files = FileServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            files.answer(self)

        def log_message(self, *_: object) -> None:
            """Keep the test's output quiet."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    files.port = http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield files
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def downloader() -> Downloader:
    """One that does not wait long before it tries again."""
    return Downloader(pause_s=0.01)


@pytest.fixture
def artefact_of() -> Callable[..., Artefact]:
    """Build a catalogue entry for some bytes."""

    def build(
        content: bytes, *sources: Source, name: str = "weights", known: bool = True
    ) -> Artefact:
        return Artefact(
            name=name,
            kind=ArtefactKind.ENCODER,
            version="1",
            licence="MIT",
            sha256=hashlib.sha256(content).hexdigest() if known else None,
            size=len(content) if known else None,
            filename=f"{name}.bin",
            sources=(GivenFile(), Cache(), *sources),
            description="For a test.",
        )

    return build


@pytest.fixture
def upstream_store(
    tmp_path: Path, downloader: Downloader, artefact_of: Callable[..., Artefact]
) -> Callable[..., ArtefactStore]:
    """Build a store whose one artefact, `weights`, lies at an upstream address."""

    def build(url: str, content: bytes, *, known: bool = True, **options: object) -> ArtefactStore:
        entry = artefact_of(content, Upstream(url), known=known)
        return ArtefactStore(
            tmp_path / "cache",
            catalogue=Catalogue([entry]),
            downloader=downloader,
            **options,  # type: ignore[arg-type]
        )

    return build


@dataclass(frozen=True)
class TinyPackages:
    """A wheel and a source archive that each carry `MEMBER`, and would leave a marker if run."""

    folder: Path
    marker: Path
    wheel: PackageMember
    sdist: PackageMember
    content: bytes = MEMBER


@pytest.fixture
def packages(tmp_path: Path) -> TinyPackages:
    """Two packages in a folder."""
    folder = tmp_path / "packages"
    folder.mkdir()
    marker = tmp_path / "marker"
    setup = SETUP.format(marker=str(marker))
    wheel = folder / "tiny_models-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny/__init__.py", setup)
        archive.writestr("tiny/weights.bin", MEMBER)
        archive.writestr("../../escaped.txt", "out of the folder")
    sdist = folder / "tiny-models-1.0.tar.gz"
    with tarfile.open(sdist, "w:gz") as tar:
        for name, content in (
            ("tiny-models-1.0/setup.py", setup.encode()),
            ("tiny-models-1.0/weights.bin", MEMBER),
            ("../../escaped.txt", b"out of the folder"),
        ):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))

    def member(path: Path, inside: str) -> PackageMember:
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        return PackageMember("Tiny.Models", "1.0", path.name, digest, len(content), inside)

    return TinyPackages(
        folder,
        marker,
        member(wheel, "tiny/weights.bin"),
        member(sdist, "tiny-models-1.0/weights.bin"),
    )


@pytest.fixture
def no_pip_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Configure pip with nowhere to look, whatever the machine has."""
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")


@pytest.fixture(scope="session")
def real_store(settings: Settings) -> ArtefactStore:
    """The real catalogue over the cache of the settings."""
    return ArtefactStore.from_settings(settings)


@pytest.fixture(scope="session")
def real_artefact(real_store: ArtefactStore) -> Callable[[str], Path]:
    """Give a real artefact's file, or skip where it can not be had."""

    def give(name: str) -> Path:
        try:
            return real_store.path(name)
        except ArtefactUnavailableError as error:
            pytest.skip(f"needs the package index: {error}")

    return give
