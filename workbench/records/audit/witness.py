"""Witnesses: places elsewhere that keep the checkpoints, so that a rollback of everything shows.

Whoever can write to the database, the key store and the vault can put all of them back to an
earlier state, and nothing in them tells. A witness is out of that person's reach: a file on
another machine's share, or a mailbox.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from workbench.errors import AuditError, OutputError
from workbench.records.audit.checkpoints import Checkpoint

__all__ = [
    "Look",
    "Witness",
    "WitnessFile",
    "WitnessReader",
    "Witnessed",
    "look",
    "unreadable",
    "unwritable",
]

_WAIT_S: Final = 5.0
_LONGEST_LINE: Final = 10_000
_NO_FOLDER: Final = (
    "is not there. Mount or make it, or set WORKBENCH_WITNESS to the folder in which the bench was "
    "witnessed so far."
)
_NO_FILE: Final = (
    "Put it back from a backup, or set WORKBENCH_WITNESS to the folder in which the bench was "
    "witnessed so far."
)
_TAIL: Final = 65_536
"""Bytes of a witness that are looked at in passing: some 150 checkpoints."""


@dataclass(frozen=True)
class Witnessed:
    """One thing that a witness holds.

    Attributes:
        place: where in the witness, for example `line 12`.
        checkpoint: what it says; None where that cannot be read.
        torn: whether it was cut short, as by a power cut, rather than spoilt.
    """

    place: str
    checkpoint: Checkpoint | None
    torn: bool = False


class WitnessReader(Protocol):
    """Tells what was witnessed."""

    @property
    def name(self) -> str:
        """The witness, for messages."""

    def read(self) -> Iterator[Witnessed]:
        """Return what is there at the moment of the call, in any order.

        Raises:
            AuditError: when the witness cannot be read.
        """


class Witness(WitnessReader, Protocol):
    """Keeps checkpoints elsewhere."""

    def check(self) -> None:
        """Find out whether it could be written.

        Raises:
            OutputError: when it could not.
        """

    def append(self, checkpoint: Checkpoint) -> None:
        """Write a checkpoint.

        Raises:
            OutputError: when it could not be written.
        """


@dataclass(frozen=True)
class Look:
    """What a witness held when it was looked at.

    Attributes:
        name: the witness.
        found: what it held; gone through once.
        fault: why it could not be read.
    """

    name: str
    found: Iterator[Witnessed]
    fault: str = ""

    def read(self) -> Iterator[Witnessed]:
        """Return what it held."""
        if self.fault:
            raise AuditError(self.fault)
        return self.found


def look(witness: WitnessReader) -> Look:
    """Look at a witness now, whatever is added to it later."""
    try:
        return Look(witness.name, witness.read())
    except AuditError as error:
        return Look(witness.name, iter(()), str(error))


class WitnessFile:
    """A file elsewhere that is only ever added to, one JSON line a checkpoint.

    Made with permissions 0600 where it is not there yet; its folder is not made, so that a share
    that is not mounted is noticed. Several processes may write to it, also of several benches.
    """

    def __init__(self, path: Path) -> None:
        """Take where it lies; nothing is opened yet."""
        self.path = path

    @property
    def name(self) -> str:
        """The witness, for messages."""
        return f"witness {self.path}"

    def check(self) -> None:
        """Open it as for writing."""
        with self._opened():
            pass

    def append(self, checkpoint: Checkpoint) -> None:
        """Add a line, in one write; a line that was cut short before is ended first."""
        line = f"{checkpoint.line}\n".encode()
        with self._opened() as descriptor, _locked(descriptor):
            if _cut_short(descriptor):
                line = b"\n" + line
            if os.write(descriptor, line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def read(self) -> Iterator[Witnessed]:
        """Return its lines as they are now; those added while they are read are left out."""
        try:
            file = self.path.open("rb")
            size = os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            if self.path.parent.is_dir():
                msg = f"{self.name} cannot be read: there is no such file. {_NO_FILE}"
            else:
                msg = f"{self.name} cannot be read: the folder {self.path.parent} {_NO_FOLDER}"
            raise AuditError(msg) from None
        except OSError as error:
            raise unreadable(self.name, error) from None
        return _lines(file, size, self.name)

    def newest(self, size: int = _TAIL) -> Iterator[Witnessed]:
        """Return the lines in its last bytes, without reading the rest; none if there is no file.

        Args:
            size: how many bytes.

        Raises:
            AuditError: when the witness cannot be read.
        """
        try:
            file = self.path.open("rb")
            end = os.fstat(file.fileno()).st_size
            if end > size:
                file.seek(end - size - 1)
                file.readline(size)  # the end of a line that began before
        except FileNotFoundError:
            return iter(())
        except OSError as error:
            raise unreadable(self.name, error) from None
        return _lines(file, end - file.tell(), self.name)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
        flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            descriptor = os.open(self.path, flags, 0o600)
            try:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise OSError(errno.EINVAL, "it is not a file")
                yield descriptor
            finally:
                os.close(descriptor)
        except FileNotFoundError:
            msg = f"{self.name} cannot be written: the folder {self.path.parent} {_NO_FOLDER}"
            raise OutputError(msg) from None
        except OSError as error:
            raise unwritable(self.name, error) from None


def unwritable(name: str, error: OSError) -> OutputError:
    """Return the error of a witness that cannot be written."""
    return OutputError(f"{name} cannot be written ({error.strerror or error}).")


def unreadable(name: str, error: OSError) -> AuditError:
    """Return the error of a witness that cannot be read."""
    return AuditError(f"{name} cannot be read ({error.strerror or error}).")


@contextmanager
def _locked(descriptor: int) -> Iterator[None]:
    """Hold the file against other writers; where it knows no locks, its single write must do."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 - only where the platform has it

    end = time.monotonic() + _WAIT_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise OSError(errno.EAGAIN, f"others held it for {_WAIT_S:.0f} s") from None
            time.sleep(0.005)
        except OSError:
            yield
            return
        else:
            break
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)


def _cut_short(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    if size == 0:
        return False
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) != b"\n"


def _lines(file: BinaryIO, size: int, name: str) -> Iterator[Witnessed]:
    number = 0
    with file:
        while size > 0:
            try:
                line = file.readline(min(size, _LONGEST_LINE))
            except OSError as error:
                raise unreadable(name, error) from None
            if not line:
                return
            size -= len(line)
            number += 1
            if line.strip():
                yield _read(line, f"line {number}")


def _read(line: bytes, place: str) -> Witnessed:
    try:
        return Witnessed(place, Checkpoint.from_line(line.decode()))
    except (UnicodeDecodeError, AuditError):
        return Witnessed(place, None, torn=line.startswith(b"{") and not line.endswith(b"}\n"))
