"""Damaged watchlist documents: an error of ours or a whole watchlist, never anything else."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import EncoderMismatchError, WatchlistError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.images import encode_jpeg
from workbench.matching.jpeg_shapes import jpeg_shapes
from workbench.matching.thumbnails import Thumbnails
from workbench.matching.watchlist import Watchlist, WatchlistReference
from workbench.matching.watchlist_document import decode_watchlist, encode_watchlist

pytestmark = pytest.mark.slow

ENCODER = EncoderIdentity("made-up", "made-up", "0" * 64, "made-up/1", 8)
BLACK = encode_jpeg(np.zeros((160, 160, 3), np.uint8))
_MANY = settings(max_examples=300, deadline=None)


def _watchlist(subjects: list[str], reasons: list[str], entry: str = "entry-1") -> Watchlist:
    n = len(subjects)
    vectors = np.eye(8, dtype=np.float32)[np.arange(n) % 8]
    return Watchlist(
        name="list",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        detector="yunet",
        references=tuple(
            WatchlistReference(
                name, "a.jpg", "0" * 64, "warn", tuple(reasons), {"contrast": 0.1}, entry, entry
            )
            for name in subjects
        ),
        templates={"made-up": Templates(vectors, ENCODER)},
        thumbnails=Thumbnails.from_encoded([BLACK] * n),
    )


@pytest.fixture(scope="module")
def original() -> bytes:
    return encode_watchlist(_watchlist(["Zoë", "山田"], ["a reason"]))


def _read(content: bytes) -> Watchlist | None:
    with contextlib.suppress(WatchlistError, EncoderMismatchError):
        return decode_watchlist(content, {"made-up": ENCODER}, source="damaged")
    return None


@given(st.data())
@_MANY
def test_flipped_bits(original: bytes, data: st.DataObject) -> None:
    content = bytearray(original)
    header = int.from_bytes(content[:8], "little") + 8
    # Half of the flips in the small header, where a flip can mean something else.
    places = st.integers(0, header - 1) | st.integers(0, len(content) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=4)):
        content[place] ^= 1 << data.draw(st.integers(0, 7))
    read = _read(bytes(content))
    if read is not None:
        assert read.subjects == ("Zoë", "山田")
        assert np.array_equal(read.templates["made-up"].vectors, np.eye(8)[:2])
        assert not any(image.any() for image in read.thumbnails)


@given(st.data())
@_MANY
def test_cut_or_lengthened(original: bytes, data: st.DataObject) -> None:
    header = int.from_bytes(original[:8], "little") + 8
    length = data.draw(st.integers(0, header + 100) | st.integers(0, len(original) - 1))
    tail = data.draw(st.binary(max_size=20))
    content = original[:length] + tail
    assert _read(content) is None or content == original


@given(st.binary(max_size=200))
@_MANY
def test_noise(noise: bytes) -> None:
    assert _read(noise) is None
    assert _read(len(noise).to_bytes(8, "little") + noise) is None


ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
SHOWN = ANY.filter(str.isprintable)


@given(st.lists(SHOWN, max_size=4), st.lists(SHOWN, max_size=2), SHOWN | st.just(""))
@_MANY
def test_any_text_that_can_be_shown_survives(
    subjects: list[str], reasons: list[str], entry: str
) -> None:
    written = _watchlist(subjects, reasons, entry)
    read = decode_watchlist(encode_watchlist(written), source="list 1")
    assert read.references == written.references


@given(ANY.filter(lambda text: not text.isprintable()))
@_MANY
def test_text_that_cannot_be_shown_is_not_written(text: str) -> None:
    for whole in (_watchlist([text], []), _watchlist(["a"], [text]), _watchlist(["a"], [], text)):
        with pytest.raises(WatchlistError, match="cannot be printed"):
            encode_watchlist(whole)


@given(st.lists(st.sampled_from(["accept", "warn"]), max_size=5), st.data())
@_MANY
def test_measures_that_some_references_lack_survive(
    verdicts: list[str], data: st.DataObject
) -> None:
    numbers = st.dictionaries(SHOWN, st.floats(allow_nan=False, allow_infinity=False), max_size=3)
    references = tuple(
        WatchlistReference("a", "a.jpg", "0" * 64, verdict, (), data.draw(numbers))
        for verdict in verdicts
    )
    empty = _watchlist(["a"] * len(verdicts), [])
    written = Watchlist(
        empty.name,
        empty.created,
        empty.detector,
        references,
        empty.templates,
        empty.thumbnails,
    )
    read = decode_watchlist(encode_watchlist(written), source="list 1")
    assert read.references == references


@given(st.lists(st.binary(min_size=1, max_size=40) | st.just(BLACK), max_size=5), st.data())
@_MANY
def test_headers_of_noise_are_no_pictures(pictures: list[bytes], data: st.DataObject) -> None:
    ends = st.booleans()
    pictures = [
        b"\xff\xd8" + one + b"\xff\xd9" if one != BLACK and data.draw(ends) else one
        for one in pictures
    ]
    offsets = np.cumsum([0, *map(len, pictures)], dtype=np.int64)
    shapes = jpeg_shapes(np.frombuffer(b"".join(pictures), np.uint8), offsets)
    assert shapes.shape == (len(pictures), 3)
    for one, shape in zip(pictures, shapes.tolist(), strict=True):
        assert shape == [160, 160, 3] if one == BLACK else b"\xff" in one or not any(shape)
