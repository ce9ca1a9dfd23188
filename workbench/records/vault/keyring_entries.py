"""Entries of the operating system's keyring, by the optional library `keyring`."""

from __future__ import annotations

from types import ModuleType

from workbench.errors import KeyStoreError

__all__ = ["KeyringEntries"]


class KeyringEntries:
    """The entries of one service in the keyring of this user."""

    def __init__(self, service: str) -> None:
        """Find the keyring.

        Raises:
            KeyStoreError: when the library is not installed, or there is no keyring that encrypts.
        """
        self.where = f"the keyring of the operating system (service {service})"
        self._service = service
        self._keyring = _library()
        # Some keyrings pass on what the bus or the disk below them raised.
        self._failures = (self._keyring.errors.KeyringError, OSError, RuntimeError)

    def get(self, name: str) -> str | None:
        """Return an entry, or `None` where there is none.

        Raises:
            KeyStoreError: when the keyring cannot be read, for example because it is locked.
        """
        try:
            text: str | None = self._keyring.get_password(self._service, name)
        except self._failures as error:
            raise self._unusable(error) from None
        return text

    def set(self, name: str, text: str) -> None:
        """Write an entry, in place of one that is there.

        Raises:
            KeyStoreError: when the keyring did not keep it.
        """
        try:
            self._keyring.set_password(self._service, name, text)
        except self._failures as error:
            raise self._unusable(error) from None
        if self.get(name) != text:
            msg = f"{self.where} did not keep what was written to it. Choose a file instead."
            raise KeyStoreError(msg)

    def remove(self, name: str) -> None:
        """Remove an entry; one that is gone already stays gone.

        Raises:
            KeyStoreError: when it is still there afterwards.
        """
        try:
            if self._keyring.get_password(self._service, name) is not None:
                self._keyring.delete_password(self._service, name)
        except self._failures as error:
            raise self._unusable(error) from None
        if self.get(name) is not None:
            msg = f"{self.where} still has an entry that was removed. Remove it by its own program."
            raise KeyStoreError(msg)

    def _unusable(self, error: Exception) -> KeyStoreError:
        # What a keyring says may quote what it was given, so only the kind of failure is named.
        return KeyStoreError(
            f"{self.where} cannot be used ({type(error).__name__}). Unlock it, or choose a file."
        )


def _library() -> ModuleType:
    try:
        import keyring  # noqa: PLC0415 - an extra
        import keyring.core  # noqa: PLC0415
        import keyring.errors  # noqa: PLC0415
    except ModuleNotFoundError:
        msg = (
            "the library for the keyring of the operating system is not installed. Install it "
            "with: pip install 'lfr-workbench[keyring]'"
        )
        raise KeyStoreError(msg) from None
    backend = keyring.get_keyring()
    if not keyring.core.recommended(backend):
        msg = (
            f"this machine has no keyring that keeps secrets ({type(backend).__module__}). Start "
            "one, such as GNOME Keyring or KWallet, or choose a file."
        )
        raise KeyStoreError(msg)
    return keyring
