"""What a collection or footage holds, part by part, in a form that is the same for the same faces.

Each part is checked on the way: that it is there and in the log once, and that nothing else is
sealed for what it is of.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

import polars as pl
from sqlalchemy import Connection, select

from workbench.bench import Workbench
from workbench.bench.context import Context
from workbench.records import schema
from workbench.records.audit.entries import Entry
from workbench.records.audit.reading import entries
from workbench.records.cases import find_case
from workbench.records.collections import CollectionPart, find_collection, list_parts
from workbench.records.footage import find_footage, segments_of
from workbench.retrospective.appearances import decode_appearances, encode_appearances
from workbench.retrospective.reference_pictures import decode_pictures
from workbench.retrospective.shards import decode_shard, encode_shard
from workbench.retrospective.wider_pictures import decode_wider

__all__ = ["KeptPart", "kept_parts", "kept_segments"]


class KeptPart(NamedTuple):
    """A part that is kept for good.

    Attributes:
        place: which it is, from 0.
        objects: ids of what is sealed for it, with commas.
        content: SHA-256 of what it holds, ids left out.
        holds: how many rows of a manifest, or appearances, are in it.
    """

    place: int
    objects: str
    content: str
    holds: int


def kept_parts(bench: Workbench, name: str) -> list[KeptPart]:
    """Return the parts of a collection that are kept, in order."""
    context = bench._context
    with context.store.reading() as connection:
        row = find_collection(connection, name)
        parts = list_parts(connection, row.id)
    found, rows = [], Counter[int]()
    for part in parts:
        one, numbers = _part(context, part)
        found.append(one)
        rows.update(numbers)
        start = part.place * row.record.part
        assert all(start < number <= start + row.record.part for number in numbers)
    assert set(rows.values()) <= {1}, "each image once"
    if row.counts is not None:
        assert sorted(rows) == list(range(1, row.record.rows + 1))
        assert row.counts.references + row.counts.refused == row.record.rows + row.record.listed
    _require_once(context, row.id, row.id, "part", found)
    return found


def _part(context: Context, part: CollectionPart) -> tuple[KeptPart, list[int]]:
    objects, numbers, digest = list[str](), list[int](), hashlib.sha256()
    if part.shard is not None:
        shard = decode_shard(_opened(context, part.shard), source=part.shard)
        objects += [part.shard, *shard.pictures]
        numbers += shard.rows["number"].to_list()
        digest.update(encode_shard(replace(shard, pictures=())))
        pictures = [_opened(context, one) for one in shard.pictures]
        shown = [decode_pictures(one, source="it").rows["number"] for one in pictures]
        assert list(chain.from_iterable(shown)) == numbers
        for one in pictures:
            digest.update(one)
    if part.refusals is not None:
        refused = pl.read_ipc(io.BytesIO(_opened(context, part.refusals)))
        objects.append(part.refusals)
        numbers += refused["row"].to_list()
        digest.update(repr(refused.rows()).encode())
    assert len(numbers) == part.counts.references + part.counts.refused
    return KeptPart(part.place, ",".join(objects), digest.hexdigest(), len(numbers)), numbers


def kept_segments(bench: Workbench, footage: str, case: str) -> list[KeptPart]:
    """Return the segments of footage that are kept, in order; it is the only footage of its case."""
    context, found = bench._context, []
    with context.store.reading() as connection:
        row = find_footage(connection, footage)
        segments = segments_of(connection, footage)
        of_case = find_case(connection, case).id
    for one in segments:
        document = _opened(context, one.object_id)
        appearances = decode_appearances(document, source=one.object_id)
        assert appearances.facts.number == one.place
        assert len(appearances) == one.counts["appearances"]
        digest = hashlib.sha256(encode_appearances(replace(appearances, pictures=())))
        pictures = [_opened(context, name) for name in appearances.pictures]
        shown = [len(decode_wider(data, source="it")) for data in pictures]
        assert sum(shown) == len(appearances)
        for data in pictures:
            digest.update(data)
        objects = ",".join([one.object_id, *appearances.pictures])
        found.append(KeptPart(one.place, objects, digest.hexdigest(), len(appearances)))
    if row.indexed is not None:
        assert [one.place for one in found] == list(range(row.footage.segments))
        assert row.counts is not None
        assert row.counts["appearances"] == sum(one.holds for one in found)
    _require_once(context, of_case, footage, "segment", found)
    return found


def _opened(context: Context, object_id: str) -> bytes:
    with context.store.reading() as connection:
        return context.vault.get(connection, object_id)


def _require_once(
    context: Context, purpose: str, of: str, step: str, found: Iterable[KeptPart]
) -> None:
    """Each part is in the log once, and what is sealed is what the parts name."""
    with context.store.reading() as connection:
        logged = Counter(
            entry.details[step] for entry in _of(connection, of) if entry.details["step"] == step
        )
        sealed = select(schema.vault_objects.c.id).where(schema.vault_objects.c.purpose == purpose)
        there = sorted(connection.execute(sealed).scalars())
    assert logged == Counter({one.place: 1 for one in found})
    assert there == sorted(name for one in found for name in one.objects.split(",")), "no other"


def _of(connection: Connection, of: str) -> list[Entry]:
    return [
        one.entry
        for one in entries(connection)
        if of in one.entry.objects and "step" in one.entry.details
    ]
