"""The references of a collection in the vault: sealed part by part, opened a few at a time.

A shard holds what searches compare, and is read whole when a collection is loaded. Pictures lie in
objects of their own, some references in each, so that loading reads none, and showing a candidate
reads those of a few references beside its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from workbench.bench.context import Context
from workbench.bench.part_sealing import PartSealing

if TYPE_CHECKING:
    from datetime import date

    from workbench.arrays import FloatArray
    from workbench.records.collections import CollectionPart
    from workbench.retrospective.reference_pictures import ReferencePictures
    from workbench.retrospective.shards import Shard

__all__ = [
    "PICTURES",
    "SHARD",
    "ReferenceFacts",
    "open_part",
    "open_references",
    "seal_part",
]

SHARD: Final = "collection-shard"
PICTURES: Final = "collection-pictures"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ReferenceFacts:
    """What a collection knows of one reference.

    Attributes:
        subject: reference of the person in the force's own records.
        thumbnail: JPEG of the face, a tight square.
        picture: JPEG of the face with what is around it; other people in it are pixelated.
        eyes: shape `(2, 2)`, right and left of the person, px of that picture.
        sha256: of the image's file.
        image_date: when it was taken, if that is known.
        source: where it comes from.
        legal_basis: what allows its use.
        verdict: of its quality.
        reasons: of the verdict.
    """

    subject: str
    thumbnail: bytes
    picture: bytes
    eyes: FloatArray
    sha256: str
    image_date: date | None
    source: str
    legal_basis: str
    verdict: str
    reasons: tuple[str, ...]


def seal_part(
    sealing: PartSealing, shard: Shard | None, pictures: Sequence[ReferencePictures]
) -> str | None:
    """Seal the references of a part; return the id of their shard, `None` where there are none.

    Raises:
        StoreError: when one cannot be written.
    """
    from workbench.retrospective.reference_pictures import encode_pictures  # noqa: PLC0415
    from workbench.retrospective.shards import encode_shard  # noqa: PLC0415

    if shard is None:
        return None
    sealed = tuple(sealing.add(PICTURES, encode_pictures(one)) for one in pictures)
    return sealing.add(SHARD, encode_shard(replace(shard, pictures=sealed)))


def open_part(
    context: Context, part: CollectionPart
) -> tuple[Shard | None, tuple[ReferencePictures, ...]]:
    """Return the references of a part with all of their pictures.

    Raises:
        CollectionError: when some of it is damaged.
        VaultError: when some of it is missing or damaged.
    """
    from workbench.retrospective.reference_pictures import decode_pictures  # noqa: PLC0415
    from workbench.retrospective.shards import decode_shard  # noqa: PLC0415

    if part.shard is None:
        return None, ()
    with context.store.reading() as connection:
        shard = decode_shard(context.vault.get(connection, part.shard), source=part.shard)
    pictures = []
    for name in shard.pictures:
        with context.store.reading() as connection:
            pictures.append(decode_pictures(context.vault.get(connection, name), source=name))
    return shard, tuple(pictures)


def open_references(
    context: Context, pictures: Sequence[str], places: Sequence[int]
) -> Mapping[int, ReferenceFacts]:
    """Return what is known of references of one shard, by their place in it.

    Args:
        context: of the bench.
        pictures: ids that the shard names.
        places: from 0.

    Raises:
        CollectionError: when pictures are damaged.
        VaultError: when they are missing or damaged.
    """
    from workbench.retrospective.reference_pictures import (  # noqa: PLC0415
        TOGETHER,
        decode_pictures,
    )

    wanted: dict[int, list[int]] = defaultdict(list)
    for place in places:
        wanted[place // TOGETHER].append(place)
    found = {}
    for number, some in wanted.items():
        with context.store.reading() as connection:
            document = context.vault.get(connection, pictures[number])
        opened = decode_pictures(document, source=pictures[number])
        for place in some:
            at = place - number * TOGETHER
            known = opened.rows.row(at, named=True)
            found[place] = ReferenceFacts(
                subject=known["subject"],
                thumbnail=opened.thumbnails.encoded(at),
                picture=opened.encoded(at),
                eyes=opened.eyes[at].copy(),
                sha256=known["sha256"],
                image_date=known["image_date"],
                source=known["source"],
                legal_basis=known["legal_basis"],
                verdict=known["verdict"],
                reasons=tuple(known["reasons"].splitlines()),
            )
    return found
