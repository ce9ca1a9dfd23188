"""Images that are there twice are found, and nothing outside the folder is looked at."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from workbench.errors import CollectionError
from workbench.images import ImageLimits
from workbench.retrospective.image_copies import image_copies
from workbench.retrospective.image_folder import ImageFolder
from workbench.retrospective.manifests import References

LIMITS = ImageLimits(max_bytes=100_000)


def found(folder: Path, *rows: tuple[str, str]) -> dict[int, str]:
    references = References.validate(
        pl.DataFrame(
            {
                "row": range(1, len(rows) + 1),
                "path": [path for path, _ in rows],
                "subject": [subject for _, subject in rows],
                "image_date": [date(2025, 2, 11)] * len(rows),
                "source": ["custody"] * len(rows),
                "legal_basis": ["police-function"] * len(rows),
            },
            schema_overrides={"path": pl.String, "subject": pl.String, "image_date": pl.Date},
        ),
        cast=True,
    )
    return image_copies(references, ImageFolder(folder), LIMITS)


def test_no_image_and_one_image(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"a")
    assert found(tmp_path) == {}
    assert found(tmp_path, ("a.jpg", "NOM-1")) == {}


def test_a_second_copy_of_one_person_is_refused_and_the_first_is_not(tmp_path: Path) -> None:
    for name, content in (("a", b"same"), ("b", b"else"), ("c", b"same"), ("d", b"same")):
        (tmp_path / f"{name}.jpg").write_bytes(content * 5_000)
    assert found(tmp_path, *((f"{name}.jpg", "NOM-1") for name in "abcd")) == {
        3: "is the same image as row 1; one is enough",
        4: "is the same image as row 1; one is enough",
    }


def test_one_image_of_two_people_is_refused_for_all_of_them(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.jpg").write_bytes(b"same")
    rows = ("a.jpg", "NOM-1"), ("b.jpg", "NOM-2"), ("c.jpg", "NOM-1")
    remedy = "keep it under the person it shows"
    assert found(tmp_path, *rows) == {
        1: f"is the same image as row 2 of NOM-2, row 3 of NOM-1; {remedy}",
        2: f"is the same image as row 1 of NOM-1, row 3 of NOM-1; {remedy}",
        3: f"is the same image as row 1 of NOM-1, row 2 of NOM-2; {remedy}",
    }


def test_of_many_copies_some_are_named(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.jpg").write_bytes(b"same")
    reasons = found(tmp_path, *((f"{number}.jpg", f"NOM-{number}") for number in range(9)))
    assert len(reasons) == 9
    assert "row 6 of NOM-5 and 3 more; keep" in reasons[1]


@pytest.mark.parametrize("where", [0, 30_000, 59_999])
def test_one_different_byte_anywhere_makes_another_image(tmp_path: Path, where: int) -> None:
    content = bytearray(60_000)
    (tmp_path / "a.jpg").write_bytes(content)
    content[where] = 1
    (tmp_path / "b.jpg").write_bytes(content)
    assert found(tmp_path, ("a.jpg", "NOM-1"), ("b.jpg", "NOM-2")) == {}


def test_what_is_no_file_empty_or_too_large_is_left_to_whoever_reads_it(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.jpg").write_bytes(b"")
        (tmp_path / f"{name}.png").write_bytes(bytes(LIMITS.max_bytes + 1))
        (tmp_path / f"{name}.gif").mkdir()
        os.mkfifo(tmp_path / f"{name}.bmp")
    rows = [(f"{name}.{kind}", "NOM-1") for name in "abc" for kind in ("jpg", "png", "gif", "bmp")]
    assert found(tmp_path, *rows) == {}


def test_a_link_within_the_folder_is_followed_and_one_out_of_it_is_not(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "in-not"
    for folder in (inside / "a", outside):
        folder.mkdir(parents=True)
        (folder / "1.jpg").write_bytes(b"same")
    (inside / "near.jpg").symlink_to("a/1.jpg")
    (inside / "far.jpg").symlink_to(outside / "1.jpg")
    (inside / "b").symlink_to(outside)
    (inside / "circle.jpg").symlink_to("circle.jpg")
    (tmp_path / "other").symlink_to(inside)
    folder = ImageFolder(tmp_path / "other")
    assert folder.root == inside
    assert folder.file("near.jpg") == folder.file("a/1.jpg") == (inside / "a" / "1.jpg", "")
    assert folder.file("missing.jpg") == (inside / "missing.jpg", "")
    for path in ("far.jpg", "b/1.jpg", "b/missing.jpg"):
        place, why = folder.file(path)
        assert place is None
        assert "a symbolic link leads it out of the folder" in why
    rows = ("a/1.jpg", "NOM-1"), ("far.jpg", "NOM-2"), ("b/1.jpg", "NOM-3"), ("circle.jpg", "NOM-4")
    assert found(inside, *rows) == {}
    assert found(inside, *rows, ("near.jpg", "NOM-1")).keys() == {5}


def test_many_folders_are_not_all_remembered(tmp_path: Path) -> None:
    folder = ImageFolder(tmp_path)
    for number in range(1_100):
        assert folder.file(f"{number}/a.jpg") == (tmp_path / str(number) / "a.jpg", "")
    assert len(folder._places) <= 1_024


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "circle").symlink_to("circle")
    for name in ("nowhere", "circle"):
        with pytest.raises(CollectionError, match=f"{name}: the folder of the images cannot be re"):
            ImageFolder(tmp_path / name)
    with pytest.raises(CollectionError, match="file: this is no folder"):
        ImageFolder(tmp_path / "file")
