"""An import of a collection: begun or gone on with, kept part by part, ended.

It is resumed by its parts: each is kept for good as soon as it is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.bench.collection_access import on_collection, require_collection_kept
from workbench.bench.collection_counting import collection_view, counts_of, joined_counts
from workbench.bench.collection_kinds import require_collection_kind
from workbench.bench.collection_removed import (
    RemovedPeople,
    refusals_table,
    removed_meanwhile,
)
from workbench.bench.collection_views import CollectionView
from workbench.bench.context import Acting, Context
from workbench.bench.part_refusals import REFUSALS, refusals_of
from workbench.bench.part_sealing import PartSealing
from workbench.bench.reference_sealing import seal_part
from workbench.bench.rules import rules_in_force
from workbench.errors import CollectionError, UnknownRecordError
from workbench.governance.permissions import Permission
from workbench.governance.reference_collections import (
    CollectionGallery,
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
    list_parts,
    require_collection_name_is_free,
)
from workbench.records.identifiers import new_id
from workbench.records.moments import as_text
from workbench.records.row_digests import COLLECTION, ROW, SAID, changed_row, row_digest
from workbench.records.vault.register import KeyRegister

if TYPE_CHECKING:
    from workbench.retrospective.importing import ImportedPart
    from workbench.retrospective.manifests import Manifest

__all__ = ["CollectionImport"]

_IMPORT: Final = Permission.COLLECTION_IMPORT


class CollectionImport:
    """The steps of an import, each a transaction of its own."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def require_possible(self, values: Mapping[str, Any]) -> CollectionPlan:
        """Refuse before images are looked at, since reading a manifest of millions takes long."""
        with self._context.acting(_IMPORT) as acting:
            plan = _planned(acting, values)
            if _unfinished(acting, plan.name) is None:
                require_collection_name_is_free(acting.connection, plan.name)
            acting.log(
                Verb.CONSULT,
                justification="looking at whether a collection may be imported",
                details={"name": plan.name},
            )
        return plan

    def listed(
        self,
        images: Path,
        manifest: Path | None,
        source: str | None,
        legal_basis: str | None,
        subject: str,
    ) -> Manifest:
        """Return what may be imported.

        Raises:
            CollectionError: when nothing may, or nobody says where the images come from.
            RefusedError: when images do not belong into this bench.
        """
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

    def begun(
        self, values: Mapping[str, Any], listed: Manifest, *, server_mark: str | None = None
    ) -> CollectionRow:
        """Return the collection of that name whose import goes on, or begin one.

        Args:
            values: what is said of it.
            listed: what may be imported.
            server_mark: of the server that its templates are to be put on.
        """
        from workbench.retrospective.importing import PART_ROWS  # noqa: PLC0415 - opens quickly

        digest = _digest(listed)
        with self._context.acting(_IMPORT) as acting:
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
                    "server": _place(self._context, plan),
                    "server_mark": server_mark,
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
                    "gallery": record.gallery.value,
                    "ends": as_text(record.ends),
                    ROW: row_digest(acting.connection, COLLECTION, row.id),
                },
            )
        return row

    def take(
        self,
        row: CollectionRow,
        listed: Manifest,
        imported: Generator[ImportedPart],
        parts: Sequence[CollectionPart],
        removed: RemovedPeople,
    ) -> None:
        """Keep each part that was not kept yet as soon as it is there.

        Args:
            row: of the collection.
            listed: its images, and what the rules refuse of them.
            imported: its parts that are not kept yet.
            parts: that are.
            removed: who is not in `imported`.

        Raises:
            CollectionError: when somebody was removed meanwhile, or other encoders made it.
        """
        known = {name for one in parts for name in one.counts.encoders}
        with closing(imported):
            for part in imported:
                known |= self._keep(row, listed, part, known, removed)

    def _keep(
        self,
        row: CollectionRow,
        listed: Manifest,
        part: ImportedPart,
        known: set[str],
        removed: RemovedPeople,
    ) -> set[str]:
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
        counts = counts_of(part)
        with PartSealing(
            self._context,
            key_id=new_id("key", self._context.now()),
            purpose=row.id,
            makes=RetentionClass.COLLECTION,
        ) as sealing:
            # Before the transaction, in which nobody else may write: pictures are large.
            shard = seal_part(sealing, part.shard, part.pictures)
            refusals = refusals_of(part, listed, row.record.part)
            refused = None
            if refusals.height:
                refused = sealing.add(REFUSALS, refusals_table(refusals, removed.subjects))
            kept = CollectionPart(part.number, shard, refused, counts)
            with on_collection(self._context, _IMPORT, row.name) as (acting, now):
                require_collection_kept(acting, now)
                removed.require_all(acting, now)
                sealing.write(acting)
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

    def finished(self, row: CollectionRow) -> CollectionView:
        """End an import: all of its parts are kept."""
        with self._context.store.reading() as connection:
            parts = list_parts(connection, row.id)
        subjects = self._subjects(parts)
        with on_collection(self._context, _IMPORT, row.name) as (acting, now):
            require_collection_kept(acting, now)
            if list_parts(acting.connection, row.id) != parts:
                raise CollectionError(removed_meanwhile(row.name))
            before = row_digest(acting.connection, COLLECTION, row.id)
            joined = joined_counts(parts)
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
            return collection_view(acting, after)

    def _subjects(self, parts: Sequence[CollectionPart]) -> int:
        from workbench.retrospective.shards import decode_shard  # noqa: PLC0415

        names: set[str] = set()
        for one in parts:
            if one.shard is not None:
                with self._context.store.reading() as connection:
                    document = self._context.vault.get(connection, one.shard)
                names.update(decode_shard(document, source=one.shard).rows["subject"].to_list())
        return len(names)


def _planned(acting: Acting, values: Mapping[str, Any]) -> CollectionPlan:
    """Return what is said of a collection, unless it cannot be made here and now."""
    plan = CollectionPlan.read(values, what="the collection")
    require_said(plan, what="the collection", reasons=("use",), names=("origin", "evidence"))
    longest = rules_in_force(acting.connection).longest_collection
    require_collection_end(plan, acting.now, longest=longest)
    return plan


def _place(context: Context, plan: CollectionPlan) -> str | None:
    """Return where the templates of a collection are put besides, so that they are found there."""
    server = context.settings.gallery.qdrant
    if plan.gallery is CollectionGallery.MEMORY or server is None:
        return None
    return server.place


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
    """Return the SHA-256 of what may be imported, row by row, and of which rows may not."""
    digest = hashlib.sha256()
    for rows in (listed.references, listed.refusals.select("row", "path")):
        for row in rows.iter_rows():
            digest.update(repr(row).encode())
    return digest.hexdigest()
