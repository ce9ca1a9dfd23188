"""What the catalogue says of one file: its name, digest, licence and where it may come from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TypeAlias

__all__ = [
    "Artefact",
    "ArtefactKind",
    "Cache",
    "Derived",
    "GivenFile",
    "PackageMember",
    "Source",
    "Upstream",
    "require_digest",
    "safe_relative",
]

_DIGEST = re.compile(r"[0-9a-f]{64}")


class ArtefactKind(StrEnum):
    """What a file is for."""

    DETECTOR = "detector"
    ENCODER = "encoder"
    SAMPLE = "sample"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that the caller names; always the first source."""


@dataclass(frozen=True, slots=True)
class Cache:
    """The folder of files that were fetched and checked before."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """The address at which the authors publish the file.

    Attributes:
        url: an http or https address.
    """

    url: str


@dataclass(frozen=True, slots=True)
class PackageMember:
    """One file inside a package of the Python package index, read without running the package.

    Attributes:
        project: name of the project on the index.
        version: its release.
        filename: exact name of the wheel or source archive.
        package_sha256: digest of that wheel or archive.
        package_size: its length in bytes.
        member: path of the file inside it, with forward slashes.
    """

    project: str
    version: str
    filename: str
    package_sha256: str
    package_size: int
    member: str

    def __post_init__(self) -> None:
        """Refuse a digest or a path that cannot be one."""
        require_digest(self.package_sha256)
        safe_relative(self.filename)
        safe_relative(self.member)


@dataclass(frozen=True, slots=True)
class Derived:
    """A file made from another artefact by a converter of the workbench.

    Attributes:
        artefact: catalogue name of the artefact it is made from.
        converter: key of `workbench.faces.artefacts.converters.CONVERTERS`.
    """

    artefact: str
    converter: str


Source: TypeAlias = GivenFile | Cache | Upstream | PackageMember | Derived


@dataclass(frozen=True, slots=True)
class Artefact:
    """One file of the catalogue.

    Attributes:
        name: how it is asked for.
        kind: what it is for.
        version: release of its authors, or of the conversion.
        licence: SPDX expression, or a sentence where none fits.
        sha256: digest of the file, in lower-case hexadecimal. `None` means that no digest is
            established here: the file is refused unless the caller states the one they trust.
        size: length in bytes, or `None` where it is not established.
        filename: path under the cache, with forward slashes.
        sources: where it may come from, in the order in which they are tried.
        description: one sentence.
        provenance: how the digest was established, and what the file is not measured for.

    Raises:
        ValueError: when the digest or the path cannot be one.
    """

    name: str
    kind: ArtefactKind
    version: str
    licence: str
    sha256: str | None
    size: int | None
    filename: str
    sources: tuple[Source, ...]
    description: str
    provenance: str = ""

    def __post_init__(self) -> None:
        """Refuse a digest or a path that cannot be one."""
        if self.sha256 is not None:
            require_digest(self.sha256)
        safe_relative(self.filename)

    @property
    def derived_from(self) -> str | None:
        """Name of the artefact that this one is made from, if it is made here."""
        for source in self.sources:
            if isinstance(source, Derived):
                return source.artefact
        return None

    @property
    def package_member(self) -> PackageMember | None:
        """Where in the package index the file lies, if it does."""
        for source in self.sources:
            if isinstance(source, PackageMember):
                return source
        return None


def require_digest(digest: str) -> str:
    """Return `digest` if it is a SHA-256 in lower-case hexadecimal.

    Raises:
        ValueError: otherwise.
    """
    if not _DIGEST.fullmatch(digest):
        msg = f"a SHA-256 digest has 64 characters 0-9a-f, but this is {digest!r}"
        raise ValueError(msg)
    return digest


def safe_relative(path: str) -> PurePosixPath:
    """Return `path` if it stays inside the folder it is taken relative to.

    Raises:
        ValueError: for an absolute path, a drive, a backslash, an empty path or a `..`.
    """
    pure = PurePosixPath(path)
    unsafe = not path or "\\" in path or ":" in path or "\0" in path
    if unsafe or pure.is_absolute() or ".." in pure.parts or pure == PurePosixPath():
        msg = f"{path!r} is not a path inside its folder"
        raise ValueError(msg)
    return pure
