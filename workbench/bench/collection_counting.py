"""What a collection comes to: the counts of its parts, and of all of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from workbench.bench.collection_views import CollectionView, RemovalNote
from workbench.bench.context import Acting
from workbench.governance.reference_collections import CollectionCounts
from workbench.records.collections import CollectionPart, CollectionRow, list_parts
from workbench.records.erasable import PEOPLE, REFERENCES
from workbench.records.erasures import erasures_for

if TYPE_CHECKING:
    from workbench.retrospective.importing import ImportedPart
    from workbench.retrospective.shards import Shard

__all__ = ["collection_view", "counts_of", "counts_of_shard", "joined_counts"]

_NOTHING: Final = CollectionCounts(references=0, refused=0)


def counts_of(part: ImportedPart) -> CollectionCounts:
    """Return what a part comes to."""
    return counts_of_shard(part.shard, refused=part.counts.refused)


def counts_of_shard(shard: Shard | None, *, refused: int) -> CollectionCounts:
    """Return what the references of a part come to, and how many of its images were refused."""
    return CollectionCounts(
        references=0 if shard is None else len(shard),
        refused=refused,
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
        removals=tuple(
            RemovalNote(
                at=one.started,
                by=one.actor,
                people=one.content.counts[PEOPLE],
                references=one.content.counts[REFERENCES],
                certificate=one.certificate_id if one.content.certificates else None,
            )
            for one in erasures_for(acting.connection, row.id)
            if PEOPLE in one.content.counts
        ),
    )


def _by(words: list[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))
