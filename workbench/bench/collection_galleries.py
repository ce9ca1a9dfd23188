"""A collection in memory: what its probes are compared with, kept for as long as it may be."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workbench.bench.collection_access import is_collection_kept, require_collection_kept
from workbench.bench.collection_loading import load_collection, require_whole
from workbench.bench.context import Acting, Context
from workbench.bench.gallery_server import GalleryServer
from workbench.bench.reference_sealing import ReferenceFacts, open_references
from workbench.bench.row_checks import require_standing_collection
from workbench.errors import CollectionError, WorkbenchError
from workbench.governance.reference_collections import CollectionGallery, CollectionState
from workbench.governance.searches import GalleryChoice
from workbench.records.collections import CollectionRow, find_collection

if TYPE_CHECKING:
    from workbench.matching.matcher import Matcher

__all__ = ["LONGEST_UNSEEN_S", "CollectionGalleries", "LoadedCollection", "require_searchable"]

LONGEST_UNSEEN_S: Final = 10.0
"""How long one may stay in memory once another process dropped it or removed people, s."""


@dataclass(frozen=True, slots=True, eq=False)
class LoadedCollection:
    """A collection that can be searched.

    Attributes:
        row: of the records.
        matcher: with all of its references, in the order of its shards.
        pictures: ids of the sealed pictures of each shard.
        starts: number of the first reference of each.
        triage: whether it can be gone through in triage, too.
    """

    row: CollectionRow
    matcher: Matcher
    pictures: tuple[tuple[str, ...], ...]
    starts: tuple[int, ...]
    triage: bool


def require_searchable(acting: Acting, row: CollectionRow) -> None:
    """Raise unless a collection may be searched now.

    Raises:
        CollectionError: when it is still being imported.
        NotAuthorisedError: when it has ended, or its row is not what the audit log says.
    """
    require_collection_kept(acting, row)
    if row.state is not CollectionState.READY:
        msg = (
            f"collection {row.name} is still being imported by {row.record.owner}. Search it once "
            "that is done."
        )
        raise CollectionError(msg)
    require_standing_collection(acting, row)


class CollectionGalleries:
    """The collections that this process has in memory; the one that was used last is kept.

    It leaves memory by itself when its end comes, it is dropped or people are removed from it,
    wherever that was done, also while nobody does anything in the bench. One thread at a time uses
    what is loaded: it is not overwritten under a search.
    """

    def __init__(self, context: Context) -> None:
        """Begin with none."""
        self._context = context
        self._loaded: LoadedCollection | None = None
        self.server = GalleryServer(context)
        self._timer: threading.Timer | None = None
        self._used = threading.RLock()

    @contextmanager
    def using(
        self, row: CollectionRow, choice: GalleryChoice = GalleryChoice.EXACT
    ) -> Iterator[LoadedCollection]:
        """Give a collection, which is decrypted and loaded if it is not there yet.

        Whoever calls it has made sure that it may be searched now.

        Args:
            row: of the records.
            choice: how it is gone through; as a whole where it is too small for triage to gain
                anything, as the settings say.

        Raises:
            BlockedError: when it is compared on a server that is not declared encrypted.
            CollectionError: when it is damaged, or cannot be gone through so.
            EncoderMismatchError: when the settings name other encoders than it was made with.
            NotAuthorisedError: when a part of it is not what the audit log says.
            StoreError: when it is compared on a server that does not answer.
            VaultError: when it is missing or damaged.
        """
        triage = choice is GalleryChoice.TRIAGE and self._is_large(row)
        with self._used:
            loaded = self._loaded
            if loaded is None or loaded.row != row or (triage and not loaded.triage):
                self.forget()  # never two of them at a time
                loaded = self._loaded = self._load(row, triage=triage)
                self._watch(row)
            _go_through(loaded, triage=triage)
            if row.counts is not None and row.record.gallery is not CollectionGallery.MEMORY:
                # What was lost on the server since it was opened was not compared, either.
                require_whole(row, loaded.matcher.galleries.values(), row.counts.references)
            yield loaded

    def facts(
        self, loaded: LoadedCollection, references: Sequence[int]
    ) -> Mapping[int, ReferenceFacts]:
        """Return what is known of references, by number; nothing of a number that is nobody's."""
        wanted: dict[int, list[int]] = defaultdict(list)
        there = 0 if loaded.row.counts is None else loaded.row.counts.references
        for number in references:
            if not 0 <= number < there:
                continue  # a server says so; whoever shows the candidate refuses it
            place = bisect_right(loaded.starts, number) - 1
            wanted[place].append(number - loaded.starts[place])
        found = {}
        for place, numbers in wanted.items():
            opened = open_references(self._context, loaded.pictures[place], numbers)
            found.update({loaded.starts[place] + at: facts for at, facts in opened.items()})
        return found

    def forget(self) -> None:
        """Overwrite and let go of what is loaded."""
        from workbench.matching.scan import ScanGallery  # noqa: PLC0415 - loads NumKong

        with self._used:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            self.server.close()
            loaded = self._loaded
            for gallery in () if loaded is None else loaded.matcher.galleries.values():
                if isinstance(gallery, ScanGallery):
                    gallery.clear()
            self._loaded = None  # last: whoever sees none may take it to be overwritten

    def _is_large(self, row: CollectionRow) -> bool:
        references = 0 if row.counts is None else row.counts.references
        return references > self._context.settings.gallery.triage_above

    def _watch(self, row: CollectionRow) -> None:
        """Have it looked at again when its end comes, or before."""
        left_s = (row.record.ends - self._context.now()).total_seconds()
        # One that a hold keeps beyond its end is looked at now and then, too.
        wait_s = min(left_s, LONGEST_UNSEEN_S) if left_s > 0 else LONGEST_UNSEEN_S
        self._timer = threading.Timer(wait_s, self._look)
        self._timer.daemon = True
        self._timer.start()

    def _look(self) -> None:
        """Let go of what is loaded if it is not to be read any more."""
        with self._used:
            if self._timer is not threading.current_thread():
                return  # it was let go of meanwhile, or another is loaded
            self._timer = None
            loaded = self._loaded
            if loaded is None:
                return
            if self._is_kept(loaded.row):
                self._watch(loaded.row)
            else:
                self.forget()

    def _is_kept(self, row: CollectionRow) -> bool:
        now = self._context.now()
        try:
            with self._context.store.reading() as connection:
                # One from which people were removed is another: nobody is found in what was loaded.
                same = find_collection(connection, row.id) == row
                return same and is_collection_kept(connection, row, now)
        except WorkbenchError:  # the records cannot be asked: its end is known
            return now < row.record.ends

    def _load(self, row: CollectionRow, *, triage: bool) -> LoadedCollection:
        from workbench.matching.calibration import load_calibration  # noqa: PLC0415 - opens quickly
        from workbench.matching.matcher import Matcher  # noqa: PLC0415

        loaded = load_collection(self._context, row, self.server, triage=triage)
        encoder = self._context.settings.encoder
        matcher = Matcher(encoder, loaded.galleries, load_calibration())
        return LoadedCollection(row, matcher, loaded.pictures, loaded.starts, triage)


def _go_through(loaded: LoadedCollection, *, triage: bool) -> None:
    from workbench.matching.sketch import SketchGallery  # noqa: PLC0415 - loads NumKong

    for gallery in loaded.matcher.galleries.values():
        if isinstance(gallery, SketchGallery):
            gallery.scans_all = not triage
