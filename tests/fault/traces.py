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
import re
import shutil
import stat
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import pytest

__all__ = ["Traced", "Written"]

_DATA: Final = frozenset(
    "write pwrite64 writev pwritev pwritev2 sendto sendmsg sendmmsg setxattr lsetxattr "
    "fsetxattr".split()
)
_NAMES: Final = frozenset(
    "open openat openat2 creat mkdir mkdirat mknod mknodat rename renameat renameat2 link linkat "
    "symlink symlinkat memfd_create".split()
)
_BLIND: Final = frozenset(
    "sendfile copy_file_range splice vmsplice tee io_uring_setup io_submit process_vm_writev "
    "ptrace".split()
)
_ALSO: Final = frozenset("mmap lseek ioctl".split())
_CALL: Final = re.compile(rb"(\d+\.\d+) (\w+)\((.*)\) += (-?\w+)", re.DOTALL)
_TEXT: Final = re.compile(rb'"([^"]*)"(\.\.\.)?')
_PLACE: Final = re.compile(rb"(\d+)<([^<>]*)>")
_LONGEST: Final = 1 << 27
"""Longest bytes that strace shows whole."""


@dataclass
class Written:
    """What was written.

    Attributes:
        parts: bytes by place, in the order of time; a place is a path, a pipe or a socket.
        images: contents of the same places as files in the end, by offset, removed ones too.
        unseen: what wrote bytes that could not be seen.
        mapped: places that were mapped to be changed in memory.
    """

    parts: dict[str, bytes] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)
    mapped: set[str] = field(default_factory=set)

    @property
    def size(self) -> int:
        """How many bytes were written."""
        return sum(map(len, self.parts.values()))

    def streams(self) -> Iterator[tuple[str, bytes]]:
        """Give every place with its bytes, and its content in the end where that differs."""
        for place, part in self.parts.items():
            yield place, part
            image = self.images.get(place, part)
            if image != part:
                yield f"{place} as a file", image


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
        words += ["--decode-fds=path", f"--string-limit={_LONGEST}", "--quiet=attach,exit"]
        words += ["--absolute-timestamps=format:unix,precision:ns", "--signal=none"]
        words += [f"--trace={','.join(sorted(_DATA | _NAMES | _BLIND | _ALSO))}"]
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
        written = _read(Path(self._folder.name))
        for place, content in held.items():
            written.parts[f"{place} when it ended"] = content
        for place in sorted(written.mapped - held.keys()):
            if not Path(place).is_file():  # one that is there still is looked at like all others
                written.unseen.append(f"mapped to be changed, and gone: {place}")
        return written


def _held(pid: int) -> Iterator[tuple[str, bytes]]:
    """Give the files that a process holds open or mapped to be written, as they are now."""
    folder = Path("/proc") / str(pid)
    for entry in (*folder.glob("fd/*"), *folder.glob("map_files/*")):
        with contextlib.suppress(FileNotFoundError):
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


@dataclass(frozen=True, slots=True, order=True)
class _Call:
    at: float
    name: str
    arguments: bytes
    result: bytes


def _calls(folder: Path) -> Iterator[_Call]:
    """Give the calls of all threads, in the order of time."""
    found = []
    for file in sorted(folder.glob("calls.*")):
        for line in file.read_bytes().splitlines():
            match = _CALL.match(line)
            if match is not None:
                at, name, arguments, result = match.groups()
                found.append(_Call(float(at), name.decode(), arguments, result))
            elif not line.split(b" ", 1)[-1].startswith((b"---", b"+++")):
                # A call in which the process was ended shows no result; its bytes count.
                at, _, rest = line.partition(b" ")
                name, _, arguments = rest.partition(b"(")
                found.append(_Call(float(at), name.decode(), arguments, b"?"))
    yield from sorted(found)


def _read(folder: Path) -> Written:
    parts: defaultdict[str, bytearray] = defaultdict(bytearray)
    images: defaultdict[str, bytearray] = defaultdict(bytearray)
    offsets: dict[tuple[str, int], int] = {}
    appended: set[str] = set()
    written = Written()
    for call in _calls(folder):
        texts = _TEXT.findall(call.arguments)
        if any(dots for _, dots in texts):
            written.unseen.append(f"too long to show: {call.name}")
        words = [_octets(text) for text, _ in texts]
        number, place = _place(call.arguments)
        if call.name in _BLIND and not call.result.startswith(b"-"):
            written.unseen.append(f"not shown: {call.name} {_plain(call.arguments)[:200]}")
        elif call.name == "ioctl" and b"FICLONE" in call.arguments:
            written.unseen.append(f"not shown: {call.name} {place}")
        elif call.name == "mmap":
            if b"MAP_SHARED" in call.arguments and b"PROT_WRITE" in call.arguments and place:
                written.mapped.add(place)
        elif call.name == "lseek":
            if call.result.isdigit():
                offsets[place, number] = int(call.result)
        elif call.name in _NAMES:
            if b"O_CREAT" in call.arguments or not call.name.startswith("open"):
                parts["names of files"] += b"\n".join(words) + b"\n"
            if call.name.startswith("open") and words and call.result.isdigit():
                opened = _opened(call, words[0])
                offsets[opened, int(call.result)] = 0
                if b"O_APPEND" in call.arguments:
                    appended.add(opened)
        elif call.name in _DATA:
            payload = b"".join(words)
            parts[place] += payload
            if call.name in {"write", "writev", "pwrite64", "pwritev", "pwritev2"}:
                image = images[place]
                start = _start(call, place, number, offsets, image, append=place in appended)
                if start > len(image):
                    image.extend(bytes(start - len(image)))
                image[start : start + len(payload)] = payload
                if call.name in {"write", "writev"}:
                    offsets[place, number] = start + len(payload)
    written.parts = {place: bytes(part) for place, part in parts.items()}
    written.images = {place: bytes(image) for place, image in images.items()}
    return written


def _opened(call: _Call, name: bytes) -> str:
    """Return the place that an opened name will be shown as, as far as one can tell."""
    text = name.decode("utf-8", "replace")
    if not os.path.isabs(text):
        folder = re.search(rb"AT_FDCWD<([^<>]*)>", call.arguments)
        base = _octets(folder.group(1)).decode("utf-8", "replace") if folder else ""
        text = os.path.join(base, text)
    return os.path.normpath(text)


def _start(
    call: _Call,
    place: str,
    number: int,
    offsets: Mapping[tuple[str, int], int],
    image: bytearray,
    *,
    append: bool,
) -> int:
    if append:
        return len(image)
    if call.name in {"pwrite64", "pwritev", "pwritev2"}:
        words = [word.strip() for word in call.arguments.rsplit(b",", 2)]
        position = words[-1] if call.name != "pwritev2" else words[-2]
        return int(position) if position.isdigit() else len(image)
    return offsets.get((place, number), len(image))


def _place(arguments: bytes) -> tuple[int, str]:
    match = _PLACE.search(arguments)
    if match is None:
        return -1, ""
    return int(match.group(1)), _octets(match.group(2)).decode("utf-8", "replace")


def _octets(shown: bytes) -> bytes:
    return bytes.fromhex(shown.replace(b"\\x", b"").decode("ascii"))


def _plain(arguments: bytes) -> str:
    return re.sub(rb"(?:\\x[0-9a-f]{2})+", lambda match: _octets(match.group(0)), arguments).decode(
        "utf-8", "replace"
    )
