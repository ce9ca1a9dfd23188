"""Where a feed's address comes from, so that its password is in no list of processes."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from workbench.errors import RefusedError, UsageError
from workbench.hygiene.credentials import has_credentials, without_credentials

__all__ = ["address_from"]

_VARIABLE: Final = "env:"
_FILE: Final = "@"
_LONGEST: Final = 8192
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def address_from(source: str, environ: Mapping[str, str]) -> str:
    """Return the address that a word of the command line names.

    `env:NAME` is the environment variable NAME, `@PATH` the first line of a file that only its
    owner can read; anything else is the address or path itself. Other people of a machine see the
    words of each command line (proc(5), `cmdline`), so one with a login in it is refused.

    Args:
        source: as it was given.
        environ: of the process.

    Raises:
        RefusedError: when the word itself carries a login, or others can read the file.
        UsageError: when there is no such variable or file, or nothing in it.
    """
    if source.startswith(_VARIABLE):
        name = source.removeprefix(_VARIABLE)
        address = environ.get(name, "").strip()
        if not address:
            msg = f"The environment variable {name!r} is not set or empty. Put the address there."
            raise UsageError(msg)
        return address
    if source.startswith(_FILE):
        return _first_line(Path(source.removeprefix(_FILE)).expanduser())
    if ":/" in source and has_credentials(source):
        msg = (
            f"{without_credentials(source)}: the address has a login or secret in it, and everyone "
            "on this machine can read the words of a command. Put it into an environment variable "
            "and say env:NAME, or into a file with mode 0600 and say @PATH. Change the password "
            "if others use this machine."
        )
        raise RefusedError(msg)
    return source


def _first_line(path: Path) -> str:
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            text = file.read(_LONGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such path"
        msg = f"{path}: the address cannot be read ({reason}). Check the path after the @."
        raise UsageError(msg) from None
    if os.name == "posix" and found.st_mode & _OTHERS:
        msg = (
            f"{path}: others can read or write this file (mode {stat.S_IMODE(found.st_mode):04o}). "
            "Say chmod 600 for it, and change the password if it may have been read."
        )
        raise RefusedError(msg)
    try:
        lines = text.decode("utf-8").split("\n", 1)
    except UnicodeDecodeError:
        lines = []
    address = lines[0].strip() if lines else ""
    if not address or len(text) > _LONGEST:
        msg = f"{path}: does not hold an address in its first line. Put it there, and nothing else."
        raise UsageError(msg)
    return address
