"""What a demonstration lays down goes with its process, and after one that was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from workbench.demonstration import held_folders
from workbench.demonstration.held_folders import HELD, held_folder

PREFIX = "workbench-feed-"
HOLDER = """
import sys, time
from workbench.demonstration.held_folders import held_folder
with held_folder(sys.argv[1]) as folder:
    (folder / "keys").mkdir()
    (folder / "keys" / "master").write_text("key")
    (folder / "bench" / "vault").mkdir(parents=True)
    (folder / "bench" / "vault" / "sealed").write_text("sealed")
    (folder / "crowd.mp4").write_text("in clear")
    print(folder, flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


@contextmanager
def holder() -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """A process that holds a folder with a key, what it seals, and a video."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, PREFIX], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield Path(process.stdout.readline().strip()), process
        finally:
            process.kill()


def test_what_a_killed_process_left_goes_with_the_next_one(tmp_path: Path) -> None:
    with holder() as (left, process):
        with held_folder(PREFIX) as mine:
            assert mine.stat().st_mode & 0o077 == 0
            assert (left / "crowd.mp4").is_file(), "it is still there"
        assert not mine.exists()
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert (left / "keys" / "master").is_file(), "a process that is killed cleans nothing"
        with held_folder("workbench-samples-"):
            assert left.exists(), "of another kind"
        with held_folder(PREFIX):
            assert not left.exists()
    assert list(tmp_path.iterdir()) == []


def test_it_goes_with_a_process_that_ends_by_itself(tmp_path: Path) -> None:
    words = "import sys; held = held_folder(sys.argv[1]); print(held.__enter__())"
    code = f"from workbench.demonstration.held_folders import held_folder; {words}"
    made = subprocess.run(
        [sys.executable, "-c", code, PREFIX], capture_output=True, text=True, check=True
    )
    assert Path(made.stdout.strip()).parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_removal_that_was_cut_off_is_taken_up_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with holder() as (left, process):
        process.send_signal(signal.SIGKILL)
        process.wait()

        def full(*_: object, **__: object) -> None:
            msg = "cut off"
            raise OSError(msg)

        with monkeypatch.context() as cut:
            cut.setattr(held_folders.Path, "iterdir", full)
            with held_folder(PREFIX):
                assert not (left / "keys").exists(), "keys first"
                assert (left / "bench" / "vault" / "sealed").is_file()
                assert (left / HELD).is_file()
        with held_folder(PREFIX):
            assert not left.exists()
    assert list(tmp_path.iterdir()) == []


def test_what_nobody_marked_and_what_is_a_link_stays(tmp_path: Path) -> None:
    plain, target = tmp_path / f"{PREFIX}mine", tmp_path / "elsewhere"
    for one in (plain, target):
        one.mkdir()
        (one / "notes").write_text("mine")
    (target / HELD).touch()
    (tmp_path / f"{PREFIX}link").symlink_to(target)
    (tmp_path / f"{PREFIX}file").touch()
    with held_folder(PREFIX):
        pass
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(
        [f"{PREFIX}mine", f"{PREFIX}link", f"{PREFIX}file", "elsewhere"]
    )
    assert (plain / "notes").is_file()
    assert (target / "notes").is_file()
