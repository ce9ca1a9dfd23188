"""Where the audit log stands, as each report bears it: whoever keeps one can hold the log to it."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.records.audit.checkpoints import Checkpoint

__all__ = ["LogHead"]


@dataclass(frozen=True, slots=True)
class LogHead:
    """The newest entry of the audit log, and where its hash is kept elsewhere.

    Attributes:
        head: place and hash of the newest entry; every entry before it is bound into that hash.
            `None` while the log is empty.
        witness: where hashes of the log are kept, apart from it.
    """

    head: Checkpoint | None
    witness: str

    def plain(self) -> dict[str, str | int | None]:
        """Return it as values that JSON can hold, named as on certificates."""
        return {
            "head_seq": None if self.head is None else self.head.seq,
            "head_hash": None if self.head is None else self.head.hash,
            "witness": self.witness,
        }
