"""What strace wrote of a process, read: its calls become the bytes that it wrote, by place."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

__all__ = ["LONGEST", "TRACED", "Written", "read_log"]

LONGEST: Final = 1 << 27
"""Longest bytes that strace is asked to show whole."""

_DATA: Final = frozenset(
    {"write", "pwrite64", "writev", "pwritev", "pwritev2", "sendto", "sendmsg", "sendmmsg"}
    | {"setxattr", "lsetxattr", "fsetxattr"}
)
_AT: Final = frozenset({"pwrite64", "pwritev", "pwritev2"})
_NAMES: Final = frozenset(
    {"open", "openat", "openat2", "creat", "mkdir", "mkdirat", "mknod", "mknodat"}
    | {"rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"}
    | {"memfd_create"}
)
_BLIND: Final = frozenset(
    {"sendfile", "copy_file_range", "splice", "vmsplice", "tee", "io_uring_setup", "io_submit"}
    | {"process_vm_writev", "ptrace"}
)
"""Calls that move bytes which strace does not show."""

TRACED: Final = _DATA | _NAMES | _BLIND | {"mmap", "lseek", "ioctl"}

_CALL: Final = re.compile(rb"(\d+\.\d+) (\w+)\((.*)\) += (-?\w+)", re.DOTALL)
_TEXT: Final = re.compile(rb'"([^"]*)"(\.\.\.)?')
_PLACE: Final = re.compile(rb"(\d+)<([^<>]*)>")
_FOLDER: Final = re.compile(rb"AT_FDCWD<([^<>]*)>")


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


def read_log(folder: Path) -> Written:
    """Read the logs of all threads, `calls.*`, in the order of time."""
    reading = _Reading()
    for call in sorted(_calls(folder)):
        reading.take(call)
    written = reading.written
    written.parts = {place: bytes(part) for place, part in reading.parts.items()}
    written.images = {place: bytes(image) for place, image in reading.images.items()}
    return written


@dataclass(frozen=True, slots=True, order=True)
class _Call:
    at: float
    name: str
    arguments: bytes
    result: bytes

    @property
    def failed(self) -> bool:
        return self.result.startswith(b"-")

    def words(self) -> list[bytes]:
        """The strings among its arguments."""
        return [_octets(text) for text, _ in _TEXT.findall(self.arguments)]

    def place(self) -> tuple[int, str]:
        """The first descriptor among its arguments, and the place that it is of."""
        match = _PLACE.search(self.arguments)
        return (int(match.group(1)), _text(match.group(2))) if match else (-1, "")


class _Reading:
    """What is known after the calls so far."""

    def __init__(self) -> None:
        self.written = Written()
        self.parts: defaultdict[str, bytearray] = defaultdict(bytearray)
        self.images: defaultdict[str, bytearray] = defaultdict(bytearray)
        self._offsets: dict[tuple[str, int], int] = {}
        self._appended: set[str] = set()

    def take(self, call: _Call) -> None:
        if b'"...' in call.arguments:
            self.written.unseen.append(f"too long to show: {call.name}")
        if call.name in _BLIND or b"FICLONE" in call.arguments:
            if not call.failed:
                self.written.unseen.append(f"not shown: {call.name} {call.place()[1]}")
        elif call.name == "mmap":
            if b"MAP_SHARED" in call.arguments and b"PROT_WRITE" in call.arguments:
                self.written.mapped.update(filter(None, [call.place()[1]]))
        elif call.name == "lseek":
            if call.result.isdigit():
                number, place = call.place()
                self._offsets[place, number] = int(call.result)
        elif call.name in _NAMES:
            self._named(call)
        elif call.name in _DATA:
            self._data(call)

    def _named(self, call: _Call) -> None:
        words = call.words()
        is_open = call.name.startswith("open")
        if b"O_CREAT" in call.arguments or not is_open:
            self.parts["names of files"] += b"\n".join(words) + b"\n"
        if is_open and words and call.result[:1].isdigit():
            place = _opened(call, words[0])
            self._offsets[place, int(call.result)] = 0
            if b"O_APPEND" in call.arguments:
                self._appended.add(place)

    def _data(self, call: _Call) -> None:
        payload = b"".join(call.words())
        number, place = call.place()
        self.parts[place] += payload
        if "write" not in call.name or call.failed:
            return
        image = self.images[place]
        start = self._start(call, place, number)
        image.extend(bytes(max(0, start - len(image))))
        image[start : start + len(payload)] = payload
        if call.name not in _AT:
            self._offsets[place, number] = start + len(payload)

    def _start(self, call: _Call, place: str, number: int) -> int:
        """Return at which offset a call wrote; at the end where that is not known."""
        end = len(self.images[place])
        if place in self._appended:
            return end
        if call.name in _AT:
            words = [word.strip() for word in call.arguments.rsplit(b",", 2)]
            offset = words[-2] if call.name == "pwritev2" else words[-1]
            return int(offset) if offset.isdigit() else end
        return self._offsets.get((place, number), end)


def _calls(folder: Path) -> Iterator[_Call]:
    for file in folder.glob("calls.*"):
        for line in file.read_bytes().splitlines():
            match = _CALL.match(line)
            if match is not None:
                at, name, arguments, result = match.groups()
                yield _Call(float(at), name.decode(), arguments, result)
            elif b"(" in line and not line.split(b" ", 1)[1].startswith((b"---", b"+++")):
                # A call in which the process was ended shows no result; its bytes count.
                at, _, rest = line.partition(b" ")
                name, _, arguments = rest.partition(b"(")
                yield _Call(float(at), name.decode(), arguments, b"?")


def _opened(call: _Call, name: bytes) -> str:
    """Return the place that an opened name will be shown as, as far as one can tell."""
    folder = _FOLDER.search(call.arguments)
    base = Path(_text(folder.group(1))) if folder else Path()
    return str(base / name.decode("utf-8", "replace"))


def _octets(shown: bytes) -> bytes:
    return bytes.fromhex(shown.replace(b"\\x", b"").decode("ascii"))


def _text(shown: bytes) -> str:
    return _octets(shown).decode("utf-8", "replace")
