"""However a face is hidden in a folder it is found, and no folder makes the search fail."""

from __future__ import annotations

import base64
import io
import json
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.records.leftovers import find_leftovers, find_strays
from workbench.records.sweep.arrays import ArrayHeader, array_headers

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3
ENCODED = base64.b64encode(PNG).decode()


def _npy(array: object) -> bytes:
    file = io.BytesIO()
    np.save(file, np.asarray(array))
    return file.getvalue()


TEMPLATES = _npy(np.eye(3, 512, dtype=np.float32))

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="/\0"),
    min_size=1,
    max_size=8,
).filter(lambda name: name not in {".", ".."} and len(name.encode()) < 200)
FOLDERS = st.lists(
    NAMES.filter(lambda name: not name.lower().strip(".").startswith(("trash", "git", "venv"))),
    max_size=3,
)
OUTPUTS = st.sampled_from(
    [
        {"data": {"image/png": ENCODED}},
        {"data": {"text/html": [f"<img src='data:image/png;base64,{ENCODED}'>"]}},
        {"data": {"application/vnd.jupyter.widget-view+json": {"model_id": ENCODED}}},
    ]
)


def _notebook(outputs: list[dict[str, object]]) -> bytes:
    whole = [{"output_type": "display_data", "metadata": {}} | output for output in outputs]
    cell = {"cell_type": "code", "metadata": {}, "source": "", "outputs": whole}
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": [cell]}).encode()


HIDDEN = st.one_of(
    st.tuples(NAMES, st.just(PNG)),
    st.tuples(NAMES, st.just(TEMPLATES)),
    st.tuples(NAMES.map("{}.ipynb".format), st.lists(OUTPUTS, min_size=1).map(_notebook)),
    st.tuples(NAMES.map("{}.ipynb~".format), st.lists(OUTPUTS, min_size=1).map(_notebook)),
    st.tuples(
        NAMES.map("{}.html".format), st.text().map(lambda text: f"{text} {ENCODED}".encode())
    ),
)


@settings(deadline=None)
@given(FOLDERS, HIDDEN)
def test_a_hidden_face_is_found(folders: list[str], hidden: tuple[str, bytes]) -> None:
    name, content = hidden
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made, *folders)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        (stray,) = find_strays(Path(made))
        assert stray.path == folder / name
        assert ENCODED[:40] not in stray.why
        (leftover,) = find_leftovers(Path(made))
        assert leftover.where.isprintable()


SUFFIXES = st.sampled_from(
    ["", ".ipynb", ".html", ".json", ".npy", ".npz", ".safetensors", ".pkl", ".zip", ".txt~"]
)
STARTS = st.sampled_from(
    [b"", b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"\x7fELF", b"%PDF-", b"{", b"["]
)


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, SUFFIXES, STARTS, st.binary(max_size=60)), max_size=5))
def test_no_folder_makes_it_fail(files: list[tuple[str, str, bytes, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as made:
        for name, suffix, start, rest in files:
            Path(made, name + suffix).write_bytes(start + rest)
        assert len(find_leftovers(Path(made))) <= len(files)


@settings(deadline=None)
@given(st.data())
def test_a_damaged_array_is_an_error_of_values_or_an_array(data: st.DataObject) -> None:
    content = bytearray(TEMPLATES)
    for place in data.draw(st.lists(st.integers(0, 200), min_size=1, max_size=4)):
        content[place] ^= 1 << data.draw(st.integers(0, 7))
    cut = data.draw(st.integers(0, len(content)))
    try:
        headers = array_headers(io.BytesIO(bytes(content[:cut])), ".npy")
    except ValueError:
        return
    assert all(isinstance(header, ArrayHeader) for header in headers)
