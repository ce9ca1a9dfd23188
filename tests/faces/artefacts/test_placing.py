"""Files appear whole or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from workbench.errors import ArtefactError, DigestMismatchError, OutputError
from workbench.faces.artefacts import placing as module
from workbench.faces.artefacts.digest import file_digest
from workbench.faces.artefacts.placing import locked, place, placing


def test_a_placed_file_is_whole_and_readable_by_all(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.bin"
    with placing(target) as temporary:
        assert temporary.parent == target.parent
        temporary.write_bytes(b"content")
        place(temporary, target, hashlib.sha256(b"content").hexdigest(), "a")
    assert target.read_bytes() == b"content"
    assert target.stat().st_mode & 0o777 == 0o644
    assert list(target.parent.iterdir()) == [target]


def test_wrong_bytes_leave_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    target.write_bytes(b"before")
    with placing(target) as temporary:
        temporary.write_bytes(b"content")
        with pytest.raises(DigestMismatchError):
            place(temporary, target, "0" * 64, "a")
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> None:
        with placing(tmp_path / "a.bin") as temporary:
            temporary.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_a_full_device_is_an_output_error(tmp_path: Path) -> None:
    def fill() -> None:
        with placing(tmp_path / "a.bin"), Path("/dev/full").open("wb") as full:
            full.write(b"x")

    with pytest.raises(OutputError, match="no space is left"):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_is_not_freed_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LOCK_SECONDS", 0.05)
    path = tmp_path / "a.lock"
    with (
        locked(path),
        pytest.raises(ArtefactError, match="another process has held"),
        locked(path),
    ):
        pass
    with locked(path):
        pass


def test_a_digest_of_a_folder_or_of_nothing_is_one_clear_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ArtefactError, match="cannot be read"):
            file_digest(path)


def test_a_digest_follows_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for content in (b"", b"a", b"b"):
        path.write_bytes(content)
        assert file_digest(path) == hashlib.sha256(content).hexdigest()
