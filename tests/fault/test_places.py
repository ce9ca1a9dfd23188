"""Places that cannot be written to the end: full disks, closed folders, two writers at once."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from broken_files import Command, assert_one_line, command_line, noise_video

from workbench.cli.outputs import is_earlier_output


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of 256 kB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("no small disk can be mounted here: that needs root")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)  # noqa: S607 - beside mount


@pytest.fixture
def jobs(tmp_path: Path, good_people: Path, watchlist: Path) -> dict[str, tuple[object, ...]]:
    """Return the words of every command that writes, but for its output."""
    protocol = tmp_path / "protocol.csv"
    rows = ("path,identity,role", "Ada/ada.jpg,Ada,reference", "Ada/probe.jpg,Ada,probe")
    protocol.write_text("\n".join(rows) + "\n")
    people = shutil.copytree(good_people, tmp_path / "people")
    shutil.copy(people / "Ada" / "ada.jpg", people / "Ada" / "probe.jpg")
    feed = noise_video(tmp_path / "feed.mp4", frames=400, size=(640, 480))
    return {
        "search": ("search", feed, "-w", watchlist, "-t", "1"),
        "enrol": ("enrol", good_people),
        "stage": ("stage", good_people),
        "evaluate": ("evaluate", "identification", protocol, "--root", people),
    }


def fill(disk: Path) -> list[Path]:
    """Leave no byte of the disk free, and return what is on it."""
    with (disk / "filling").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return sorted(disk.rglob("*"))


@pytest.mark.parametrize("name", ["search", "enrol", "stage", "evaluate"])
def test_a_full_disk_leaves_nothing(
    name: str, small_disk: Path, jobs: dict[str, tuple[object, ...]], command: Command
) -> None:
    before = fill(small_disk)
    ended = command(*jobs[name], "--output", small_disk / "out")
    assert_one_line(ended, 1, str(small_disk / "out"), "No space left on device")
    assert ".partial" not in ended.err
    assert sorted(small_disk.rglob("*")) == before


@pytest.mark.parametrize("name", ["search", "stage"])
@pytest.mark.slow
def test_a_disk_that_becomes_full_on_the_way(
    name: str, small_disk: Path, jobs: dict[str, tuple[object, ...]], command: Command
) -> None:
    place = small_disk / "deep" / "out" if name == "search" else small_disk / "out"
    ended = command(*jobs[name], "--output", place)
    assert_one_line(ended, 1, str(place), "No space left on device")
    assert ".partial" not in ended.err
    assert list(small_disk.rglob("*")) == []


@pytest.mark.slow
def test_a_closed_folder(
    tmp_path: Path,
    good_people: Path,
    watchlist: Path,
    command: Command,
    without_privilege: list[str],
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    feed = noise_video(tmp_path / "feed.mp4", frames=5)
    for words in (
        ("search", feed, "-w", watchlist, "-t", "1", "-o", closed / "out"),
        ("search", feed, "-w", watchlist, "-t", "1", "-o", closed / "deep" / "out"),
        ("stage", good_people, "-o", closed / "out"),
        ("enrol", good_people, "-o", closed / "out"),
        ("models", "export", closed / "out", "yunet-2023mar"),
    ):
        assert_one_line(command(*words, prefix=without_privilege), 1, "out", "Permission denied")
    assert list(closed.iterdir()) == []


@pytest.mark.slow
def test_a_person_whose_folder_may_be_listed_and_not_entered(
    tmp_path: Path, good_people: Path, command: Command, without_privilege: list[str]
) -> None:
    people = shutil.copytree(good_people, tmp_path / "people")
    for mode in (0o400, 0o200, 0o000):
        (people / f"Locked {mode:o}").mkdir()
        shutil.copy(people / "Ada" / "ada.jpg", people / f"Locked {mode:o}" / "a.jpg")
        (people / f"Locked {mode:o}").chmod(mode)
    words = ("enrol", people, "--output", tmp_path / "list", "--json")
    ended = command(*words, prefix=without_privilege)
    assert ended.code == 0, ended.err
    said = json.loads(ended.out)
    assert [one["person"] for one in said["references"]] == ["Ada"]
    assert {one["person"] for one in said["refused"]} == {"Locked 400", "Locked 200", "Locked 0"}
    ended = command("stage", people, "-o", tmp_path / "crowd.mp4", prefix=without_privilege)
    assert ended.code == 0, ended.err
    assert {line.split(": ")[0] for line in ended.err.splitlines()[:-1]} == {"note"}


@pytest.mark.slow
def test_two_searches_into_one_place(
    tmp_path: Path, watchlist: Path, environment: dict[str, str]
) -> None:
    feed, output = noise_video(tmp_path / "feed.mp4", frames=20), tmp_path / "out"
    words = command_line("search", feed, "-w", watchlist, "-t", "1", "-o", output)
    both = [
        subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [one.communicate(timeout=240)[1] for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert is_earlier_output(output)
    names = {"alerts.html", "redacted.mp4", "summary.json", ".workbench-output.json"}
    assert {path.name for path in output.iterdir()} == names
    assert {path.name for path in tmp_path.iterdir()} == {"feed.mp4", "out"}
