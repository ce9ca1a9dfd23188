"""What a collection comes to: the counts of its parts, and of all of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from workbench.bench.collection_views import CollectionView
from workbench.bench.context import Acting
from workbench.governance.reference_collections import CollectionCounts
from workbench.records.collections import CollectionPart, CollectionRow, list_parts

if TYPE_CHECKING:
    from workbench.retrospective.importing import ImportedPart

__all__ = ["collection_view", "counts_of", "joined_counts"]

_NOTHING: Final = CollectionCounts(references=0, refused=0)


def counts_of(part: ImportedPart) -> CollectionCounts:
    """Return what a part comes to."""
    shard = part.shard
    return CollectionCounts(
        references=part.counts.accepted,
        refused=part.counts.refused,
        sources={} if shard is None else _by(shard.rows["source"].to_list()),
        bases={} if shard is None else _by(shard.rows["legal_basis"].to_list()),
        encoders=()
        if shard is None
        else tuple(sorted(one.describe() for one in shard.encoders.values())),
    )


def joined_counts(parts: Sequence[CollectionPart]) -> CollectionCounts:
    """Return what parts come to together; of subjects nothing, who may be in several."""
    counts = _NOTHING
    for one in parts:
        counts = counts.joined(one.counts)
    return counts


def collection_view(acting: Acting, row: CollectionRow) -> CollectionView:
    """Return a collection as people see it."""
    parts = list_parts(acting.connection, row.id)
    return CollectionView(
        record=row.record,
        state="destroyed" if row.destroyed is not None else row.state.value,
        parts_kept=len(parts),
        counts=joined_counts(parts) if row.counts is None else row.counts,
        finished=row.finished,
        destroyed=row.destroyed,
    )


def _by(words: list[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))
