"""Master keys: where they are kept, and what is refused."""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.errors import KeyStoreError
from workbench.records.vault.masters import EnvironmentMaster, FileMaster, MasterKey, Masters

SECRET = b"do not show these 32 bytes ever!"
TEXT = base64.b64encode(SECRET).decode()


def content(key: MasterKey) -> bytes:
    with key.opened() as secret:
        return bytes(secret)


def test_the_id_tells_which_key_it_is() -> None:
    expected = hashlib.sha256(b"lfr-master" + SECRET).hexdigest()[:16]
    assert MasterKey(bytearray(SECRET)).id == expected
    assert repr(MasterKey(bytearray(SECRET))) == f"<MasterKey master key {expected}>"
    assert MasterKey.generate().id != MasterKey.generate().id


class TestFile:
    def test_what_was_made_is_read(self, tmp_path: Path) -> None:
        master = FileMaster(tmp_path / "deep" / "master.key")
        made = master.create()
        assert content(master.read()) == content(made)
        assert stat.S_IMODE((tmp_path / "deep" / "master.key").stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "deep").stat().st_mode) == 0o700
        assert [one.name for one in (tmp_path / "deep").iterdir()] == ["master.key"]

    def test_one_that_is_there_stays(self, tmp_path: Path) -> None:
        master = FileMaster(tmp_path / "master.key")
        made = master.create()
        with pytest.raises(KeyStoreError, match=r"master\.key is there already"):
            master.create()
        assert content(master.read()) == content(made)
        assert len(list(tmp_path.iterdir())) == 1

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o644])
    def test_one_that_others_can_use_is_refused_with_the_remedy(
        self, tmp_path: Path, mode: int
    ) -> None:
        path = tmp_path / "master.key"
        FileMaster(path).create()
        path.chmod(mode)
        with pytest.raises(KeyStoreError, match=f"mode {mode:04o}.*chmod 600 {path}"):
            FileMaster(path).read()
        path.chmod(0o400)
        FileMaster(path).read()

    @pytest.mark.parametrize(
        "text", ["", "\n", "not base64!", TEXT[:-4], TEXT + TEXT, "é" * 44, "A" * 2000]
    )
    def test_what_is_no_key_is_refused_and_not_shown(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "master.key"
        path.write_text(text, "utf-8")
        path.chmod(0o600)
        with pytest.raises(KeyStoreError, match="holds no master key: 32 bytes in base64") as error:
            FileMaster(path).read()
        assert TEXT[:20] not in str(error.value)

    def test_a_missing_one_and_a_folder_are_named(self, tmp_path: Path) -> None:
        with pytest.raises(KeyStoreError, match=r"there is no master key file .*absent\.key"):
            FileMaster(tmp_path / "absent.key").read()
        with pytest.raises(KeyStoreError, match="Is a directory"):
            FileMaster(tmp_path).read()

    def test_a_full_disk_leaves_nothing(self, small_disk: Path) -> None:
        with pytest.raises(OSError) as full:  # noqa: PT011 - of any kind that is full
            (small_disk / "filler").write_bytes(bytes(2 << 20))
        assert full.value.errno == errno.ENOSPC
        with pytest.raises(KeyStoreError, match="no space is left there"):
            FileMaster(small_disk / "master.key").create()
        assert [one.name for one in small_disk.iterdir()] == ["filler"]

    def test_a_folder_that_cannot_be_written_is_named(
        self, tmp_path: Path, without_privilege: list[str]
    ) -> None:
        tmp_path.chmod(0o500)
        code = (
            "import sys; from pathlib import Path\n"
            "from workbench.records.vault.masters import FileMaster\n"
            "FileMaster(Path(sys.argv[1])).create()"
        )
        words = [*without_privilege, sys.executable, "-c", code, str(tmp_path / "master.key")]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        tmp_path.chmod(0o700)
        assert "KeyStoreError: master key file" in done.stderr
        assert "Permission denied" in done.stderr
        assert list(tmp_path.iterdir()) == []


class TestEnvironment:
    def test_the_variable_is_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LFR_MASTER", f" {TEXT}\n")
        assert content(EnvironmentMaster("LFR_MASTER").read()) == SECRET

    @pytest.mark.parametrize("text", ["do-not-show", TEXT[:-4], TEXT + "AAAA", f"{TEXT}!"])
    def test_what_is_no_key_is_refused_and_not_shown(
        self, monkeypatch: pytest.MonkeyPatch, text: str
    ) -> None:
        monkeypatch.setenv("LFR_MASTER", text)
        with pytest.raises(KeyStoreError, match="the variable LFR_MASTER holds no") as refused:
            EnvironmentMaster("LFR_MASTER").read()
        assert text[:8] not in str(refused.value)

    @pytest.mark.parametrize("text", [None, ""])
    def test_an_unset_variable_is_named(
        self, monkeypatch: pytest.MonkeyPatch, text: str | None
    ) -> None:
        monkeypatch.delenv("LFR_MASTER", raising=False)
        if text is not None:
            monkeypatch.setenv("LFR_MASTER", text)
        with pytest.raises(KeyStoreError, match="LFR_MASTER is not set"):
            EnvironmentMaster("LFR_MASTER").read()

    def test_none_can_be_made_there(self) -> None:
        with pytest.raises(KeyStoreError, match="openssl rand -base64 32"):
            EnvironmentMaster("LFR_MASTER").create()


def test_the_current_one_and_earlier_ones_are_found_by_id() -> None:
    first, second = MasterKey.generate(), MasterKey.generate()
    masters = Masters(second, [first])
    assert masters.ids == (first.id, second.id)
    assert masters.find(first.id) is first
    assert masters.find(second.id) is second is masters.current
    assert masters.find(os.urandom(8).hex()) is None
