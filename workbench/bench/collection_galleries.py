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
from workbench.bench.context import Acting, Context
from workbench.bench.reference_sealing import ReferenceFacts, open_references
from workbench.bench.row_checks import require_standing_collection
from workbench.errors import CollectionError, WorkbenchError
from workbench.governance.reference_collections import CollectionState
from workbench.records.collections import CollectionRow, list_parts

if TYPE_CHECKING:
    from workbench.matching.matcher import Matcher

__all__ = ["LONGEST_UNSEEN_S", "CollectionGalleries", "LoadedCollection", "require_searchable"]

LONGEST_UNSEEN_S: Final = 10.0
"""How long a collection may stay in memory after it was dropped by another process, s."""


@dataclass(frozen=True, slots=True, eq=False)
class LoadedCollection:
    """A collection that can be searched.

    Attributes:
        row: of the records.
        matcher: with all of its references, in the order of its shards.
        pictures: ids of the sealed pictures of each shard.
        starts: number of the first reference of each.
    """

    row: CollectionRow
    matcher: Matcher
    pictures: tuple[tuple[str, ...], ...]
    starts: tuple[int, ...]


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

    It leaves memory by itself when its end comes or it is dropped, wherever that was done, also
    while nobody does anything in the bench. One thread at a time uses what is loaded: it is not
    overwritten under a search.
    """

    def __init__(self, context: Context) -> None:
        """Begin with none."""
        self._context = context
        self._loaded: LoadedCollection | None = None
        self._timer: threading.Timer | None = None
        self._used = threading.RLock()

    @contextmanager
    def using(self, row: CollectionRow) -> Iterator[LoadedCollection]:
        """Give a collection, which is decrypted and loaded if it is not there yet.

        Whoever calls it has made sure that it may be searched now.

        Raises:
            CollectionError: when it is damaged.
            EncoderMismatchError: when the settings name other encoders than it was made with.
            VaultError: when it is missing or damaged.
        """
        with self._used:
            if self._loaded is None or self._loaded.row.id != row.id:
                self.forget()  # never two of them at a time
                self._loaded = self._load(row)
                self._watch(row)
            yield self._loaded

    def facts(
        self, loaded: LoadedCollection, references: Sequence[int]
    ) -> Mapping[int, ReferenceFacts]:
        """Return what is known of references, by number."""
        wanted: dict[int, list[int]] = defaultdict(list)
        for number in references:
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
            loaded, self._loaded = self._loaded, None
            for gallery in () if loaded is None else loaded.matcher.galleries.values():
                if isinstance(gallery, ScanGallery):
                    gallery.clear()

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
                return is_collection_kept(connection, row, now)
        except WorkbenchError:  # the records cannot be asked: its end is known
            return now < row.record.ends

    def _load(self, row: CollectionRow) -> LoadedCollection:
        import numpy as np  # noqa: PLC0415 - opens quickly

        from workbench.faces.templates import Templates  # noqa: PLC0415
        from workbench.matching.calibration import load_calibration  # noqa: PLC0415
        from workbench.matching.half import HalfGallery  # noqa: PLC0415
        from workbench.matching.matcher import Matcher  # noqa: PLC0415
        from workbench.matching.subject_table import SubjectTable  # noqa: PLC0415
        from workbench.retrospective.shards import decode_shard  # noqa: PLC0415

        with self._context.store.reading() as connection:
            names = [one.shard for one in list_parts(connection, row.id) if one.shard is not None]
        table = SubjectTable()
        galleries: dict[str, HalfGallery] = {}
        starts: list[int] = []
        pictures: list[tuple[str, ...]] = []
        count = 0
        for name in names:
            with self._context.store.reading() as connection:
                shard = decode_shard(self._context.vault.get(connection, name), source=name)
            if not galleries:
                galleries = {
                    key: HalfGallery(identity, table=table)
                    for key, identity in shard.encoders.items()
                }
            starts.append(count)
            pictures.append(shard.pictures)
            subjects = shard.rows["subject"]
            for key, gallery in galleries.items():
                vectors = shard.templates[key].astype(np.float32)
                vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
                gallery.extend(subjects, Templates(vectors, gallery.encoder))
            count += len(shard)
        matcher = Matcher(self._context.settings.encoder, galleries, load_calibration())
        return LoadedCollection(row, matcher, tuple(pictures), tuple(starts))
