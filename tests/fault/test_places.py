"""Places that cannot be written to the end: full disks, closed folders, two writers at once."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from broken_files import Command, Ended, assert_one_line, command_line, noise_video
from command_bench import make_command_bench
from list_values import write_manifest
from PIL import Image, ImageOps

from workbench.cli.outputs import is_earlier_output

pytestmark = pytest.mark.slow

Words = Callable[..., tuple[object, ...]]


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
        subprocess.run(["umount", "--lazy", str(place)], check=True)  # noqa: S607 - beside mount


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a video whose redacted copy is larger than the small disk."""
    path = tmp_path_factory.mktemp("feed") / "feed.mp4"
    return noise_video(path, frames=400, size=(640, 480))


@pytest.fixture
def jobs(
    tmp_path: Path, good_people: Path, searching: Words, feed: Path
) -> dict[str, Callable[[Path], tuple[object, ...]]]:
    """Return the words of every command that writes, by its output."""
    protocol = tmp_path / "protocol.csv"
    rows = (
        "path,identity,role",
        "Ada/ada.jpg,Ada,reference",
        "Ada/probe.jpg,Ada,probe",
        "Ada/other.jpg,Somebody else,probe",
    )
    protocol.write_text("\n".join(rows) + "\n")
    people = shutil.copytree(good_people, tmp_path / "people")
    shutil.copy(people / "Ada" / "ada.jpg", people / "Ada" / "probe.jpg")
    with Image.open(people / "Ada" / "ada.jpg") as picture:
        # One score alone is refused.
        ImageOps.mirror(picture).save(people / "Ada" / "other.jpg")
    evaluate = ("evaluate", "identification", protocol, "--root", people)
    return {
        "search": lambda output: searching(feed, output=output),
        "stage": lambda output: ("stage", good_people, "--output", output),
        "evaluate": lambda output: (*evaluate, "--output", output),
    }


def fill(disk: Path) -> list[Path]:
    """Leave no byte of the disk free, and return what is on it."""
    with (disk / "filling").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return sorted(disk.rglob("*"))


@pytest.mark.parametrize("name", ["search", "stage", "evaluate"])
def test_a_full_disk_leaves_nothing(
    name: str, small_disk: Path, jobs: dict[str, Callable[..., Any]], operate_here: Command
) -> None:
    before = fill(small_disk)
    ended = operate_here(*jobs[name](small_disk / "out"))
    assert_one_line(ended, 1, str(small_disk / "out"), "No space left on device")
    assert ".partial" not in ended.err
    assert sorted(small_disk.rglob("*")) == before


def test_a_bench_on_a_full_disk_keeps_the_list_that_it_has(
    small_disk: Path, good_people: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    subprocess.run(["mount", "-o", "remount,size=3m", str(small_disk)], check=True)  # noqa: S607
    bench = make_command_bench(small_disk / "bench")
    reference = bench.draft()
    first = write_manifest(tmp_path / "first.csv", {"NOM-1": "ada.jpg"})
    other = write_manifest(tmp_path / "other.csv", {"NOM-2": "ada.jpg"})

    variables = environment | bench.environment("analyst")

    def enrol(manifest: Path) -> Ended:
        words = ("enrol", good_people / "Ada", "-d", reference, "-e", manifest)
        done = subprocess.run(
            command_line(*words), env=variables, capture_output=True, text=True, check=False
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    assert enrol(first).code == 0
    with bench.open("analyst") as analyst:  # SQLite needs some bytes to open what nobody has open
        analyst.deployments.get(reference)
        fill(small_disk)
        ended = enrol(other)
    assert ended.code == 1, ended
    assert "Traceback" not in ended.err
    assert any(words in ended.err for words in ("No space left", "disk is full")), ended.err
    (small_disk / "filling").unlink()
    with bench.open("analyst") as analyst:
        (entry,) = analyst.watchlists.show(reference, "looking at the list").entries
        assert entry.entry.subject == "NOM-1"
        assert analyst.watchlists.picture(reference, entry.id, "looking at the list")


@pytest.mark.parametrize("name", ["search", "stage"])
def test_a_disk_that_becomes_full_on_the_way(
    name: str, small_disk: Path, jobs: dict[str, Callable[..., Any]], operate_here: Command
) -> None:
    place = small_disk / "deep" / "out" if name == "search" else small_disk / "out"
    ended = operate_here(*jobs[name](place))
    assert_one_line(ended, 1, str(place), "No space left on device")
    assert ".partial" not in ended.err
    assert list(small_disk.rglob("*")) == []


def test_a_closed_folder(
    tmp_path: Path,
    good_people: Path,
    searching: Words,
    operate: Command,
    without_privilege: list[str],
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    feed = noise_video(tmp_path / "feed.mp4", frames=5)
    for words in (
        searching(feed, output=closed / "out"),
        searching(feed, output=closed / "deep" / "out"),
        ("stage", good_people, "-o", closed / "out"),
        ("models", "export", closed / "out", "yunet-2023mar"),
    ):
        assert_one_line(operate(*words, prefix=without_privilege), 1, "out", "Permission denied")
    assert list(closed.iterdir()) == []


def test_a_person_whose_folder_may_be_listed_and_not_entered(
    tmp_path: Path,
    good_people: Path,
    command: Command,
    enrol: Command,
    without_privilege: list[str],
) -> None:
    people = shutil.copytree(good_people, tmp_path / "people")
    for mode in (0o400, 0o200, 0o000):
        (people / f"Locked {mode:o}").mkdir()
        shutil.copy(people / "Ada" / "ada.jpg", people / f"Locked {mode:o}" / "a.jpg")
    images = {
        f"NOM-{at}": str(one.relative_to(people)) for at, one in enumerate(people.rglob("*.jpg"))
    }
    for mode in (0o400, 0o200, 0o000):
        (people / f"Locked {mode:o}").chmod(mode)
    ended = enrol(people, images=images, prefix=without_privilege)
    assert_one_line(ended, 1, "3 of its rows are refused", "there is no such file")
    ended = command("stage", people, "-o", tmp_path / "crowd.mp4", prefix=without_privilege)
    assert ended.code == 0, ended.err
    assert {line.split(": ")[0] for line in ended.err.splitlines()[:-1]} == {"note"}


def test_two_searches_into_one_place(
    tmp_path: Path, searching: Words, operating: dict[str, str]
) -> None:
    feed, output = noise_video(tmp_path / "feed.mp4", frames=20), tmp_path / "out"
    both = [
        subprocess.Popen(
            command_line(*searching(feed, output=output, name=name)),
            env=operating,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("gate", "square")
    ]
    said = [one.communicate(timeout=240)[1] for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    (aside,) = tmp_path.glob("out.before-*")  # whichever ended first: neither is lost
    names = {"alerts.html", "redacted.mp4", "summary.json", ".workbench-output.json"}
    for folder in (output, aside):
        assert is_earlier_output(folder)
        assert {path.name for path in folder.iterdir()} == names
    assert {path.name for path in tmp_path.iterdir()} == {"feed.mp4", "out", aside.name}
