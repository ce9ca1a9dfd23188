"""The master keys of a bench in the keyring: the one in use, and one before it during a rotation.

A keyring cannot list what it holds, so an entry of its own says which number is in use.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from workbench.errors import KeyStoreError
from workbench.records.vault.keyring_entries import KeyringEntries
from workbench.records.vault.keyring_keys import KeyringMaster
from workbench.records.vault.masters import Masters

__all__ = ["KeyringMasters"]

_LATEST: Final = "master-key-latest"


class KeyringMasters:
    """Master keys in entries `master-key`, `master-key-1`, and so on."""

    def __init__(self, service: str) -> None:
        """Name the service of the keyring.

        Raises:
            KeyStoreError: when there is no keyring.
        """
        self._service = service
        self._entries = KeyringEntries(service)

    @property
    def where(self) -> str:
        """The keyring and the service."""
        return self._entries.where

    @property
    def is_rotating(self) -> bool:
        """Whether the entry before the one in use is there."""
        latest = self._latest()
        return latest > 0 and self._entries.get(_name(latest - 1)) is not None

    def version(self) -> Hashable:
        """Return the number in use, and whether the one before is there."""
        return (self._latest(), self.is_rotating)

    def create(self) -> None:
        """Make the first master key of a bench.

        Raises:
            KeyStoreError: when there is one already.
        """
        KeyringMaster(self._service, _name(0)).create()

    def read(self) -> Masters:
        """Return the keys of the entries."""
        latest = self._latest()
        earlier = [latest - 1] if self.is_rotating else []
        return Masters(
            KeyringMaster(self._service, _name(latest)).read(),
            [KeyringMaster(self._service, _name(number)).read() for number in earlier],
        )

    def begin(self) -> None:
        """Make the entry of the next number, then say that it is in use."""
        if self.is_rotating:
            return
        after = self._latest() + 1
        if self._entries.get(_name(after)) is None:  # else its making was cut off here
            KeyringMaster(self._service, _name(after)).create()
        self._entries.set(_LATEST, str(after))

    def end(self) -> None:
        """Remove the entry before the one in use."""
        latest = self._latest()
        if latest > 0:
            self._entries.remove(_name(latest - 1))

    def destroy(self) -> None:
        """Remove every master key of the bench; an end that was cut off can be called again.

        Raises:
            KeyStoreError: when one is still there afterwards.
        """
        for number in range(self._latest() + 2):  # a rotation may have made the next one already
            self._entries.remove(_name(number))
        self._entries.remove(_LATEST)

    def _latest(self) -> int:
        text = self._entries.get(_LATEST) or "0"
        if not text.isdecimal():
            msg = f"the entry {_LATEST} in {self.where} is damaged. Restore the keyring."
            raise KeyStoreError(msg)
        return int(text)


def _name(number: int) -> str:
    return f"master-key-{number}" if number else "master-key"
