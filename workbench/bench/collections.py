"""`bench.collections`: reference collections, imported in parts that are each kept for good.

A collection has one data key of its own. Its import is resumed by its parts: whoever is cut off
calls it again with the same name and the same images.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.bench.collection_access import collection_gone, require_collection_kept
from workbench.bench.collection_galleries import CollectionGalleries
from workbench.bench.collection_kinds import require_collection_kind
from workbench.bench.collection_views import CollectionView, RefusedImage
from workbench.bench.context import ADMINISTRATION, Acting, Context
from workbench.bench.erasing import begin, complete
from workbench.bench.part_sealing import PartSealing
from workbench.bench.reference_sealing import seal_part
from workbench.bench.rules import rules_in_force
from workbench.errors import (
    CollectionError,
    IllegalMoveError,
    UnknownRecordError,
)
from workbench.governance.certificates import DeletionCertificate
from workbench.governance.permissions import Permission
from workbench.governance.reference_collections import (
    CollectionCounts,
    CollectionPlan,
    CollectionState,
    ReferenceCollection,
    require_collection_end,
)
from workbench.governance.retention import RetentionClass
from workbench.governance.text import require_said
from workbench.records.audit.verbs import Verb
from workbench.records.collections import (
    CollectionPart,
    CollectionRow,
    add_collection,
    add_part,
    find_collection,
    finish_collection,
    list_collections,
    list_parts,
    require_collection_name_is_free,
)
from workbench.records.erasable import erasable_collection
from workbench.records.identifiers import new_id
from workbench.records.moments import as_text
from workbench.records.retained import kept_collection
from workbench.records.row_digests import COLLECTION, ROW, SAID, changed_row, row_digest
from workbench.records.vault.register import KeyRegister

if TYPE_CHECKING:
    from workbench.retrospective.importing import ImportedPart
    from workbench.retrospective.manifests import Manifest

__all__ = ["REFUSALS", "Collections"]

REFUSALS: Final = "collection-refusals"
_NOTHING: Final = CollectionCounts(references=0, refused=0)


class Collections:
    """Reference collections of a bench, by name."""

    def __init__(self, context: Context, galleries: CollectionGalleries) -> None:
        """Take what is worked with, and what holds a collection in memory."""
        self._context, self._galleries = context, galleries

    def import_(
        self,
        images: Path,
        values: Mapping[str, Any],
        *,
        manifest: Path | None = None,
        source: str | None = None,
        legal_basis: str | None = None,
        subject: str = "folder",
        workers: int | None = None,
        progress: Callable[[int, int, int], None] | None = None,
    ) -> CollectionView:
        """Import a collection, or go on where an import of that name was cut off.

        Images that the rules or their quality refuse are left out and listed (`refusals`).

        Args:
            images: folder that they lie in; they stay where they are.
            values: by field of `CollectionPlan`: name, use, origin, evidence and ends.
            manifest: CSV or Parquet that says of whom each image is; without one the folder tells.
            source: of all images, where there is no manifest.
            legal_basis: of all images, where there is no manifest.
            subject: without a manifest, `folder` where each folder is of one person, `file` where
                each file is.
            workers: processes; one for each core if left out.
            progress: takes rows done, rows of all, and how many were refused by now.

        Raises:
            CollectionError: when an earlier import of that name was of other images or by somebody
                else, or nobody of the images could be taken.
            NotPermittedError: when the role may not.
            RecordError: when the manifest or what is said of the collection cannot be used.
            RefusedError: when there is a collection of that name, or images of a demonstration
                and of an operation meet.
        """
        from workbench.retrospective.importing import import_shards  # noqa: PLC0415 - loads models

        self._require_possible(values)
        listed = self._listed(images, manifest, source, legal_basis, subject)
        row = self._begun(values, listed)
        with self._context.store.reading() as connection:
            parts = list_parts(connection, row.id)
        imported = import_shards(
            listed,
            images,
            self._context.settings,
            done=[one.place for one in parts],
            workers=workers,
            part_rows=row.record.part,
            progress=progress,
        )
        self._take(row, imported, parts)
        return self._finished(row)

    def list(self) -> list[CollectionView]:
        """Return all collections by when they were made, also those that are destroyed; no image.

        Raises:
            NotPermittedError: when the role may not.
        """
        with self._context.acting(Permission.COLLECTION_CONSULT) as acting:
            rows = list_collections(acting.connection)
            acting.log(Verb.CONSULT, justification="listing collections, no person in them")
            return [_view(acting, row) for row in rows]

    def get(self, name: str) -> CollectionView:
        """Return a collection; no image.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that name.
        """
        with self._on(Permission.COLLECTION_CONSULT, name) as (acting, row):
            acting.log(
                Verb.CONSULT, [row.id], justification="reading what a collection is, and no person"
            )
            return _view(acting, row)

    def refusals(self, name: str) -> Iterator[RefusedImage]:
        """Return which images of a collection were not taken, and why, in their order.

        Raises:
            NotAuthorisedError: when the collection has ended.
            NotPermittedError: when the role may not import collections.
            UnknownRecordError: when there is none of that name.
        """
        import polars as pl  # noqa: PLC0415 - opens quickly

        with self._on(Permission.COLLECTION_IMPORT, name) as (acting, row):
            require_collection_kept(acting, row)
            sealed = [
                one.refusals
                for one in list_parts(acting.connection, row.id)
                if one.refusals is not None
            ]
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification="reading which images a collection does not hold",
                details={"name": row.name},
            )
        for object_id in sealed:
            with self._context.store.reading() as connection:
                table = self._context.vault.get(connection, object_id)
            for number, path, why in pl.read_ipc(io.BytesIO(table)).iter_rows():
                yield RefusedImage(number, path, why)

    def drop(self, name: str) -> DeletionCertificate:
        """End a collection now and destroy it, its key first.

        Raises:
            HeldError: when a legal hold keeps it.
            IllegalMoveError: when it is destroyed, or being destroyed, already.
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that name.
        """
        with self._on(Permission.COLLECTION_DROP, name) as (acting, row):
            kept = kept_collection(acting.connection, row.id)
            if kept is None:
                raise IllegalMoveError(collection_gone(row))
            due = rules_in_force(acting.connection).retention.due(kept)
            erasure = begin(acting, erasable_collection(acting.connection, row.id), due=due)
        self._galleries.forget()
        return complete(self._context, erasure)

    def _require_possible(self, values: Mapping[str, Any]) -> None:
        """Refuse before images are looked at, since reading a manifest of millions takes long."""
        with self._context.acting(Permission.COLLECTION_IMPORT) as acting:
            plan = _planned(acting, values)
            if _unfinished(acting, plan.name) is None:
                require_collection_name_is_free(acting.connection, plan.name)
            acting.log(
                Verb.CONSULT,
                justification="looking at whether a collection may be imported",
                details={"name": plan.name},
            )

    def _listed(
        self,
        images: Path,
        manifest: Path | None,
        source: str | None,
        legal_basis: str | None,
        subject: str,
    ) -> Manifest:
        from workbench.retrospective.manifests import (  # noqa: PLC0415 - opens quickly
            manifest_of,
            read_manifest,
        )

        today = self._context.now().date()
        if manifest is not None:
            listed = read_manifest(manifest, today=today)
        elif source is None or legal_basis is None:
            msg = (
                "without a manifest, source and legal_basis must say where all images come from "
                "and what allows their use. Give both, or a manifest."
            )
            raise CollectionError(msg)
        else:
            listed = manifest_of(
                images, source=source, legal_basis=legal_basis, today=today, subject=subject
            )
        if listed.references.is_empty():
            why = listed.refusals["why"].head(3).to_list()
            msg = f"every image of the collection is refused, for example: {'; '.join(why)}."
            raise CollectionError(msg)
        require_collection_kind(self._context, listed, images)
        return listed

    def _begun(self, values: Mapping[str, Any], listed: Manifest) -> CollectionRow:
        """Return the collection of that name whose import goes on, or begin one."""
        from workbench.retrospective.importing import PART_ROWS  # noqa: PLC0415 - opens quickly

        digest = _digest(listed)
        with self._context.acting(Permission.COLLECTION_IMPORT) as acting:
            plan = _planned(acting, values)
            there = _unfinished(acting, plan.name)
            if there is not None:
                _require_same(there, acting.name, digest)
                acting.serving(there.id).log(
                    Verb.COLLECT, [there.id], details={"name": there.name, "step": "goes on"}
                )
                return there
            record = ReferenceCollection.read(
                {
                    **plan.plain(),
                    "id": new_id("collection", acting.now),
                    "owner": acting.name,
                    "made": acting.now,
                    "manifest": digest,
                    "rows": listed.references.height,
                    "listed": listed.refusals.height,
                    "part": PART_ROWS,
                },
                what="the collection",
            )
            row = CollectionRow(record, CollectionState.IMPORTING, new_id("key", acting.now))
            KeyRegister(self._context.keys).make(
                acting.connection,
                key_id=row.key_id,
                retention=RetentionClass.COLLECTION.value,
                purpose=row.id,
                now=acting.now,
            )
            add_collection(acting.connection, row)
            acting.serving(row.id).log(
                Verb.COLLECT,
                [row.id],
                details={
                    "name": row.name,
                    "step": "begun",
                    "rows": record.rows,
                    "listed": record.listed,
                    "ends": as_text(record.ends),
                    ROW: row_digest(acting.connection, COLLECTION, row.id),
                },
            )
        return row

    def _take(
        self,
        row: CollectionRow,
        imported: Generator[ImportedPart],
        parts: Sequence[CollectionPart],
    ) -> None:
        """Keep each part that was not kept yet as soon as it is there."""
        known = {name for one in parts for name in one.counts.encoders}
        with closing(imported):
            for part in imported:
                known |= self._keep(row, part, known)

    def _keep(self, row: CollectionRow, part: ImportedPart, known: set[str]) -> set[str]:
        """Keep a part for good; return what made its templates."""
        encoders = (
            set()
            if part.shard is None
            else {one.describe() for one in part.shard.encoders.values()}
        )
        if known and encoders and known != encoders:
            msg = (
                f"collection {row.name}: what was imported before was made by "
                f"{', '.join(sorted(known))}, this by {', '.join(sorted(encoders))}. Go on with "
                "the settings of before, or drop the collection and import it anew."
            )
            raise CollectionError(msg)
        counts = _counts(part)
        with PartSealing(self._context, key_id=row.key_id, purpose=row.id) as sealing:
            # Before the transaction, in which nobody else may write: pictures are large.
            shard = seal_part(sealing, part)
            refused = sealing.add(REFUSALS, _table(part)) if part.refusals.height else None
            with self._on(Permission.COLLECTION_IMPORT, row.name) as (acting, now):
                require_collection_kept(acting, now)
                sealing.write(acting)
                kept = CollectionPart(part.number, shard, refused, counts)
                said = add_part(acting.connection, row.id, kept, acting.now)
                acting.log(
                    Verb.COLLECT,
                    [row.id],
                    details={
                        "name": row.name,
                        "step": "part",
                        "part": part.number,
                        "references": counts.references,
                        "refused": counts.refused,
                        SAID: said,
                    },
                )
                sealing.keep(acting)
        return encoders

    def _finished(self, row: CollectionRow) -> CollectionView:
        """End an import: all of its parts are kept."""
        with self._context.store.reading() as connection:
            parts = list_parts(connection, row.id)
        subjects = self._subjects(parts)
        with self._on(Permission.COLLECTION_IMPORT, row.name) as (acting, now):
            require_collection_kept(acting, now)
            before = row_digest(acting.connection, COLLECTION, row.id)
            joined = _joined(parts)
            refused = joined.refused + now.record.listed
            counts = joined.model_copy(update={"subjects": subjects, "refused": refused})
            if not counts.references:
                msg = (
                    f"collection {row.name}: no image of it could be taken. See workbench "
                    "collection refusals, then drop it."
                )
                raise CollectionError(msg)
            finish_collection(acting.connection, row.id, counts, acting.now)
            acting.log(
                Verb.COLLECT,
                [row.id],
                details={
                    "name": row.name,
                    "step": "ended",
                    "references": counts.references,
                    "subjects": counts.subjects,
                    "refused": counts.refused,
                    **changed_row(acting.connection, COLLECTION, row.id, before),
                },
            )
            after = find_collection(acting.connection, row.name)
            return _view(acting, after)

    def _subjects(self, parts: Sequence[CollectionPart]) -> int:
        from workbench.retrospective.shards import decode_shard  # noqa: PLC0415

        names: set[str] = set()
        for one in parts:
            if one.shard is not None:
                with self._context.store.reading() as connection:
                    document = self._context.vault.get(connection, one.shard)
                names.update(decode_shard(document, source=one.shard).rows["subject"].to_list())
        return len(names)

    @contextmanager
    def _on(self, permission: Permission, name: str) -> Iterator[tuple[Acting, CollectionRow]]:
        """Give a transaction that serves a collection; a refusal comes before whether it exists."""
        purpose = ADMINISTRATION
        if self._context.may(permission):
            with self._context.store.reading() as connection:
                purpose = find_collection(connection, name).id
        objects = [] if purpose == ADMINISTRATION else [purpose]
        with self._context.acting(permission, purpose=purpose, objects=objects) as acting:
            yield acting, find_collection(acting.connection, name)


def _planned(acting: Acting, values: Mapping[str, Any]) -> CollectionPlan:
    """Return what is said of a collection, unless it cannot be made here and now."""
    plan = CollectionPlan.read(values, what="the collection")
    require_said(plan, what="the collection", reasons=("use",), names=("origin", "evidence"))
    longest = rules_in_force(acting.connection).longest_collection
    require_collection_end(plan, acting.now, longest=longest)
    return plan


def _unfinished(acting: Acting, name: str) -> CollectionRow | None:
    """Return the collection of that name whose import is not ended, `None` where there is none."""
    try:
        row = find_collection(acting.connection, name)
    except UnknownRecordError:
        return None
    goes_on = row.state is CollectionState.IMPORTING and row.destroyed is None
    return row if goes_on else None


def _require_same(row: CollectionRow, actor: str, digest: str) -> None:
    if row.record.owner != actor:
        msg = (
            f"collection {row.name} is being imported by {row.record.owner}, who alone goes on "
            "with it. Choose another name."
        )
        raise CollectionError(msg)
    if row.record.manifest != digest:
        msg = (
            f"the import of collection {row.name} was begun with other images. Go on with those, "
            "or drop it first: workbench collection drop."
        )
        raise CollectionError(msg)


def _digest(listed: Manifest) -> str:
    """Return the SHA-256 of what may be imported, row by row."""
    digest = hashlib.sha256()
    for row in listed.references.iter_rows():
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _counts(part: ImportedPart) -> CollectionCounts:
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


def _by(words: list[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _joined(parts: Sequence[CollectionPart]) -> CollectionCounts:
    counts = _NOTHING
    for one in parts:
        counts = counts.joined(one.counts)
    return counts


def _table(part: ImportedPart) -> bytes:
    table = io.BytesIO()
    part.refusals.select("row", "path", "why").write_ipc(table)
    return table.getvalue()


def _view(acting: Acting, row: CollectionRow) -> CollectionView:
    parts = list_parts(acting.connection, row.id)
    return CollectionView(
        record=row.record,
        state="destroyed" if row.destroyed is not None else row.state.value,
        parts_kept=len(parts),
        counts=_joined(parts) if row.counts is None else row.counts,
        finished=row.finished,
        destroyed=row.destroyed,
    )
