"""Whether what the records say left the bench is what the log says: certificates rest on it.

The entry of a disclosure names it first, with what was given to whom; one that could not be
written after all is taken back by an entry of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from workbench.records.audit.entries import Entry
from workbench.records.audit.faults import Fault
from workbench.records.audit.kept_as_logged import Wording, faults_of_kept
from workbench.records.audit.verbs import Result, Verb
from workbench.records.exports import kept_exports

__all__ = ["ExportsOfEntries"]

_KIND: Final = "export-"
_WORDING: Final = Wording(
    kind="disclosure",
    changed="what entry {seq} says that left",
    missing="which entry {seq} tells of",
    remedy="Rely on no certificate that is to list it; ask who can write the database",
)


class ExportsOfEntries:
    """What the entries say of disclosures; takes all entries, in their order."""

    def __init__(self) -> None:
        """Begin with none."""
        self._left: dict[str, tuple[int, tuple[str | None, ...]]] = {}

    def take(self, seq: int, entry: Entry) -> None:
        """Note a disclosure, or that one was taken back."""
        name = entry.objects[0] if entry.objects else ""
        if not name.startswith(_KIND):
            return
        if entry.verb is Verb.DISCLOSE and entry.result is Result.DONE:
            what, sha256 = entry.details.get("what"), entry.details.get("sha256")
            self._left[name] = (
                seq,
                (
                    entry.purpose,
                    entry.actor,
                    entry.recipient,
                    what if isinstance(what, str) else None,
                    sha256 if isinstance(sha256, str) else None,
                ),
            )
        elif entry.verb is Verb.EXPORT and entry.result is Result.FAILED:
            self._left.pop(name, None)

    def held_against(self, connection: Connection) -> Iterator[Fault]:
        """Give what is wrong with the disclosures that are on record.

        Args:
            connection: one that sees all rows in the state that the entries are of.
        """
        return faults_of_kept(self._left, kept_exports(connection), _WORDING)
