"""Headers of arrays: what could be templates or pictures, and no pickle is ever opened."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from workbench.records.sweep.arrays import ArrayHeader, array_headers, could_be_faces

UNIT = np.eye(7, 512, dtype=np.float32)


def npy(array: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array), **options)
    return file.getvalue()


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def headers(content: bytes, suffix: str) -> list[ArrayHeader]:
    return array_headers(io.BytesIO(content), suffix)


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
@pytest.mark.parametrize("kind", ["<f4", ">f4", "<f2", "<f8"])
def test_templates_in_every_form(version: tuple[int, int], kind: str) -> None:
    (header,) = headers(npy(UNIT.astype(kind), version=version), ".npy")
    assert header == ArrayHeader(kind[1:], (7, 512), unit_norm=True)
    assert could_be_faces(header) == "7 x 512 numbers of unit length, as templates are"


def test_templates_in_archives_and_safetensors() -> None:
    for content, suffix in (
        (npz(a=UNIT, b=np.arange(3)), ".npz"),
        (save({"a": UNIT, "b": np.arange(3)}, {"by": "x"}), ".safetensors"),
    ):
        found = [could_be_faces(header) for header in headers(content, suffix)]
        assert sorted(map(str, found)) == [
            "7 x 512 numbers of unit length, as templates are",
            "None",
        ]


@pytest.mark.parametrize(
    ("kind", "shape", "words"),
    [
        ("f4", (128,), "1 x 128 numbers, as templates are"),
        ("f4", (20_000, 128), "20,000 x 128 numbers, as templates are"),
        ("f4", (0, 512), None),
        ("f4", (4, 7, 512), None),
        ("f4", (100, 64), None),
        ("i4", (100, 512), None),
        ("f4", (), None),
        ("u1", (160, 120, 3), "120 x 160 pixels, as pictures are"),
        ("u1", (9, 160, 120, 3), "120 x 160 pixels, as pictures are"),
        ("u1", (160, 120), "120 x 160 pixels, as pictures are"),
        ("u1", (160, 120, 1), "120 x 160 pixels, as pictures are"),
        ("u1", (8, 8, 3), None),
        ("u1", (1000,), None),
    ],
)
def test_forms(kind: str, shape: tuple[int, ...], words: str | None) -> None:
    assert could_be_faces(ArrayHeader(kind, shape)) == words


def test_rows_that_are_not_of_unit_length_are_not_called_so() -> None:
    (header,) = headers(npy(UNIT * 3), ".npy")
    assert header.unit_norm is False


class Bomb:
    """What a pickle would run."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return (exec, ("raise SystemExit('opened')",))


def test_objects_are_not_opened() -> None:
    content = npy(np.array([Bomb()], dtype=object), allow_pickle=True)
    assert headers(content, ".npy") == [ArrayHeader("O", (1,))]
    assert headers(npz(a=np.array([Bomb()], dtype=object)), ".npz") == [ArrayHeader("O", (1,))]


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (b"\x93NUMPY", ".npy"),
        (b"\x93NUMPY\x01\x00\xff\xff{", ".npy"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\xff", ".npy"),
        (b"\x93NUMPY\x01\x00\x02\x00[]", ".npy"),
        (b"\x93NUMPY\x01\x00\x19\x00{'descr': 1, 'shape': 'a'}", ".npy"),
        (b"\x93NUMPY\x01\x00\x40\x00" + b"(" * 64, ".npy"),
        (b"PK\x03\x04 no archive", ".npz"),
        (b"", ".npz"),
        (b"", ".safetensors"),
        (b"\xff" * 8, ".safetensors"),
        (b"\x02\0\0\0\0\0\0\0[]", ".safetensors"),
        (b"\x0c\0\0\0\0\0\0\0" + b'{"a": {"b":1', ".safetensors"),
        ((20).to_bytes(8, "little") + json.dumps({"a": {"dtype": "F32"}}).encode(), ".safetensors"),
    ],
)
def test_damage_is_an_error_of_values(content: bytes, suffix: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        headers(content, suffix)


def test_another_file_announces_nothing() -> None:
    assert headers(b"words", ".npy") == []
    assert headers(b"", ".npy") == []
