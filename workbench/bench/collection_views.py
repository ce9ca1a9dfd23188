"""A reference collection as people see it: how large it is, from where, and how far its import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from workbench.governance.reference_collections import CollectionCounts, ReferenceCollection
from workbench.records.moments import as_text

__all__ = ["CollectionView", "RefusedImage"]


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
    """

    record: ReferenceCollection
    state: str
    parts_kept: int
    counts: CollectionCounts
    finished: datetime | None = None
    destroyed: datetime | None = None

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
