"""Looking through a project folder for what may hold a face and lies outside the vault.

Notebooks keep outputs, their checkpoints keep the outputs of yesterday, editors keep copies, a
crash keeps memory, and an export that was saved once stays where it was saved. What is found is
reported for a person to look at; nothing is removed, since a picture in a folder may be anybody's.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from workbench.errors import UsageError
from workbench.governance.certificates import Leftover
from workbench.governance.text import LONGEST_LINE
from workbench.records.sweep import Stray, StrayKind, look_at

__all__ = ["SweepLimits", "find_leftovers", "find_strays"]

_PASSED_BY: Final = frozenset(
    {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", "site-packages"}
)
_BENCH: Final = "bench.json"
_BENCH_FORMAT: Final = "lfr-workbench-bench/"
"""What the file says in a folder that is a bench: what lies in there is sealed."""

_MARKER: Final = ".workbench-output.json"
"""In a folder that a command of the workbench wrote."""

_TRASH: Final = re.compile(r"\.?trash(?:es|-\d+)?|\$recycle\.bin|recycler", re.IGNORECASE)
_PARTIAL: Final = re.compile(r"\..+\.partial-.+")
_EXPORTED: Final = frozenset({StrayKind.PAGE, StrayKind.PICTURE, StrayKind.VIDEO})
_LARGEST_MARKER: Final = 2**20


@dataclass(frozen=True, slots=True)
class SweepLimits:
    """How far a search goes; where it ends early, its last finding says so.

    Attributes:
        seconds: of searching.
        files: looked at.
        findings: reported.
        text_bytes: of the largest text or notebook that is looked through.
    """

    seconds: float = 300.0
    files: int = 1_000_000
    findings: int = 10_000
    text_bytes: int = 64 * 2**20


def find_leftovers(
    folder: Path, *, bench: Path | None = None, now: datetime | None = None
) -> list[Leftover]:
    """Return what in a folder and below may hold a face, as certificates list it.

    Args:
        folder: of a project.
        bench: folder of the bench, which is passed by; so is every other folder that is one.
        now: the moment; each finding then says how long ago it was last changed.

    Raises:
        UsageError: when it is no folder that can be read.
    """
    return [
        Leftover(where=_shown(stray.path), what=_line(stray, now))
        for stray in find_strays(folder, bench=bench)
    ]


def find_strays(
    folder: Path, *, bench: Path | None = None, limits: SweepLimits | None = None
) -> list[Stray]:
    """Return what in a folder and below may hold a face, by path.

    Looked at are notebooks and their checkpoints, pages, texts with encoded bytes, pictures,
    videos, arrays, stored objects, archives, core dumps, copies of editors and trash folders.
    Links are not followed. What cannot be read, and where the search had to end, is reported too.
    Folders of version control and of installed programs are passed by: what was committed with a
    face in it stays in the history.

    Args:
        folder: of a project.
        bench: folder of the bench, which is passed by; so is every other folder that is one.
        limits: how far to go.

    Raises:
        UsageError: when it is no folder that can be read.
    """
    if not folder.is_dir():
        msg = f"{_shown(folder)} is no folder. Name the folder of the project."
        raise UsageError(msg)
    limits = limits or SweepLimits()
    found: list[Stray] = []
    until = time.monotonic() + limits.seconds
    for looked_at, place in enumerate(_places(folder, bench)):
        late = time.monotonic() > until
        if late or looked_at >= limits.files or len(found) >= limits.findings:
            why = f"the search ended after {looked_at:,} files: this and what follows is not known"
            path = place.path if isinstance(place, Stray) else place
            return [*found, Stray(path, StrayKind.NOT_LOOKED_AT, why)]
        stray = place if isinstance(place, Stray) else look_at(place, largest=limits.text_bytes)
        if stray is not None:
            found.append(_of_export(stray))
    return found


def _places(folder: Path, bench: Path | None) -> Iterator[Path | Stray]:
    """Give the files of a folder and below in order, and what is told of a folder by itself."""
    own = None if bench is None else _identity(bench)
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            why = f"a folder that cannot be looked into ({error.strerror})"
            yield Stray(here, StrayKind.UNREADABLE, why)
            continue
        if own is not None and _identity(here) == own:
            continue
        if any(entry.name == _BENCH for entry in entries) and _is_bench(here / _BENCH):
            continue
        folders = []
        for entry in entries:
            path = Path(entry.path)
            if not _is_folder(entry):
                yield path
            elif entry.name not in _PASSED_BY:
                told = _of_folder(path)
                folders += [] if told else [path]
                yield from [told] if told else []
        waiting += reversed(folders)


def _of_folder(path: Path) -> Stray | None:
    """Return what is told of a whole folder by its name, if there is anything in it."""
    kind, what = None, ""
    if _TRASH.fullmatch(path.name):
        kind, what = StrayKind.TRASH, "deleted files"
    elif _PARTIAL.fullmatch(path.name):
        kind, what = StrayKind.UNFINISHED, "files of an output that was not finished"
    if kind is None:
        return None
    try:
        count = sum(1 for _ in path.iterdir())
    except OSError:
        return None  # looked into like any other, and reported there
    return Stray(path, kind, f"{count:,} {what}") if count else None


def _of_export(stray: Stray) -> Stray:
    """Say of a page, picture or video that a command of the workbench wrote it, if one did."""
    if stray.kind not in _EXPORTED:
        return stray
    told = _small_json(stray.path.parent / _MARKER)
    files = told.get("files")
    if not isinstance(files, list) or stray.path.name not in files:
        return stray
    return Stray(stray.path, stray.kind, f"{stray.why}, exported by the workbench")


def _is_bench(file: Path) -> bool:
    return str(_small_json(file).get("format", "")).startswith(_BENCH_FORMAT)


def _small_json(file: Path) -> dict[str, Any]:
    """Return what a small file holds, nothing where it is none or holds no JSON object."""
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > _LARGEST_MARKER:
            return {}
        told = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _line(stray: Stray, now: datetime | None) -> str:
    age = "" if now is None else _age(stray.path, now)
    return f"{stray.kind}: {stray.why}"[: LONGEST_LINE - len(age)] + age


def _age(path: Path, now: datetime) -> str:
    try:
        changed = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return ""
    days = (now - changed).days
    if days < 0:
        return "; last changed after now, by its own account"
    return f"; last changed {days:,} days ago" if days != 1 else "; last changed 1 day ago"


def _shown(path: Path) -> str:
    """Return a path as a record can hold it: characters that cannot be shown as escapes."""
    text = str(path)
    return text if text.isprintable() else ascii(text)[1:-1]
