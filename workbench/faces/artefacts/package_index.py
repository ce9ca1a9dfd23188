"""Find one package file by its exact name, and bring it here unopened."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pypi_simple import ProjectPage, UnsupportedRepoVersionError

from workbench.errors import ArtefactError, ArtefactUnavailableError, DigestMismatchError
from workbench.faces.artefacts.addresses import (
    inherit_login,
    is_local,
    local_path,
    shown,
)
from workbench.faces.artefacts.artefact import PackageMember
from workbench.faces.artefacts.digest import file_digest
from workbench.faces.artefacts.download import Downloader, UnreachableError, Wanted
from workbench.faces.artefacts.pip_config import PackagePlaces

__all__ = ["PackageFinder"]

_INDEX_PAGE = "index.html"


@dataclass(frozen=True, slots=True)
class _Listed:
    """A file of the right name: its address, and the digest that its page states, if any."""

    url: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class PackageFinder:
    """Looks for package files where pip would.

    Attributes:
        places: where to look, in order.
        downloader: fetches pages and files.
        offline: leave out every place that needs the network.
    """

    places: PackagePlaces
    downloader: Downloader
    offline: bool = False

    def bring(self, wanted: PackageMember, partial: Path) -> Path:
        """Return a checked copy of the package: a local file where it lies, else `partial`.

        Args:
            wanted: which package; its member plays no part here.
            partial: where to download to; a cut download there is continued.

        Raises:
            ArtefactUnavailableError: when no place has it; every one tried is named.
            DigestMismatchError: when a place has a file of that name with other bytes, and no
                place has the right one.
        """
        tried: list[str] = []
        mismatch: DigestMismatchError | None = None
        for place, package in self._candidates(wanted, tried):
            try:
                return self._take(wanted, package, partial)
            except DigestMismatchError as error:
                mismatch = error
                tried.append(f"{shown(place)}: other bytes")
            except (UnreachableError, ArtefactError) as error:
                tried.append(f"{shown(place)}: {shown(str(error))}")
        if mismatch is not None:
            raise mismatch
        msg = f"{wanted.filename} was not found. Tried {'; '.join(tried) or 'nothing'}."
        raise ArtefactUnavailableError(msg)

    def _take(self, wanted: PackageMember, package: _Listed, partial: Path) -> Path:
        url = package.url
        if package.sha256 not in {None, wanted.package_sha256}:
            # The page itself states other bytes: no need to fetch them.
            raise DigestMismatchError(shown(url), wanted.package_sha256, str(package.sha256))
        if not is_local(url):
            self.downloader.fetch(
                Wanted(url, wanted.package_sha256, wanted.package_size, wanted.filename), partial
            )
            return partial
        path = local_path(url)
        found = file_digest(path)
        if found != wanted.package_sha256:
            raise DigestMismatchError(str(path), wanted.package_sha256, found)
        return path

    def _candidates(self, wanted: PackageMember, tried: list[str]) -> Iterator[tuple[str, _Listed]]:
        """Give place and address of every file of the right name; note the places without."""
        pages = [(place, place, True) for place in self.places.find_links]
        project = re.sub(r"[-_.]+", "-", wanted.project).lower()
        pages += [
            (index, f"{index.rstrip('/')}/{project}/", False) for index in self.places.indexes
        ]
        for place, address, is_links in pages:
            if self.offline and not is_local(address):
                tried.append(f"{shown(place)}: offline")
                continue
            try:
                listed = self._listed(wanted, address, is_links=is_links)
            except (UnreachableError, OSError, ValueError, UnsupportedRepoVersionError) as error:
                reason = error.strerror if isinstance(error, OSError) else str(error)
                tried.append(f"{shown(place)}: {shown(reason or type(error).__name__)}")
                continue
            if not listed:
                tried.append(f"{shown(place)}: not listed there")
            for package in listed:
                yield place, package

    def _listed(self, wanted: PackageMember, address: str, *, is_links: bool) -> list[_Listed]:
        """Return the addresses of the file on one page, a folder being a page of its files."""
        if is_local(address):
            path = local_path(address)
            if path.is_dir() and is_links:
                file = path / wanted.filename
                return [_Listed(file.resolve().as_uri(), None)] if file.is_file() else []
            path = path / _INDEX_PAGE if path.is_dir() else path
            base = path.resolve().as_uri()
            page = ProjectPage.from_html(wanted.project, path.read_bytes(), base_url=base)
        else:
            content, kind, final = self.downloader.page(address)
            page = _parse(wanted.project, content, kind, final)
        return [
            _Listed(inherit_login(package.url, address), package.digests.get("sha256"))
            for package in page.packages
            if package.filename == wanted.filename
        ]


def _parse(project: str, content: bytes, kind: str, base: str) -> ProjectPage:
    if kind.partition(";")[0].strip().endswith("+json"):
        return ProjectPage.from_json_data(json.loads(content), base_url=base)
    return ProjectPage.from_html(project, content, base_url=base)
