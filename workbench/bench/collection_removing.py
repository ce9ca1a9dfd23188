"""Taking people out of a collection that goes on: their parts sealed anew, the old keys destroyed.

All that is to stay is sealed under new keys first. One transaction then puts it in the place of
what was there and begins an erasure of that, so that from its end on nobody finds these people, and
whoever opens the bench next finishes what is cut off. Cut off before, it is as if nobody had asked:
what was sealed is known to no record, and is swept.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, NamedTuple

from workbench.bench.collection_access import on_collection, require_collection_kept
from workbench.bench.collection_counting import counts_of_shard, joined_counts
from workbench.bench.collection_removed import (
    REMOVED_PEOPLE,
    encode_people,
    refusals_table,
    removed_meanwhile,
    removed_people,
)
from workbench.bench.collection_views import CollectionRemoval
from workbench.bench.context import Acting, Context
from workbench.bench.erasing import begin, complete
from workbench.bench.part_refusals import REFUSALS, refused_frame
from workbench.bench.part_sealing import PartSealing
from workbench.bench.reference_sealing import open_part, seal_part
from workbench.bench.row_checks import require_standing_collection, require_standing_parts
from workbench.errors import CollectionError
from workbench.governance.collection_removals import PeopleToRemove
from workbench.governance.holds import require_not_held
from workbench.governance.permissions import Permission
from workbench.governance.reference_collections import CollectionGallery, CollectionState
from workbench.governance.retention import RetentionClass
from workbench.governance.text import require_reason
from workbench.records.audit.verbs import Verb
from workbench.records.collections import (
    CollectionPart,
    CollectionRow,
    change_part,
    keys_of_parts,
    list_parts,
    recount_collection,
)
from workbench.records.erasable import erasable_people
from workbench.records.holds import holds_on_class
from workbench.records.identifiers import new_id
from workbench.records.row_digests import COLLECTION, SAID, changed_row, row_digest

if TYPE_CHECKING:
    import polars as pl

    from workbench.retrospective.reference_pictures import ReferencePictures
    from workbench.retrospective.shards import Shard

__all__ = ["MOST_PARTS", "PeopleRemoval"]

MOST_PARTS: Final = 8
"""Parts that are put anew for several people at a time: what is sealed of them may be in memory."""
_REMOVE: Final = Permission.COLLECTION_REMOVE


class _Anew(NamedTuple):
    """A part as it was and as it is put anew, sealed already."""

    was: CollectionPart
    now: CollectionPart
    sealing: PartSealing


class PeopleRemoval:
    """One removal of people from a collection."""

    def __init__(self, context: Context, name: str, subjects: Sequence[str], reason: str) -> None:
        """Take who is to go, and why; nothing is looked at yet.

        Raises:
            RecordError: when somebody is named twice or not as people are named in a collection,
                or the reason says nothing or names one of them.
        """
        values = {"subjects": tuple(subjects), "reason": reason}
        asked = PeopleToRemove.read(values, what="the removal")
        require_reason(asked.reason, what="the removal")
        self._context, self._name = context, name
        self._subjects, self._reason = frozenset(asked.subjects), asked.reason
        self._asked = asked.subjects

    def done(self) -> CollectionRemoval:
        """Do it: `Collections.remove`."""
        row, parts = self._begun()
        with ExitStack() as stack:
            anew = self._sealed_anew(stack, row, parts)
            listed = self._listed(stack, row)
            left = sum(one.now.counts.references for one in anew)
            references = sum(one.was.counts.references for one in anew) - left
            erasure = self._kept(row, parts, anew, listed, references)
        certificate = None if erasure is None else complete(self._context, erasure)
        return CollectionRemoval(len(self._subjects), references, certificate)

    def _begun(self) -> tuple[CollectionRow, list[CollectionPart]]:
        """Refuse what can be refused before anything is opened."""
        with on_collection(self._context, _REMOVE, self._name) as (acting, row):
            require_collection_kept(acting, row)
            holds = holds_on_class(acting.connection, RetentionClass.COLLECTION)
            require_not_held(row.id, row.id, holds, acting.now)
            if row.record.gallery is not CollectionGallery.MEMORY:
                msg = (
                    f"collection {row.name} is compared on a server, from which it goes whole "
                    "alone. Drop it, and import it again without these people."
                )
                raise CollectionError(msg)
            require_standing_collection(acting, row)
            require_standing_parts(acting.connection, row)
            parts = list_parts(acting.connection, row.id)
            keys = keys_of_parts(acting.connection, parts)
            if any(row.key_id in some for some in keys.values()):
                msg = (
                    f"collection {row.name} was imported when all of its parts had one key, with "
                    "which a copy of what is removed could still be opened. Drop it, and import it "
                    "again without these people."
                )
                raise CollectionError(msg)
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification=self._reason,
                details={
                    "name": row.name,
                    "step": "removal begun",
                    "people": len(self._subjects),
                },
            )
        return row, parts

    def _sealed_anew(
        self, stack: ExitStack, row: CollectionRow, parts: Sequence[CollectionPart]
    ) -> list[_Anew]:
        """Seal the parts that they are in, without them, under new keys.

        Raises:
            CollectionError: when somebody is in none, nobody would be left, or they are in many.
        """
        found: set[str] = set()
        concerned = []
        for part in parts:
            shard, refusals = self._opened(part)
            there = set() if shard is None else self._subjects & set(shard.rows["subject"])
            if there or (refusals is not None and self._names(refusals)):
                concerned.append((part, refusals))
            found |= there
        if row.state is CollectionState.READY:
            self._require_found(row, found)
            if row.counts is not None and len(found) >= row.counts.subjects:
                msg = (
                    f"nobody would be left in collection {row.name}. Drop it: workbench collection "
                    "drop."
                )
                raise CollectionError(msg)
        if len(self._subjects) > 1 and len(concerned) > MOST_PARTS:
            msg = (
                f"these people are in {len(concerned)} parts of collection {row.name}, and "
                f"{MOST_PARTS} are put anew at a time. Name fewer people at a time."
            )
            raise CollectionError(msg)
        return [self._anew(stack, row, part, refusals) for part, refusals in concerned]

    def _require_found(self, row: CollectionRow, found: set[str]) -> None:
        """Raise where somebody is not in it: by which of them it is, as errors may be kept."""
        missing = [str(at) for at, one in enumerate(self._asked, 1) if one not in found]
        if missing:
            msg = (
                f"collection {row.name} has no image of number {', '.join(missing[:20])} of the "
                f"{len(self._asked)} people named, so nobody was removed. Look at how the import "
                "named them, or leave them out."
            )
            raise CollectionError(msg)

    def _opened(self, part: CollectionPart) -> tuple[Shard | None, pl.DataFrame | None]:
        """Return the references of a part, and what was refused of it; no picture."""
        from workbench.retrospective.shards import decode_shard  # noqa: PLC0415

        shard, refusals = None, None
        with self._context.store.reading() as connection:
            vault = self._context.vault
            if part.shard is not None:
                shard = decode_shard(vault.get(connection, part.shard), source=part.shard)
            if part.refusals is not None:
                refusals = refused_frame(vault.get(connection, part.refusals))
        return shard, refusals

    def _names(self, refusals: pl.DataFrame) -> bool:
        from workbench.retrospective.removed_people import names_removed  # noqa: PLC0415

        return names_removed(refusals, self._subjects)

    def _anew(
        self,
        stack: ExitStack,
        row: CollectionRow,
        part: CollectionPart,
        refusals: pl.DataFrame | None,
    ) -> _Anew:
        sealing = stack.enter_context(
            PartSealing(
                self._context,
                key_id=new_id("key", self._context.now()),
                purpose=row.id,
                makes=RetentionClass.COLLECTION,
            )
        )
        shard, pictures = self._without(part)
        sealed = seal_part(sealing, shard, pictures)
        refused = None
        if refusals is not None:
            refused = sealing.add(REFUSALS, refusals_table(refusals, self._subjects))
        counts = counts_of_shard(shard, refused=part.counts.refused)
        return _Anew(part, CollectionPart(part.place, sealed, refused, counts), sealing)

    def _without(self, part: CollectionPart) -> tuple[Shard | None, tuple[ReferencePictures, ...]]:
        from workbench.retrospective.removed_people import without_people  # noqa: PLC0415

        shard, pictures = open_part(self._context, part)
        if shard is None:
            return None, ()
        return without_people(shard, pictures, self._subjects)

    def _listed(self, stack: ExitStack, row: CollectionRow) -> PartSealing | None:
        """Seal who they are where an import may still come to them."""
        if row.state is CollectionState.READY:
            return None
        sealing = stack.enter_context(PartSealing(self._context, key_id=row.key_id, purpose=row.id))
        before = removed_people(self._context, row).subjects
        sealing.add(REMOVED_PEOPLE, encode_people(self._subjects - before))
        return sealing

    def _kept(
        self,
        row: CollectionRow,
        parts: Sequence[CollectionPart],
        anew: Sequence[_Anew],
        listed: PartSealing | None,
        references: int,
    ) -> str | None:
        """Put what is sealed anew in the place of what was there; return the erasure of that."""
        sealings = [one.sealing for one in anew] + ([] if listed is None else [listed])
        with on_collection(self._context, _REMOVE, self._name) as (acting, now):
            require_collection_kept(acting, now)
            if now != row or list_parts(acting.connection, row.id) != parts:
                raise CollectionError(removed_meanwhile(row.name))
            for sealing in sealings:
                sealing.write(acting)
            erasure = None
            if anew:
                what = erasable_people(
                    acting.connection,
                    row,
                    [one.was for one in anew],
                    people=len(self._subjects),
                    references=references,
                )
                erasure = begin(acting, what)
            self._log(acting, row, anew, references)
            for sealing in sealings:
                sealing.keep(acting)
        return erasure

    def _log(
        self, acting: Acting, row: CollectionRow, anew: Sequence[_Anew], references: int
    ) -> None:
        """Change the rows, each with its entry; how many went, and nobody who did."""
        for one in anew:
            said = change_part(acting.connection, row.id, one.now)
            acting.log(
                Verb.ALTER,
                [row.id],
                details={
                    "name": row.name,
                    "step": "part put anew",
                    "part": one.now.place,
                    "references": one.now.counts.references,
                    SAID: said,
                },
            )
        changed: dict[str, str | None] = {}
        if row.counts is not None and anew:
            before = row_digest(acting.connection, COLLECTION, row.id)
            joined = joined_counts(list_parts(acting.connection, row.id))
            counts = joined.model_copy(
                update={
                    "subjects": row.counts.subjects - len(self._subjects),
                    "refused": row.counts.refused,
                }
            )
            recount_collection(acting.connection, row.id, counts)
            changed = changed_row(acting.connection, COLLECTION, row.id, before)
        acting.log(
            Verb.ALTER,
            [row.id],
            justification=self._reason,
            details={
                "name": row.name,
                "step": "people removed",
                "people": len(self._subjects),
                "references": references,
                **changed,
            },
        )
