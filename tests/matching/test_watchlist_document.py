"""Watchlist documents: read back as written, one clear error for anything else."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from workbench.errors import EncoderMismatchError, WatchlistError
from workbench.faces.templates import EncoderIdentity
from workbench.images import encode_jpeg
from workbench.matching.thumbnails import Thumbnails
from workbench.matching.watchlist import Watchlist
from workbench.matching.watchlist_document import (
    decode_watchlist,
    encode_watchlist,
    require_encoders,
)

MakeWatchlist = Callable[..., Watchlist]
NAMES = ("Zoë Ångström", "山田 太郎", "Zoë Ångström")


@pytest.fixture
def document(watchlist: MakeWatchlist) -> bytes:
    return encode_watchlist(watchlist(*NAMES))


def _read(document: bytes, identities: dict[str, EncoderIdentity] | None = None) -> Watchlist:
    return decode_watchlist(document, identities, source="list 1")


def _parts(document: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tensors, as the library reads them, and the header."""
    length = int.from_bytes(document[:8], "little")
    outer = json.loads(document[8 : 8 + length])
    tensors = {name: tensor.copy() for name, tensor in load(document).items()}
    return tensors, json.loads(outer["__metadata__"]["watchlist"])


def _rewritten(tensors: dict[str, Any], header: object) -> bytes:
    """Write a document with fitting digests, so that only what a test changed is wrong."""
    if isinstance(header, dict) and isinstance(header.get("tensors"), dict):
        for name in header["tensors"]:
            if name in tensors:
                data = tensors[name].tobytes()
                header["tensors"][name] = hashlib.sha256(data).hexdigest()
    text = json.dumps(header)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return save(tensors, metadata={"watchlist": text, "sha256": digest})


def _same(one: Watchlist, other: Watchlist) -> bool:
    return (
        (one.name, one.created, one.detector, one.references, one.encoders)
        == (other.name, other.created, other.detector, other.references, other.encoders)
        and all(
            np.array_equal(one.templates[name].vectors, other.templates[name].vectors)
            for name in one.templates
        )
        and np.array_equal(one.thumbnails.pictures, other.thumbnails.pictures)
        and np.array_equal(one.thumbnails.offsets, other.thumbnails.offsets)
    )


def _picture(tensors: dict[str, Any], row: int, encoded: bytes) -> None:
    """Put another picture in a row's place."""
    ends = tensors["thumbnails/offsets"].tolist()
    pictures = [bytes(tensors["thumbnails"][a:b]) for a, b in pairwise(ends)]
    pictures[row] = encoded
    tensors["thumbnails"] = np.frombuffer(b"".join(pictures), np.uint8)
    tensors["thumbnails/offsets"] = np.cumsum([0, *map(len, pictures)])


def test_empty_list(watchlist: MakeWatchlist) -> None:
    assert _same(_read(encode_watchlist(watchlist())), watchlist())


def test_round_trip(document: bytes, watchlist: MakeWatchlist) -> None:
    expected = watchlist(*NAMES)
    assert _same(_read(document), expected)
    assert _same(_read(document, expected.encoders), expected)
    assert _same(decode_watchlist(memoryview(document), source="list 1"), expected)


def test_a_second_round_loses_nothing_more(document: bytes) -> None:
    read = _read(document)
    assert _same(_read(encode_watchlist(read)), read)


def test_what_was_read_cannot_be_changed(document: bytes) -> None:
    read = _read(document)
    for array in (read.templates["sface"].vectors, read.thumbnails.pictures):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_whoever_wipes_the_document_wipes_the_watchlist(document: bytes) -> None:
    held = bytearray(document)
    read = decode_watchlist(memoryview(held), source="list 1")
    held[:] = bytes(len(held))
    assert not read.templates["facenet"].vectors.any()
    with pytest.raises(WatchlistError, match="list 1: thumbnail 1 is damaged"):
        read.thumbnails[0]


@pytest.mark.slow
def test_a_long_list_is_read_without_a_noticeable_pause(watchlist: MakeWatchlist) -> None:
    whole = watchlist("a")
    picture = encode_jpeg(np.full((160, 160, 3), 99, np.uint8))
    n = 20_000
    long = dataclasses.replace(
        whole,
        references=tuple(
            dataclasses.replace(whole.references[0], subject=f"person {row}") for row in range(n)
        ),
        templates={name: one[np.zeros(n, np.int64)] for name, one in whole.templates.items()},
        thumbnails=Thumbnails.from_encoded([picture] * n),
    )
    document = encode_watchlist(long)
    started = time.process_time()
    assert len(_read(document)) == n
    # Quiet it takes 0.25 s; the bound leaves room for a busy machine, not for decoding pictures.
    assert time.process_time() - started < 1.5


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source", "/home/somebody/a.jpg"),
        ("source", ""),
        ("subject", ""),
        ("subject", "\udcff"),
        ("sha256", "abc"),
        ("verdict", "reject"),
        ("quality", {"sharpness": float("nan")}),
        ("reasons", ("\x1b[2J",)),
        ("entry", "a\nb"),
        ("category", "\u202e"),
    ],
)
def test_what_a_document_may_not_hold_is_not_written(
    watchlist: MakeWatchlist, field: str, value: object
) -> None:
    whole = watchlist("a")
    reference = dataclasses.replace(whole.references[0], **{field: value})  # type: ignore[arg-type]
    with pytest.raises(WatchlistError, match=rf"cannot be written: {field}"):
        encode_watchlist(dataclasses.replace(whole, references=(reference,)))


def test_more_than_can_be_read_is_not_written(
    watchlist: MakeWatchlist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.matching.watchlist_document.LARGEST_HEADER", 1000)
    with pytest.raises(WatchlistError, match="3 references are too many"):
        encode_watchlist(watchlist(*NAMES))


def test_another_encoder_is_refused(
    document: bytes, identity: Callable[..., EncoderIdentity]
) -> None:
    for other in (identity("sface", "b"), identity("sface", alignment="made-up/2")):
        with pytest.raises(EncoderMismatchError, match="list 1: references"):
            _read(document, {"sface": other})


def test_an_encoder_it_lacks_is_refused(
    watchlist: MakeWatchlist, identity: Callable[..., EncoderIdentity]
) -> None:
    whole = watchlist("a")
    only = dataclasses.replace(whole, templates={"facenet": whole.templates["facenet"]})
    document = encode_watchlist(only)
    assert set(_read(document, only.encoders).encoders) == {"facenet"}
    with pytest.raises(EncoderMismatchError, match="holds no templates of sface"):
        _read(document, {"sface": identity("sface")})


def test_encoders_are_required_of_a_list_at_hand(
    watchlist: MakeWatchlist, identity: Callable[..., EncoderIdentity]
) -> None:
    require_encoders(watchlist(), {}, "list 1")
    require_encoders(watchlist("a"), {"sface": identity("sface")}, "list 1")
    with pytest.raises(EncoderMismatchError, match="list 1: references"):
        require_encoders(watchlist("a"), {"sface": identity("sface", "b")}, "list 1")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "cut short"),
        (b"\x00", "cut short"),
        (b"\xff" * 100, "cut short"),
        (b"PK\x03\x04 this is no watchlist at all", "cut short"),
        (b"\x02" + b"\x00" * 7 + b"{}", "not a watchlist"),
        (b"\x02" + b"\x00" * 7 + b"[]", "not a watchlist"),
        (b"\x02" + b"\x00" * 7 + b"{{", "header is damaged"),
        (save({"x": np.zeros(3)}), "not a watchlist"),
        (save({"x": np.zeros(3)}, metadata={"watchlist": "{}"}), "digest does not fit"),
    ],
)
def test_what_is_no_watchlist(content: bytes, fault: str) -> None:
    with pytest.raises(WatchlistError, match=f"^list 1 cannot be used as a watchlist: .*{fault}"):
        _read(content)


def test_a_header_too_long_to_read(document: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.matching.watchlist_document.LARGEST_HEADER", 100)
    with pytest.raises(WatchlistError, match="more than 100"):
        _read(document)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda _, h: h.update(version=1), "version 1; this workbench reads 2; version 1 did not"),
        (lambda _, h: h.update(version=3), r"version 3; this workbench reads 2\."),
        (lambda _, h: h.update(version="2"), r"version '2'; this workbench reads 2\."),
        (lambda _, h: h.update(version=[[2]]), "version that is no number"),
        (lambda _, h: h.update(version="9" * 1000), "version '9{19}; this"),
        (lambda _, h: h.update(format="other"), "format"),
        (lambda _, h: h.update(extra=1), "extra"),
        (lambda _, h: h.update({"a\x1b[2J\nb": 1}), r"a\\x1b\[2J\\nb: Extra inputs"),
        (lambda _, h: h["references"]["quality"].update({"\x1b": [1, 1, 1]}), "cannot be printed"),
        (lambda _, h: h["encoders"][0].update(name="\x1b"), "cannot be printed"),
        (lambda _, h: h["encoders"][1].update(alignment="\n"), "cannot be printed"),
        (lambda _, h: h.pop("detector"), "detector"),
        (lambda _, h: h.update(created="2026-01-01T00:00:00"), "created"),
        (lambda _, h: h["references"]["subject"].pop(), "columns differ in length"),
        (lambda _, h: h["references"]["quality"]["sharpness"].pop(), "columns differ in length"),
        (lambda _, h: [column.pop() for column in _columns(h)], "2 references need"),
        (lambda _, h: h["references"].pop("entry"), "references.entry"),
        (lambda _, h: h["references"].update(extra=["a"] * 3), "references.extra"),
        (lambda _, h: _put(h, "source", "../a.jpg"), "references.source.1"),
        (lambda _, h: _put(h, "verdict", "reject"), "references.verdict.1"),
        (lambda _, h: _put(h, "sha256", "abc"), "references.sha256.1"),
        (lambda _, h: _put(h, "subject", None), "references.subject.1"),
        (lambda _, h: _put(h, "category", None), "references.category.1"),
        (lambda _, h: h["references"]["quality"].update(a=[1, "b", 2]), "references.quality.a.1"),
        (lambda _, h: h["encoders"][0].update(dimension=128), "references need"),
        (lambda _, h: h["encoders"].pop(), "exactly the tensors"),
        (lambda _, h: h["encoders"].append(h["encoders"][0]), "names an encoder twice"),
        (lambda t, _: t.pop("thumbnails"), "exactly the tensors"),
        (lambda t, _: t.update(extra=np.zeros(1)), "exactly the tensors"),
        (lambda t, _: t.update(thumbnails=t["thumbnails"][:-1]), "do not say where each lies"),
        (lambda t, _: t.update(thumbnails=t["thumbnails"][None]), "thumbnails is uint8 of shape"),
        (lambda t, _: t["thumbnails"].__setitem__(slice(9), 0), "thumbnail 1 is not a whole JPEG"),
        (lambda t, _: t["thumbnails/offsets"].__setitem__(1, 0), "do not say where each lies"),
        (lambda t, _: t["thumbnails/offsets"].__setitem__(0, -5), "do not say where each lies"),
        (lambda t, _: t["thumbnails/offsets"].__setitem__(1, 2**62), "do not say where each lies"),
        (lambda t, _: _picture(t, 1, _black(160, 80)), "thumbnail 2 has shape"),
        (lambda t, _: _picture(t, 2, _black(400, 400)), r"thumbnail 3 has shape \(400, 400, 3\)"),
        (lambda t, _: t.update(thumbnails=t["thumbnails"].astype(np.int16)), "thumbnails is int16"),
        (
            lambda t, _: t.update({"templates/sface": t["templates/sface"].astype(np.float64)}),
            "is float64",
        ),
        (lambda t, _: t.update({"templates/sface": 2 * t["templates/sface"]}), "unit norm"),
        (
            lambda t, _: t.update({"templates/sface": np.nan * t["templates/sface"]}),
            "not finite",
        ),
    ],
)
def test_faults_are_named(
    document: bytes, change: Callable[[dict[str, Any], dict[str, Any]], object], fault: str
) -> None:
    tensors, header = _parts(document)
    change(tensors, header)
    with pytest.raises(WatchlistError, match=fault) as caught:
        _read(_rewritten(tensors, header))
    assert "list 1" in str(caught.value)
    assert str(caught.value).isprintable()
    assert not any(name in str(caught.value) for name in NAMES)


def _columns(header: dict[str, Any]) -> list[list[Any]]:
    references = header["references"]
    return [
        *(column for name, column in references.items() if name != "quality"),
        *references["quality"].values(),
    ]


def _put(header: dict[str, Any], field: str, value: object) -> None:
    header["references"][field][1] = value


def _black(height: int, width: int) -> bytes:
    return encode_jpeg(np.zeros((height, width, 3), np.uint8))


@pytest.mark.parametrize("header", [[], None, 1, "text"])
def test_a_header_that_is_no_document(document: bytes, header: object) -> None:
    with pytest.raises(WatchlistError, match="header is wrong"):
        _read(_rewritten(_parts(document)[0], header))


@pytest.mark.parametrize("name", ["templates/facenet", "thumbnails", "thumbnails/offsets"])
def test_a_changed_tensor_is_noticed(document: bytes, name: str) -> None:
    length = int.from_bytes(document[:8], "little")
    place = json.loads(document[8 : 8 + length])[name]["data_offsets"]
    damaged = bytearray(document)
    # A bit that leaves a float finite.
    damaged[8 + length + (place[0] + place[1]) // 2 // 8 * 8] ^= 1
    with pytest.raises(WatchlistError, match=f"{name} is damaged: the digest does not fit"):
        _read(bytes(damaged))


@pytest.mark.parametrize("field", ["subject", "source", "entry", "category", "name", "detector"])
def test_text_that_a_terminal_would_obey_is_refused(document: bytes, field: str) -> None:
    tensors, header = _parts(document)
    if field in ("name", "detector"):
        header[field] = "a\x1b[2Jb"
    else:
        _put(header, field, "a\x1b[2Jb")
    with pytest.raises(WatchlistError, match="cannot be printed"):
        _read(_rewritten(tensors, header))
