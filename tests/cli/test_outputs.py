"""Output folders: whole or absent, and never on top of what is not ours."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workbench.cli.outputs import (
    MARKER,
    is_earlier_output,
    output_folder,
    require_free_file,
)
from workbench.errors import OutputError, RefusedError


def write(target: Path, text: str, *, force: bool = False) -> None:
    """Write one output with one file."""
    with output_folder(target, command="demo", force=force) as work:
        (work / "summary.json").write_text(text)


def test_a_result_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "deeper"
    with output_folder(target, command="demo") as work:
        (work / "summary.json").write_text("1")
        assert not target.exists()
    assert (target / "summary.json").read_text() == "1"
    marker = json.loads((target / MARKER).read_text())
    assert (marker["command"], marker["files"]) == ("demo", ["summary.json"])
    assert [entry.name for entry in target.parent.iterdir()] == ["deeper"], "no work folder stays"


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out", "1")
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_an_earlier_output_is_replaced(tmp_path: Path) -> None:
    write(tmp_path / "out", "1")
    write(tmp_path / "out", "2")
    assert (tmp_path / "out" / "summary.json").read_text() == "2"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_an_earlier_output_that_is_to_be_kept_is_put_aside_at_most(tmp_path: Path) -> None:
    target = tmp_path / "out"
    write(target, "1")
    with (
        pytest.raises(RefusedError, match=r"holds an earlier result.*or say --force"),
        output_folder(target, command="search", keep=True),
    ):
        pass
    assert (target / "summary.json").read_text() == "1"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]
    with output_folder(target, command="search", keep=True, force=True) as work:
        (work / "summary.json").write_text("2")
    (aside,) = tmp_path.glob("out.before-*")
    assert (aside / "summary.json").read_text() == "1"
    assert (target / "summary.json").read_text() == "2"


def test_of_two_at_once_that_keep_neither_is_lost(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with (
        output_folder(target, command="search", keep=True) as first,
        output_folder(target, command="search", keep=True) as second,
    ):
        (first / "summary.json").write_text("1")
        (second / "summary.json").write_text("2")
    (aside,) = tmp_path.glob("out.before-*")
    assert {(one / "summary.json").read_text() for one in (target, aside)} == {"1", "2"}


@pytest.mark.parametrize("ours_first", [False, True])
def test_what_is_not_ours_is_left_alone(tmp_path: Path, *, ours_first: bool) -> None:
    target = tmp_path / "out"
    if ours_first:
        write(target, "1")
    target.mkdir(exist_ok=True)
    (target / "notes.txt").write_text("mine")
    assert not is_earlier_output(target)
    with pytest.raises(RefusedError, match="not an earlier output"):
        write(target, "2")
    assert (target / "notes.txt").read_text() == "mine"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_force_puts_aside_and_destroys_nothing(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "notes.txt").write_text("mine")
    write(target, "2", force=True)
    assert is_earlier_output(target)
    (aside,) = tmp_path.glob("out.before-*")
    assert (aside / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), SystemExit(143)])
def test_a_failure_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    write(tmp_path / "out", "1")

    def fail() -> None:
        with output_folder(tmp_path / "out", command="demo") as work:
            (work / "summary.json").write_text("half")
            raise error

    with pytest.raises(type(error)):
        fail()
    assert (tmp_path / "out" / "summary.json").read_text() == "1", "the earlier one stays"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("kind", ["file", "link", "file in the way"])
def test_a_place_that_cannot_be_a_folder(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "out"
    (tmp_path / "there").write_text("mine")
    if kind == "file":
        target.write_text("mine")
    elif kind == "link":
        target.symlink_to(tmp_path)
    else:
        target = tmp_path / "there" / "out"
    before = sorted(tmp_path.iterdir())
    with pytest.raises((RefusedError, OutputError)):
        write(target, "1")
    assert sorted(tmp_path.iterdir()) == before


def test_a_killed_process_leaves_no_whole_output_and_the_next_run_sweeps(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from workbench.cli.outputs import output_folder
        with output_folder(Path(sys.argv[1]), command="demo") as work:
            (work / "redacted.mp4").write_bytes(b"0" * 1000)
            print("ready", flush=True)
            time.sleep(60)
        """
    )
    target = tmp_path / "out"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(target)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        with output_folder(target, command="demo") as work:
            (work / "summary.json").write_text("2")
            assert len(list(tmp_path.glob(".out.partial-*"))) == 2, "one in use is not swept"
        os.kill(process.pid, signal.SIGKILL)
    (left,) = tmp_path.glob(".out.partial-*")
    assert not is_earlier_output(left)
    write(target, "3")
    deadline = time.monotonic() + 5
    while list(tmp_path.glob(".out.partial-*")) and time.monotonic() < deadline:
        write(target, "4")
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("present", "force", "error"),
    [
        ("nothing", False, None),
        ("nothing", True, None),
        ("file", False, RefusedError),
        ("file", True, None),
        ("folder", False, RefusedError),
        ("folder", True, RefusedError),
        ("no folder to lie in", False, OutputError),
    ],
)
def test_files_in_the_way(
    tmp_path: Path, present: str, *, force: bool, error: type[Exception] | None
) -> None:
    target = tmp_path / "list.safetensors"
    if present == "file":
        target.write_text("x")
    elif present == "folder":
        target.mkdir()
    elif present != "nothing":
        target = tmp_path / "missing" / "list.safetensors"
    if error is None:
        require_free_file(target, force=force)
    else:
        with pytest.raises(error, match="--output"):
            require_free_file(target, force=force)


def test_folders_made_on_the_way_go_with_a_failure(tmp_path: Path) -> None:
    def fail() -> None:
        with output_folder(tmp_path / "a" / "b" / "out", command="demo"):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_told_of_the_place_and_not_of_the_work_folder(
    tmp_path: Path, number: int
) -> None:
    def fail(*, ours: bool) -> None:
        with output_folder(tmp_path / "out", command="demo") as work:
            if ours:
                msg = f"{work / 'redacted.mp4'}: could not be written."
                raise OutputError(msg)
            raise OSError(number, os.strerror(number), str(work / "summary.json"))

    for ours, file in ((True, "out/redacted.mp4"), (False, "out")):
        with pytest.raises(OutputError) as caught:
            fail(ours=ours)
        assert str(caught.value).startswith(f"{tmp_path / file}: ")
        assert ".partial-" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_only_just_being_made_is_not_swept(tmp_path: Path) -> None:
    fresh = tmp_path / ".out.partial-fresh"
    fresh.mkdir()
    (fresh / ".lock.new").touch()
    write(tmp_path / "out", "1")
    assert fresh.is_dir()
    (fresh / ".lock.new").rename(fresh / ".lock")
    write(tmp_path / "out", "2")
    assert not fresh.exists()


def test_a_name_that_reads_as_a_pattern(tmp_path: Path) -> None:
    other = tmp_path / ".a1.partial-x"
    other.mkdir()
    (other / ".lock").touch()
    write(tmp_path / "a[12]", "1")
    assert other.is_dir()


def test_many_writers_of_one_place_all_succeed(tmp_path: Path) -> None:
    def many(number: int) -> None:
        for _ in range(20):
            write(tmp_path / "out", str(number))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(many, range(4)))
    assert is_earlier_output(tmp_path / "out")
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_a_result_is_for_its_owner_alone(tmp_path: Path) -> None:
    with output_folder(tmp_path / "result", command="search", force=False) as folder:
        (folder / "alerts.html").write_text("faces")
    assert (tmp_path / "result").stat().st_mode & 0o777 == 0o700
