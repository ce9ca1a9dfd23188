"""`bench.collections`: reference collections, imported in parts that are each kept for good.

A collection has one data key of its own. Its import is resumed by its parts: whoever is cut off
calls it again with the same name and the same images.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from workbench.bench.collection_access import (
    collection_gone,
    on_collection,
    require_collection_kept,
)
from workbench.bench.collection_counting import collection_view
from workbench.bench.collection_galleries import CollectionGalleries
from workbench.bench.collection_importing import CollectionImport
from workbench.bench.collection_loading import put_on_server
from workbench.bench.collection_removed import removed_people
from workbench.bench.collection_removing import PeopleRemoval
from workbench.bench.collection_views import CollectionRemoval, CollectionView, RefusedImage
from workbench.bench.context import Context
from workbench.bench.erasing import begin, complete
from workbench.bench.part_refusals import read_refusals
from workbench.bench.rules import rules_in_force
from workbench.errors import (
    IllegalMoveError,
)
from workbench.governance.certificates import DeletionCertificate
from workbench.governance.permissions import Permission
from workbench.governance.reference_collections import CollectionGallery
from workbench.records.audit.verbs import Verb
from workbench.records.collections import (
    list_collections,
    list_parts,
)
from workbench.records.erasable import erasable_collection
from workbench.records.retained import kept_collection

__all__ = ["Collections"]


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
            BlockedError: when it is to be compared on a server whose storage nobody declared to be
                encrypted.
            CollectionError: when an earlier import of that name was of other images or by somebody
                else, or nobody of the images could be taken.
            NotPermittedError: when the role may not.
            RecordError: when the manifest or what is said of the collection cannot be used.
            RefusedError: when there is a collection of that name, or images of a demonstration
                and of an operation meet.
            StoreError: when the server does not answer.
            UsageError: when the settings name no server, or another than it was begun with.
        """
        from workbench.retrospective.importing import import_shards  # noqa: PLC0415 - loads models
        from workbench.retrospective.removed_people import refused_rows  # noqa: PLC0415

        steps = CollectionImport(self._context)
        plan = steps.require_possible(values)
        mark = None
        if plan.gallery is not CollectionGallery.MEMORY:
            with closing(self._galleries.server) as server:
                server.require_usable(plan.name)
                mark = server.mark(plan.name)
        listed = steps.listed(images, manifest, source, legal_basis, subject)
        row = steps.begun(values, listed, server_mark=mark)
        if row.record.gallery is not CollectionGallery.MEMORY:
            self._galleries.server.require_place(row)
        with self._context.store.reading() as connection:
            parts = list_parts(connection, row.id)
        removed = removed_people(self._context, row)
        imported = import_shards(
            listed,
            images,
            self._context.settings,
            done=[one.place for one in parts],
            refused=refused_rows(listed, removed.subjects),
            workers=workers,
            part_rows=row.record.part,
            progress=progress,
        )
        steps.take(row, listed, imported, parts, removed)
        if row.record.gallery is CollectionGallery.MEMORY:
            return steps.finished(row)
        with closing(self._galleries.server) as server, server.taking_back(row):
            put_on_server(self._context, row, server)
            return steps.finished(row)

    def list(self) -> list[CollectionView]:
        """Return all collections by when they were made, also those that are destroyed; no image.

        Raises:
            NotPermittedError: when the role may not.
        """
        with self._context.acting(Permission.COLLECTION_CONSULT) as acting:
            rows = list_collections(acting.connection)
            acting.log(Verb.CONSULT, justification="listing collections, no person in them")
            return [collection_view(acting, row) for row in rows]

    def get(self, name: str) -> CollectionView:
        """Return a collection; no image.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that name.
        """
        with on_collection(self._context, Permission.COLLECTION_CONSULT, name) as (acting, row):
            acting.log(
                Verb.CONSULT, [row.id], justification="reading what a collection is, and no person"
            )
            return collection_view(acting, row)

    def refusals(self, name: str) -> Iterator[RefusedImage]:
        """Return which images of a collection were not taken, and why, by row of the manifest.

        Of an import that goes on, those among the parts that are kept.

        Raises:
            NotAuthorisedError: when the collection has ended.
            NotPermittedError: when the role may not import collections.
            UnknownRecordError: when there is none of that name.
        """
        with on_collection(self._context, Permission.COLLECTION_IMPORT, name) as (acting, row):
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
            yield from read_refusals(table)

    def remove(self, name: str, subjects: Sequence[str], *, reason: str) -> CollectionRemoval:
        """Take people out of a collection that goes on for the others.

        Templates, pictures and names of them are destroyed with the keys of the parts that they
        were in, which are sealed anew without them. An import that goes on takes no image of
        them. Lists of earlier searches keep whom they found until their cases end.

        Args:
            name: of the collection.
            subjects: references of the people in the force's own records.
            reason: why, without naming them; it is kept for good.

        Raises:
            CollectionError: when somebody is not in it, nobody would be left, it is compared on a
                server, it was imported before its parts had keys of their own, or it changed
                meanwhile.
            HeldError: when a legal hold keeps the collection.
            NotAuthorisedError: when it has ended, or is not what the audit log says.
            NotPermittedError: when the role may not.
            RecordError: when the reason cannot be used, or names one of them.
            UnknownRecordError: when there is none of that name.
            VaultError: when some of it is missing or damaged.
        """
        removal = PeopleRemoval(self._context, name, subjects, reason)
        try:
            return removal.done()
        finally:
            self._galleries.forget()

    def drop(self, name: str) -> DeletionCertificate:
        """End a collection now and destroy it, its key first.

        Raises:
            HeldError: when a legal hold keeps it.
            IllegalMoveError: when it is destroyed, or being destroyed, already.
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that name.
        """
        with on_collection(self._context, Permission.COLLECTION_DROP, name) as (acting, row):
            kept = kept_collection(acting.connection, row.id)
            if kept is None:
                raise IllegalMoveError(collection_gone(row))
            due = rules_in_force(acting.connection).retention.due(kept)
            erasure = begin(acting, erasable_collection(acting.connection, row.id), due=due)
        self._galleries.forget()
        return complete(self._context, erasure)
