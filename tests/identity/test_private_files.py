"""Files of secrets: refused where others may touch them, replaced whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.errors import KeyStoreError
from workbench.identity.private_files import (
    create_private,
    read_private,
    remove_private,
    write_private,
)

WHAT = "the secret"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs modes of files")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_there_is_none(tmp_path: Path) -> None:
    assert read_private(tmp_path / "none", what=WHAT, largest=10) is None
    remove_private(tmp_path / "none", what=WHAT)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    before = os.umask(0)
    try:
        write_private(path, b"first", what=WHAT)
        write_private(path, b"second", what=WHAT)
    finally:
        os.umask(before)
    assert read_private(path, what=WHAT, largest=6) == b"second"
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert names(path.parent) == ["secret"]


@pytest.mark.parametrize("allowed", [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o644, 0o777])
def test_a_file_that_others_may_touch_is_refused(tmp_path: Path, allowed: int) -> None:
    path = tmp_path / "secret"
    write_private(path, b"top", what=WHAT)
    path.chmod(allowed)
    with pytest.raises(KeyStoreError, match=f"open to others .mode {allowed:04o}.*chmod 600"):
        read_private(path, what=WHAT, largest=10)


@pytest.mark.parametrize("allowed", [0o600, 0o400, 0o700])
def test_a_file_that_its_owner_alone_may_touch_is_read(tmp_path: Path, allowed: int) -> None:
    path = tmp_path / "secret"
    write_private(path, b"top", what=WHAT)
    path.chmod(allowed)
    assert read_private(path, what=WHAT, largest=10) == b"top"


def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, to give a file away")
    path = tmp_path / "secret"
    write_private(path, b"top", what=WHAT)
    os.chown(path, 12345, 12345)
    with pytest.raises(KeyStoreError, match="belongs to user id 12345"):
        read_private(path, what=WHAT, largest=10)


def test_a_link_is_judged_by_its_end(tmp_path: Path) -> None:
    path, link = tmp_path / "secret", tmp_path / "link"
    write_private(path, b"top", what=WHAT)
    link.symlink_to(path)
    assert read_private(link, what=WHAT, largest=10) == b"top"
    write_private(link, b"changed", what=WHAT)
    assert link.is_symlink()
    assert path.read_bytes() == b"changed"
    path.chmod(0o644)
    with pytest.raises(KeyStoreError, match="open to others"):
        read_private(link, what=WHAT, largest=10)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    for path in (tmp_path, pipe):
        with pytest.raises(KeyStoreError, match="is no file"):
            read_private(path, what=WHAT, largest=10)
    with pytest.raises(KeyStoreError, match="cannot be read"):
        read_private(tmp_path / "a\0b", what=WHAT, largest=10)


def test_too_large(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    write_private(path, b"x" * 11, what=WHAT)
    with pytest.raises(KeyStoreError, match="larger than 10 bytes"):
        read_private(path, what=WHAT, largest=10)


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    create_private(path, b"first", what=WHAT)
    with pytest.raises(KeyStoreError, match="there already"):
        create_private(path, b"second", what=WHAT)
    assert path.read_bytes() == b"first"


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "secret"
    with pytest.raises(KeyStoreError, match=r"the secret .* cannot be written .*Check the path"):
        write_private(path, b"x", what=WHAT)
    with pytest.raises(KeyStoreError, match=r"the secret .* cannot be locked .*Check the path"):
        create_private(path, b"x", what=WHAT)


FULL = """
import resource, sys
from pathlib import Path
from workbench.errors import KeyStoreError
from workbench.identity.private_files import write_private
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    write_private(Path(sys.argv[1]), b"x" * 1000, what="the secret")
except KeyStoreError as error:
    print(error)
"""


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    write_private(path, b"first", what=WHAT)
    ran = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True
    )
    assert "cannot be written (File too large)" in ran.stdout
    assert path.read_bytes() == b"first"
    assert names(tmp_path) == ["secret"]


def test_what_a_cut_off_write_left_is_replaced_and_removed(tmp_path: Path) -> None:
    path, left = tmp_path / "secret", tmp_path / ".secret.new"
    left.write_bytes(b"half")
    write_private(path, b"whole", what=WHAT)
    assert names(tmp_path) == ["secret"]
    left.write_bytes(b"half")
    remove_private(path, what=WHAT)
    assert names(tmp_path) == []


COUNT = """
import sys
from pathlib import Path
from workbench.identity.private_files import locked, read_private, write_private
path = Path(sys.argv[1])
for _ in range(20):
    with locked(path, what="the count"):
        count = int(read_private(path, what="the count", largest=100) or b"0")
        write_private(path, str(count + 1).encode(), what="the count")
"""


def test_processes_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "count"
    ran = [subprocess.Popen([sys.executable, "-c", COUNT, str(path)]) for _ in range(3)]
    assert [one.wait(60) for one in ran] == [0, 0, 0]
    assert path.read_bytes() == b"60"
