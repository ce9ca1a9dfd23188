"""A reference collection as people see it: how large it is, from where, and how far its import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from workbench.governance.certificates import DeletionCertificate
from workbench.governance.reference_collections import CollectionCounts, ReferenceCollection
from workbench.records.moments import as_text

__all__ = ["CollectionRemoval", "CollectionView", "RefusedImage", "RemovalNote"]


class RemovalNote(NamedTuple):
    """That people were removed from a collection; not who they were.

    Attributes:
        at: when.
        by: account that removed them.
        people: how many.
        references: images of them.
        certificate: that says so; `None` while it is being finished.
    """

    at: datetime
    by: str
    people: int
    references: int
    certificate: str | None

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {**self._asdict(), "at": as_text(self.at)}


@dataclass(frozen=True, slots=True)
class CollectionRemoval:
    """What removing people from a collection came to.

    Attributes:
        people: how many may not be in it any more.
        references: images of them that were.
        certificate: of what was destroyed; `None` where no image of them had been imported yet.
    """

    people: int
    references: int
    certificate: DeletionCertificate | None

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "people": self.people,
            "references": self.references,
            "certificate": None if self.certificate is None else self.certificate.plain(),
        }


@dataclass(frozen=True, slots=True)
class CollectionView:
    """A collection; nobody whom it shows.

    Attributes:
        record: what it is.
        state: `importing`, `ready` or `destroyed`.
        parts_kept: how many of its parts are kept for good.
        counts: what those came to.
        finished: when its import ended; `None` before.
        destroyed: when it was destroyed; `None` while it is kept.
        removals: when people were removed from it, oldest first.
    """

    record: ReferenceCollection
    state: str
    parts_kept: int
    counts: CollectionCounts
    finished: datetime | None = None
    destroyed: datetime | None = None
    removals: tuple[RemovalNote, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            **self.record.plain(),
            "state": self.state,
            "parts": self.record.parts,
            "parts_kept": self.parts_kept,
            "counts": self.counts.plain(),
            "finished": None if self.finished is None else as_text(self.finished),
            "destroyed": None if self.destroyed is None else as_text(self.destroyed),
            "removals": [one.plain() for one in self.removals],
        }


class RefusedImage(NamedTuple):
    """An image that is not in a collection.

    Attributes:
        row: of the manifest, from 1.
        path: of the image.
        why: in words.
    """

    row: int
    path: str
    why: str
