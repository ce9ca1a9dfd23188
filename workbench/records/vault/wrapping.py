"""Wrapping: a data key leaves the process only encrypted by a master key that it names.

Because each record names its wrapper, a store in which only some keys were wrapped anew opens with
both (`key_records`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.errors import KeyStoreError
from workbench.records.vault.key_records import as_record, associated, from_record
from workbench.records.vault.masters import Masters
from workbench.records.vault.names import Octets
from workbench.records.vault.sealing import KEY_BYTES, NONCE_BYTES, TAG_BYTES

__all__ = ["AnyWrapper", "LocalWrapper", "Wrapper"]

_MASTER: Final = "master/"


class Wrapper(Protocol):
    """What wraps data keys: a master key held here, or a service that holds it."""

    @property
    def current_id(self) -> str:
        """Name of what wraps new keys, as their records bear it."""
        ...

    def knows(self, wrapper: str) -> bool:
        """Return whether records that name this wrapper can be unwrapped."""
        ...

    def is_current(self, wrapped: bytes, key_id: str) -> bool:
        """Return whether a record was wrapped by what would wrap it now."""
        ...

    def wrap(self, data_key: Octets, key_id: str) -> bytes:
        """Return the record of a data key of 32 bytes, bound to its id.

        Raises:
            KeyStoreError: when it cannot be wrapped.
        """
        ...

    def unwrap(self, wrapped: bytes, key_id: str) -> bytearray:
        """Return the data key of a record, in memory that can be overwritten.

        Raises:
            KeyStoreError: when it was wrapped by another, damaged, or is that of another id.
        """
        ...


class LocalWrapper:
    """Wraps by AES-256-GCM under a master key that this process holds.

    With a random nonce of 12 bytes one master key may wrap 2**32 keys (NIST SP 800-38D, 8.3).
    """

    def __init__(self, masters: Masters) -> None:
        """Take the master keys: the current one wraps, the earlier ones unwrap what they did."""
        self._masters = masters

    @property
    def current_id(self) -> str:
        """`master/` and the id of the current master key."""
        return _MASTER + self._masters.current.id

    def knows(self, wrapper: str) -> bool:
        """Return whether that master key was given."""
        kind, _, name = wrapper.rpartition("/")
        return f"{kind}/" == _MASTER and self._masters.find(name) is not None

    def is_current(self, wrapped: bytes, key_id: str) -> bool:
        """Return whether the current master key wrapped it."""
        return from_record(wrapped, key_id).wrapper == self.current_id

    def wrap(self, data_key: Octets, key_id: str) -> bytes:
        """Return the record of a data key, wrapped by the current master key."""
        nonce, bound = os.urandom(NONCE_BYTES), associated(self.current_id, key_id)
        with self._masters.current.opened() as master:
            body = AESGCM(master).encrypt(nonce, data_key, bound)
        return as_record(self.current_id, nonce + body)

    def unwrap(self, wrapped: bytes, key_id: str) -> bytearray:
        """Return the data key of a record, by whichever of the master keys wrapped it."""
        by, body = from_record(wrapped, key_id)
        master = self._masters.find(by.removeprefix(_MASTER)) if self.knows(by) else None
        if master is None:
            msg = (
                f"this bench's keys were wrapped by {_spoken(by)}, you gave "
                f"{' and '.join(_spoken(_MASTER + one) for one in self._masters.ids)}. Give the "
                "one that wrapped them."
            )
            raise KeyStoreError(msg)
        if len(body) == NONCE_BYTES + KEY_BYTES + TAG_BYTES:
            data_key = bytearray(KEY_BYTES)
            nonce, rest = body[:NONCE_BYTES], body[NONCE_BYTES:]
            try:
                with master.opened() as secret:
                    AESGCM(secret).decrypt_into(nonce, rest, associated(by, key_id), data_key)
            except InvalidTag:
                pass
            else:
                return data_key
        msg = (
            f"the record of data key {key_id} does not unwrap: it is damaged, or that of another "
            "key. Restore the key store, if this key is to be kept."
        )
        raise KeyStoreError(msg)


class AnyWrapper:
    """Wraps by one wrapper, unwraps by whichever of several a record names.

    For a move from one kind to another, for example from a file to a key service.
    """

    def __init__(self, current: Wrapper, earlier: Iterable[Wrapper]) -> None:
        """Take the one that wraps from now on, and those that wrapped before."""
        self._current = current
        self._all = (current, *earlier)

    @property
    def current_id(self) -> str:
        """Name of the current wrapper."""
        return self._current.current_id

    def knows(self, wrapper: str) -> bool:
        """Return whether one of them does."""
        return any(one.knows(wrapper) for one in self._all)

    def is_current(self, wrapped: bytes, key_id: str) -> bool:
        """Return whether the current wrapper would leave it as it is."""
        return self._current.is_current(wrapped, key_id)

    def wrap(self, data_key: Octets, key_id: str) -> bytes:
        """Return the record of a data key, wrapped by the current wrapper."""
        return self._current.wrap(data_key, key_id)

    def unwrap(self, wrapped: bytes, key_id: str) -> bytearray:
        """Return the data key of a record, by the wrapper that it names."""
        by = from_record(wrapped, key_id).wrapper
        return next((one for one in self._all if one.knows(by)), self._current).unwrap(
            wrapped, key_id
        )


def _spoken(wrapper: str) -> str:
    kind, _, name = wrapper.rpartition("/")
    return f"master key {name}" if f"{kind}/" == _MASTER else f"the key service's {wrapper}"
