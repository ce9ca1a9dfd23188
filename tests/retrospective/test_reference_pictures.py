"""Pictures of references come back as they were, and nothing that does not fit comes back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from tests.retrospective.made_shards import shard
from workbench.errors import CollectionError
from workbench.images import encode_jpeg
from workbench.retrospective.reference_pictures import (
    TOGETHER,
    ReferencePictures,
    decode_pictures,
    encode_pictures,
    pictures_of,
)

SMALL = (160, 160, 3)


def pictures(count: int, side: int = 200) -> tuple[ReferencePictures, ...]:
    rng = np.random.default_rng(count)
    return pictures_of(
        shard(count).rows,
        [encode_jpeg(rng.integers(0, 256, SMALL, dtype=np.uint8)) for _ in range(count)],
        [encode_jpeg(np.full((side, 90, 3), at, np.uint8)) for at in range(count)],
        rng.uniform(0, 90, (count, 2, 2)).astype(np.float32),
    )


@pytest.mark.parametrize("count", [0, 1, TOGETHER, TOGETHER + 3])
def test_pictures_come_back_as_they_were(count: int) -> None:
    made = pictures(count)
    assert [len(one) for one in made] == [TOGETHER] * (count // TOGETHER) + (
        [count % TOGETHER] if count % TOGETHER else []
    )
    at = 0
    for one in made:
        read = decode_pictures(encode_pictures(one), source="pictures 1")
        assert encode_pictures(read) == encode_pictures(one)
        assert read.rows["number"].to_list() == list(range(100 + at, 100 + at + len(one)))
        for row in range(len(one)):
            assert read.encoded(row) == one.encoded(row)
            assert read.encoded(row) == encode_jpeg(np.full((200, 90, 3), at + row, np.uint8))
            assert read.thumbnails.encoded(row) == one.thumbnails.encoded(row)
        assert np.array_equal(read.eyes, one.eyes)
        assert repr(read) == f"<ReferencePictures of {len(one)} references>"
        with pytest.raises(IndexError):
            read.encoded(len(one))
        at += len(one)


def changed(**tensors: Any) -> bytes:
    """Return pictures with other tensors."""
    (made,) = pictures(2)
    document = encode_pictures(made)
    length = int.from_bytes(document[:8], "little")
    metadata = json.loads(document[8 : 8 + length])["__metadata__"]
    held = {name: one for name, one in (dict(load(document)) | tensors).items() if one is not None}
    return save(held, metadata=metadata)


@pytest.mark.parametrize(
    ("tensors", "why"),
    [
        ({"eyes": np.zeros((2, 2), np.float32)}, "2 references need float32 of shape"),
        ({"eyes": np.full((2, 2, 2), np.nan, np.float32)}, "is no number"),
        ({"eyes": None}, "its parts cannot be read"),
        ({"rows": np.zeros(30, np.uint8)}, "its parts cannot be read"),
        ({"wider": np.zeros(30, np.uint8)}, "do not say where each lies"),
        ({"wider/offsets": np.array([0, 5], np.int64)}, "2 references need int64 of shape"),
        ({"thumbnails": np.zeros(30, np.uint8)}, "do not say where each lies"),
    ],
)
def test_what_does_not_fit_is_refused(tensors: Any, why: str) -> None:
    with pytest.raises(CollectionError) as refused:
        decode_pictures(changed(**tensors), source="pictures 1")
    assert str(refused.value).startswith("pictures 1 cannot be used as part of a collection")
    assert why in str(refused.value)


def test_a_picture_larger_than_any_is_kept_is_refused() -> None:
    with pytest.raises(ValueError, match="no JPEG of at most 640 px"):
        pictures(1, side=641)


def test_what_is_no_such_document_is_refused() -> None:
    for document in (b"", b"\xff" * 40, save({"a": np.zeros(3)})):
        with pytest.raises(CollectionError, match="cannot be used as part of a collection"):
            decode_pictures(document, source="pictures 1")
