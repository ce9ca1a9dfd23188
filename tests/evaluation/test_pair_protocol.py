"""Pairs as a table: every fault is one line that names the file, the row and the column."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import PairList, read_pair_protocol, read_pairs

HEAD = "path,other_path,identity,other_identity"
MATED = "a/1.jpg,a/2.jpg,A,A"
OTHER = "a/1.jpg,b/1.jpg,A,B"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    for name in ("a/1.jpg", "a/2.jpg", "a/3.jpg", "b/1.jpg", "b/2.jpg", "c/1.jpg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "pairs.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_pairs_are_read_in_their_order(tmp_path: Path, root: Path) -> None:
    found = read_pair_protocol(write(tmp_path, HEAD, MATED, OTHER), root)
    assert found.rows() == [
        (1, 1, True, "A", "A", "a/1.jpg", "a/2.jpg", None),
        (2, 1, False, "A", "B", "a/1.jpg", "b/1.jpg", None),
    ]
    assert PairList.validate(found).equals(found.drop("group"))


def test_folds_and_groups_are_read(tmp_path: Path, root: Path) -> None:
    path = write(
        tmp_path, f"group,{HEAD},mated,fold,note", f"x,{MATED},TRUE,2,good", f",{OTHER},0,1,",
        "y,b/1.jpg,b/2.jpg,B,B,1,1,", "x,a/1.jpg,c/1.jpg,A,C,false,2,",
    )  # fmt: skip
    found = read_pair_protocol(path, root)
    assert found["group"].to_list() == ["x", None, "y", "x"]
    assert found["fold"].to_list() == [2, 1, 1, 2]
    assert found["mated"].to_list() == [True, False, True, False]
    found.write_parquet(tmp_path / "pairs.parquet")
    with pytest.raises(ProtocolError, match="names the column 'pair', which is unknown"):
        read_pair_protocol(tmp_path / "pairs.parquet", root)
    found.drop("pair").write_parquet(tmp_path / "pairs.parquet")
    assert read_pair_protocol(tmp_path / "pairs.parquet", root).equals(found)


def test_without_folds_they_are_cut_as_those_of_lfw(tmp_path: Path) -> None:
    root = tmp_path / "lfw"
    (root / "Ann").mkdir(parents=True)
    (root / "Bob").mkdir()
    for at in range(1, 25):
        (root / f"Ann/Ann_{at:04d}.jpg").touch()
        (root / f"Bob/Bob_{at:04d}.jpg").touch()
    mated = [f"Ann\t{at}\t{at + 1}" for at in range(1, 24)]
    others = [f"Ann\t{at}\tBob\t{at}" for at in range(1, 24)]
    listed = tmp_path / "pairs.txt"
    listed.write_text("\n".join(["23", *mated, *others]))
    plain = read_pairs(listed, root)
    table = tmp_path / "pairs.parquet"
    plain.drop("pair", "fold", "mated").write_parquet(table)
    assert read_pair_protocol(table, root).drop("group").equals(plain)


BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "no column of the other": (("path,identity,other_identity",), "line 1 must name .* Add other_path"),
    "an unknown column": ((HEAD + ",same",), "line 1 names the column 'same', which is unknown"),
    "no pair": ((HEAD,), "names no mated pair"),
    "mated pairs alone": ((HEAD, MATED), "names no non-mated pair. Verification takes"),
    "other pairs alone": ((HEAD, OTHER), "names no mated pair"),
    "no such image": ((HEAD, MATED, "a/1.jpg,b/9.jpg,A,B"), "line 3, column other_path: there is no image b/9.jpg"),
    "out of the root": ((HEAD, "../x,a/1.jpg,A,A"), "line 2, column path: ../x leads out of"),
    "an image with itself": ((HEAD, "a/1.jpg,a/./1.jpg,A,A"), "line 2: other_path pairs a/1.jpg with itself"),
    "an empty identity": ((HEAD, "a/1.jpg,a/2.jpg,A,"), "line 2: other_identity is empty"),
    "the same pair": ((HEAD, MATED, OTHER, "b/1.jpg,a/1.jpg,B,A"), "line 4: path and other_path are the pair of line 3"),
    "an image of two people": ((HEAD, MATED, "a/2.jpg,b/1.jpg,C,B"), "line 3: identity of a/2.jpg is C, but A in line 2"),
    "mated as it is not": ((HEAD + ",mated", MATED + ",false"), "line 2: mated is false, but .* one person"),
    "mated as it is": ((HEAD + ",mated", OTHER + ",1"), "line 2: mated is 1, but the identities are of two"),
    "mated in other words": ((HEAD + ",mated", MATED + ",ja"), "line 2: mated is 'ja', neither true nor false"),
    "an empty mated": ((HEAD + ",mated", MATED + ","), "line 2: mated is empty"),
    "a fold of 0": ((HEAD + ",fold", MATED + ",1", OTHER + ",0"), "line 3: fold is '0', not a whole number from 1"),
    "a fold that is NaN": ((HEAD + ",fold", MATED + ",1", OTHER + ",nan"), "line 3: fold is 'nan'"),
    "an empty fold": ((HEAD + ",fold", MATED + ",", OTHER + ",1"), "line 2: fold is empty"),
    "groups all empty": ((HEAD + ",group", MATED + ",", OTHER + ","), "has the column group, but every row"),
    "a person of two groups": (
        (HEAD + ",group", MATED + ",x", "b/1.jpg,b/2.jpg,B,B,y", OTHER + ",y"),
        "line 4: group of A is y, but x in line 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "says"), BAD.values(), ids=BAD)
def test_every_bad_table_is_refused_whole(
    tmp_path: Path, root: Path, lines: tuple[str, ...], says: str
) -> None:
    path = write(tmp_path, *lines)
    with pytest.raises(ProtocolError, match=says) as caught:
        read_pair_protocol(path, root)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_numbers_of_parquet(tmp_path: Path, root: Path) -> None:
    columns = {"path": "a/1.jpg", "identity": "A", "fold": 1.0}
    frame = pl.DataFrame(
        [columns | {"other_path": "a/2.jpg", "other_identity": "A"},
         columns | {"other_path": "b/1.jpg", "other_identity": "B"}]
    )  # fmt: skip
    path = tmp_path / "pairs.pq"
    frame.write_parquet(path)
    assert read_pair_protocol(path, root)["fold"].to_list() == [1, 1]
    for wrong in (1.5, float("nan"), float("inf"), -1.0):
        frame.with_columns(fold=pl.Series([1.0, wrong])).write_parquet(path)
        with pytest.raises(ProtocolError, match=r"row 2: fold is '.*', not a whole number from 1"):
            read_pair_protocol(path, root)
