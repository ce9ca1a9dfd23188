"""Manifests of collections: what may be imported is, what may not is listed with the reason."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workbench.errors import RecordError
from workbench.images import encode_png
from workbench.retrospective.manifests import COLUMNS, Manifest, manifest_of, read_manifest

TODAY = date(2026, 11, 26)
GOOD = ("a/1.jpg", "NOM-1", "2025-02-11", "custody", "police-function")


def written(tmp_path: Path, *rows: tuple[str | None, ...], kind: str = "csv") -> Path:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    path = tmp_path / f"manifest.{kind}"
    if kind == "csv":
        frame.write_csv(path)
    else:
        frame.with_columns(pl.col("image_date").str.to_date(strict=False)).write_parquet(path)
    return path


def read(tmp_path: Path, *rows: tuple[str | None, ...], kind: str = "csv") -> Manifest:
    return read_manifest(written(tmp_path, *rows, kind=kind), today=TODAY)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_good_rows_are_taken_in_their_order(tmp_path: Path, kind: str) -> None:
    second = ("b/2.PNG", "NOM-1", None, "Partner agency", "Police_Function")
    manifest = read(tmp_path, GOOD, second, kind=kind)
    assert manifest.refusals.is_empty()
    assert manifest.references.rows() == [
        (1, "a/1.jpg", "NOM-1", date(2025, 2, 11), "custody", "police-function"),
        (2, "b/2.PNG", "NOM-1", None, "partner-agency", "police-function"),
    ]


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("path", "", "path is empty"),
        ("path", "../1.jpg", "must lead into the folder of the collection"),
        ("path", "/etc/1.jpg", "must lead into the folder of the collection"),
        ("path", "a/./1.jpg", "must lead into the folder of the collection"),
        ("path", "a\\1.jpg", "holds a sign that no path here may have"),
        ("path", "a/\x1b[2J.jpg", "holds a sign that no path here may have"),
        ("path", "a" * 1_000 + ".jpg", "or is too long"),
        ("path", "a/notes.txt", "path is of no kind of image"),
        ("path", "a/jpg", "path is of no kind of image"),
        ("subject", "", "subject must be 1 to 100"),
        ("subject", "José Núñez", "subject must be 1 to 100"),
        ("image_date", "11/02/2025", "image_date is no day"),
        ("image_date", "2025-02-30", "image_date is no day"),
        ("image_date", "2026-11-27", "lies in the future"),
        ("image_date", "1899-12-31", "lies before 1900"),
        ("source", "passport", "images of passports and driving licences are never used"),
        ("source", "facebook", "images from the open web or social media are never used"),
        ("source", "other", "this image source cannot be used"),
        ("source", "", "this image source cannot be used"),
        ("source", "staff-consent", "staff consented to the blue list alone"),
        ("source", "demonstration-sample", "source and legal_basis of a demonstration"),
        ("legal_basis", "because", "legal_basis must be one of police-function"),
        ("legal_basis", "", "legal_basis must be one of police-function"),
    ],
)
def test_a_row_that_the_rules_refuse_is_listed_and_the_others_are_taken(
    tmp_path: Path, column: str, value: str, why: str
) -> None:
    bad = list(GOOD)
    bad[0] = "b/2.jpg"
    bad[COLUMNS.index(column)] = value
    manifest = read(tmp_path, GOOD, tuple(bad), ("c/3.jpg", *GOOD[1:]))
    assert manifest.references["row"].to_list() == [1, 3]
    ((row, path, said),) = manifest.refusals.rows()
    assert row == 2
    assert why in said
    assert len(path) <= 200
    assert path.isprintable()


def test_the_same_image_twice_is_taken_once_and_one_subject_may_have_many(tmp_path: Path) -> None:
    manifest = read(tmp_path, GOOD, ("b/2.jpg", *GOOD[1:]), GOOD)
    assert manifest.references["row"].to_list() == [1, 2]
    assert manifest.refusals.rows() == [(3, "a/1.jpg", "path is that of row 1 again")]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("m.txt", b"path\n", "ends neither in .csv nor in .parquet"),
        ("m.csv", b"", "it is no CSV that can be read"),
        ("m.csv", b"path,subject\na.jpg,1\n", "it has no column source, legal_basis"),
        ("m.csv", b"path,subject,source,legal_basis\n", "it holds no row"),
        ("m.csv", b"path,subject,source,legal_basis\n\xff\xfe,b,c,d\n", "it is no CSV that can be"),
        ("m.csv", b"path,subject,source,legal_basis\na,b,c,d,e,f\n", "it is no CSV that can be"),
        ("m.parquet", b"path,subject\n", "it is no PARQUET that can be read"),
    ],
)
def test_a_file_that_is_no_manifest_is_refused_whole(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RecordError) as refused:
        read_manifest(path, today=TODAY)
    assert why in str(refused.value)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("value", [["Tony_Blair"], b"Tony_Blair\xff", timedelta(days=1)])
def test_a_column_that_holds_no_text_is_named_and_nothing_of_it(
    tmp_path: Path, value: object
) -> None:
    row = dict(zip(COLUMNS, GOOD, strict=True)) | {"subject": value}
    path = tmp_path / "m.parquet"
    pl.DataFrame([row]).write_parquet(path)
    with pytest.raises(RecordError, match="column subject holds no text") as caught:
        read_manifest(path, today=TODAY)
    assert "Blair" not in str(caught.value)


def test_nobody_who_is_in_a_file_that_cannot_be_read_is_in_what_is_said_of_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "m.csv"
    path.write_text(f'{",".join(COLUMNS)}\n"Tony_Blair.jpg,NOM-1\n')
    with pytest.raises(RecordError, match="it is no CSV that can be read") as caught:
        read_manifest(path, today=TODAY)
    assert "Blair" not in str(caught.value)


def test_a_header_of_a_million_columns_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(",".join((*COLUMNS, *("more" for _ in range(1_000_000)))) + "\n")
    began = time.monotonic()
    with pytest.raises(RecordError, match="its header is longer than"):
        read_manifest(path, today=TODAY)
    assert time.monotonic() - began < 5


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for name in ("m.csv", "m.parquet"):
        with pytest.raises(RecordError, match="it cannot be read"):
            read_manifest(tmp_path / name, today=TODAY)


def test_of_a_hundred_thousand_rows_one_in_a_hundred_broken_the_others_are_taken(
    tmp_path: Path,
) -> None:
    count = 100_000
    broken = np.arange(count) % 100 == 7
    pl.DataFrame(
        {
            "path": [f"{row // 1000}/{row}.jpg" for row in range(count)],
            "subject": [f"NOM-{row}" for row in range(count)],
            "image_date": np.where(broken, "yesterday", "2025-02-11"),
            "source": ["custody"] * count,
            "legal_basis": ["police-function"] * count,
        }
    ).write_csv(tmp_path / "m.csv")
    manifest = read_manifest(tmp_path / "m.csv", today=TODAY)
    assert manifest.references.height == count - broken.sum()
    assert manifest.refusals["row"].to_list() == (np.flatnonzero(broken) + 1).tolist()


def test_a_folder_is_of_people_by_folder_or_by_file(tmp_path: Path) -> None:
    picture = encode_png(np.zeros((4, 4, 3), np.uint8))
    for name in ("NOM-1/a.png", "NOM-1/b.png", "NOM-2/c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(picture)
    (tmp_path / "NOM-2" / "notes.txt").write_text("nothing")

    def subjects(by: str) -> list[str]:
        made = manifest_of(
            tmp_path, source="custody", legal_basis="police-function", today=TODAY, subject=by
        )
        return made.references["subject"].to_list()

    assert subjects("folder") == ["NOM-1", "NOM-1", "NOM-2"]
    assert subjects("file") == ["a", "b", "c"]
    with pytest.raises(RecordError, match="images of passports"):
        manifest_of(tmp_path, source="passport", legal_basis="police-function", today=TODAY)
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecordError, match="there is no image in it"):
        manifest_of(
            tmp_path / "empty", source="custody", legal_basis="police-function", today=TODAY
        )
