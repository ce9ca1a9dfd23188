"""From the sealed parts of a collection to galleries that probes are compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from workbench.bench.collection_access import collection_gone, is_collection_kept
from workbench.bench.context import Context
from workbench.bench.gallery_server import GalleryServer
from workbench.bench.row_checks import require_standing_parts
from workbench.errors import CollectionError, NotAuthorisedError
from workbench.governance.reference_collections import CollectionGallery
from workbench.records.collections import CollectionRow, list_parts

if TYPE_CHECKING:
    from workbench.faces.templates import EncoderIdentity
    from workbench.matching.gallery import Gallery
    from workbench.matching.half import HalfGallery
    from workbench.matching.qdrant import QdrantGallery
    from workbench.retrospective.shards import Shard

AnyGallery = TypeVar("AnyGallery", "HalfGallery", "QdrantGallery")

__all__ = ["Loaded", "load_collection", "put_on_server", "require_whole"]


class Loaded(NamedTuple):
    """What a collection is compared with.

    Attributes:
        galleries: by encoder name, with its references in the order of its shards.
        pictures: ids of the sealed pictures of each shard.
        starts: number of the first reference of each.
    """

    galleries: Mapping[str, Gallery]
    pictures: tuple[tuple[str, ...], ...]
    starts: tuple[int, ...]


class _Parts(NamedTuple):
    """Ids of shards, the number of the first reference of each, and how many there are in all."""

    shards: tuple[str, ...]
    starts: tuple[int, ...]
    references: int


def load_collection(
    context: Context, row: CollectionRow, server: GalleryServer, *, triage: bool
) -> Loaded:
    """Return what a collection is compared with, from wherever that is.

    Args:
        context: the bench.
        row: of the collection.
        server: that its galleries are on, where they are on one.
        triage: whether it is to be searched in two stages, too.

    Raises:
        BlockedError: when it is on a server whose storage nobody declares encrypted.
        CollectionError: when the server has not all of it, or it is to be searched there in two
            stages.
        NotAuthorisedError: when a part of it is not what the audit log says.
        StoreError: when the server does not answer.
        UsageError: when the settings name another server than it was put on.
        VaultError: when what is sealed of it is missing or damaged.
    """
    parts = _parts_of(context, row)
    if row.record.gallery is CollectionGallery.MEMORY:
        galleries, pictures = _in_memory(context, parts, triage=triage)
        return Loaded(galleries, pictures, parts.starts)
    if triage:
        msg = (
            f"collection {row.name} is compared on a server, by a full scan. Search it without "
            "triage."
        )
        raise CollectionError(msg)
    return _from_server(context, row, parts, server)


def put_on_server(context: Context, row: CollectionRow, server: GalleryServer) -> None:
    """Put every reference of a collection on the server, in place of what it has there.

    Raises:
        BlockedError: when the settings do not declare its storage encrypted.
        NotAuthorisedError: when a part of it is not what the audit log says, or it was dropped
            meanwhile.
        StoreError: when it does not answer.
        UsageError: when the settings name another than its import was begun with.
    """
    server.require_place(row)
    server.require_usable(row.name)
    server.drop(row)
    parts = _parts_of(context, row)
    first = next(_shards(context, parts), None)
    if first is None:
        return
    made = server.galleries(row, list(_wanted(context, first).values()), made=True)
    # Nothing is made from here on: whoever drops the collection from now on deletes what was, and
    # what is still on its way is refused there, also if this process is killed and takes nothing
    # back.
    with context.store.reading() as connection:
        if not is_collection_kept(connection, row, context.now()):
            raise NotAuthorisedError(collection_gone(row))
    _filled(context, parts, lambda identity: made[identity.name])


def require_whole(row: CollectionRow, galleries: Iterable[Gallery], references: int) -> None:
    """Raise `CollectionError` where a server has not as many references of it as there are."""
    for gallery in galleries:
        if len(gallery) != references:
            msg = (
                f"collection {row.name}: the server has {len(gallery):,} of its "
                f"{references:,} references. Drop the collection and import it again."
            )
            raise CollectionError(msg)


def _parts_of(context: Context, row: CollectionRow) -> _Parts:
    with context.store.reading() as connection:
        require_standing_parts(connection, row)
        kept = [one for one in list_parts(connection, row.id) if one.shard is not None]
    ends = list(accumulate(one.counts.references for one in kept))
    names = tuple(one.shard for one in kept if one.shard is not None)
    return _Parts(names, (0, *ends[:-1])[: len(names)], ends[-1] if ends else 0)


def _in_memory(
    context: Context, parts: _Parts, *, triage: bool
) -> tuple[dict[str, HalfGallery], tuple[tuple[str, ...], ...]]:
    from workbench.faces.runtimes.cores import cores  # noqa: PLC0415 - opens quickly
    from workbench.matching.half import HalfGallery  # noqa: PLC0415
    from workbench.matching.sketch import triage_gallery  # noqa: PLC0415
    from workbench.matching.subject_table import SubjectTable  # noqa: PLC0415

    kind = triage_gallery if triage else HalfGallery
    threads, table = context.settings.threads or cores(), SubjectTable()

    def made(identity: EncoderIdentity) -> HalfGallery:
        gallery = kind(identity, threads=threads, table=table)
        gallery.reserve(parts.references)
        return gallery

    return _filled(context, parts, made)


def _from_server(
    context: Context, row: CollectionRow, parts: _Parts, server: GalleryServer
) -> Loaded:
    pictures = []
    wanted: dict[str, EncoderIdentity] = {}
    for shard in _shards(context, parts):
        wanted = wanted or _wanted(context, shard)
        pictures.append(shard.pictures)
    found = server.galleries(row, list(wanted.values()))
    require_whole(row, found.values(), parts.references)
    return Loaded(found, tuple(pictures), parts.starts)


def _filled(
    context: Context, parts: _Parts, made: Callable[[EncoderIdentity], AnyGallery]
) -> tuple[dict[str, AnyGallery], tuple[tuple[str, ...], ...]]:
    """Return a gallery of each encoder that is compared with, and the pictures of each shard."""
    import numpy as np  # noqa: PLC0415 - opens quickly

    from workbench.faces.templates import Templates  # noqa: PLC0415

    galleries: dict[str, AnyGallery] = {}
    pictures = []
    for shard in _shards(context, parts):
        if not galleries:
            galleries = {key: made(one) for key, one in _wanted(context, shard).items()}
        pictures.append(shard.pictures)
        subjects = shard.rows["subject"].to_list()
        for key, gallery in galleries.items():
            vectors = shard.templates[key].astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            gallery.extend(subjects, Templates(vectors, gallery.encoder))
    return galleries, tuple(pictures)


def _shards(context: Context, parts: _Parts) -> Iterator[Shard]:
    from workbench.retrospective.shards import decode_shard  # noqa: PLC0415 - opens quickly

    for name in parts.shards:
        with context.store.reading() as connection:
            sealed = context.vault.get(connection, name)
        yield decode_shard(sealed, source=name)


def _wanted(context: Context, shard: Shard) -> dict[str, EncoderIdentity]:
    """Return the encoders of a shard that the settings compare with."""
    choice = context.settings.encoder
    return {key: one for key, one in shard.encoders.items() if choice in ("fused", key)}
