"""A witness that is a mailbox: one message a checkpoint, in a maildir delivered elsewhere."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from workbench.errors import AuditError
from workbench.records.audit.checkpoints import Checkpoint
from workbench.records.audit.witness import Witnessed, unreadable, unwritable

__all__ = ["MailWitness"]

_FOLDERS: Final = ("tmp", "new", "cur")
_POLICY: Final = policy.SMTP.clone(max_line_length=998, cte_type="7bit")
_FROM: Final = "workbench@localhost"
_LARGEST: Final = 100_000


class MailWitness:
    """A maildir, such as one that a mail system carries to another machine.

    A message is written to `tmp` and appears in `new` whole or not at all. The folder itself must
    be there; `tmp`, `new` and `cur` are made where they are missing.
    """

    def __init__(self, folder: Path, *, every: int = 1) -> None:
        """Take the folder; nothing is opened yet.

        Args:
            folder: the maildir.
            every: entries that at least lie between two messages of this process.
        """
        self.folder = folder
        self._every = every
        self._next = 0
        self._numbers = itertools.count()

    @property
    def name(self) -> str:
        """The witness, for messages."""
        return f"witness {self.folder}"

    def check(self) -> None:
        """Make the folders, and find out whether a message could be put there."""
        try:
            self._make_folders()
            probe = self.folder / "tmp" / self._unique("check")
            probe.touch(0o600, exist_ok=False)
            probe.unlink()
        except OSError as error:
            raise unwritable(self.name, error) from None

    def append(self, checkpoint: Checkpoint) -> None:
        """Put a message of the checkpoint there, unless the last was of an entry close before."""
        if checkpoint.seq < self._next:
            return
        unique = self._unique(f"{checkpoint.seq:012d}.{checkpoint.hash[:16]}")
        made = self.folder / "tmp" / unique
        try:
            self._make_folders()
            descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(_message(checkpoint).as_bytes(policy=_POLICY))
                made.rename(self.folder / "new" / unique)
            except OSError:
                made.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise unwritable(self.name, error) from None
        self._next = checkpoint.seq + self._every

    def read(self) -> Iterator[Witnessed]:
        """Return the messages that are there now."""
        try:
            names = [
                path
                for folder in ("new", "cur")
                for path in sorted((self.folder / folder).iterdir())
            ]
        except OSError as error:
            raise unreadable(self.name, error) from None
        return (self._read(path) for path in names)

    def _read(self, path: Path) -> Witnessed:
        place = f"message {path.name}"
        try:
            if not path.exists():  # moved from new to cur since
                path = next((self.folder / "cur").glob(f"{path.name}*"))
            with path.open("rb") as file:
                message = message_from_bytes(file.read(_LARGEST), policy=_POLICY)
            body = message.get_body(("plain",))
            text = body.get_content() if body is not None else ""
            line = next(line for line in text.splitlines() if line.startswith("{"))
            return Witnessed(place, Checkpoint.from_line(line))
        except OSError as error:
            raise unreadable(self.name, error) from None
        except (StopIteration, AuditError, MessageError, LookupError, ValueError):
            return Witnessed(place, None)

    def _make_folders(self) -> None:
        for name in _FOLDERS:
            (self.folder / name).mkdir(0o700, exist_ok=True)

    def _unique(self, stem: str) -> str:
        return f"{stem}.{os.getpid()}.{id(self):x}.{next(self._numbers)}"


def _message(checkpoint: Checkpoint) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    message["From"] = _FROM
    message["To"] = _FROM
    message["Date"] = format_datetime(checkpoint.at)
    message["Subject"] = f"Audit checkpoint of {checkpoint.bench}: entry {checkpoint.seq}"
    message.set_content(f"{checkpoint.line}\n")
    return message
