"""Shards come back as they were, and nothing that is damaged comes back."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save

from tests.retrospective.made_shards import ENCODERS, PICTURES, shard
from workbench.errors import CollectionError, EncoderMismatchError
from workbench.faces.templates import EncoderIdentity
from workbench.retrospective.shards import decode_shard, encode_shard


@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_shard_comes_back_as_it_was(count: int) -> None:
    made = shard(count)
    read = decode_shard(encode_shard(made), ENCODERS, source="shard 1")
    assert len(read) == count
    assert read.rows.equals(made.rows)
    assert dict(read.encoders) == ENCODERS
    for name in ENCODERS:
        assert np.array_equal(read.templates[name], made.templates[name])
    assert read.pictures == PICTURES
    assert repr(read) == f"<Shard of {count} references>"


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_damage_goes_unseen(data: st.DataObject) -> None:
    document = bytearray(encode_shard(shard(3)))
    how = data.draw(st.sampled_from(["flip", "cut", "grow"]))
    if how == "flip":
        at = data.draw(st.integers(0, len(document) - 1))
        document[at] ^= data.draw(st.integers(1, 255))
    elif how == "cut":
        del document[data.draw(st.integers(0, len(document) - 1)) :]
    else:
        document += b"\0"
    with pytest.raises(CollectionError, match="shard 1 cannot be used as part of a collection"):
        decode_shard(bytes(document), source="shard 1")


def changed(**tensors: Any) -> bytes:
    """Return a shard with other tensors, digests made to fit."""
    document = encode_shard(shard(2))
    length = int.from_bytes(document[:8], "little")
    header = json.loads(json.loads(document[8 : 8 + length])["__metadata__"]["shard"])
    held = dict(load(document)) | tensors
    header["tensors"] = {
        name: hashlib.sha256(np.ascontiguousarray(one).tobytes()).hexdigest()
        for name, one in held.items()
    }
    text = json.dumps(header)
    return save(held, metadata={"shard": text, "sha256": hashlib.sha256(text.encode()).hexdigest()})


@pytest.mark.parametrize(
    ("tensors", "why"),
    [
        (
            {"templates/facenet": np.zeros((2, 31), np.float16)},
            "2 references need float16 of shape",
        ),
        ({"templates/facenet": np.zeros((2, 32), np.float32)}, "is float32 of shape"),
        ({"templates/sface": np.zeros((2, 16), np.float16)}, "not of unit norm"),
        ({"templates/sface": np.full((2, 16), np.nan, np.float16)}, "not of unit norm"),
        ({"more": np.zeros(3, np.uint8)}, "it must hold exactly rows, templates/facenet"),
        ({"rows": np.zeros(30, np.uint8)}, "its rows cannot be read"),
    ],
)
def test_what_does_not_fit_is_refused_though_its_digests_do(tensors: Any, why: str) -> None:
    with pytest.raises(CollectionError) as refused:
        decode_shard(changed(**tensors), source="shard 1")
    assert why in str(refused.value)


def test_templates_of_other_encoders_are_refused() -> None:
    document = encode_shard(shard(2))
    other = EncoderIdentity("facenet", "drawn", "2" * 64, "drawn/1", 32)
    with pytest.raises(EncoderMismatchError, match="cannot be compared"):
        decode_shard(document, {"facenet": other}, source="shard 1")
    with pytest.raises(EncoderMismatchError, match="shard 1 holds no templates of arcface"):
        decode_shard(
            document,
            {"arcface": EncoderIdentity("arcface", "x", "3" * 64, "drawn/1", 32)},
            source="shard 1",
        )


def test_what_is_no_shard_is_refused() -> None:
    for document, why in (
        (b"", "cut short"),
        (b"\xff" * 40, "cut short"),
        (save({"a": np.zeros(3)}), "it is a safetensors document but not a shard"),
        (save({"a": np.zeros(3)}, metadata={"shard": "{}", "sha256": "0"}), "header is damaged"),
    ):
        with pytest.raises(CollectionError, match=why):
            decode_shard(document, source="shard 1")
