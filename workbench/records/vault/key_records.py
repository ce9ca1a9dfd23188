"""The record of a wrapped key, as a key store keeps it.

It is `LFRK`, a version byte, the length and the name of what wrapped it (for example
`master/1f0c9a…` or `transit/workbench`), and what that made of the key.
"""

from __future__ import annotations

import json
import re
from typing import Final, NamedTuple

from workbench.errors import KeyStoreError

__all__ = ["RECORD_START", "WrappedKey", "as_record", "associated", "from_record"]

RECORD_START: Final = b"LFRK"
"""How each record begins."""

_VERSION: Final = 1
_HEAD: Final = len(RECORD_START) + 2
_WRAPPER: Final = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")


class WrappedKey(NamedTuple):
    """A wrapped key taken apart: the name of its wrapper, and what that made."""

    wrapper: str
    body: bytes


def as_record(wrapper: str, body: bytes) -> bytes:
    """Return what `from_record` takes apart.

    Raises:
        KeyStoreError: when the wrapper cannot be named in it.
    """
    name = wrapper.encode("ascii", "replace")
    if not _WRAPPER.fullmatch(name):
        msg = (
            f"{wrapper[:80]!a} cannot name what wraps keys. Use at most 200 letters, digits and "
            ". _ / -"
        )
        raise KeyStoreError(msg)
    return RECORD_START + bytes([_VERSION, len(name)]) + name + body


def from_record(wrapped: bytes, key_id: str) -> WrappedKey:
    """Take the record of a wrapped key apart.

    Raises:
        KeyStoreError: when it is none, or one of a newer version.
    """
    head, version = wrapped[:_HEAD], wrapped[len(RECORD_START) : _HEAD - 1]
    if head.startswith(RECORD_START) and len(head) == _HEAD and version != bytes([_VERSION]):
        msg = (
            f"the record of data key {key_id} is damaged or of a newer version ({version[0]}; this "
            f"workbench reads {_VERSION}). Update the workbench."
        )
        raise KeyStoreError(msg)
    body = _HEAD + (head[-1] if len(head) == _HEAD else 0)
    name = wrapped[_HEAD:body]
    if not head.startswith(RECORD_START) or not _WRAPPER.fullmatch(name):
        msg = (
            f"the record of data key {key_id} is damaged, or its destruction was cut off. Restore "
            "the key store if the key is to be kept; otherwise run the retention again."
        )
        raise KeyStoreError(msg)
    return WrappedKey(name.decode("ascii"), wrapped[body:])


def associated(wrapper: str, key_id: str) -> bytes:
    """Return what a wrapped key is bound to: its wrapper and its id."""
    return b"lfr-data-key" + json.dumps([wrapper, key_id], separators=(",", ":")).encode("ascii")
