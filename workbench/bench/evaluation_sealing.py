"""Sealing the images of a set under its key: whole, or undone.

Where sealed objects lie in files, they are written before the transaction, which then adds rows
alone: nobody who has an alert to keep waits for it. In a team's store they are rows themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from workbench.bench.context import Acting, Context
from workbench.bench.evaluation_images import CheckedImage, encode_image
from workbench.errors import StoreError
from workbench.governance.retention import RetentionClass
from workbench.records.identifiers import new_id
from workbench.records.vault.register import KeyRegister
from workbench.records.vault.vault import SealedAhead

__all__ = ["KIND", "SetSealing"]

KIND: Final = "evaluation-image"
"""What a sealed image of a set is called in the vault."""


class SetSealing:
    """One set that is being sealed.

    Attributes:
        set_id: of the set.
        key_id: of its data key.
        is_kept: whether the transaction did all that it has to do; nothing is undone from then on.
    """

    def __init__(self, context: Context) -> None:
        """Name the set and its key; nothing is made yet."""
        now = context.now()
        self.set_id, self.key_id = new_id("evaluation-set", now), new_id("key", now)
        self.is_kept = self._is_begun = False
        self._context = context
        self._ahead: list[SealedAhead] = []
        self._written: list[str] = []

    def ahead(self, images: Sequence[CheckedImage]) -> None:
        """Seal all that can be sealed before the transaction.

        Raises:
            ImageError: when a file was changed since it was looked at.
            StoreError: when something cannot be written.
        """
        vault = self._context.vault
        if not vault.is_in_files or not images:
            return
        self._is_begun = True
        self._context.keys.create(self.key_id)
        for image in images:
            self._ahead.append(
                vault.put_ahead(
                    object_id=self._next(),
                    key_id=self.key_id,
                    kind=KIND,
                    purpose=self.set_id,
                    plaintext=encode_image(image.read()),
                )
            )

    def keep(self, acting: Acting, images: Sequence[CheckedImage]) -> None:
        """Make key and images known to the records, in the transaction that adds the set.

        Raises:
            ImageError: when a file was changed since it was looked at.
            StoreError: when something cannot be written.
        """
        vault, register = self._context.vault, KeyRegister(self._context.keys)
        self._is_begun = True
        enter = register.enter if vault.is_in_files else register.make
        enter(
            acting.connection,
            key_id=self.key_id,
            retention=RetentionClass.EVALUATION_SET.value,
            purpose=self.set_id,
            now=acting.now,
        )
        if vault.is_in_files:
            vault.enter(acting.connection, self._ahead, acting.now)
            return
        for image in images:
            vault.put(
                acting.connection,
                object_id=self._next(),
                key_id=self.key_id,
                kind=KIND,
                purpose=self.set_id,
                plaintext=encode_image(image.read()),
                now=acting.now,
            )

    def undo(self) -> None:
        """Destroy the key and what was sealed with it, unless the set is kept."""
        if self.is_kept or not self._is_begun:
            return
        with suppress(StoreError):  # what resists is swept: no record knows it
            self._context.keys.destroy(self.key_id)
        with suppress(StoreError):
            self._context.vault.erase(self._written)

    def _next(self) -> str:
        self._written.append(new_id("object", self._context.now()))
        return self._written[-1]
