"""Folders of people: what is a photograph, and what is refused and why."""

from __future__ import annotations

import os
import unicodedata
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from workbench.errors import WatchlistError
from workbench.matching.person_folders import Refusal, person_folders, subject_fault


def _touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(WatchlistError, match="there is no folder of a person in it"):
        person_folders(tmp_path)


def test_only_images_without_a_person(tmp_path: Path) -> None:
    _touch(tmp_path / "a.jpg")
    with pytest.raises(WatchlistError, match="there is no folder of a person in it"):
        person_folders(tmp_path)


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_no_folder(tmp_path: Path, kind: str) -> None:
    if kind == "file":
        _touch(tmp_path / "file")
    with pytest.raises(WatchlistError, match=f"{kind}: the folder to enrol from cannot be read"):
        person_folders(tmp_path / kind)


def test_unreadable_person(tmp_path: Path, as_nobody: AbstractContextManager[None]) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a").chmod(0)
    with as_nobody:
        photographs, refused = person_folders(tmp_path)
    (tmp_path / "a").chmod(0o700)
    assert photographs == []
    assert [one.reason for one in refused] == [
        "the folder cannot be read (Permission denied); check its permissions"
    ]


def test_people_and_what_lies_beside(tmp_path: Path) -> None:
    _touch(
        tmp_path / "b" / "2.PNG",
        tmp_path / "b" / "1.jpg",
        tmp_path / "b" / "notes.txt",
        tmp_path / "b" / ".hidden.jpg",
        tmp_path / "b" / "deeper" / "3.jpg",
        tmp_path / "a" / "z.jpeg",
        tmp_path / ".hidden" / "x.jpg",
        tmp_path / "loose.jpg",
        tmp_path / ".loose.jpg",
    )
    (tmp_path / "nobody").mkdir()
    photographs, refused = person_folders(tmp_path)
    assert [(one.subject, one.path.name) for one in photographs] == [
        ("a", "z.jpeg"),
        ("b", "1.jpg"),
        ("b", "2.PNG"),
    ]
    reasons = {str(one.path.relative_to(tmp_path)): (one.subject, one.reason) for one in refused}
    assert set(reasons) == {"b/notes.txt", "b/deeper", "loose.jpg", "nobody"}
    assert reasons["b/notes.txt"][0] == "b"
    assert reasons["b/notes.txt"][1].startswith("is not an image file (")
    assert reasons["b/deeper"][1].startswith("is a folder inside a person's folder")
    assert reasons["loose.jpg"] == (
        None,
        "lies in no person's folder; move it into one named after the person",
    )
    assert reasons["nobody"] == ("nobody", "the folder holds no image")


def test_names_are_in_form_c(tmp_path: Path) -> None:
    composed = "Zoë Ångström"
    _touch(tmp_path / unicodedata.normalize("NFD", composed) / "1.jpg", tmp_path / "山田" / "1.jpg")
    photographs, refused = person_folders(tmp_path)
    assert [one.subject for one in photographs] == [composed, "山田"]
    assert refused == []
    assert all(one.path.is_file() for one in photographs)


@pytest.mark.parametrize("name", [b"line\nbreak", b"\xff\xfe", b"bell\x07"])
def test_names_that_cannot_be_shown(tmp_path: Path, name: bytes) -> None:
    folder = os.fsencode(tmp_path)
    try:
        for place in (name, b"a"):
            Path(os.fsdecode(folder + b"/" + place)).mkdir()
        for place in (b"/" + name + b"/1.jpg", b"/a/" + name + b".jpg"):
            os.close(os.open(folder + place, os.O_CREAT | os.O_WRONLY))
    except OSError:
        pytest.skip("this file system refuses such names itself")
    photographs, refused = person_folders(tmp_path)
    assert photographs == []
    assert len(refused) == 3
    assert all(str(one).isprintable() for one in refused)
    assert sum("characters that cannot be shown; rename it" in one.reason for one in refused) == 2


@pytest.mark.parametrize("name", ["", " ", "\t"])
def test_a_person_needs_a_name(name: str) -> None:
    assert subject_fault(name) == "the person has no name; give one"


def test_refusals_read_as_one_line() -> None:
    assert str(Refusal(Path("a/b.jpg"), "a", "no face found")) == "a/b.jpg: no face found"
