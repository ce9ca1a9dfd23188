"""What one file may be: by bytes, by name, by text."""

from __future__ import annotations

import base64
import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from workbench.records.sweep import Stray, StrayKind, look_at

FACE = np.random.default_rng(5).integers(0, 255, (64, 48, 3), dtype=np.uint8)
LARGEST = 2**20


def picture(form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(FACE).save(file, form, **options)
    return file.getvalue()


PNG = base64.b64encode(picture("PNG")).decode()


def notebook(*outputs: Any, **more: Any) -> bytes:
    cell = {
        "cell_type": "code",
        "metadata": {},
        "source": "x",
        "execution_count": 1,
        "outputs": list(outputs),
    } | more
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    ).encode()


SHOWN = {"output_type": "display_data", "metadata": {}, "data": {"image/png": PNG}}
WORDS = {"output_type": "stream", "name": "stdout", "text": "4 alerts"}
PAGE = f'<img alt="a face" src="data:image/png;base64,{PNG}">'.encode()


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return file.getvalue()


def npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def elf(kind: int, order: str = "little") -> bytes:
    mark = b"\x7fELF\x02" + (b"\x01" if order == "little" else b"\x02") + b"\x01" + bytes(9)
    return mark + kind.to_bytes(2, order) + bytes(100)  # type: ignore[arg-type]


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def found(folder: Path, name: str, content: bytes) -> Stray | None:
    return look_at(write(folder, name, content), largest=LARGEST)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        *((f"face.{form}", picture(form), StrayKind.PICTURE) for form in ("JPEG", "PNG", "GIF")),
        *((f"face.{form}", picture(form), StrayKind.PICTURE) for form in ("BMP", "TIFF", "WEBP")),
        ("face.ppm", picture("PPM"), StrayKind.PICTURE),
        ("no-suffix", picture("PNG"), StrayKind.PICTURE),
        ("face.heic", b"\0\0\0\x18ftypheic" + bytes(20), StrayKind.PICTURE),
        ("film.mp4", b"\0\0\0\x18ftypisom" + bytes(20), StrayKind.VIDEO),
        ("film.mkv", b"\x1a\x45\xdf\xa3" + bytes(20), StrayKind.VIDEO),
        ("film.avi", b"RIFF\0\0\0\0AVI " + bytes(20), StrayKind.VIDEO),
        ("film.ts", (b"G@" + bytes(186)) * 3, StrayKind.VIDEO),
        ("a.ipynb", notebook(WORDS, SHOWN), StrayKind.NOTEBOOK),
        ("a.ipynb", notebook(source=f"b64 = '{PNG}'"), StrayKind.NOTEBOOK),
        ("a.ipynb", notebook(SHOWN)[:-5], StrayKind.NOTEBOOK),
        ("a.ipynb", f'["{PNG}"]'.encode(), StrayKind.NOTEBOOK),
        (".ipynb_checkpoints/a-checkpoint.ipynb", notebook(SHOWN), StrayKind.CHECKPOINT),
        ("page.html", b"<html>" + PAGE, StrayKind.PAGE),
        ("page.svg", b"<svg>" + PAGE, StrayKind.PAGE),
        ("page.pdf", picture("PDF"), StrayKind.PAGE),
        ("scores.json", json.dumps({"crop": PNG}).encode(), StrayKind.TEXT),
        (
            "t.csv",
            ",".join(f"{one:.6f}" for one in np.linspace(0, 0.1, 128)).encode(),
            StrayKind.TEXT,
        ),
        ("t.npy", npy(np.eye(3, 512, dtype=np.float32)), StrayKind.ARRAY),
        ("t", npy(np.eye(3, 128, dtype=np.float32)), StrayKind.ARRAY),
        ("t.npy", npy(FACE), StrayKind.ARRAY),
        ("t.npz", b"PK\x03\x04 damaged", StrayKind.ARRAY),
        ("t.pkl", pickle.dumps([1]), StrayKind.PICKLE),
        ("t.bin", pickle.dumps({"a": FACE}, protocol=2), StrayKind.PICKLE),
        ("t.pt", b"", StrayKind.PICKLE),
        ("t.zip", archive("word/media/face.jpeg", "b.txt"), StrayKind.ARCHIVE),
        ("t.tar.gz", b"\x1f\x8b\x08\0", StrayKind.ARCHIVE),
        ("t.tar", bytes(257) + b"ustar\0", StrayKind.ARCHIVE),
        ("core.1234", elf(4), StrayKind.CORE_DUMP),
        ("core", elf(4, "big"), StrayKind.CORE_DUMP),
        (".a.ipynb.swp", b"b0VIM 9.0" + bytes(50), StrayKind.EDITOR_COPY),
        ("a.ipynb~", notebook(SHOWN), StrayKind.EDITOR_COPY),
        ("#a.ipynb#", notebook(SHOWN), StrayKind.EDITOR_COPY),
        ("a.ipynb.bak", notebook(SHOWN), StrayKind.EDITOR_COPY),
        ("a.html.orig", PAGE, StrayKind.EDITOR_COPY),
        ("large.txt", b"a" * (LARGEST + 1), StrayKind.NOT_LOOKED_AT),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_may_hold_a_face(tmp_path: Path, name: str, content: bytes, kind: StrayKind) -> None:
    stray = found(tmp_path, name, content)
    assert stray is not None
    assert stray.kind is kind
    assert stray.path == tmp_path / name
    assert PNG[:30] not in stray.why


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty", b""),
        ("a.py", b"print(1)"),
        ("a.ipynb", notebook(WORDS)),
        ("a.ipynb", b""),
        (".ipynb_checkpoints/a-checkpoint.ipynb", notebook(WORDS)),
        ("page.html", b'<link href="a.css"><img src="faces/one.png">'),
        ("scores.json", json.dumps({"scores": [1.5 * i for i in range(5000)]}).encode()),
        ("t.npy", npy(np.arange(5))),
        ("t.npy", b"words"),
        ("t.zip", archive("a.txt")),
        ("page.pdf", b"%PDF-1.4 words"),
        ("program", elf(2)),
        ("notes.txt", b"BMW, GIF, and 4 alerts\n" * 50),
        ("a.py~", b"print(1)"),
        ("notes.md", b"Good " * 200),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_may_not(tmp_path: Path, name: str, content: bytes) -> None:
    assert found(tmp_path, name, content) is None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    link = tmp_path / "link.png"
    link.symlink_to(write(tmp_path, "face.png", picture("PNG")))
    assert look_at(link, largest=LARGEST) is None


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    assert look_at(tmp_path / "pipe.ipynb", largest=LARGEST) is None


def test_what_is_gone_meanwhile_is_nothing(tmp_path: Path) -> None:
    assert look_at(tmp_path / "gone.png", largest=LARGEST) is None


def test_what_cannot_be_read_is_reported(
    open_folder: Path, powerless: Callable[[], AbstractContextManager[None]]
) -> None:
    path = write(open_folder, "face.png", picture("PNG"))
    path.chmod(0)
    with powerless():
        stray = look_at(path, largest=LARGEST)
    assert stray is not None
    assert stray.kind is StrayKind.UNREADABLE
    assert "Permission denied" in stray.why


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    stray = look_at(tmp_path / ("a" * 300), largest=LARGEST)
    assert stray is not None
    assert stray.kind is StrayKind.UNREADABLE
