"""The master key: wraps the data keys, is itself kept by nobody but its provider.

Where it is kept is chosen by who runs the bench: a file of its own, the environment of the
process, or the keyring of the operating system (`keyring_keys`). None of them is in a backup of
the bench, and a bench whose master key is lost cannot be read again.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Protocol, Self

from workbench.errors import KeyStoreError
from workbench.records.vault.files import as_store_error, make_folder, place_new
from workbench.records.vault.sealing import KEY_BYTES
from workbench.records.vault.secret import Secret

__all__ = ["EnvironmentMaster", "FileMaster", "MasterKey", "MasterProvider", "Masters"]

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LONGEST: Final = 1024


class MasterKey(Secret):
    """A master key.

    Attributes:
        id: the first 16 hexadecimal digits of a SHA-256 over it; tells which key it is, and
            nothing of what it is.
    """

    __slots__ = ("id",)

    def __init__(self, secret: bytearray) -> None:
        """Take the memory over.

        Raises:
            KeyStoreError: when it has another length than 32 bytes.
        """
        if len(secret) != KEY_BYTES:
            msg = f"a master key has {KEY_BYTES} bytes, this one {len(secret)}. Give the right one."
            raise KeyStoreError(msg)
        digest = hashlib.sha256(b"lfr-master")
        digest.update(secret)
        self.id = digest.hexdigest()[:16]
        super().__init__(f"master key {self.id}", secret)

    @classmethod
    def generate(cls) -> Self:
        """Return a new random master key."""
        return cls(bytearray(os.urandom(KEY_BYTES)))

    @classmethod
    def from_text(cls, text: str, where: str) -> Self:
        """Return the key that `to_text` wrote.

        Raises:
            KeyStoreError: when it is none; says where it was read, and nothing of it.
        """
        try:
            secret = bytearray(base64.b64decode(text.strip(), validate=True))
        except (binascii.Error, ValueError):
            secret = bytearray()
        if len(secret) != KEY_BYTES:
            msg = (
                f"{where} holds no master key: {KEY_BYTES} bytes in base64 are expected. Give the "
                "one that this bench was made with."
            )
            raise KeyStoreError(msg)
        return cls(secret)

    def to_text(self) -> str:
        """Return the key in base64, to be kept where a person chose."""
        with self.opened() as secret:
            return base64.b64encode(secret).decode("ascii")


class MasterProvider(Protocol):
    """Where a master key is kept."""

    def read(self) -> MasterKey:
        """Return the master key.

        Raises:
            KeyStoreError: when there is none, or it cannot or may not be used.
        """
        ...

    def create(self) -> MasterKey:
        """Make a master key and keep it.

        Raises:
            KeyStoreError: when there is one already, or it cannot be kept.
        """
        ...


class FileMaster:
    """A master key in a file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is opened by `read`."""
        self._path = path

    def create(self) -> MasterKey:
        """Make a key, and the file with it, of mode 0600; a file that is there stays as it is."""
        key = MasterKey.generate()
        part = self._path.with_name(f".{self._path.name}.{key.id}.part")
        with as_store_error(f"master key file {self._path}", KeyStoreError):
            make_folder(self._path.parent)
            try:
                place_new(self._path, part, f"{key.to_text()}\n".encode("ascii"))
            except FileExistsError:
                msg = (
                    f"{self._path} is there already and was left as it is: what was wrapped by it "
                    "needs it. Name another file for the new master key."
                )
                raise KeyStoreError(msg) from None
        return key

    def read(self) -> MasterKey:
        """Return the key in the file, unless others could read it too."""
        what = f"master key file {self._path}"
        with as_store_error(what, KeyStoreError):
            try:
                with self._path.open("rb") as file:
                    mode = os.fstat(file.fileno()).st_mode
                    content = file.read(_LONGEST)
            except FileNotFoundError:
                msg = (
                    f"there is no {what}. Restore it from where you keep its copy; it is not in a "
                    "backup of the bench."
                )
                raise KeyStoreError(msg) from None
        if mode & _OTHERS:
            msg = (
                f"{what} can be used by others (mode {stat.S_IMODE(mode):04o}), so it was not read "
                f"further. Say: chmod 600 {self._path}"
            )
            raise KeyStoreError(msg)
        return MasterKey.from_text(content.decode("ascii", "replace"), what)


class EnvironmentMaster:
    """A master key in a variable of the environment, 32 bytes in base64.

    Processes that this one starts inherit it, and its own user can read it while it runs: meant
    for containers that are given their secrets so.
    """

    def __init__(self, variable: str) -> None:
        """Name the variable; it is looked at by `read`."""
        self._variable = variable

    def create(self) -> MasterKey:
        """Refuse: a process cannot keep anything in the environment of the next one."""
        msg = (
            f"a master key cannot be put into {self._variable} from here. Make one with "
            "`openssl rand -base64 32` and set the variable where the bench is started."
        )
        raise KeyStoreError(msg)

    def read(self) -> MasterKey:
        """Return the key in the variable."""
        text = os.environ.get(self._variable)
        if not text:
            msg = (
                f"the variable {self._variable} is not set, so there is no master key. Set it "
                f"where the bench is started, to {KEY_BYTES} bytes in base64."
            )
            raise KeyStoreError(msg)
        return MasterKey.from_text(text, f"the variable {self._variable}")


class Masters:
    """The master key in use, and earlier ones that may still be needed to unwrap."""

    def __init__(self, current: MasterKey, earlier: Iterable[MasterKey] = ()) -> None:
        """Take the keys; what is wrapped from now on is wrapped by `current`."""
        self.current = current
        self._by_id = {key.id: key for key in (*earlier, current)}

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all of them, the current one last."""
        return tuple(self._by_id)

    def find(self, key_id: str) -> MasterKey | None:
        """Return the master key of an id, or `None` when it is not among them."""
        return self._by_id.get(key_id)
