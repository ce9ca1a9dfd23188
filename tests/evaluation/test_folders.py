"""Folders of people as protocols, those of LFW with its official list."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import (
    draw_protocol,
    folder_protocol,
    leave_out,
    lfw_protocol,
    people_protocol,
    protocol_digest,
    split_protocol,
)


def filled(root: Path, **people: int) -> Path:
    for name, count in people.items():
        (root / name).mkdir(parents=True)
        for number in range(1, count + 1):
            (root / name / f"{name}_{number:04d}.jpg").touch()
    return root


def test_the_first_image_is_the_reference(tmp_path: Path) -> None:
    root = filled(tmp_path, Bob=1, Ann=3)
    (root / ".cache").mkdir()
    (root / "Ann/.hidden").touch()
    assert folder_protocol(root).select("path", "identity", "role").rows() == [
        ("Ann/Ann_0001.jpg", "Ann", "reference"),
        ("Ann/Ann_0002.jpg", "Ann", "probe"),
        ("Ann/Ann_0003.jpg", "Ann", "probe"),
        ("Bob/Bob_0001.jpg", "Bob", "probe"),
    ]
    assert lfw_protocol(root).equals(folder_protocol(root))


def test_a_name_is_composed_and_its_folder_stays(tmp_path: Path) -> None:
    spelled = unicodedata.normalize("NFD", "Zoé")
    filled(tmp_path, **{spelled: 1})
    found = folder_protocol(tmp_path)
    assert found.select("path", "identity").rows() == [(f"{spelled}/{spelled}_0001.jpg", "Zoé")]
    filled(tmp_path, Zoé=1)
    with pytest.raises(ProtocolError, match="is a second folder of Zoé"):
        folder_protocol(tmp_path)


def test_folders_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="there is no such folder"):
        folder_protocol(tmp_path / "none")
    root = filled(tmp_path / "root", Ann=2)
    for make, says in (
        ((lambda path: path.touch()), r"one.jpg: lies in no person's folder"),
        ((lambda path: path.mkdir()), r"one.jpg: holds no image"),
    ):
        make(root / "one.jpg")
        with pytest.raises(ProtocolError, match=says):
            folder_protocol(root)
        (root / "one.jpg").rmdir() if (root / "one.jpg").is_dir() else (root / "one.jpg").unlink()
    (root / "Ann/notes.txt").touch()
    with pytest.raises(ProtocolError, match=r"Ann/notes.txt: is no image file"):
        folder_protocol(root)
    (root / "Ann/notes.txt").unlink()
    (root / "Ann/more").mkdir()
    with pytest.raises(ProtocolError, match=r"Ann/more: is a folder"):
        folder_protocol(root)
    (root / "Ann/more").rmdir()
    (tmp_path / "out.jpg").touch()
    (root / "Ann/out.jpg").symlink_to(tmp_path / "out.jpg")
    with pytest.raises(ProtocolError, match=r"Ann/out.jpg leads out of"):
        folder_protocol(root)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProtocolError, match="holds no folder of a person"):
        folder_protocol(tmp_path / "empty")


def test_other_names_than_those_of_lfw(tmp_path: Path) -> None:
    root = filled(tmp_path, Ann=2)
    (root / "Ann/holiday.jpg").touch()
    assert len(folder_protocol(root)) == 3
    with pytest.raises(ProtocolError, match=r"Ann/holiday.jpg is not called as LFW's images are"):
        lfw_protocol(root)


def test_an_official_list_names_who_is_taken(tmp_path: Path) -> None:
    root = filled(tmp_path / "lfw", Ann=2, Bob=1, Cy=1)
    people = tmp_path / "people.txt"
    people.write_text("2\nCy\t1\nAnn\t2\n\n")
    assert lfw_protocol(root, people).select("path", "role").rows() == [
        ("Cy/Cy_0001.jpg", "probe"), ("Ann/Ann_0001.jpg", "reference"), ("Ann/Ann_0002.jpg", "probe"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1 must be the number of people"),
        ("Ann\t2\n", "line 1 must be the number of people, not 'Ann"),
        ("3\nAnn\t2\n", "announces 3 people, but 1 lines follow"),
        ("2\nAnn\t2\nBob\n", "line 3 is not 'name number'"),
        ("2\nAnn\t2\nBob\t0\n", "line 3 is not 'name number'"),
        ("2\nAnn\t2\nAnn\t2\n", "line 3 names Ann again, after line 2"),
        ("2\nAnn\t2\nBob\t2\n", "line 3: there is no image Bob/Bob_0002.jpg"),
        ("1\nEve\t1\n", "line 2: there is no image Eve"),
        ("1\n..\t1\n", "line 2: .* leads out of"),
    ],
)
def test_every_bad_list_of_people_is_refused(tmp_path: Path, text: str, says: str) -> None:
    root = filled(tmp_path / "lfw", Ann=2, Bob=1)
    people = tmp_path / "people.txt"
    people.write_text(text)
    with pytest.raises(ProtocolError, match=says) as caught:
        lfw_protocol(root, people)
    assert str(caught.value).startswith(str(people))


def test_a_person_without_an_image() -> None:
    assert len(people_protocol({})) == 0
    with pytest.raises(ProtocolError, match="b has no image"):
        people_protocol({"a": ["a/1"], "b": []})
    with pytest.raises(ProtocolError, match="primary_key"):
        people_protocol({"a": ["1"], "b": ["1"]})


PUBLISHED = {
    ("tuning", 280, False): "fc5f7301af4d762a71e3c28d0030864636b808307d04905850754942b8e74baa",
    ("tuning", 280, True): "79d4e68163e66f4e7cb2dbf0cd9068f06ec66268ddab08c90bb58ff5105ed175",
    ("test", 1000, False): "eeb8eccaa3e559f1dc5d00f42919322c95f0107843b674672aab86e5096ca5ad",
    ("test", 1000, True): "bce637eec04f3b9927e797cb80e79db68e5ca10ddfe38e48d760bb4c5ec23f90",
}
"""Digests of the protocols that figures were published for, by split, fillers, and whether the
label errors are left out."""


@pytest.mark.slow
def test_the_protocols_of_published_figures_are_as_they_were(lfw: Path) -> None:
    errors = Path(__file__).parents[2] / "benchmarks/label_errors.csv"
    wrong = set(pl.read_csv(errors)["path"])
    protocol = split_protocol(lfw_protocol(lfw, lfw.parent / "lfw_protocol/peopleDevTrain.txt"))
    found = {}
    for split, fillers, clean in PUBLISHED:
        part = protocol.filter(pl.col("split") == split)
        drawn = draw_protocol(part, (part["role"] == "reference").sum() + fillers)
        kept = leave_out(drawn, wrong & set(drawn["path"])) if clean else drawn
        found[split, fillers, clean] = protocol_digest(
            kept.with_columns(split=pl.lit(None, pl.String))
        )
    assert found == PUBLISHED
