"""The search for leftovers: everything that may hold a face is named, and nothing is touched."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workbench.errors import UsageError
from workbench.governance.certificates import Leftover
from workbench.governance.text import LONGEST_LINE
from workbench.records.leftovers import SweepLimits, find_leftovers, find_strays
from workbench.records.sweep import StrayKind

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
ENCODED = base64.b64encode(bytes(range(256)) * 4).decode()
SHOWN = {"output_type": "display_data", "metadata": {}, "data": {"image/png": ENCODED}}
NOTEBOOK = json.dumps(
    {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [{"cell_type": "code", "metadata": {}, "source": "x", "outputs": [SHOWN]}],
    }
).encode()
PAGE = f"<img src='data:image/jpeg;base64,{ENCODED}'>".encode()
BENCH = b'{"format": "lfr-workbench-bench/1"}'
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def put(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def kinds(folder: Path, bench: Path | None = None) -> dict[str, str]:
    return {
        stray.path.relative_to(folder).as_posix(): stray.kind.value
        for stray in find_strays(folder, bench=bench)
    }


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert find_leftovers(tmp_path) == []
    assert find_strays(tmp_path) == []


def test_everything_is_found_wherever_it_lies(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "a.ipynb": NOTEBOOK,
            ".ipynb_checkpoints/a-checkpoint.ipynb": NOTEBOOK,
            "deep/er/still/face.png": PNG,
            ".hidden/page.html": PAGE,
            "clean.ipynb": b'{"nbformat": 4, "metadata": {}, "cells": []}',
            "code.py": b"print(1)",
        },
    )
    assert kinds(tmp_path) == {
        "a.ipynb": "notebook",
        ".ipynb_checkpoints/a-checkpoint.ipynb": "notebook-checkpoint",
        "deep/er/still/face.png": "picture",
        ".hidden/page.html": "page",
    }


def test_nothing_is_changed(tmp_path: Path) -> None:
    put(tmp_path, {"a.ipynb": NOTEBOOK, ".Trash-1000/files/face.png": PNG})

    def state() -> list[tuple[str, int, str]]:
        files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
        return [
            (str(f), f.stat().st_mtime_ns, hashlib.sha256(f.read_bytes()).hexdigest())
            for f in files
        ]

    before = state()
    find_leftovers(tmp_path, now=NOW)
    assert state() == before


@pytest.mark.parametrize("name", [".Trash-1000", ".Trash", "Trash", ".Trashes", "$RECYCLE.BIN"])
def test_a_trash_folder_is_named_as_a_whole(tmp_path: Path, name: str) -> None:
    put(tmp_path, {f"{name}/files/face.png": PNG})
    (stray,) = find_strays(tmp_path)
    assert (stray.path, stray.kind) == (tmp_path / name, StrayKind.TRASH)


def test_an_empty_trash_folder_is_fine(tmp_path: Path) -> None:
    (tmp_path / ".Trash-1000").mkdir()
    assert find_strays(tmp_path) == []


def test_an_output_that_was_not_finished_is_named(tmp_path: Path) -> None:
    put(tmp_path, {".result.partial-x1/redacted.mp4": b"half"})
    (stray,) = find_strays(tmp_path)
    assert stray.kind is StrayKind.UNFINISHED


def test_an_export_is_called_one(tmp_path: Path) -> None:
    marker = {"format": "workbench-output/1", "command": "search", "files": ["alerts.html"]}
    put(
        tmp_path,
        {
            "result/.workbench-output.json": json.dumps(marker).encode(),
            "result/alerts.html": PAGE,
            "result/added.html": PAGE,
            "other/.workbench-output.json": b"no json",
            "other/alerts.html": PAGE,
        },
    )
    exported = {stray.path.name for stray in find_strays(tmp_path) if "exported by" in stray.why}
    assert exported == {"alerts.html"}
    assert len(find_strays(tmp_path)) == 3


@pytest.mark.parametrize("name", [".git", ".venv", "node_modules", "site-packages"])
def test_what_was_installed_or_committed_is_passed_by(tmp_path: Path, name: str) -> None:
    put(tmp_path, {f"{name}/face.png": PNG})
    assert find_strays(tmp_path) == []


def test_a_bench_is_passed_by(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "bench/bench.json": BENCH,
            "bench/objects/face.png": PNG,
            "no-bench/bench.json": b'{"made": "up"}',
            "no-bench/face.png": PNG,
            "named/face.png": PNG,
        },
    )
    assert kinds(tmp_path, bench=tmp_path / "named") == {"no-bench/face.png": "picture"}
    assert set(kinds(tmp_path)) == {"no-bench/face.png", "named/face.png"}
    assert find_strays(tmp_path / "bench") == []


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    put(outside, {"face.png": PNG})
    inside.mkdir()
    (inside / "folder").symlink_to(outside)
    (inside / "face.png").symlink_to(outside / "face.png")
    (inside / "circle").symlink_to(inside)
    (inside / "broken").symlink_to(tmp_path / "nothing")
    assert find_strays(inside) == []


def test_a_folder_that_cannot_be_read_is_reported(
    open_folder: Path, powerless: Callable[[], AbstractContextManager[None]]
) -> None:
    put(open_folder, {"closed/face.png": PNG, "open/face.png": PNG})
    (open_folder / "closed").chmod(0)
    with powerless():
        found = kinds(open_folder)
    assert found == {"closed": "unreadable", "open/face.png": "picture"}


@pytest.mark.parametrize(
    "limits", [SweepLimits(seconds=-1), SweepLimits(files=3), SweepLimits(findings=3)]
)
def test_where_the_search_ends_early_it_says_so(tmp_path: Path, limits: SweepLimits) -> None:
    put(tmp_path, {f"{number}.png": PNG for number in range(9)})
    found = find_strays(tmp_path, limits=limits)
    assert found[-1].kind is StrayKind.NOT_LOOKED_AT
    assert "the search ended after" in found[-1].why
    assert len(found) == (1 if limits.seconds < 0 else 4)


def test_a_text_that_is_too_large_is_reported(tmp_path: Path) -> None:
    put(tmp_path, {"a.ipynb": NOTEBOOK})
    (stray,) = find_strays(tmp_path, limits=SweepLimits(text_bytes=100))
    assert stray.kind is StrayKind.NOT_LOOKED_AT


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(days=400), "; last changed 400 days ago"),
        (timedelta(days=1, hours=1), "; last changed 1 day ago"),
        (timedelta(hours=1), "; last changed 0 days ago"),
        (timedelta(hours=-1), "; last changed after now, by its own account"),
    ],
)
def test_a_certificate_lists_what_and_how_old(tmp_path: Path, age: timedelta, words: str) -> None:
    put(tmp_path, {"face.png": PNG})
    moment = (NOW - age).timestamp()
    os.utime(tmp_path / "face.png", (moment, moment))
    assert find_leftovers(tmp_path, now=NOW) == [
        Leftover(where=str(tmp_path / "face.png"), what=f"picture: by its first bytes{words}")
    ]


@pytest.mark.parametrize(
    "name", ["tab\there.png", "line\nhere.png", "\u202egnp.png", " face .png ", b"\xff.png"]
)
def test_every_name_can_be_recorded(tmp_path: Path, name: str | bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + os.fsencode(name)))
    path.write_bytes(PNG)
    (found,) = find_leftovers(tmp_path)
    assert found.where.isprintable()
    assert len(found.what) <= LONGEST_LINE


@pytest.mark.parametrize("name", ["nothing", "a file"])
def test_what_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a file").touch()
    with pytest.raises(UsageError, match=r"is no folder\. Name the folder of the project"):
        find_leftovers(tmp_path / name)
