"""Every fault of a protocol is one line that names the file and the row."""

from __future__ import annotations

import errno
import os
import unicodedata
from pathlib import Path

import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import read_protocol

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
        ("a/1.jpg", "A", "reference"), ("a/2.jpg", "A", "probe"), ("b/1.jpg", "B", "probe"),
    ]  # fmt: skip


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


def test_names_with_commas_and_letters_of_two_codes(tmp_path: Path, root: Path) -> None:
    text = (
        'path,identity,role\n"c, d/1.jpg","Dupont, Zoé",reference\n'
        f'a/1.jpg,"{unicodedata.normalize("NFD", "Dupont, Zoé")}",probe\n'
    )
    found = read_protocol(write(tmp_path, text), root)
    assert found["identity"].unique().to_list() == ["Dupont, Zoé"]


HEAD = "path,identity,role\n"
BAD: dict[str, tuple[str | bytes, str]] = {
    "empty file": ("", "line 1 must name the columns.*Add path"),
    "no identity column": ("path,role\n", "Add identity"),
    "a column twice": ("path,path,identity,role\n", "once each"),
    "header alone": (HEAD, "names no reference"),
    "unknown role": (HEAD + "a/1.jpg,A,referee\n", "line 2: role 'referee' is unknown"),
    "role in capitals": (HEAD + "a/1.jpg,A,Probe\n", "line 2: role 'Probe' is unknown"),
    "path as both": (HEAD + "a/1.jpg,A,reference\na/1.jpg,A,probe\n",
                     "line 3: a/1.jpg is named as reference and as probe, first in line 2"),
    "path twice": (HEAD + "a/1.jpg,A,probe\na/1.jpg,A,probe\n", "line 3: .* twice as probe"),
    "path twice in two spellings": (HEAD + "a/1.jpg,A,probe\na/./1.jpg,A,probe\n", "line 3: .* twice"),
    "missing file": (GOOD + "a/9.jpg,A,probe\n", "line 5: there is no image a/9.jpg"),
    "a folder as image": (GOOD + "a,A,probe\n", "line 5: there is no image a "),
    "path out of the root": (GOOD + "../outside.jpg,A,probe\n", "line 5: ../outside.jpg leads out"),
    "absolute path": (GOOD + "/etc/hostname,A,probe\n", "line 5: /etc/hostname leads out"),
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
    with pytest.raises(ProtocolError, match=r"line 5: a/link.jpg leads out"):
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
