"""Sealing what one transaction is to keep, so that the transaction itself is a short one.

Where sealed objects lie in files they are written before the transaction, which adds rows alone:
nobody who has an alert to keep waits for it. In a team's store they are rows themselves.
"""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple, Self

from workbench.bench.context import Acting, Context
from workbench.errors import StoreError
from workbench.governance.retention import RetentionClass
from workbench.records.identifiers import new_id
from workbench.records.vault.register import KeyRegister
from workbench.records.vault.vault import SealedAhead

__all__ = ["PartSealing"]


class _Later(NamedTuple):
    object_id: str
    kind: str
    plaintext: bytes


class PartSealing:
    """Objects that are sealed under one key for one purpose, kept together or not at all.

    Use it as a context manager around the transaction that calls `keep`: what no transaction kept
    is removed.
    """

    def __init__(
        self, context: Context, *, key_id: str, purpose: str, makes: RetentionClass | None = None
    ) -> None:
        """Begin with none.

        Args:
            context: the bench.
            key_id: of a data key that is in the key store, or of one that is to be made.
            purpose: id of what they are kept for.
            makes: class of the key, where it is to be made; it is destroyed again where no
                transaction kept anything under it.
        """
        self._context, self._key_id, self._purpose = context, key_id, purpose
        self._makes, self._is_made, self._is_entered = makes, False, makes is None
        self._ahead: list[SealedAhead] = []
        self._written: list[str] = []
        self._later: list[_Later] = []
        self._kept = False

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was written and not kept."""
        if self._kept:
            return
        if self._is_made:
            with suppress(StoreError):  # what resists is swept: no record knows it
                self._context.keys.destroy(self._key_id)
        with suppress(StoreError):
            self._context.vault.erase(self._written)

    def add(self, kind: str, plaintext: bytes) -> str:
        """Seal an object and return its id.

        Raises:
            StoreError: when it cannot be written.
            VaultError: when it is too large.
        """
        if self._makes is not None and not self._is_made:
            self._context.keys.create(self._key_id)
            self._is_made = True
        object_id = new_id("object", self._context.now())
        vault = self._context.vault
        if vault.is_in_files:
            self._written.append(object_id)
            self._ahead.append(
                vault.put_ahead(
                    object_id=object_id,
                    key_id=self._key_id,
                    kind=kind,
                    purpose=self._purpose,
                    plaintext=plaintext,
                )
            )
        else:
            self._later.append(_Later(object_id, kind, plaintext))
        return object_id

    def write(self, acting: Acting) -> None:
        """Put what lies in rows of a team's store there, in the caller's transaction.

        As its first act where there is much of it: nobody else waits for the transaction before it
        logs.

        Raises:
            KeyDestroyedError: when the key is destroyed, or marked to be.
            StoreError: when one cannot be written.
        """
        self._enter_key(acting)
        later, self._later = self._later, []
        for one in later:
            self._context.vault.put(
                acting.connection,
                object_id=one.object_id,
                key_id=self._key_id,
                kind=one.kind,
                purpose=self._purpose,
                plaintext=one.plaintext,
                now=acting.now,
            )

    def keep(self, acting: Acting) -> None:
        """Make all of them known to the records, in the caller's transaction, as its last act.

        Raises:
            KeyDestroyedError: when the key is destroyed, or marked to be.
            StoreError: when one cannot be written.
        """
        self.write(acting)
        self._context.vault.enter(acting.connection, self._ahead, acting.now)
        self._kept = True

    def _enter_key(self, acting: Acting) -> None:
        """Make a key that was made for this known to the records, before what lies under it."""
        if self._makes is None or self._is_entered or not self._is_made:
            return
        KeyRegister.enter(
            acting.connection,
            key_id=self._key_id,
            retention=self._makes.value,
            purpose=self._purpose,
            now=acting.now,
        )
        self._is_entered = True
