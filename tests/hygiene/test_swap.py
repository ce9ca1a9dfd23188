"""Swap that is not encrypted is warned of; what the kernel says is made up here, file by file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workbench.hygiene import swap_warning

HEAD = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"


class Machine:
    """A `/proc` and a `/sys` of one's own."""

    def __init__(self, folder: Path) -> None:
        self.proc, self.sys = folder / "proc", folder / "sys"
        self.proc.mkdir()
        self.swaps()

    def swaps(self, *names: str) -> None:
        lines = [f"{name}  partition\t1024\t\t0\t\t-2\n" for name in names]
        (self.proc / "swaps").write_text(HEAD + "".join(lines))

    def device(self, name: str, uuid: str | None = None, below: tuple[str, ...] = ()) -> None:
        device = self.sys / "block" / name
        device.mkdir(parents=True)
        if uuid is not None:
            (device / "dm").mkdir()
            (device / "dm" / "uuid").write_text(uuid + "\n")
        (device / "slaves").mkdir()
        for one in below:
            (device / "slaves" / one).symlink_to(self.sys / "block" / one)

    def warning(self) -> str | None:
        return swap_warning(proc=self.proc, sys=self.sys)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_no_swap_is_fine(machine: Machine) -> None:
    assert machine.warning() is None


def test_a_partition_is_warned_of(machine: Machine) -> None:
    machine.device("sda")
    machine.swaps("/dev/sda", "/dev/sdb2")
    said = machine.warning()
    assert said is not None
    assert "/dev/sda, /dev/sdb2 is not encrypted" in said
    assert "swapoff" in said


@pytest.mark.parametrize(
    ("uuid", "fine"),
    [("CRYPT-LUKS2-0a1b-swap", True), ("CRYPT-PLAIN-swap", True), ("LVM-abc", False), ("", False)],
)
def test_dm_crypt_is_fine(machine: Machine, uuid: str, *, fine: bool) -> None:
    machine.device("dm-0", uuid)
    machine.swaps("/dev/dm-0")
    assert (machine.warning() is None) == fine


@pytest.mark.parametrize(("second", "fine"), [("CRYPT-LUKS2-b", True), ("LVM-plain", False)])
def test_a_volume_is_as_safe_as_all_that_it_lies_on(
    machine: Machine, second: str, *, fine: bool
) -> None:
    machine.device("dm-0", "CRYPT-LUKS2-a")
    machine.device("dm-1", second)
    machine.device("dm-2", "LVM-volume", below=("dm-0", "dm-1"))
    machine.swaps("/dev/dm-2")
    assert (machine.warning() is None) == fine


def test_volumes_in_a_circle_end(machine: Machine) -> None:
    machine.device("dm-0", "LVM-a", below=("dm-0",))
    machine.swaps("/dev/dm-0")
    assert machine.warning() is not None


@pytest.mark.parametrize(
    ("behind", "fine"),
    [(None, True), ("none\n", True), ("/dev/dm-7\n", True), ("/dev/sda\n", False)],
)
def test_compressed_memory_is_fine_without_a_bare_disk_behind(
    machine: Machine, behind: str | None, *, fine: bool
) -> None:
    machine.device("zram0")
    machine.device("dm-7", "CRYPT-LUKS2-x")
    machine.device("sda")
    if behind is not None:
        (machine.sys / "block" / "zram0" / "backing_dev").write_text(behind)
    machine.swaps("/dev/zram0")
    assert (machine.warning() is None) == fine


def test_a_file_is_as_safe_as_its_disk(machine: Machine, tmp_path: Path) -> None:
    file = tmp_path / "swap file"
    file.touch()
    machine.swaps(str(file).replace(" ", "\\040"))
    said = machine.warning()
    assert said is not None
    assert str(file) in said
    number = file.stat().st_dev
    machine.device("dm-3", "CRYPT-LUKS2-root")
    listed = machine.sys / "dev" / "block"
    listed.mkdir(parents=True)
    (listed / f"{os.major(number)}:{os.minor(number)}").symlink_to(machine.sys / "block" / "dm-3")
    assert machine.warning() is None


def test_what_cannot_be_read_is_warned_of(tmp_path: Path) -> None:
    said = swap_warning(proc=tmp_path / "none", sys=tmp_path)
    assert said is not None
    assert "could not be told" in said


def test_the_real_machine_can_be_asked() -> None:
    assert swap_warning() is None or "swap" in str(swap_warning()).lower()
