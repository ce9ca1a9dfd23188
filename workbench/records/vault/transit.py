"""Wrapping by a key service's transit engine: the master key never leaves the service.

The engine of OpenBao and of HashiCorp Vault (1.13 or later, which bind associated data):
`POST /v1/transit/encrypt/:name` and `decrypt`. The token's policy needs `update` on both, and
`read` on `transit/keys/:name` for a rotation. It should not have `create`: with it the engine
makes a new key for a name that was mistyped.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from workbench.errors import KeyStoreError
from workbench.records.vault.key_records import as_record, associated, from_record
from workbench.records.vault.kms import KeyService
from workbench.records.vault.names import Octets, checked
from workbench.records.vault.sealing import KEY_BYTES

__all__ = ["TransitWrapper"]

_OK: Final = 200


class TransitWrapper:
    """Wraps by a named key of a transit engine."""

    def __init__(self, service: KeyService, name: str, *, mount: str = "transit") -> None:
        """Name the key; nothing is asked yet.

        Args:
            service: the key service.
            name: of the engine's key.
            mount: where the engine is mounted.

        Raises:
            StoreError: when a name cannot be one.
        """
        self._service = service
        self._name, self._mount = checked(name), "/".join(map(checked, mount.split("/")))
        self._latest: int | None = None

    @property
    def current_id(self) -> str:
        """Mount and name of the key."""
        return f"{self._mount}/{self._name}"

    def knows(self, wrapper: str) -> bool:
        """Return whether it is this key, in whichever version."""
        return wrapper == self.current_id

    def is_current(self, wrapped: bytes, key_id: str) -> bool:
        """Return whether the latest version of the key wrapped a record.

        The latest version is asked for once: make a new wrapper after the engine rotated its key.

        Raises:
            KeyStoreError: when the service cannot say.
        """
        by, body = from_record(wrapped, key_id)
        if not self.knows(by):
            return False
        if self._latest is None:
            answer = self._service.ask("GET", f"{self._mount}/keys/{self._name}")
            latest = answer.data.get("latest_version")
            if answer.status != _OK or not isinstance(latest, int):
                raise self._service.refusal(answer, f"tell the version of {self.current_id}")
            self._latest = latest
        return body.startswith(f"vault:v{self._latest}:".encode("ascii"))

    def wrap(self, data_key: Octets, key_id: str) -> bytes:
        """Return the record of a data key, wrapped by the latest version of the key."""
        ciphertext = self._call("encrypt", key_id, "plaintext", _text(data_key), "ciphertext")
        if not ciphertext.isascii() or not ciphertext.startswith("vault:v"):
            msg = f"{self._service.where} answered no ciphertext. Check that {self._mount} is a "
            msg += "transit engine."
            raise KeyStoreError(msg)
        return as_record(self.current_id, ciphertext.encode("ascii"))

    def unwrap(self, wrapped: bytes, key_id: str) -> bytearray:
        """Return the data key of a record."""
        by, body = from_record(wrapped, key_id)
        if not self.knows(by):
            msg = (
                f"this bench's keys were wrapped by {by}, you gave the key service's "
                f"{self.current_id}. Give the one that wrapped them."
            )
            raise KeyStoreError(msg)
        text = self._call(
            "decrypt", key_id, "ciphertext", body.decode("ascii", "replace"), "plaintext"
        )
        try:
            data_key = bytearray(base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError):
            data_key = bytearray()
        if len(data_key) != KEY_BYTES:
            msg = (
                f"{self._service.where} answered no data key for {key_id}. Check {self.current_id}."
            )
            raise KeyStoreError(msg)
        return data_key

    def _call(self, verb: str, key_id: str, given: str, value: str, wanted: str) -> str:
        document = {given: value, "associated_data": _text(associated(self.current_id, key_id))}
        answer = self._service.ask("POST", f"{self._mount}/{verb}/{self._name}", document)
        found: Any = answer.data.get(wanted)
        if answer.status != _OK or not isinstance(found, str):
            raise self._service.refusal(answer, f"{verb} data key {key_id}")
        return found


def _text(octets: Octets) -> str:
    return base64.b64encode(octets).decode("ascii")
