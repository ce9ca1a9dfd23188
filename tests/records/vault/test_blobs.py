"""Where sealed objects lie: in files, and in rows."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from vault_bench import Kept, an_hour_later

from workbench.errors import StoreError, VaultError
from workbench.records.vault.folder_blobs import FolderBlobs
from workbench.records.vault.table_blobs import TableBlobs

SEALED = os.urandom(5000)


def test_an_empty_place_has_no_objects(either: Kept) -> None:
    blobs = either.blobs
    with either.writing() as connection:
        assert blobs.ids(connection) == frozenset()
        assert blobs.size("object-1", connection) is None
        blobs.delete("object-1", connection)
        with pytest.raises(VaultError, match=r"object-1 is not in .*backup"):
            blobs.get("object-1", connection)
    assert blobs.clear_partial(an_hour_later()) == 0


@pytest.mark.parametrize("size", [1, 5000, 1 << 20, (1 << 20) + 1, 3 << 20])
def test_what_was_put_is_there_until_it_is_deleted(either: Kept, size: int) -> None:
    blobs, sealed = either.blobs, os.urandom(size)
    with either.writing() as connection:
        blobs.put("object-1", memoryview(sealed), connection)
        blobs.put("object-2", bytearray(b"other"), connection)
    with either.reading() as connection:
        assert blobs.get("object-1", connection) == sealed
        assert blobs.size("object-1", connection) == size
        assert blobs.ids(connection) == {"object-1", "object-2"}
    with either.writing() as connection:
        blobs.delete("object-1", connection)
    with either.reading() as connection:
        assert blobs.ids(connection) == {"object-2"}


def test_a_second_object_of_one_id_is_refused_and_the_first_kept(either: Kept) -> None:
    with either.writing() as connection:
        either.blobs.put("object-1", SEALED, connection)
        with pytest.raises(StoreError, match="an object object-1 already"):
            either.blobs.put("object-1", b"another", connection)
        assert either.blobs.get("object-1", connection) == SEALED


@pytest.mark.parametrize("object_id", ["", "..", "../object", "a/b"])
def test_an_id_that_leads_elsewhere_is_refused(either: Kept, object_id: str) -> None:
    with either.writing() as connection:
        for call in (either.blobs.get, either.blobs.delete):
            with pytest.raises(StoreError, match="cannot name"):
                call(object_id, connection)
        with pytest.raises(StoreError, match="cannot name"):
            either.blobs.put(object_id, SEALED, connection)


def test_rows_come_and_go_with_their_transaction(tmp_path: Path, either: Kept) -> None:
    if not isinstance(either.blobs, TableBlobs):
        assert not either.blobs.in_transaction
        return
    with either.cut_off() as connection:
        either.blobs.put("object-1", SEALED, connection)
    with either.reading() as connection:
        assert either.blobs.ids(connection) == frozenset()
    assert either.blobs.written("object-1") == datetime.min.replace(tzinfo=UTC)


class TestFolder:
    @pytest.fixture
    def blobs(self, tmp_path: Path) -> FolderBlobs:
        return FolderBlobs(tmp_path / "vault")

    def test_files_are_private_and_spread(self, blobs: FolderBlobs, tmp_path: Path) -> None:
        for at in range(20):
            blobs.put(f"object-{at}", SEALED)
        paths = list((tmp_path / "vault").rglob("*"))
        assert {stat.S_IMODE(one.stat().st_mode) for one in paths if one.is_file()} == {0o600}
        assert {stat.S_IMODE(one.stat().st_mode) for one in paths if one.is_dir()} == {0o700}
        assert len({one.parent for one in paths if one.is_file()}) > 15
        assert len(blobs.ids()) == 20
        assert not list((tmp_path / "vault" / "partial").iterdir())

    def test_what_was_left_unfinished_goes_once_it_is_old(
        self, blobs: FolderBlobs, tmp_path: Path
    ) -> None:
        blobs.put("object-1", SEALED)
        left = tmp_path / "vault" / "partial" / "object-2-0a1b2c3d"
        left.write_bytes(SEALED)
        now = datetime.now(UTC)
        assert blobs.clear_partial(now - timedelta(hours=1)) == 0
        assert blobs.ids() == {"object-1"}
        assert blobs.clear_partial(now + timedelta(hours=1)) == 1
        assert not left.exists()

    def test_it_tells_when_an_object_was_written(self, blobs: FolderBlobs) -> None:
        blobs.put("object-1", SEALED)
        written = blobs.written("object-1")
        assert written is not None
        assert abs(written.timestamp() - time.time()) < 60
        assert blobs.written("object-2") is None

    def test_a_full_disk_leaves_nothing_half_written(self, small_disk: Path) -> None:
        blobs = FolderBlobs(small_disk)
        blobs.put("object-1", SEALED)
        with pytest.raises(StoreError, match=r"object-2 in .*no space is left.*free some"):
            blobs.put("object-2", os.urandom(2 << 20))
        assert blobs.ids() == {"object-1"}
        assert not list((small_disk / "partial").iterdir())
        blobs.put("object-2", SEALED)
        assert blobs.get("object-1") == SEALED

    def test_a_read_only_disk_is_read_and_says_what_it_is(self, small_disk: Path) -> None:
        blobs = FolderBlobs(small_disk)
        blobs.put("object-1", SEALED)
        mount = shutil.which("mount") or "mount"
        subprocess.run([mount, "-o", "remount,ro", str(small_disk)], check=True)
        for call in (blobs.delete, lambda one: blobs.put(f"{one}-more", SEALED)):
            with pytest.raises(StoreError, match="Read-only file system"):
                call("object-1")
        assert blobs.get("object-1") == SEALED

    def test_a_folder_that_may_not_be_read_does_not_look_empty(
        self, blobs: FolderBlobs, tmp_path: Path, without_privilege: list[str]
    ) -> None:
        blobs.put("object-1", SEALED)
        code = (
            "import sys; from pathlib import Path\n"
            "from workbench.errors import StoreError\n"
            "from workbench.records.vault.folder_blobs import FolderBlobs\n"
            "blobs = FolderBlobs(Path(sys.argv[1]))\n"
            "for call in (blobs.ids, lambda: blobs.get('object-1'), lambda: blobs.put('a', b'')):\n"
            "    try: call()\n"
            "    except StoreError as error: print(error)\n"
        )
        words = [*without_privilege, sys.executable, "-c", code, str(tmp_path / "vault")]
        (tmp_path / "vault").chmod(0o000)
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        (tmp_path / "vault").chmod(0o700)
        assert done.stdout.count("Permission denied") == 3

    def test_a_file_where_the_folder_should_be_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "vault").write_bytes(b"")
        with pytest.raises(StoreError, match=r"object-1 in .*vault: "):
            FolderBlobs(tmp_path / "vault").put("object-1", SEALED)

    def test_where_there_are_no_links_files_are_renamed(
        self, blobs: FolderBlobs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import errno

        def no_links(source: object, target: object, **_: object) -> None:
            raise OSError(errno.EOPNOTSUPP, "Operation not supported")

        monkeypatch.setattr(os, "link", no_links)
        blobs.put("object-1", SEALED)
        with pytest.raises(StoreError, match="an object object-1 already"):
            blobs.put("object-1", b"another")
        assert blobs.get("object-1") == SEALED
