"""A collection in memory: what its probes are compared with, kept for as long as it may be."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.bench.collection_access import require_collection_kept
from workbench.bench.collection_loading import galleries_of, parts_of
from workbench.bench.context import Acting, Context
from workbench.bench.gallery_server import GalleryServer
from workbench.errors import CollectionError
from workbench.governance.reference_collections import CollectionState
from workbench.governance.searches import GalleryChoice
from workbench.records.collections import CollectionRow

if TYPE_CHECKING:
    from datetime import date

    from workbench.matching.matcher import Matcher

__all__ = ["CollectionGalleries", "LoadedCollection", "ReferenceFacts", "require_searchable"]


@dataclass(frozen=True, slots=True)
class ReferenceFacts:
    """What a collection knows of one reference.

    Attributes:
        picture: JPEG of the face.
        sha256: of the image's file.
        image_date: when it was taken, if that is known.
        source: where it comes from.
        legal_basis: what allows its use.
        verdict: of its quality.
        reasons: of the verdict.
    """

    picture: bytes
    sha256: str
    image_date: date | None
    source: str
    legal_basis: str
    verdict: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LoadedCollection:
    """A collection that can be searched.

    Attributes:
        row: of the records.
        matcher: with all of its references, in the order of its shards.
        shards: ids of the sealed shards.
        starts: number of the first reference of each.
    """

    row: CollectionRow
    matcher: Matcher
    shards: tuple[str, ...]
    starts: tuple[int, ...]


def require_searchable(acting: Acting, row: CollectionRow) -> None:
    """Raise unless a collection may be searched now.

    Raises:
        CollectionError: when it is still being imported.
        NotAuthorisedError: when it has ended.
    """
    require_collection_kept(acting, row)
    if row.state is not CollectionState.READY:
        msg = (
            f"collection {row.name} is still being imported by {row.record.owner}. Search it once "
            "that is done."
        )
        raise CollectionError(msg)


class CollectionGalleries:
    """The collections that this process has in memory; the one that was used last is kept."""

    def __init__(self, context: Context) -> None:
        """Begin with none."""
        self._context = context
        self._loaded: LoadedCollection | None = None
        self.server = GalleryServer(context)

    def get(
        self, row: CollectionRow, choice: GalleryChoice = GalleryChoice.EXACT
    ) -> LoadedCollection:
        """Return a collection, which is decrypted and loaded if it is not there yet.

        Whoever calls it has made sure that it may be searched now.

        Args:
            row: of the records.
            choice: how it is gone through until this is called again.

        Raises:
            BlockedError: when it is compared on a server that is not declared encrypted.
            CollectionError: when it is damaged, or cannot be gone through so.
            EncoderMismatchError: when the settings name other encoders than it was made with.
            StoreError: when it is compared on a server that does not answer.
            VaultError: when it is missing or damaged.
        """
        triage = choice is GalleryChoice.TRIAGE
        loaded = self._loaded
        if loaded is None or loaded.row.id != row.id or not _can(loaded, triage=triage):
            self.forget()  # never two of them at a time
            loaded = self._loaded = self._load(row, triage=triage)
        _go_through(loaded, triage=triage)
        return loaded

    def facts(
        self, loaded: LoadedCollection, references: Sequence[int]
    ) -> Mapping[int, ReferenceFacts]:
        """Return what is known of references, by number."""
        from workbench.retrospective.shards import decode_shard  # noqa: PLC0415

        wanted: dict[int, list[int]] = defaultdict(list)
        for number in references:
            wanted[bisect_right(loaded.starts, number) - 1].append(number)
        found = {}
        for place, numbers in wanted.items():
            with self._context.store.reading() as connection:
                document = self._context.vault.get(connection, loaded.shards[place])
            shard = decode_shard(document, source=loaded.shards[place])
            for number in numbers:
                at = number - loaded.starts[place]
                known = shard.rows.row(at, named=True)
                found[number] = ReferenceFacts(
                    picture=shard.thumbnails.encoded(at),
                    sha256=known["sha256"],
                    image_date=known["image_date"],
                    source=known["source"],
                    legal_basis=known["legal_basis"],
                    verdict=known["verdict"],
                    reasons=tuple(known["reasons"].splitlines()),
                )
        return found

    def forget(self) -> None:
        """Overwrite and let go of what is loaded."""
        from workbench.matching.scan import ScanGallery  # noqa: PLC0415 - loads NumKong

        self.server.close()
        loaded, self._loaded = self._loaded, None
        for gallery in () if loaded is None else loaded.matcher.galleries.values():
            if isinstance(gallery, ScanGallery):
                gallery.clear()

    def _load(self, row: CollectionRow, *, triage: bool) -> LoadedCollection:
        from workbench.matching.calibration import load_calibration  # noqa: PLC0415 - opens quickly
        from workbench.matching.matcher import Matcher  # noqa: PLC0415

        parts = parts_of(self._context, row)
        galleries = galleries_of(self._context, row, parts, self.server, triage=triage)
        matcher = Matcher(self._context.settings.encoder, galleries, load_calibration())
        return LoadedCollection(row, matcher, parts.shards, parts.starts)


def _can(loaded: LoadedCollection, *, triage: bool) -> bool:
    """Return whether what is loaded can be gone through so; what can do both can scan, too."""
    from workbench.matching.sketch import SketchGallery  # noqa: PLC0415 - loads NumKong

    return not triage or all(
        isinstance(one, SketchGallery) for one in loaded.matcher.galleries.values()
    )


def _go_through(loaded: LoadedCollection, *, triage: bool) -> None:
    from workbench.matching.sketch import SketchGallery  # noqa: PLC0415 - loads NumKong

    for gallery in loaded.matcher.galleries.values():
        if isinstance(gallery, SketchGallery):
            gallery.scans_all = not triage
