"""Manifests of watchlists: read whole, or refused whole with every faulty row named."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from list_values import entry_values

from workbench.bench.entry_files import COLUMNS, NEEDED, example_manifest, read_entries
from workbench.errors import RecordError

Manifest = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with some images, one of them in a folder of its own."""
    place = tmp_path / "images"
    (place / "NOM-2").mkdir(parents=True)
    for name in ("NOM-1.jpg", "NOM-2/front.jpg", "NOM-3.jpg"):
        (place / name).write_bytes(b"no image is opened here")
    return place


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    """Give a function that writes rows as CSV, with the columns named or those of the rows."""

    def write(*rows: dict[str, Any], columns: tuple[str, ...] | None = None) -> Path:
        text = io.StringIO()
        writer = csv.DictWriter(text, columns or tuple(dict.fromkeys(k for r in rows for k in r)))
        writer.writeheader()
        writer.writerows(rows)
        path = tmp_path / "entries.csv"
        path.write_text(text.getvalue(), "utf-8")
        return path

    return write


def as_words(**changes: Any) -> dict[str, Any]:
    """Values of an entry as a row of CSV gives them."""
    return entry_values(lawfully_held="yes", **changes)


def refused(path: Path, folder: Path) -> str:
    """Return what is said of a manifest that is refused."""
    with pytest.raises(RecordError) as caught:
        read_entries(path, folder)
    return str(caught.value)


@pytest.mark.parametrize("name", ["empty.csv", "empty.json"])
def test_an_empty_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.touch()
    assert f"{name} cannot be used" in refused(path, tmp_path)


def test_a_header_alone_and_an_empty_list(manifest: Manifest, tmp_path: Path) -> None:
    assert "holds no entry" in refused(manifest(columns=COLUMNS), tmp_path)
    path = tmp_path / "entries.json"
    path.write_text("[]")
    assert "holds no entry" in refused(path, tmp_path)


def test_the_columns_are_the_fields_of_an_entry() -> None:
    assert set(COLUMNS) == {
        "subject", "image", "category", "legal_basis", "source", "image_date", "under_18",
        "under_18_rationale", "rationale", "related_to", "relation", "lawfully_held",
    }  # fmt: skip
    assert set(NEEDED) == {
        "subject", "image", "category", "legal_basis", "source", "rationale", "lawfully_held",
    }  # fmt: skip


def test_rows_become_entries_with_their_images(manifest: Manifest, folder: Path) -> None:
    path = manifest(
        as_words(),
        as_words(
            subject="NOM-2",
            image="NOM-2/front.jpg",
            under_18="Yes",
            under_18_rationale="Aged 16, wanted for robbery.",
        ),
        as_words(subject="NOM-3", image="NOM-3.jpg", image_date="", under_18="no"),
    )
    first, second, third = read_entries(path, folder)
    assert first.entry.image_date == date(2026, 2, 11)
    assert (second.entry.image, second.image) == ("front.jpg", folder / "NOM-2" / "front.jpg")
    assert second.entry.under_18
    assert (third.entry.image_date, third.entry.under_18) == (None, False)
    assert first.entry.lawfully_held


def test_json_says_the_same(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "entries.json"
    path.write_text(json.dumps([entry_values(), entry_values(image="NOM-3.jpg", under_18=False)]))
    assert [one.entry.image for one in read_entries(path, folder)] == ["NOM-1.jpg", "NOM-3.jpg"]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_example_can_be_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"example.{kind}"
    path.write_text(example_manifest(kind), "utf-8")
    for name in ("NOM-104422.jpg", "NOM-208813-a.jpg", "NOM-300127.jpg"):
        (tmp_path / name).touch()
    assert len(read_entries(path, tmp_path)) == 3


def test_a_byte_order_mark_and_other_line_ends(manifest: Manifest, folder: Path) -> None:
    path = manifest(as_words())
    text = path.read_text("utf-8").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert len(read_entries(path, folder)) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"source": "passport"}, "images of passports and driving licences are never used"),
        ({"source": "google"}, "images from the open web"),
        ({"category": "other"}, "too broad a discretion"),
        ({"category": ""}, "category: field required"),
        ({"legal_basis": "hunch"}, "legal_basis: "),
        ({"under_18": "yes"}, "say why a person under 18 must be on the list"),
        ({"under_18": "perhaps"}, "under_18: "),
        ({"lawfully_held": "no"}, "only images that the police lawfully hold"),
        ({"lawfully_held": ""}, "lawfully_held: field required"),
        ({"image_date": "11/02/2026"}, "year-month-day"),
        ({"subject": "../etc"}, "subject: "),
        ({"subject": "<b>x</b>"}, "subject: "),
        ({"rationale": "x" * 10_001}, "rationale: "),
        ({"rationale": "\x1b[31mred"}, "cannot be shown"),
        ({"image": "missing.jpg"}, "there is no such file"),
        ({"image": "../entries.csv"}, "must lie in the folder of images"),
        ({"image": "/etc/passwd"}, "must lie in the folder of images"),
        ({"image": "C:\\faces\\a.jpg"}, "must lie in the folder of images"),
        ({"image": "NOM-2"}, "there is no such file"),
        ({"image": "a\0b/NOM-1.jpg"}, "there is no such file"),
    ],
    ids=lambda one: (
        next(iter(f"{k}={v}"[:30] for k, v in one.items())) if isinstance(one, dict) else None
    ),
)
def test_a_row_that_is_refused(
    changes: dict[str, Any], reason: str, manifest: Manifest, folder: Path
) -> None:
    said = refused(manifest(as_words(), as_words(subject="NOM-2") | changes), folder)
    assert "one of its rows is refused, so none was read: line 3: " in said
    assert reason in said
    for value in changes.values():
        if len(value) > 20:
            assert value not in said


def test_every_refused_row_is_named(manifest: Manifest, folder: Path) -> None:
    rows = [as_words(), *(as_words(source="passport") for _ in range(3)), as_words(image="no.jpg")]
    said = refused(manifest(*rows, as_words(source="passport")), folder)
    assert "5 of its rows are refused, so none was read" in said
    assert "lines 3 to 5, 7: source: images of passports" in said
    assert "line 6: image: there is no such file" in said
    assert said.count("passports") == 1


def test_lines_are_those_of_the_file(folder: Path, manifest: Manifest) -> None:
    long = as_words(rationale="one line\nand another\nand a third")
    said = refused(manifest(long, as_words(source="passport")), folder)
    assert "line 5: source" in said


def test_an_image_that_a_link_leads_out_to(folder: Path, manifest: Manifest) -> None:
    (folder / "link.jpg").symlink_to(folder.parent / "entries.csv")
    (folder / "circle.jpg").symlink_to(folder / "circle.jpg")
    said = refused(manifest(as_words(image="link.jpg"), as_words(image="circle.jpg")), folder)
    assert "line 2: image: must lie in the folder" in said
    assert "line 3: image: there is no such file" in said


def test_columns_that_nobody_asked_for(manifest: Manifest, folder: Path) -> None:
    said = refused(manifest(as_words(ethnicity="x")), folder)
    assert "an entry has no 'ethnicity'" in said
    assert "nothing else is kept of anybody" in said


def test_columns_that_are_missing_or_there_twice(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "entries.csv"
    path.write_text("subject,image\nNOM-1,NOM-1.jpg\n")
    assert "it has no column category, legal_basis, source, rationale, lawfully_held" in refused(
        path, folder
    )
    path.write_text(",".join((*COLUMNS, "subject")) + "\n")
    assert "it has column subject twice" in refused(path, folder)
    path.write_text(";".join(COLUMNS) + "\n")
    assert "parted by semicolons" in refused(path, folder)


def test_rows_that_are_no_rows(folder: Path, tmp_path: Path, manifest: Manifest) -> None:
    path = manifest(as_words())
    path.write_text(path.read_text() + "NOM-2,NOM-1.jpg\n\n,,,\n")
    assert "line 3: has 2 cells, and the header 8" in refused(path, folder)
    path.write_text(",".join(NEEDED) + '\n"unfinished\n')
    assert "line 2 is no CSV" in refused(path, folder)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "cannot be read as JSON"),
        ("{}", "no list of objects"),
        ("[1]", "entry 1: is no object"),
        ('[{"subject": "a", "subject": "b"}]', "gives a key twice"),
        ('[{"face": "a"}]', "entry 1: an entry has no 'face'"),
        ("[" * 100_000, "cannot be read as JSON"),
        ('[{"image": 7}]', "entry 1: subject: field required"),
    ],
    ids=lambda one: one[:20],
)
def test_json_that_is_no_manifest(text: str, reason: str, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "entries.json"
    path.write_text(text)
    assert reason in refused(path, folder)


def test_files_that_are_no_manifest(folder: Path, tmp_path: Path) -> None:
    assert "cannot be read (No such file" in refused(tmp_path / "missing.csv", folder)
    assert "cannot be read" in refused(tmp_path, folder)
    path = tmp_path / "entries.csv"
    path.write_bytes(b"\xff\xfe\x00")
    assert "not text in UTF-8" in refused(path, folder)
    other = tmp_path / "entries.xlsx"
    other.touch()
    assert "neither in .csv nor in .json" in refused(other, folder)
