"""Tensors seen in place: as the library reads them, and nothing that it would refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from workbench.matching.safetensors_view import METADATA, document_of, header_of, tensors_of

TENSORS = {
    "a": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b": np.arange(5, dtype=np.uint8),
    "c": np.arange(4, dtype=np.int64),
    "none": np.zeros((0, 7), np.float32),
}


def _read(document: bytes, largest: int = 10_000) -> dict[str, Any]:
    header, values = header_of(memoryview(document), largest)
    return tensors_of(header, values)


def _with(change: Callable[[dict[str, Any]], object], values: bytes | None = None) -> bytes:
    """Write the tensors with a header that was changed."""
    header, own = header_of(memoryview(save(TENSORS)), 10_000)
    change(header)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + (bytes(own) if values is None else values)


def test_no_tensor() -> None:
    assert _read(save({})) == {}
    assert _read(b"\x02" + bytes(7) + b"{}") == {}


def test_as_the_library_reads_them() -> None:
    document = save(TENSORS, metadata={"key": "value"})
    read, expected = _read(document), load(document)
    assert set(read) == set(expected) == set(TENSORS)
    for name, tensor in TENSORS.items():
        assert read[name].dtype == tensor.dtype
        assert np.array_equal(read[name], tensor)
    assert header_of(memoryview(document), 10_000)[0][METADATA] == {"key": "value"}


@pytest.mark.parametrize(
    "kind", ["?", "u1", "i1", "u2", "i2", "f2", "u4", "i4", "f4", "u8", "i8", "f8"]
)
def test_each_type(kind: str) -> None:
    tensor = np.array([0, 1, 1], kind)
    read = _read(save({"x": tensor}))["x"]
    assert read.dtype == tensor.dtype
    assert np.array_equal(read, tensor)


def test_nothing_is_copied_and_nothing_can_be_changed() -> None:
    document = bytearray(save(TENSORS))
    read = tensors_of(*header_of(memoryview(document), 10_000))
    with pytest.raises(ValueError, match="read-only"):
        read["b"][0] = 1
    document[-len(TENSORS["b"].tobytes()) :] = bytes(5)
    assert not read["b"].any()


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (b"", "cut short"),
        (bytes(7), "cut short"),
        (b"\xff" * 100, "cut short"),
        (b"\x03" + bytes(7) + b"{}", "cut short"),
        (b"\x02" + bytes(7) + b"{{", "header is damaged"),
        (b"\x02" + bytes(7) + b"[]", "no object"),
        (b"\x0d" + bytes(7) + b'{"a":1,"a":1}', "header is damaged"),
        ((50_000).to_bytes(8, "little") + b"[" * 50_000, "header has 50,000 bytes, more than"),
        ((9_999).to_bytes(8, "little") + b"[" * 9_999, "header is damaged"),
    ],
)
def test_what_has_no_header(document: bytes, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        _read(document)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda h: h.update(a=1), "where a tensor lies"),
        (lambda h: h["a"].update(more=1), "where a tensor lies"),
        (lambda h: h["a"].pop("shape"), "where a tensor lies"),
        (lambda h: h["a"].update(shape=[-2, -3]), "where a tensor lies"),
        (lambda h: h["a"].update(shape=[True, 6]), "where a tensor lies"),
        (lambda h: h["a"].update(shape=[2.0, 3]), "where a tensor lies"),
        (lambda h: h["a"].update(shape=[1] * 99), "where a tensor lies"),
        (lambda h: h["none"].update(shape=[0, 10**30]), "where a tensor lies"),
        (lambda h: h["a"].update(data_offsets=[0]), "where a tensor lies"),
        (lambda h: h["a"].update(dtype="F8_E5M2"), "'F8_E5M2', which is not read"),
        (lambda h: h["a"].update(dtype="F64"), "do not fill the place"),
        (lambda h: h["a"].update(shape=[2, 4]), "do not fill the place"),
        (lambda h: h["b"].update(data_offsets=[57, 62]), "do not fill the place"),
        (lambda h: h["b"].update(data_offsets=h["a"]["data_offsets"]), "do not fill the place"),
        (lambda h: h.pop("c"), "do not fill the place"),
        (lambda h: h.pop("b"), "do not fill the document"),
        (lambda h: h["b"].update(shape=[10**9], data_offsets=[56, 56 + 10**9]), "fill the docum"),
    ],
)
def test_places_that_do_not_fit(change: Callable[[dict[str, Any]], object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        _read(_with(change))


@pytest.mark.parametrize("values", [b"", bytes(60), bytes(62)])
def test_values_cut_or_lengthened(values: bytes) -> None:
    with pytest.raises(ValueError, match="do not fill the document"):
        _read(_with(lambda _: None, values))


def test_the_same_content_gives_the_same_document_and_the_library_reads_it() -> None:
    told = {str(number): f"\u00e9{number}" for number in range(9)}
    (document,) = {document_of(TENSORS, told) for _ in range(20)}
    read = load(document)
    assert all(np.array_equal(read[name], one) for name, one in TENSORS.items())
    assert header_of(memoryview(document), 10_000)[0][METADATA] == told
    assert _read(document).keys() == TENSORS.keys()
