"""A confined process keeps what it was given, and nothing else; each runs in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from workbench.hygiene import landlock
from workbench.hygiene.landlock import confine_process, landlock_version

needs_landlock = pytest.mark.skipif(landlock_version() == 0, reason="needs Linux with Landlock")


def confined(code: str, *, reads: list[Path], writes: list[Path]) -> str:
    """Return what code prints in a process that was confined to places before."""
    lines = f"""
        import os, socket, subprocess, sys
        from pathlib import Path
        from workbench.hygiene.landlock import confine_process
        places = {[str(one) for one in reads]!r}, {[str(one) for one in writes]!r}
        notes = confine_process(reads=map(Path, places[0]), writes=map(Path, places[1]))
    """
    whole = textwrap.dedent(lines) + code
    done = subprocess.run(
        [sys.executable, "-c", whole], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def tried(act: str) -> str:
    return f"""
try:
    {act}
    print("done")
except OSError as error:
    print(type(error).__name__)
"""


@needs_landlock
def test_files_are_read_where_that_was_allowed_and_nowhere_else(tmp_path: Path) -> None:
    for name in ("given", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    given, other = tmp_path / "given", tmp_path / "other"
    code = "".join(
        tried(act)
        for act in (
            f"open({str(given / 'file')!r}).read()",
            f"open({str(given / 'file')!r}, 'w')",
            f"open({str(other / 'file')!r}).read()",
            f"os.listdir({str(other)!r})",
            f"open({str(given / '..' / 'other' / 'file')!r}).read()",
            f"os.unlink({str(given / 'file')!r})",
        )
    )
    expected = ["done", *["PermissionError"] * 5]
    assert confined(code, reads=[given], writes=[]).split() == expected


@needs_landlock
def test_a_link_out_of_what_is_allowed_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "given" / "link").symlink_to(tmp_path / "secret")
    code = tried(f"open({str(tmp_path / 'given' / 'link')!r}).read()")
    assert confined(code, reads=[tmp_path / "given"], writes=[]) == "PermissionError"


@needs_landlock
def test_files_are_written_where_that_was_allowed(tmp_path: Path) -> None:
    code = "".join(
        tried(act)
        for act in (
            f"open({str(tmp_path / 'new')!r}, 'w').write('x')",
            f"os.rename({str(tmp_path / 'new')!r}, {str(tmp_path / 'newer')!r})",
            f"os.mkfifo({str(tmp_path / 'fifo')!r})",
        )
    )
    assert confined(code, reads=[], writes=[tmp_path]).split() == ["done"] * 3
    assert (tmp_path / "newer").read_text() == "x"


@needs_landlock
def test_no_program_is_started(tmp_path: Path) -> None:
    code = tried(f"subprocess.run([{sys.executable!r}, '-c', ''])")
    assert confined(code, reads=[Path("/")], writes=[]) == "PermissionError"


@pytest.mark.skipif(landlock_version() < 4, reason="needs Landlock 4, of Linux 6.7")
def test_nothing_is_connected_to(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = tried(f"socket.create_connection({server.getsockname()!r})")
        assert confined(code, reads=[], writes=[]) == "PermissionError"


@pytest.mark.skipif(landlock_version() < 6, reason="needs Landlock 6, of Linux 6.12")
def test_nobody_outside_is_signalled(tmp_path: Path) -> None:
    code = tried(f"os.kill({os.getpid()}, 0)") + "print(notes)"
    assert confined(code, reads=[], writes=[]).split("\n") == [
        "PermissionError",
        str([landlock._NEVER]),
    ]


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (0, "has no Landlock"),
        (3, "connecting by TCP"),
        (5, "signalling others"),
        (99, "nor through sockets in the file system"),
    ],
)
def test_what_an_older_system_cannot_keep_is_said(
    version: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landlock, "landlock_version", lambda: version)
    monkeypatch.setattr(landlock, "_call", lambda *_: os.open(os.devnull, os.O_RDONLY))
    monkeypatch.setattr(landlock, "_privileges_stay", lambda: None)
    assert any(words in note for note in confine_process(reads=[], writes=[]))
