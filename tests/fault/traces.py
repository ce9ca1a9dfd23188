"""Every byte that a process and its children wrote, as strace saw it.

Files that were unlinked while open, unnamed temporary files, shared memory, pipes and sockets are
written to by the same system calls as any other file, so they are seen. What a process changes
through a shared mapping is not: such places are looked into while the process waits, before it
ends (`Traced.finish`), and one that is gone by then is told of as not seen. So is every call that
moves bytes where strace does not show them.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

import pytest
from trace_log import LONGEST, TRACED, Written, read_log

__all__ = ["Traced"]


class Traced:
    """A process that runs under strace; it says `done` when it has, and waits for its end."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        log: Path,
    ) -> None:
        """Start it; what it says on standard error goes into the file `log`."""
        strace = shutil.which("strace")
        if strace is None:
            pytest.skip("needs strace")
        self._folder = tempfile.TemporaryDirectory(prefix="trace-")
        words = [strace, "--follow-forks", "--output-separately", "--seccomp-bpf", "-xx", "-v"]
        words += ["--decode-fds=path", f"--string-limit={LONGEST}", "--quiet=attach,exit"]
        words += ["--absolute-timestamps=format:unix,precision:ns", "--signal=none"]
        words += [f"--trace={','.join(sorted(TRACED))}"]
        self._log, self._errors = log, log.open("wb")
        words += ["--output", str(Path(self._folder.name) / "calls"), "--", *command]
        self._process = subprocess.Popen(
            words,
            env=env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        self.said: list[str] = []

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the process, if it runs still, and forget what it wrote."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._in, self._out, self._errors):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        self._folder.cleanup()

    def finish(self) -> Written:
        """Wait until it is done, look at what it holds open, let it end, and return all of it."""
        for line in self._out:
            if line == "done\n":
                break
            self.said.append(line.rstrip("\n"))
        held = {}
        for child in _children(self._process.pid)[1:]:  # strace itself is the first
            held |= dict(_held(child))
        with contextlib.suppress(BrokenPipeError):  # it has failed, as its code will say
            self._in.write("end\n")
            self._in.close()
        self.said += [line.rstrip("\n") for line in self._out]
        code = self._process.wait(timeout=60)
        assert code == 0, self._log.read_text("utf-8", "replace")[-4000:]
        written = read_log(Path(self._folder.name))
        for place, content in held.items():
            written.parts[f"{place} when it ended"] = content
        for place in sorted(written.mapped - held.keys()):
            if not Path(place).is_file():  # one that is there still is looked at like all others
                written.unseen.append(f"mapped to be changed, and gone: {place}")
        return written


def _held(pid: int) -> Iterator[tuple[str, bytes]]:
    """Give the files that a process holds open or mapped to be written, as they are now.

    Mapped ones can be looked at by root alone; for others, one that is gone is told of as not seen.
    """
    folder = Path("/proc") / str(pid)
    for entry in (*folder.glob("fd/*"), *folder.glob("map_files/*")):
        with contextlib.suppress(FileNotFoundError, PermissionError):
            place = str(entry.readlink()).removesuffix(" (deleted)")
            is_mapped = entry.parent.name == "map_files"
            if is_mapped and not entry.lstat().st_mode & stat.S_IWUSR:
                continue
            if stat.S_ISREG(entry.stat().st_mode) and (is_mapped or _writable(folder, entry.name)):
                yield place, entry.read_bytes()


def _writable(folder: Path, descriptor: str) -> bool:
    for line in (folder / "fdinfo" / descriptor).read_text("ascii").splitlines():
        if line.startswith("flags:"):
            return bool(int(line.split()[1], 8) & (os.O_WRONLY | os.O_RDWR))
    return True


def _children(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text("ascii").split():
            found += _children(int(child))
    return found
