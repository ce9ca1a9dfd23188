"""Appearances come back as they were, and nothing that is damaged comes back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save

from tests.retrospective.made_appearances import ENCODERS, made
from workbench.errors import EncoderMismatchError, FootageError
from workbench.faces.templates import EncoderIdentity
from workbench.retrospective.appearances import decode_appearances, encode_appearances
from workbench.retrospective.wider_pictures import WiderPictures, decode_wider, encode_wider

ARRAYS = ("boxes", "eyes", "quality", "offsets", "times_s", "weights")


@pytest.mark.parametrize("count", [0, 1, 4])
def test_they_come_back_as_they_were(count: int) -> None:
    given_ = made(range(count), segment=3)
    document = encode_appearances(given_)
    read = decode_appearances(document, ENCODERS, source="segment 3")
    assert len(read) == count
    assert read.facts == given_.facts
    assert read.rows.equals(given_.rows)
    assert read.measures == given_.measures
    for name in ARRAYS:
        assert np.array_equal(
            getattr(read, name), getattr(given_, name), equal_nan=name != "offsets"
        )
    for name in ENCODERS:
        assert np.array_equal(read.templates[name], given_.templates[name])
    assert len(read.thumbnails) == count
    assert repr(read) == f"<Appearances in segment 3: {count}>"
    assert set(load(document)) >= {"boxes", "templates/sface"}, "it is plain safetensors"


def test_wider_pictures_come_back_or_are_named_where_they_lie_elsewhere() -> None:
    given_ = made(range(33))
    wider = decode_appearances(encode_appearances(given_), source="segment 0").wider
    assert wider is not None
    assert given_.wider is not None
    assert np.array_equal(wider.eyes, given_.wider.eyes)
    together = [decode_wider(encode_wider(one), source="it") for one in wider.together()]
    assert [len(one) for one in together] == [32, 1]
    assert together[1].encoded(0) == given_.wider.encoded(32)
    assert repr(together[1]) == "<WiderPictures of 1 faces>"
    apart = replace(given_, wider=None, pictures=("object-1", "object-2"))
    read = decode_appearances(encode_appearances(apart), source="segment 0")
    assert (read.wider, read.pictures) == (None, ("object-1", "object-2"))
    for wrong in (replace(apart, pictures=("object-1",)), replace(given_, pictures=("a", "b"))):
        with pytest.raises(FootageError, match="that it names are not those of its appearances"):
            encode_appearances(wrong)


def test_pictures_that_do_not_fit_each_other_are_refused() -> None:
    document = encode_appearances(made(range(2)))
    with pytest.raises(FootageError, match="segment 0 cannot be used as pictures of footage"):
        decode_wider(document, source="segment 0")
    held = load(encode_wider(made(range(2)).wider))
    for name, one in (("wider", held["wider"][:-1]), ("wider/eyes", held["wider/eyes"] + np.nan)):
        with pytest.raises(ValueError, match="wider picture"):
            WiderPictures.from_tensors(held | {name: one})


def test_what_the_first_version_kept_has_no_wider_picture() -> None:
    document = encode_appearances(replace(made(range(2), looks=2), wider=None))
    length = int.from_bytes(document[:8], "little")
    header = json.loads(json.loads(document[8 : 8 + length])["__metadata__"]["segment"])
    assert header.pop("pictures") == []
    text = json.dumps(header | {"version": 1})
    digest = hashlib.sha256(text.encode()).hexdigest()
    earlier = save(load(document), metadata={"segment": text, "sha256": digest})
    read = decode_appearances(earlier, ENCODERS, source="segment 0")
    assert len(read) == len(read.thumbnails) == 2
    assert (read.wider, read.pictures) == (None, ())


def test_the_same_appearances_give_the_same_bytes() -> None:
    documents = {encode_appearances(made(range(3))) for _ in range(8)}
    assert len(documents) == 1
    read = decode_appearances(documents.copy().pop(), source="segment 0")
    assert {encode_appearances(read)} == documents


def test_looks_are_those_of_the_appearance() -> None:
    given_ = made([5, 6], looks=2)
    looks = given_.looks_of(1)["sface"]
    assert len(looks) == 2
    kept = given_.templates["sface"][2:4].astype(np.float32)
    assert np.allclose(looks.vectors, kept, atol=1e-3)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_damage_goes_unseen(data: st.DataObject) -> None:
    document = bytearray(encode_appearances(made(range(2))))
    how = data.draw(st.sampled_from(["flip", "cut", "grow"]))
    if how == "flip":
        at = data.draw(st.integers(0, len(document) - 1))
        document[at] ^= data.draw(st.integers(1, 255))
    elif how == "cut":
        del document[data.draw(st.integers(0, len(document) - 1)) :]
    else:
        document += b"\0"
    with pytest.raises(FootageError, match="segment 0 cannot be used as a part of indexed footage"):
        decode_appearances(bytes(document), source="segment 0")


def changed(**tensors: Any) -> bytes:
    """Return appearances with other tensors, digests made to fit."""
    document = encode_appearances(made(range(2), looks=2))
    length = int.from_bytes(document[:8], "little")
    header = json.loads(json.loads(document[8 : 8 + length])["__metadata__"]["segment"])
    held = dict(load(document)) | tensors
    header["tensors"] = {
        name: hashlib.sha256(np.ascontiguousarray(one).tobytes()).hexdigest()
        for name, one in held.items()
    }
    text = json.dumps(header)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return save(held, metadata={"segment": text, "sha256": digest})


@pytest.mark.parametrize(
    ("tensors", "why"),
    [
        ({"templates/facenet": np.zeros((4, 31), np.float16)}, "need float16 of shape (4, 32)"),
        ({"templates/sface": np.zeros((4, 16), np.float16)}, "not of unit norm"),
        ({"boxes": np.full((2, 3, 4), np.inf, np.float32)}, "boxes holds what is no number"),
        ({"boxes": np.zeros((3, 3, 4), np.float32)}, "boxes is float32 of shape (3, 3, 4)"),
        ({"looks/offsets": np.array([0, 4, 4])}, "which looks are of which appearance"),
        ({"looks/offsets": np.array([1, 2, 4])}, "which looks are of which appearance"),
        ({"looks/offsets": np.array([0, 2, 5])}, "which looks are of which appearance"),
        ({"more": np.zeros(3, np.uint8)}, "it must hold exactly boxes, eyes"),
        ({"rows": np.zeros(30, np.uint8)}, "its rows or pictures cannot be read"),
        ({"thumbnails": np.zeros(30, np.uint8)}, "its rows or pictures cannot be read"),
    ],
)
def test_what_does_not_fit_is_refused_though_its_digests_do(tensors: Any, why: str) -> None:
    with pytest.raises(FootageError) as refused:
        decode_appearances(changed(**tensors), source="segment 0")
    assert why in str(refused.value)


def test_appearances_of_other_encoders_are_refused() -> None:
    document = encode_appearances(made(range(2)))
    other = EncoderIdentity("facenet", "drawn", "2" * 64, "drawn/1", 32)
    with pytest.raises(EncoderMismatchError, match="cannot be compared"):
        decode_appearances(document, {"facenet": other}, source="segment 0")
    third = EncoderIdentity("third", "drawn", "2" * 64, "drawn/1", 32)
    with pytest.raises(EncoderMismatchError, match="Index the footage again"):
        decode_appearances(document, {"third": third}, source="segment 0")
