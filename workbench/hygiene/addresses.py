"""Where a feed's address comes from, so that its password is in no list of processes."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from workbench.errors import RefusedError, UsageError
from workbench.hygiene.credentials import has_credentials, without_credentials

__all__ = ["IN_COMMAND", "IN_PAGE", "address_from", "require_no_login"]

IN_COMMAND: Final = "on this machine can read the words of a command"
IN_PAGE: Final = "who sees a page or opens its notebook can read what stands there"
_BARE: Final = re.compile(r"\s*[^/\\:@\s]+:[^/\\@\s]+@")
"""A login without the beginning of an address before it: `name:password@host`."""
_VARIABLE: Final = "env:"
_FILE: Final = "@"
_WEBCAM: Final = "webcam:"
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
        UsageError: when there is no such variable or file, or no address in it; what is in it
            instead, which may be another secret of this machine, is not repeated.
    """
    if source.startswith(_VARIABLE):
        name = source.removeprefix(_VARIABLE)
        address = environ.get(name, "").strip()
        if not address:
            msg = f"The environment variable {name!r} is not set or empty. Put the address there."
            raise UsageError(msg)
        return _require_address(address, f"the environment variable {name!r}")
    if source.startswith(_FILE):
        path = Path(source.removeprefix(_FILE)).expanduser()
        return _require_address(_first_line(path), str(path))
    require_no_login(source)
    return source


def require_no_login(source: str, seen: str = IN_COMMAND) -> None:
    """Let a path or an address pass that has no login in it.

    Args:
        source: as it was given.
        seen: who would read it there; `IN_COMMAND` or `IN_PAGE`.

    Raises:
        RefusedError: when it carries a login; that is not repeated.
    """
    if ":/" in source and has_credentials(source):
        named = without_credentials(source)
    elif _BARE.match(source) and not Path(source).exists():
        named = "what was named"
    else:
        return
    msg = (
        f"{named}: the address has a login or secret in it, and everyone {seen}. Put it into an "
        "environment variable and say env:NAME, or into a file with mode 0600 and say @PATH. "
        "Change the password if somebody else may have seen it."
    )
    raise RefusedError(msg)


def _require_address(text: str, where: str) -> str:
    """Let pass what begins as an address does: of anything else an error would show the text."""
    if "://" not in text and not text.startswith(_WEBCAM):
        msg = (
            f"{where} holds no address of a camera, such as rtsp://HOST/PATH; what it holds is not "
            "repeated. Name a file of pictures or a video by its path itself."
        )
        raise UsageError(msg)
    return text


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
