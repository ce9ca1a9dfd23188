"""A key store in a key service's KV engine, version 2, of OpenBao or of HashiCorp Vault.

The engine keeps versions: deleting a secret's metadata removes all of them for good, and a
replaced version is destroyed at once. The token's policy needs `create`, `update` and `read` on
`MOUNT/data/FOLDER/*`, `update` on `MOUNT/destroy/FOLDER/*`, and `read`, `list` and `delete` on
`MOUNT/metadata/FOLDER/*`. Snapshots of the service hold the keys too: they are not kept for longer
than the records may be.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from workbench.errors import KeyStoreError
from workbench.records.vault.key_store import already_there, destroyed
from workbench.records.vault.kms import Answer, KeyService
from workbench.records.vault.names import checked

__all__ = ["KvKeyStore"]

_OK: Final = frozenset({200, 204})
_REFUSED: Final = 400
_NOT_FOUND: Final = 404


class KvKeyStore:
    """Data keys of one bench in a folder of a KV engine.

    Attributes:
        FOLDER: in which the folders of benches are, where nothing else is said.
    """

    FOLDER: ClassVar[str] = "lfr-workbench"

    def __init__(
        self,
        service: KeyService,
        bench_id: str,
        *,
        mount: str = "secret",
        folder: str = FOLDER,
    ) -> None:
        """Name the place; nothing is asked yet.

        Raises:
            StoreError: when a name cannot be one.
        """
        self._service = service
        self._mount = "/".join(map(checked, mount.split("/")))
        self._folder = "/".join(map(checked, (*folder.split("/"), bench_id)))

    @property
    def where(self) -> str:
        """The service and the folder, for messages."""
        return f"{self._service.where} ({self._mount}/{self._folder})"

    def put(self, key_id: str, wrapped: bytes) -> None:
        """Keep the record of a new key."""
        # Refused, and yet there: an attempt whose answer was lost has written it.
        if not self._write(key_id, wrapped, version=0) and self._read(key_id)[0] != wrapped:
            raise already_there(key_id, self.where)

    def get(self, key_id: str) -> bytes:
        """Return the record of a key."""
        return self._read(key_id)[0]

    def replace(self, key_id: str, wrapped: bytes) -> None:
        """Keep another record of a key that is there, and destroy the version before."""
        before = self._read(key_id)[1]
        # The engine takes it only on top of that very version: none, if the key was destroyed.
        if not self._write(key_id, wrapped, version=before) and self._read(key_id)[0] != wrapped:
            msg = f"data key {key_id} in {self.where} was changed by another process. Try again."
            raise KeyStoreError(msg)
        versions = {"versions": list(range(1, before + 1))}
        self._require(
            self._service.ask("PUT", self._path("destroy", key_id), versions),
            f"destroy the earlier versions of data key {key_id}",
        )

    def destroy(self, key_id: str) -> None:
        """Destroy all versions of a key."""
        answer = self._service.ask("DELETE", self._path("metadata", key_id))
        if not _is_absent(answer):
            self._require(answer, f"destroy data key {key_id}")

    def ids(self) -> frozenset[str]:
        """Return the ids of all keys in the folder."""
        answer = self._service.ask("GET", f"{self._mount}/metadata/{self._folder}?list=true")
        if _is_absent(answer):
            return frozenset()
        found = self._require(answer, "list the data keys").get("keys")
        if not isinstance(found, list):
            raise self._service.refusal(answer, "list the data keys")
        return frozenset(str(one) for one in found if not str(one).endswith("/"))

    def written(self, key_id: str) -> datetime | None:
        """Return when the service wrote the latest version of a key."""
        answer = self._service.ask("GET", self._path("metadata", key_id))
        if _is_absent(answer):
            return None
        try:
            moment = str(self._require(answer, f"tell of data key {key_id}")["updated_time"])
            return datetime.fromisoformat(_microseconds(moment)).astimezone(UTC)
        except (KeyError, ValueError):
            raise self._service.refusal(
                answer, f"tell when data key {key_id} was written"
            ) from None

    def _path(self, kind: str, key_id: str) -> str:
        return f"{self._mount}/{kind}/{self._folder}/{checked(key_id)}"

    def _write(self, key_id: str, wrapped: bytes, *, version: int) -> bool:
        """Write a version on top of `version`, 0 for none; return whether the engine took it."""
        record = base64.b64encode(wrapped).decode("ascii")
        document = {"options": {"cas": version}, "data": {"wrapped": record}}
        answer = self._service.ask("POST", self._path("data", key_id), document)
        if answer.status == _REFUSED and any("check-and-set" in one for one in answer.errors):
            return False
        self._require(answer, f"keep data key {key_id}")
        return True

    def _read(self, key_id: str) -> tuple[bytes, int]:
        """Return the record of a key and the number of its version."""
        answer = self._service.ask("GET", self._path("data", key_id))
        if _is_absent(answer):
            if "metadata" not in answer.data:
                raise destroyed(key_id, self.where)
            msg = (
                f"data key {key_id} in {self.where} was deleted there, but not for good. Undelete "
                "it with `kv undelete`, or run the retention, which destroys it."
            )
            raise KeyStoreError(msg)
        found = self._require(answer, f"give data key {key_id}")
        try:
            record = base64.b64decode(found["data"]["wrapped"], validate=True)
            return record, int(found["metadata"]["version"])
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise self._service.refusal(answer, f"give data key {key_id} whole") from None

    def _require(self, answer: Answer, what: str) -> Mapping[str, Any]:
        if answer.status not in _OK:
            raise self._service.refusal(answer, what)
        return answer.data


def _is_absent(answer: Answer) -> bool:
    """Return whether there is no such secret; an engine that is not there says so in words."""
    return answer.status == _NOT_FOUND and not answer.errors


def _microseconds(moment: str) -> str:
    """Return a moment of the service, which has nanoseconds, with microseconds."""
    whole, dot, rest = moment.partition(".")
    digits = rest.rstrip("Zz")
    return f"{whole}.{digits[:6]}+00:00" if dot else moment
