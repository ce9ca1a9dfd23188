"""Names of keys and objects: safe as the name of a file, in an address and in a row."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from workbench.errors import StoreError

__all__ = ["Octets", "checked"]

Octets: TypeAlias = bytes | bytearray | memoryview
"""Bytes that are read and not kept."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)


def checked(name: str) -> str:
    """Return a name that may become part of a path: 1 to 64 letters, digits, `_` and `-`.

    Raises:
        StoreError: when it is not one; nothing was looked for under it.

    >>> checked("key-0678f3c2a1b0-9f2c4d7a1e5b3c60")
    'key-0678f3c2a1b0-9f2c4d7a1e5b3c60'
    """
    if _NAME.fullmatch(name):
        return name
    msg = (
        f"{name[:80]!a} cannot name a key or an object. Use 1 to 64 letters, digits, _ and -, the "
        "first a letter or digit."
    )
    raise StoreError(msg)
