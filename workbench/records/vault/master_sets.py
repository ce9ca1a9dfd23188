"""The master key in use, with the one before it while a rotation is under way.

Files (`MasterFiles`) and entries of a keyring (`workbench.records.vault.keyring_masters`) are
numbered: the highest wraps, and an earlier one is there only until everything is wrapped anew. A
process that runs meanwhile follows (`FollowingWrapper`), so that it never wraps by a master key
that is about to be thrown away.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Hashable
from pathlib import Path
from typing import Final, Protocol

from workbench.errors import KeyStoreError
from workbench.records.vault.files import as_store_error, shred, sync_folder
from workbench.records.vault.masters import EnvironmentMaster, FileMaster, Masters
from workbench.records.vault.names import Octets
from workbench.records.vault.wrapping import LocalWrapper

__all__ = ["FollowingWrapper", "MasterFiles", "MasterSet", "MasterVariables"]

_NAME: Final = re.compile(r"master(?:-(\d{1,9}))?\.key", re.ASCII)
_PART: Final = re.compile(r"\.master(?:-\d{1,9})?\.key\.[0-9a-f]{1,64}\.part", re.ASCII)
_ATTEMPTS: Final = 5


class MasterSet(Protocol):
    """Where the master keys of a bench are."""

    @property
    def where(self) -> str:
        """The place, for messages."""
        ...

    @property
    def is_rotating(self) -> bool:
        """Whether there is an earlier master key besides the one in use."""
        ...

    def version(self) -> Hashable:
        """Return a value that is another once `read` would return other keys; quick."""
        ...

    def read(self) -> Masters:
        """Return the master keys.

        Raises:
            KeyStoreError: when there is none, or one cannot or may not be used.
        """
        ...

    def begin(self) -> None:
        """Make a new master key the one in use; a rotation that was cut off goes on with its own.

        Raises:
            KeyStoreError: when it cannot be made, or a person must provide it.
        """
        ...

    def end(self) -> None:
        """Throw the earlier master keys away; nothing may be wrapped by them any more.

        Raises:
            KeyStoreError: when one is still there afterwards.
        """
        ...


class MasterFiles:
    """Master keys in files of a folder: `master.key`, then `master-1.key`, and so on."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        self._folder = folder

    @property
    def where(self) -> str:
        """The folder."""
        return f"the master key files in {self._folder}"

    @property
    def is_rotating(self) -> bool:
        """Whether there are two files or more."""
        return len(self._numbers()) > 1

    def version(self) -> Hashable:
        """Return names, times and inodes of the files."""
        with as_store_error(self.where, KeyStoreError), os.scandir(self._folder) as entries:
            return tuple(
                sorted(
                    (entry.name, status.st_mtime_ns, status.st_ino)
                    for entry in entries
                    if _NAME.fullmatch(entry.name)
                    for status in (entry.stat(),)
                )
            )

    def read(self) -> Masters:
        """Return the keys of all files; that of the highest number is in use."""
        *earlier, current = self._numbers() or [0]
        return Masters(
            FileMaster(self._path(current)).read(),
            [FileMaster(self._path(number)).read() for number in earlier],
        )

    def begin(self) -> None:
        """Make the file of the next number."""
        numbers = self._numbers()
        if len(numbers) == 1:
            FileMaster(self._path(numbers[0] + 1)).create()

    def end(self) -> None:
        """Overwrite and remove all files but that of the highest number."""
        with as_store_error(self.where, KeyStoreError):
            for number in self._numbers()[:-1]:
                shred(self._path(number))
            for entry in list(self._folder.iterdir()):
                if _PART.fullmatch(entry.name):  # of one whose making was cut off
                    shred(entry)
            sync_folder(self._folder)

    def _numbers(self) -> list[int]:
        with as_store_error(self.where, KeyStoreError):
            names = (_NAME.fullmatch(path.name) for path in self._folder.iterdir())
            return sorted(int(name[1] or 0) for name in names if name is not None)

    def _path(self, number: int) -> Path:
        return self._folder / (f"master-{number}.key" if number else "master.key")


class MasterVariables:
    """Master keys in variables of the environment: the one in use, and one that it goes to."""

    def __init__(self, variable: str, new: str | None = None) -> None:
        """Name the variables; `new` wraps from now on where it is given."""
        self._variable, self._new = variable, new

    @property
    def where(self) -> str:
        """The variable or variables."""
        return f"the environment ({self._variable}{f' and {self._new}' if self._new else ''})"

    @property
    def is_rotating(self) -> bool:
        """Whether both variables were named."""
        return self._new is not None

    def version(self) -> Hashable:
        """Return a constant: nobody changes the environment of a process that runs."""
        return (self._variable, self._new)

    def read(self) -> Masters:
        """Return the keys in the variables."""
        before = EnvironmentMaster(self._variable).read()
        if self._new is None:
            return Masters(before)
        return Masters(EnvironmentMaster(self._new).read(), [before])

    def begin(self) -> None:
        """Require that a person set the variable of the new one."""
        if self._new is None:
            msg = (
                f"the master key is in {self._variable}, and only a person can put a new one into "
                "the environment. Set another variable to the output of `openssl rand -base64 32` "
                "and name it with --new-variable."
            )
            raise KeyStoreError(msg)

    def end(self) -> None:
        """Do nothing: who set the variables removes the earlier one."""


class FollowingWrapper:
    """Wraps by the master key in use, whichever that is by now; a `Wrapper`."""

    def __init__(self, masters: MasterSet) -> None:
        """Read the master keys.

        Raises:
            KeyStoreError: when there is none, or one cannot or may not be used.
        """
        self._masters = masters
        self._reading = threading.Lock()
        self._version: Hashable = None
        self._local = self._read()

    @property
    def current_id(self) -> str:
        """Name of the master key in use."""
        return self._now().current_id

    def knows(self, wrapper: str) -> bool:
        """Return whether records that name this wrapper can be unwrapped."""
        return self._now().knows(wrapper)

    def is_current(self, wrapped: bytes, key_id: str) -> bool:
        """Return whether the master key in use wrapped a record."""
        return self._now().is_current(wrapped, key_id)

    def wrap(self, data_key: Octets, key_id: str) -> bytes:
        """Return the record of a data key, wrapped by the master key in use."""
        return self._now().wrap(data_key, key_id)

    def unwrap(self, wrapped: bytes, key_id: str) -> bytearray:
        """Return the data key of a record."""
        return self._now().unwrap(wrapped, key_id)

    def _now(self) -> LocalWrapper:
        with self._reading:
            if self._masters.version() != self._version:
                self._local = self._read()
            return self._local

    def _read(self) -> LocalWrapper:
        """Read keys that stayed the same while they were read."""
        for last in [*[False] * _ATTEMPTS, True]:
            self._version = self._masters.version()
            try:
                local = LocalWrapper(self._masters.read())
            except KeyStoreError:
                if last or self._masters.version() == self._version:
                    raise
                continue
            if self._masters.version() == self._version:
                break
        return local
