"""Whether the locked tests that are on record as opened are those that the log tells of.

An opening that is gone could be done again, with what was seen the first time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from workbench.records.audit.entries import Entry
from workbench.records.audit.faults import Fault
from workbench.records.audit.kept_as_logged import Wording, faults_of_kept
from workbench.records.audit.verbs import Result, Verb
from workbench.records.moments import as_text
from workbench.records.openings import OPENED, kept_openings

__all__ = ["OpeningsOfEntries"]

_WORDING: Final = Wording(
    kind="opening",
    changed="what entry {seq} says of it",
    missing="which entry {seq} tells of",
    remedy="Rely on no policy that names it; ask who can write the database",
)


class OpeningsOfEntries:
    """What the entries say of openings; takes all entries, in their order."""

    def __init__(self) -> None:
        """Begin with none."""
        self._opened: dict[str, tuple[int, tuple[object, ...]]] = {}

    def take(self, seq: int, entry: Entry) -> None:
        """Note an opening."""
        said = entry.details
        if (
            entry.verb is not Verb.CONSULT
            or entry.result is not Result.DONE
            or said.get("opened") != OPENED
        ):
            return
        name = f"{said.get('policy')} {said.get('digest')}"
        self._opened[name] = (
            seq,
            (
                said.get("data_set"),
                entry.justification,
                entry.actor,
                as_text(entry.utc),
                said.get("place"),
                said.get("chosen_sha256"),
            ),
        )

    def held_against(self, connection: Connection) -> Iterator[Fault]:
        """Give what is wrong with the openings that are on record.

        Args:
            connection: one that sees all rows in the state that the entries are of.
        """
        return faults_of_kept(self._opened, kept_openings(connection), _WORDING)
