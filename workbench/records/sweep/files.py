"""What one file outside the vault may hold: told from its first bytes, its name and its text."""

from __future__ import annotations

import json
import os
import re
import stat
import zipfile
from pathlib import Path
from typing import BinaryIO, Final

from workbench.hygiene import strip_notebook, text_fault
from workbench.records.sweep.arrays import array_headers, could_be_faces
from workbench.records.sweep.kinds import Stray, StrayKind
from workbench.records.sweep.signatures import HEAD, by_signature

__all__ = ["look_at"]

_UNBLOCKED: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_CHECKPOINTS: Final = ".ipynb_checkpoints"
_NOTEBOOK: Final = ".ipynb"
_PAGES: Final = frozenset({".html", ".htm", ".xhtml", ".svg", ".mht", ".mhtml", ".eml"})
_TEXTS: Final = frozenset(
    {".csv", ".json", ".jsonl", ".log", ".md", ".tsv", ".txt", ".xml", ".yaml"}
)
_PICKLES: Final = frozenset({".ckpt", ".joblib", ".pickle", ".pkl", ".pt", ".pth"})
_ARRAYS: Final = frozenset({".npy", ".npz", ".safetensors"})
_EDITED: Final = re.compile(r"\.?#.*#|.*~|.*\.(?:sw[a-p]|kate-swp|bak|orig|autosave)")
"""How editors name the copies that they keep: Emacs, Vim, Kate, and others."""
_SHOWN: Final = re.compile(r"data:\s*(?:image|video)/", re.IGNORECASE)
_PDF: Final = b"%PDF-"
_PDF_PICTURES: Final = (b"/Image", b"/ObjStm")
"""A picture in a PDF, or a packed part in which one may be (ISO 32000-1, 7.5.7 and 8.9.5)."""
_HELD: Final = re.compile(
    r".*\.(?:jpe?g|png|gif|webp|bmp|tiff?|heic|avif|mp4|mkv|avi|mov|ipynb|npy|safetensors|pkl)",
    re.IGNORECASE,
)
_MOST_MEMBERS: Final = 20_000


def look_at(path: Path, *, largest: int) -> Stray | None:
    """Return what a file may be, `None` for one that holds no face as far as can be told.

    A link is not followed, and what is no file (a pipe, a socket, a device) is not read.

    Args:
        path: of the file.
        largest: bytes of the largest text or notebook that is looked through.
    """
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        with os.fdopen(os.open(path, os.O_RDONLY | _UNBLOCKED), "rb") as file:
            return _by_content(path, file, largest)
    except FileNotFoundError:
        return None  # gone meanwhile
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        return Stray(path, StrayKind.UNREADABLE, f"cannot be read ({reason})")


def _by_content(path: Path, file: BinaryIO, largest: int) -> Stray | None:
    head = file.read(HEAD)
    if (told := by_signature(head)) is not None:
        return Stray(path, *told)
    file.seek(0)
    return _by_name(path, file, head, largest)


def _by_name(path: Path, file: BinaryIO, head: bytes, largest: int) -> Stray | None:
    suffixes = [one.lower().rstrip("~#") for one in path.suffixes[-2:]] or [""]
    if suffixes[-1] in _PICKLES:
        return Stray(path, StrayKind.PICKLE, "stored objects, which are not opened here")
    if suffixes[-1] in _ARRAYS or head.startswith(b"\x93NUMPY"):
        return _array(path, file, suffixes[-1])
    if head.startswith(b"PK\x03\x04"):
        return _archive(path, file)
    edited = _EDITED.fullmatch(path.name) is not None
    if edited or head.startswith(_PDF) or {*suffixes} & {_NOTEBOOK, *_PAGES, *_TEXTS}:
        return _text(path, file, suffixes, edited=edited, largest=largest)
    return None


def _text(
    path: Path, file: BinaryIO, suffixes: list[str], *, edited: bool, largest: int
) -> Stray | None:
    """Look through a notebook, a page or another text."""
    if os.fstat(file.fileno()).st_size > largest:
        return Stray(path, StrayKind.NOT_LOOKED_AT, "too large to be looked through")
    kind, fault = _text_fault(file.read(largest), suffixes)
    if kind is StrayKind.NOTEBOOK and _CHECKPOINTS in path.parts:
        kind = StrayKind.CHECKPOINT
    return None if fault is None else Stray(path, StrayKind.EDITOR_COPY if edited else kind, fault)


def _text_fault(content: bytes, suffixes: list[str]) -> tuple[StrayKind, str | None]:
    """Return what a text is, and what in it may be a face."""
    if _NOTEBOOK in suffixes:
        return StrayKind.NOTEBOOK, _notebook_fault(content)
    if content.startswith(_PDF):
        held = any(mark in content for mark in _PDF_PICTURES)
        return StrayKind.PAGE, "a document that may have pictures in it" if held else None
    text = content.decode("utf-8", "replace")
    kind = StrayKind.PAGE if suffixes[-1] in _PAGES else StrayKind.TEXT
    shown = "a picture in it" if _SHOWN.search(text) else None
    return kind, shown or text_fault(text, rows=False)


def _notebook_fault(content: bytes) -> str | None:
    try:
        notebook = json.loads(content)
        cells = notebook.get("cells", [])
        sources = "\n".join(str(cell.get("source", "")) for cell in cells)
        taken = strip_notebook(notebook)
    except (ValueError, TypeError, AttributeError, RecursionError):
        # Cut short, or no notebook at all: looked through as any text.
        text = content.decode("utf-8", "replace")
        return "a picture in it" if _SHOWN.search(text) else text_fault(text, rows=False)
    if taken:
        return f"pictures or states of widgets in {len(taken):,} places"
    fault = text_fault(sources, rows=False)
    return None if fault is None else f"{fault} in what was typed"


def _array(path: Path, file: BinaryIO, suffix: str) -> Stray | None:
    try:
        headers = array_headers(file, suffix)
    except ValueError as error:
        return Stray(path, StrayKind.ARRAY, f"numbers that cannot be looked at: {error}")
    found = [words for header in headers if (words := could_be_faces(header)) is not None]
    return Stray(path, StrayKind.ARRAY, found[0]) if found else None


def _archive(path: Path, file: BinaryIO) -> Stray | None:
    """Look at the names in a ZIP archive, which documents of office programs are, too."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()[:_MOST_MEMBERS]
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return Stray(path, StrayKind.ARCHIVE, "an archive that cannot be looked into")
    held = sum(_HELD.fullmatch(name) is not None for name in names)
    return Stray(path, StrayKind.ARCHIVE, f"{held:,} pictures or the like in it") if held else None
