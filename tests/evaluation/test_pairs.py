from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import read_pairs

MATED = "Ann\t1\t2\n"
OTHER = "Ann\t1\tBob\t1\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "lfw"
    for name, count in (("Ann", 3), ("Bob", 2)):
        (folder / name).mkdir(parents=True)
        for number in range(1, count + 1):
            (folder / name / f"{name}_{number:04d}.jpg").touch()
    (tmp_path / "out_0001.jpg").touch()
    return folder


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "pairs.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_list_without_folds_is_cut_into_tenths(tmp_path: Path, root: Path) -> None:
    found = read_pairs(write(tmp_path, "20\n" + MATED * 20 + OTHER * 20), root)
    assert found["fold"].to_list() == [k // 2 + 1 for k in range(20)] * 2
    assert found["mated"].to_list() == [True] * 20 + [False] * 20
    assert found.row(0) == (1, 1, True, "Ann", "Ann", "Ann/Ann_0001.jpg", "Ann/Ann_0002.jpg")
    assert found.row(20) == (21, 1, False, "Ann", "Bob", "Ann/Ann_0001.jpg", "Bob/Bob_0001.jpg")


def test_folds_of_a_list_are_kept(tmp_path: Path, root: Path) -> None:
    fold = MATED * 3 + OTHER * 3
    found = read_pairs(write(tmp_path, "2\t3\n" + fold * 2), root)
    assert found["fold"].to_list() == [1] * 6 + [2] * 6
    assert found.group_by("fold").agg(pl.col("mated").sum())["mated"].to_list() == [3, 3]


def test_line_ends_and_blanks_at_the_end_do_not_matter(tmp_path: Path, root: Path) -> None:
    text = "1\n" + MATED + OTHER
    plain = read_pairs(write(tmp_path, text), root)
    for other in (text.replace("\n", "\r\n"), text + "\n\n", text.replace("\t", " "), text[:-1]):
        assert read_pairs(write(tmp_path, other), root).equals(plain)


BAD: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "the list is empty"),
    "blank lines": ("\n\n", "the list is empty"),
    "no count": (MATED + OTHER, "line 1 must be the number"),
    "a count of 0": ("0\n", "line 1 must be the number"),
    "three counts": ("1\t1\t1\n", "line 1 must be the number"),
    "a protocol CSV": ("path,identity,role\n", "line 1 must be the number"),
    "cut short": ("2\n" + MATED * 2 + OTHER, "announces 4 pairs, but 3 lines follow"),
    "too long": ("1\n" + MATED + OTHER * 2, "announces 2 pairs, but 3 lines follow"),
    "other order": ("1\n" + OTHER + MATED, "line 2 should be a mated pair"),
    "too many mated": ("1\n" + MATED * 2, "line 3 should be a non-mated pair"),
    "two columns": ("1\n" + MATED + "Ann\t1\n", "line 3 is not 'name i j'"),
    "five columns": ("1\n" + MATED + "Ann\t1\tBob\t1\t1\n", "line 3 is not"),
    "a number that is none": ("1\nAnn\t1\tx\n" + OTHER, "line 2 is not"),
    "a blank line within": ("1\n\n" + OTHER, "line 2 is not"),
    "an image with itself": ("1\nAnn\t1\t1\n" + OTHER, "line 2 pairs Ann/Ann_0001.jpg with itself"),
    "a non-mated pair of one": (
        "1\n" + MATED + "Ann\t1\tAnn\t2\n",
        "line 3 is a non-mated pair of Ann",
    ),
    "no such image": ("1\nAnn\t1\t4\n" + OTHER, "line 2: there is no image Ann/Ann_0004.jpg"),
    "no such person": ("1\n" + MATED + "Ann\t1\tEve\t1\n", "line 3: there is no image Eve"),
    "out of the root": ("1\n" + MATED + "Ann\t1\t..\t1\n", "line 3: .* leads out of"),
    "not text": (b"1\n\xff\xfe", "is not UTF-8 text"),
}


@pytest.mark.parametrize(("text", "says"), BAD.values(), ids=BAD)
def test_every_bad_list_is_refused_whole(
    tmp_path: Path, root: Path, text: str | bytes, says: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ProtocolError, match=says) as caught:
        read_pairs(path, root)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_the_list_of_lfw(shared_data: Path) -> None:
    found = read_pairs(shared_data / "lfw_protocol/pairsDevTrain.txt", shared_data / "lfw")
    assert len(found) == 2200
    assert found["mated"].sum() == 1100
    assert set(found.group_by("fold").len()["len"]) == {220}
