"""Sealing: what is kept is encrypted by AES-256-GCM and bound to its place.

A sealed object is `LFRV`, a version byte, a random nonce of 12 bytes, and the ciphertext with its
tag of 16 bytes (NIST SP 800-38D; 12 random bytes serve up to 2**32 messages a key, and a data key
here seals a handful). The bytes before the nonce and the place of the object are authenticated
with it, so that an object moved to another row, key, purpose or bench does not open.
"""

from __future__ import annotations

import json
import os
from dataclasses import astuple, dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.errors import VaultError
from workbench.records.vault.names import Octets

__all__ = [
    "KEY_BYTES",
    "LARGEST",
    "NONCE_BYTES",
    "OVERHEAD",
    "TAG_BYTES",
    "Bound",
    "seal",
    "unseal",
]

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16

_MAGIC: Final = b"LFRV"
_VERSION: Final = 1
_HEAD: Final = _MAGIC + bytes([_VERSION])
_START: Final = len(_HEAD) + NONCE_BYTES

OVERHEAD: Final = _START + TAG_BYTES
"""Bytes that a sealed object has more than what is in it."""

LARGEST: Final = 2**31 - 1 - OVERHEAD
"""Most bytes that can be sealed at once: what the cipher takes in one call."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The one place where a sealed object opens.

    Attributes:
        bench: id of the bench.
        object_id: id of the object.
        kind: what it is, for example `watchlist`.
        purpose: id of the deployment or case that it is kept for.
        key_id: id of the data key.
    """

    bench: str
    object_id: str
    kind: str
    purpose: str
    key_id: str

    def canonical(self) -> bytes:
        """Return the place as bytes, different for different places."""
        return _HEAD + json.dumps(astuple(self), separators=(",", ":")).encode("ascii")


def seal(key: Octets, plaintext: Octets, bound: Bound) -> bytearray:
    """Return `plaintext` encrypted and bound to its place.

    Args:
        key: 32 bytes.
        plaintext: 0 to `LARGEST` bytes.
        bound: where it is to open.

    Raises:
        VaultError: when there is too much of it.
    """
    size = memoryview(plaintext).nbytes
    if size > LARGEST:
        msg = (
            f"{bound.kind} {bound.object_id}: {size:,} bytes are more than the {LARGEST:,} that "
            "one object may have. Split it."
        )
        raise VaultError(msg)
    sealed = bytearray(size + OVERHEAD)
    sealed[: len(_HEAD)] = _HEAD
    sealed[len(_HEAD) : _START] = nonce = os.urandom(NONCE_BYTES)
    # Written in place: an object of a watchlist's size is not copied once more.
    with memoryview(sealed)[_START:] as rest:
        AESGCM(key).encrypt_into(nonce, plaintext, bound.canonical(), rest)
    return sealed


def unseal(key: Octets, sealed: Octets, bound: Bound, what: str) -> bytes:
    """Return what was sealed, if this is whole and in its place.

    Args:
        key: 32 bytes.
        sealed: as `seal` returned it.
        bound: the place where it was found.
        what: its name in an error.

    Raises:
        VaultError: when it was cut short, damaged, moved, or sealed with another key.
    """
    view = memoryview(sealed)
    if view.nbytes < OVERHEAD:
        msg = f"{what} is cut short: {view.nbytes} bytes are left. Restore it from a backup."
        raise VaultError(msg)
    if bytes(view[: len(_MAGIC)]) != _MAGIC:
        msg = f"{what} is damaged: it does not begin as a sealed object. Restore it from a backup."
        raise VaultError(msg)
    if view[len(_MAGIC)] != _VERSION:
        msg = (
            f"{what} is damaged or of a newer version ({view[len(_MAGIC)]}; this workbench reads "
            f"{_VERSION}). Update the workbench, or restore the object from a backup."
        )
        raise VaultError(msg)
    if view.nbytes > LARGEST + OVERHEAD:
        msg = f"{what} has {view.nbytes:,} bytes, more than one object may have. Restore it."
        raise VaultError(msg)
    nonce, ciphertext = view[len(_HEAD) : _START], view[_START:]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, bound.canonical())
    except InvalidTag:
        msg = (
            f"{what} does not open: it was damaged, moved here from another place, or its row was "
            "changed. Restore the records and the vault from one backup."
        )
        raise VaultError(msg) from None
