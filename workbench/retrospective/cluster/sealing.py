"""What bench and worker say to each other over Ray, so that nobody in between reads or changes it.

Each worker makes a pair of keys (X25519, RFC 7748) when it begins and the bench one for each
worker; public keys alone are sent. From what the two pairs have in common come two keys (HKDF,
RFC 5869), one for each direction, in the memory of both ends and nowhere else: in no argument, no
environment, no object store, no file. Messages are sealed by AES-256-GCM with their number as the
nonce, so that one that is changed, left out or sent twice does not open.

It keeps secrets from whoever can read what Ray carries, stores or logs, or changes it once the keys
are agreed on. Whoever can change it before could send keys of their own to both ends: a secret that
the two share goes into their keys (the salt of HKDF), and without one TLS between the machines has
to keep them out. Whoever can run code in the cluster can be a worker: Ray has to keep them out.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workbench.errors import FootageError

__all__ = ["PUBLIC_BYTES", "Sealing"]

PUBLIC_BYTES: Final = 32
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_ABOUT: Final = b"lfr-workbench, indexing of footage, version 1"


class Sealing:
    """One end of a channel: seals what is sent, opens what comes."""

    def __init__(
        self, own: X25519PrivateKey, other: bytes, *, is_worker: bool, secret: bytes | None = None
    ) -> None:
        """Agree on the keys.

        Args:
            own: pair of this end.
            other: public key of the other end, `PUBLIC_BYTES`.
            is_worker: whether this end is the worker.
            secret: that the two ends share; without one the other end may be anybody.

        Raises:
            FootageError: when the other's is no public key.
        """
        mine = own.public_key().public_bytes_raw()
        try:
            common = own.exchange(X25519PublicKey.from_public_bytes(other))
        except ValueError:
            msg = "what a worker sent is no public key. Index again, with workers of this version."
            raise FootageError(msg) from None
        ends = mine + other if is_worker else other + mine
        keys = HKDF(SHA256(), 2 * _KEY_BYTES, salt=secret, info=_ABOUT + ends).derive(common)
        to_worker, to_bench = AESGCM(keys[:_KEY_BYTES]), AESGCM(keys[_KEY_BYTES:])
        self._out, self._in = (to_bench, to_worker) if is_worker else (to_worker, to_bench)
        self._sealed = self._opened = 0
        self._has_secret = secret is not None

    def seal(self, message: bytes) -> bytes:
        """Return a message as it may be sent."""
        nonce = self._sealed.to_bytes(_NONCE_BYTES, "big")
        self._sealed += 1
        return self._out.encrypt(nonce, message, None)

    def unseal(self, sealed: bytes) -> bytes:
        """Return the message that came next.

        Raises:
            FootageError: when it is not what the other end sent next.
        """
        nonce = self._opened.to_bytes(_NONCE_BYTES, "big")
        self._opened += 1
        try:
            return self._in.decrypt(nonce, sealed, None)
        except InvalidTag:
            msg = (
                "what came over Ray is not what a worker sent next: it was changed, left out or "
                "repeated. Nothing of it is kept. Find out who can reach the cluster, then index "
                "again."
            )
            if self._has_secret and self._opened == 1:
                msg += " See first whether the variable of the secret is the same on each machine."
            raise FootageError(msg) from None
