"""Checkpoints: the newest entry of a log, signed, so that what came before cannot be rewritten.

The signature is Ed25519 (RFC 8032) over `prefixed("workbench audit checkpoint 1", bench, seq,
hash, at)`, with `at` as ISO 8601 in UTC with microseconds.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Final, NoReturn, Self, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import Field, Strict

from workbench.errors import AuditError, KeyStoreError
from workbench.governance.record import Record
from workbench.governance.text import Line
from workbench.records.audit.chain import prefixed
from workbench.records.audit.times import UtcMoment
from workbench.records.moments import as_json, as_text

__all__ = ["Checkpoint", "Signer", "verify_checkpoint"]

_PURPOSE: Final = b"workbench audit checkpoint 1"
_KEY_BYTES: Final = 32

_Seq: TypeAlias = Annotated[int, Strict(), Field(ge=1, le=2**63 - 1)]
_Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Key: TypeAlias = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
_Signature: TypeAlias = Annotated[str, Field(pattern=r"^([0-9a-f]{128})?$")]


class Checkpoint(Record):
    """Which entry was the newest, and when.

    Attributes:
        bench: name of the bench.
        seq: place of the entry.
        hash: its hash, 64 hexadecimal digits.
        at: its time.
        public_key: key of the signature, 64 hexadecimal digits; empty without one.
        signature: 128 hexadecimal digits; empty where the log is not signed.
    """

    bench: Line
    seq: _Seq
    hash: _Digest
    at: UtcMoment
    public_key: _Key = ""
    signature: _Signature = ""

    @property
    def line(self) -> str:
        """The checkpoint as one line of JSON, without its end."""
        return as_json({**self.plain(), "at": as_text(self.at)})

    @classmethod
    def from_line(cls, text: str) -> Self:
        """Return the checkpoint of a line.

        Raises:
            AuditError: when it is none.
        """
        try:
            checkpoint = cls.model_validate(json.loads(text))
        except (ValueError, RecursionError):
            msg = "it is not a checkpoint of an audit log"
            raise AuditError(msg) from None
        return checkpoint


class Signer:
    """Signs checkpoints with a private key, which it never shows."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        """Take the private key."""
        self._key = key
        self._public_key = key.public_key().public_bytes_raw().hex()

    @classmethod
    def generate(cls) -> Self:
        """Return a signer with a new key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, raw: bytes) -> Self:
        """Return the signer of a stored key.

        Args:
            raw: 32 bytes, as `private_bytes` gives them.

        Raises:
            KeyStoreError: when they are not 32.
        """
        if len(raw) != _KEY_BYTES:
            msg = (
                f"the signing key of the audit log has {len(raw)} bytes, not {_KEY_BYTES}. "
                "Restore it from the key store."
            )
            raise KeyStoreError(msg)
        return cls(Ed25519PrivateKey.from_private_bytes(raw))

    @property
    def public_key(self) -> str:
        """The key by which others check, 64 hexadecimal digits."""
        return self._public_key

    def private_bytes(self) -> bytes:
        """Return the private key, 32 bytes, for the key store and for nothing else."""
        return self._key.private_bytes_raw()

    def sign(self, bench: str, seq: int, digest: str, at: datetime) -> Checkpoint:
        """Return the signed checkpoint of an entry.

        Args:
            bench: name of the bench.
            seq: place of the entry.
            digest: its hash.
            at: its time.
        """
        signature = self._key.sign(_message(bench, seq, digest, at)).hex()
        return Checkpoint(
            bench=bench,
            seq=seq,
            hash=digest,
            at=at,
            public_key=self._public_key,
            signature=signature,
        )

    def __repr__(self) -> str:
        return f"Signer(public_key={self._public_key!r})"

    def __reduce__(self) -> NoReturn:
        msg = "a signing key is not to be pickled or copied"
        raise TypeError(msg)


def verify_checkpoint(checkpoint: Checkpoint, public_key: str) -> bool:
    """Return whether the signature of a checkpoint is by `public_key`, 64 hexadecimal digits.

    The key that the checkpoint itself names proves nothing: give one that is known otherwise.
    """
    message = _message(checkpoint.bench, checkpoint.seq, checkpoint.hash, checkpoint.at)
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(checkpoint.signature), message)
    except (InvalidSignature, ValueError):
        return False
    return checkpoint.public_key == public_key


def _message(bench: str, seq: int, digest: str, at: datetime) -> bytes:
    parts = (bench, str(seq), digest, as_text(at))
    return prefixed(_PURPOSE, *(part.encode() for part in parts))
