"""Every fault of a protocol is one line that names the file and the row."""

from __future__ import annotations

import errno
import hashlib
import os
import unicodedata
from pathlib import Path

import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import as_protocol, protocol_digest, read_protocol

GOOD = "path,identity,role\na/1.jpg,A,reference\na/2.jpg,A,probe\nb/1.jpg,B,probe\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    for name in ("a/1.jpg", "a/2.jpg", "b/1.jpg", "c, d/1.jpg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (tmp_path / "outside.jpg").touch()
    return folder


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "protocol.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_protocol_is_read_in_its_order(tmp_path: Path, root: Path) -> None:
    found = read_protocol(write(tmp_path, GOOD), root)
    assert found.rows() == [
        ("a/1.jpg", "A", "reference", None, None),
        ("a/2.jpg", "A", "probe", None, None),
        ("b/1.jpg", "B", "probe", None, None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,  # what spreadsheets put in front
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\n\n"),
        GOOD.replace(",", " , "),
        "role,note,path,identity\nreference,x,a/1.jpg,A\nprobe,,a/2.jpg,A\nprobe,,b/1.jpg,B\n",
    ],
)
def test_other_ways_to_write_the_same(tmp_path: Path, root: Path, text: str) -> None:
    plain = read_protocol(write(tmp_path, GOOD), root)
    assert read_protocol(write(tmp_path, text), root).equals(plain)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("path", "a/\x1b[2J.jpg", "path holds U+001B as letter 3, which cannot be shown"),
        ("identity", "A\x07", "identity holds U+0007 as letter 2"),
        ("group", "\u202egroup", "group holds U+202E as letter 1"),
    ],
)
def test_what_a_terminal_would_obey_is_refused(
    tmp_path: Path, root: Path, column: str, value: str, said: str
) -> None:
    rows = pl.read_csv(GOOD.encode()).with_columns(group=pl.lit("x"))
    rows = rows.with_columns(
        pl.when(pl.int_range(pl.len()) == 1).then(pl.lit(value)).otherwise(column).alias(column)
    )
    text, table = tmp_path / "protocol.csv", tmp_path / "protocol.parquet"
    rows.write_csv(text)
    rows.write_parquet(table)
    for source, place in ((text, "line 3"), (table, "row 2")):
        with pytest.raises(ProtocolError) as caught:
            read_protocol(source, root)
        assert str(caught.value).startswith(f"{source}: {place}: {said}")
        assert str(caught.value).isprintable()


def test_names_with_commas_and_letters_of_two_codes(tmp_path: Path, root: Path) -> None:
    text = (
        'path,identity,role\n"c, d/1.jpg","Dupont, Zoé",reference\n'
        f'a/1.jpg,"{unicodedata.normalize("NFD", "Dupont, Zoé")}",probe\n'
    )
    found = read_protocol(write(tmp_path, text), root)
    assert found["identity"].unique().to_list() == ["Dupont, Zoé"]


HEAD = "path,identity,role\n"
BAD: dict[str, tuple[str | bytes, str]] = {
    "empty file": ("", "is empty. Give the columns path, identity, role"),
    "no identity column": ("path,role\n", "Add identity"),
    "a column twice": ("path,path,identity,role\n", "once each"),
    "header alone": (HEAD, "names no reference"),
    "unknown role": (HEAD + "a/1.jpg,A,referee\n", "line 2: role 'referee' is unknown"),
    "role in capitals": (HEAD + "a/1.jpg,A,Probe\n", "line 2: role 'Probe' is unknown"),
    "path as both": (HEAD + "a/1.jpg,A,reference\na/1.jpg,A,probe\n",
                     "line 3: a/1.jpg is named as reference and as probe, first in line 2"),
    "path twice": (HEAD + "a/1.jpg,A,probe\na/1.jpg,A,probe\n", "line 3: .* twice as probe"),
    "path twice in two spellings": (HEAD + "a/1.jpg,A,probe\na/./1.jpg,A,probe\n", "line 3: .* twice"),
    "missing file": (GOOD + "a/9.jpg,A,probe\n", "line 5, column path: there is no image a/9.jpg"),
    "a folder as image": (GOOD + "a,A,probe\n", "line 5, column path: there is no image a "),
    "path out of the root": (GOOD + "../outside.jpg,A,probe\n", "line 5, column path: ../outside.jpg leads out"),
    "absolute path": (GOOD + "/etc/hostname,A,probe\n", "line 5, column path: /etc/hostname leads out"),
    "NUL in a path": (GOOD + "a\0.jpg,A,probe\n", "line 5"),
    "empty identity": (GOOD + "a/2.jpg, ,probe\n", "line 5: identity is empty"),
    "empty path": (GOOD + ",A,probe\n", "line 5: path is empty"),
    "too few columns": (GOOD + "a/2.jpg,A\n", "line 5 has 2 columns, the header 3"),
    "an unquoted comma": (GOOD + "c, d/1.jpg,A,probe\n", "line 5 has 4 columns"),
    "an open quote": (GOOD + '"a/2.jpg,A,probe\n', "line 5 is not CSV"),
    "no reference": (HEAD + "a/1.jpg,A,probe\n", "names no reference"),
    "no probe": (HEAD + "a/1.jpg,A,reference\n", "names no probe"),
    "not UTF-8": (HEAD.encode() + b"a/1.jpg,Zo\xe9,probe\n", "is not UTF-8 text"),
    "a picture": (b"\xff\xd8\xff\xe0", "is not UTF-8 text"),
    "a column nearly known": (
        "path,identity,role,Groups\n",
        "line 1 names the column 'Groups', which is unknown. Known are .*, split. Call it group if"),
    "an unknown column": ("path,camera,identity,role\n",
                          "names the column 'camera', which is unknown.*Begin its name with note_"),
    "a column without a name": ("path,identity,role,\n", "line 1 names the column ''"),
    "an optional column twice": ("path,identity,role,group,group\n", "the column group twice"),
    "groups all empty": ("path,identity,role,group\na/1.jpg,A,reference,\na/2.jpg,A,probe, \n",
                         "has the column group, but every row leaves it empty"),
    "a person of two groups": (
        "path,identity,role,group\na/1.jpg,A,reference,x\nb/1.jpg,B,probe,y\na/2.jpg,A,probe,y\n",
        "line 4: group of A is y, but x in line 2"),
    "a person with and without a group": (
        "path,identity,role,group\na/1.jpg,A,reference,x\na/2.jpg,A,probe,\n",
        "line 3: group of A is empty, but x in line 2"),
    "identity in both splits": (
        "path,identity,role,split\na/1.jpg,A,reference,tuning\nb/1.jpg,B,probe,test\na/2.jpg,A,probe,test\n",
        "line 4: split of A is test, but tuning in line 2. Put all"),
    "an empty split": ("path,identity,role,split\na/1.jpg,A,reference,\n", "line 2: split is empty"),
    "an unknown split": ("path,identity,role,split\na/1.jpg,A,reference,training\n",
                         "line 2: split 'training' is unknown. Use tuning or test"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "says"), BAD.values(), ids=BAD)
def test_every_bad_protocol_is_refused_whole(
    tmp_path: Path, root: Path, text: str | bytes, says: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ProtocolError, match=says) as caught:
        read_protocol(path, root)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_link_out_of_the_root_is_refused(tmp_path: Path, root: Path) -> None:
    (root / "a/link.jpg").symlink_to(tmp_path / "outside.jpg")
    with pytest.raises(ProtocolError, match=r"line 5, column path: a/link.jpg leads out"):
        read_protocol(write(tmp_path, GOOD + "a/link.jpg,A,probe\n"), root)


def test_links_in_a_ring_are_refused(tmp_path: Path, root: Path) -> None:
    (root / "a/one.jpg").symlink_to(root / "a/two.jpg")
    (root / "a/two.jpg").symlink_to(root / "a/one.jpg")
    with pytest.raises(ProtocolError, match="line 5"):
        read_protocol(write(tmp_path, GOOD + "a/one.jpg,A,probe\n"), root)


def test_a_root_behind_a_link_is_fine(tmp_path: Path, root: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root, target_is_directory=True)
    assert len(read_protocol(write(tmp_path, GOOD), link)) == 3


def test_places_that_are_not_there(tmp_path: Path, root: Path) -> None:
    path = write(tmp_path, GOOD)
    with pytest.raises(ProtocolError, match="there is no such folder"):
        read_protocol(path, tmp_path / "nowhere")
    with pytest.raises(ProtocolError, match="is not a folder"):
        read_protocol(path, path)
    with pytest.raises(ProtocolError, match="there is no such file"):
        read_protocol(tmp_path / "none.csv", root)
    with pytest.raises(ProtocolError, match="cannot be read"):
        read_protocol(tmp_path, root)


def test_an_unreadable_protocol(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, GOOD)

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    # The superuser may read any file, and tests may run as one.
    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(ProtocolError, match=r"cannot be read \(Permission denied\)"):
        read_protocol(path, root)


FULL = (
    "path,identity,role,group,split\na/1.jpg,A,reference,x,test\na/2.jpg,A,probe,x,test\n"
    "b/1.jpg,B,probe,,tuning\n"
)


def test_groups_and_splits_are_read(tmp_path: Path, root: Path) -> None:
    found = read_protocol(write(tmp_path, FULL), root)
    assert found["group"].to_list() == ["x", "x", None]
    assert found["split"].to_list() == ["test", "test", "tuning"]


def parquet(tmp_path: Path, frame: pl.DataFrame, name: str = "protocol.parquet") -> Path:
    frame.write_parquet(tmp_path / name)
    return tmp_path / name


@pytest.mark.parametrize("name", ["p.parquet", "p.PQ", "p[1].parquet"])
def test_parquet_is_read_as_csv_is(tmp_path: Path, root: Path, name: str) -> None:
    plain = read_protocol(write(tmp_path, FULL), root)
    mixed = plain.select(
        "split", "role", "group", note_camera=pl.lit(7), identity="identity", path="path"
    )
    assert read_protocol(parquet(tmp_path, mixed, name), root).equals(plain)


BAD_FRAMES: dict[str, tuple[dict[str, list[object]], str]] = {
    "no role": ({"path": ["a/1.jpg"], "identity": ["A"]},
                "must have the columns path, identity, role once each, but has 'path, identity'. Add role"),
    "an unknown column": ({"path": [], "identity": [], "role": [], "grup": []},
                          "names the column 'grup', which is unknown.*Call it group"),
    "a missing file": ({"path": ["a/1.jpg", "a/9.jpg"], "identity": ["A", "A"], "role": ["reference", "probe"]},
                       "row 2, column path: there is no image a/9.jpg"),
    "an empty identity": ({"path": ["a/1.jpg"], "identity": [None], "role": ["probe"]},
                          "row 1: identity is empty"),
    "a picture in a cell": ({"path": [b"x"], "identity": ["A"], "role": ["probe"]},
                            "the column path holds Binary, not text"),
    "a list in a cell": ({"path": ["a/1.jpg"], "identity": [["A"]], "role": ["probe"]},
                         "the column identity holds List"),
    "identity in both splits": (
        {"path": ["a/1.jpg", "a/2.jpg"], "identity": ["A", "A"], "role": ["reference", "probe"],
         "split": ["test", "tuning"]}, "row 2: split of A is tuning, but test in row 1"),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "says"), BAD_FRAMES.values(), ids=BAD_FRAMES)
def test_every_bad_parquet_is_refused_whole(
    tmp_path: Path, root: Path, columns: dict[str, list[object]], says: str
) -> None:
    path = parquet(tmp_path, pl.DataFrame(columns))
    with pytest.raises(ProtocolError, match=says) as caught:
        read_protocol(path, root)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_what_is_no_parquet(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "protocol.parquet"
    with pytest.raises(ProtocolError, match="there is no such file"):
        read_protocol(path, root)
    for content in (b"", GOOD.encode(), b"PAR1" + b"\0" * 40 + b"PAR1"):
        path.write_bytes(content)
        with pytest.raises(ProtocolError, match="cannot be read as Parquet") as caught:
            read_protocol(path, root)
        assert "\n" not in str(caught.value)


def test_the_digest_is_of_what_is_said_alone(tmp_path: Path, root: Path) -> None:
    first = read_protocol(write(tmp_path, FULL), root)
    digest = protocol_digest(first)
    said = (
        'lfr-workbench/protocol/1\n["a/1.jpg", "A", "reference", "x", "test"]\n'
        '["a/2.jpg", "A", "probe", "x", "test"]\n["b/1.jpg", "B", "probe", null, "tuning"]'
    )
    assert digest == hashlib.sha256(said.encode()).hexdigest()
    spelled = write(tmp_path, FULL.replace("a/1.jpg", "a/./1.jpg").replace(",", " ,"))
    for same in (
        first.reverse(),
        first.select(reversed(first.columns)),
        read_protocol(parquet(tmp_path, first), root),
        read_protocol(spelled, root),
    ):
        assert protocol_digest(same) == digest
    others = [
        FULL.replace("a/2.jpg,A,probe,x,test\n", ""),
        FULL.replace("b/1.jpg,B", "b/1.jpg,C"),
        FULL.replace(",x,", ",y,"),
        FULL.replace("tuning", "test"),
        FULL.replace("a/2.jpg,A,probe", "a/2.jpg,A,reference"),
    ]
    digests = {protocol_digest(read_protocol(write(tmp_path, text), root)) for text in others}
    assert len(digests | {digest}) == len(others) + 1


def test_a_frame_that_is_no_protocol_says_where() -> None:
    plain = {
        "path": ["1", "2", "3"],
        "identity": ["A", "A", "B"],
        "role": ["reference", "probe", "probe"],
    }
    assert as_protocol(pl.DataFrame(plain))["split"].is_null().all()
    assert as_protocol(pl.DataFrame(plain | {"group": [None] * 3})).schema["group"] == pl.String
    for change, says in (
        ({"role": ["reference", "referee", "probe"]}, "role.*first in row 2"),
        ({"path": ["1", "2", "2"]}, "primary_key.*first in row 2"),
        ({"identity": ["A", "A", None]}, "identity.*first in row 3"),
        ({"split": ["tuning", "test", "test"]}, "nobody_in_both_splits.*first in row 1"),
        ({"group": ["x", "x", ""]}, "group.*first in row 3"),
        ({"split": ["test", "test", None]}, "split_whole_or_not.*first in row 3"),
    ):
        with pytest.raises(ProtocolError, match=says):
            as_protocol(pl.DataFrame(plain | change))
    with pytest.raises(ProtocolError, match="identity"):
        as_protocol(pl.DataFrame(plain).drop("identity"))
    assert len(as_protocol(pl.DataFrame(plain).clear())) == 0
