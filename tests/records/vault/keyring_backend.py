"""A keyring in a file, as the library `keyring` lets one be written, for tests alone."""

from __future__ import annotations

import json
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class FileKeyring(KeyringBackend):
    """Keeps entries in a JSON file; can be locked, and can forget what it is given."""

    priority = 5  # type: ignore[assignment]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.locked = False
        self.forgets = False

    def entries(self) -> dict[str, str]:
        if self.locked:
            msg = "locked, and here is what you wanted: do-not-show"
            raise KeyringLocked(msg)
        found: dict[str, str] = json.loads(self.path.read_text()) if self.path.exists() else {}
        return found

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        if not self.forgets:
            self.path.write_text(json.dumps(self.entries() | {f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        entries = self.entries()
        if entries.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError(username)
        if not self.forgets:
            self.path.write_text(json.dumps(entries))
