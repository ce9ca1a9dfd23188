"""Master keys that follow each other, and processes that follow them."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import KeyStoreError
from workbench.records.vault.master_sets import FollowingWrapper, MasterFiles, MasterVariables
from workbench.records.vault.masters import FileMaster, MasterKey

DATA_KEY = bytes(range(32))


@pytest.fixture
def masters(tmp_path: Path) -> MasterFiles:
    FileMaster(tmp_path / "master.key").create()
    return MasterFiles(tmp_path)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_empty_folder_has_no_master_key(tmp_path: Path) -> None:
    empty = MasterFiles(tmp_path)
    assert not empty.is_rotating
    with pytest.raises(KeyStoreError, match="there is no master key file"):
        empty.read()
    with pytest.raises(KeyStoreError, match=r"master key files in .*: No such file"):
        MasterFiles(tmp_path / "nowhere").version()


def test_the_highest_number_is_in_use_and_the_others_still_unwrap(
    masters: MasterFiles, tmp_path: Path
) -> None:
    before = FollowingWrapper(masters)
    wrapped = before.wrap(DATA_KEY, "key-1")
    masters.begin()
    assert masters.is_rotating
    after = FollowingWrapper(masters)
    assert after.current_id != wrapped
    assert after.unwrap(wrapped, "key-1") == DATA_KEY
    assert not after.is_current(wrapped, "key-1")
    masters.begin()  # goes on with its own
    assert names(tmp_path) == ["master-1.key", "master.key"]
    masters.end()
    assert names(tmp_path) == ["master-1.key"]
    with pytest.raises(KeyStoreError, match="were wrapped by master key"):
        FollowingWrapper(masters).unwrap(wrapped, "key-1")


def test_numbers_are_numbers(tmp_path: Path) -> None:
    for number in (2, 10):
        FileMaster(tmp_path / f"master-{number}.key").create()
    masters = MasterFiles(tmp_path)
    in_use = FileMaster(tmp_path / "master-10.key").read().id
    assert masters.read().current.id == in_use
    masters.end()
    assert names(tmp_path) == ["master-10.key"]


def test_a_process_follows_without_being_told(masters: MasterFiles) -> None:
    wrapper = FollowingWrapper(masters)
    first = wrapper.current_id
    masters.begin()
    second = wrapper.current_id
    assert first != second
    wrapped = wrapper.wrap(DATA_KEY, "key-1")
    masters.end()
    assert wrapper.current_id == second
    assert not wrapper.knows(first)
    assert wrapper.unwrap(wrapped, "key-1") == DATA_KEY


def test_what_a_cut_off_making_left_goes_with_the_earlier_one(
    masters: MasterFiles, tmp_path: Path
) -> None:
    part = tmp_path / f".master-1.key.{'0' * 16}.part"
    part.write_bytes(b"half")
    kept = tmp_path / "signing.key"
    kept.write_bytes(b"another")
    masters.begin()
    masters.end()
    assert names(tmp_path) == ["master-1.key", "signing.key"]


def test_a_file_that_others_can_read_is_not_used(masters: MasterFiles, tmp_path: Path) -> None:
    masters.begin()
    (tmp_path / "master.key").chmod(0o644)
    with pytest.raises(KeyStoreError, match=r"can be used by others \(mode 0644\)"):
        masters.read()


def test_variables_need_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = MasterKey.generate(), MasterKey.generate()
    monkeypatch.setenv("ONE", first.to_text())
    monkeypatch.setenv("TWO", second.to_text())
    alone = MasterVariables("ONE")
    assert alone.read().ids == (first.id,)
    with pytest.raises(KeyStoreError, match="name it with --new-variable"):
        alone.begin()
    both = MasterVariables("ONE", "TWO")
    both.begin()
    both.end()
    assert both.read().current.id == second.id
    assert both.read().ids == (first.id, second.id)
    assert both.is_rotating
    monkeypatch.delenv("TWO")
    with pytest.raises(KeyStoreError, match="the variable TWO is not set"):
        both.read()
