"""`workbench evaluate protocol`: a folder of people becomes the file that is evaluated, or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from workbench.cli import main
from workbench.evaluation import (
    folder_protocol,
    leave_out,
    lfw_protocol,
    protocol_digest,
    read_protocol,
    split_protocol,
)

PEOPLE = {"Ann": 3, "Bob": 2, "Cy": 1, "Dee": 1, "Eve": 2, "Fay": 1, "Gus": 2}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Files that nobody opens."""
    folder = tmp_path / "images"
    for name, count in PEOPLE.items():
        (folder / name).mkdir(parents=True)
        for number in range(1, count + 1):
            (folder / name / f"{name}_{number:04d}.jpg").touch()
    return folder


def made(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["evaluate", "protocol", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("name", ["protocol.csv", "protocol.parquet"])
def test_a_folder_becomes_the_protocol_that_is_read(
    name: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / name
    code, out, err = made(capsys, root, "-o", output, "--json")
    assert code == 0, err
    assert read_protocol(output, root).equals(folder_protocol(root))
    assert json.loads(out)["counts"] == [
        {"split": "all", "people": 7, "references": 4, "mated_probes": 5, "non_mated_probes": 3}
    ]
    assert f"{output}: written" in err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["images", name]


def test_it_is_split_by_the_rule_and_then_images_are_left_out(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output, wrong = tmp_path / "protocol.csv", tmp_path / "wrong.csv"
    wrong.write_text("path,reason\nBob/Bob_0001.jpg,another person\nBob/Bob_0001.jpg,blurred\n")
    code, out, err = made(capsys, root, "-o", output, "--split", "--leave-out", wrong, "--json")
    assert code == 0, err
    found = read_protocol(output, root)
    whole = split_protocol(folder_protocol(root))
    assert protocol_digest(found) == protocol_digest(leave_out(whole, {"Bob/Bob_0001.jpg"}))
    assert "Bob/Bob_0001.jpg" not in found["path"]
    parts = dict(whole.select("identity", "split").iter_rows())
    assert dict(found.select("identity", "split").iter_rows()) == parts
    counts = json.loads(out)["counts"]
    assert [one["split"] for one in counts] == ["tuning", "test"]
    for one in counts:
        part = found.filter(pl.col("split") == one["split"])
        assert one["people"] == part["identity"].n_unique()
        assert one["references"] == (part["role"] == "reference").sum()
        probes = one["mated_probes"] + one["non_mated_probes"]
        assert probes == (part["role"] == "probe").sum()
    assert sum(one["non_mated_probes"] for one in counts) == 3


def test_of_lfw_those_of_the_official_list_are_taken(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people, output = tmp_path / "people.txt", tmp_path / "protocol.csv"
    people.write_text("3\nAnn\t3\nCy\t1\nEve\t2\n")
    code, out, err = made(capsys, root, "-o", output, "--lfw", people)
    assert code == 0, err
    assert read_protocol(output, root).equals(lfw_protocol(root, people))
    cells = [cell.strip() for cell in out.splitlines()[3].strip("│ ").split("│")]
    assert cells == ["all", "3", "2", "3", "1"]


def test_where_no_probe_is_non_mated_that_is_said(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = tmp_path / "people.txt"
    people.write_text("2\nAnn\t3\nEve\t2\n")
    code, _, err = made(capsys, root, "-o", tmp_path / "protocol.csv", "--lfw", people)
    assert code == 0
    assert "no probe is non-mated" in " ".join(err.split())
    assert "--list-size below the number of references" in " ".join(err.split())


def test_what_is_there_stays_unless_force_is_said(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "protocol.csv"
    output.write_text("of before")
    code, _, err = made(capsys, root, "-o", output)
    assert (code, output.read_text()) == (3, "of before")
    assert "exists and was left as it is" in err
    code, _, err = made(capsys, root, "-o", output, "--force")
    assert code == 0, err
    assert len(read_protocol(output, root)) == sum(PEOPLE.values())


@pytest.mark.parametrize(
    "bad",
    [
        ("path\nAnn/Ann_0009.jpg\n", [], 2, "line 2: path Ann/Ann_0009.jpg is no image of the protocol"),
        ("image\nAnn/Ann_0001.jpg\n", [], 2, "line 1 must name the columns path"),
        ("path,why\nAnn/Ann_0001.jpg,x\n", [], 2, "names the column 'why', which is unknown"),
        ("path\n", ["-o", "protocol.txt"], 2, "a table ends in .csv, .parquet or .pq"),
        ("path\n", ["-o", "images/protocol.csv"], 3, "is to hold people's folders alone"),
        ("path\n", ["-o", "wrong.csv", "--force"], 3, "would replace what is to be read"),
        ("path\n", ["-o", "none/protocol.csv"], 1, "there is no folder none"),
        ("path\n", ["--lfw", "people.txt"], 1, "people.txt: there is no such file"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_leaves_nothing(
    bad: tuple[str, list[str], int, str],
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    list_of_wrong, words, ends, says = bad
    monkeypatch.chdir(root.parent)
    Path("wrong.csv").write_text(list_of_wrong)
    output = [] if "-o" in words else ["-o", "protocol.csv"]
    code, out, err = made(capsys, "images", *output, *words, "--leave-out", "wrong.csv")
    assert (code, out) == (ends, "")
    assert says in err
    assert err.count("\n") == 1
    assert sorted(one.name for one in Path().iterdir()) == ["images", "wrong.csv"]
    assert Path("wrong.csv").read_text() == list_of_wrong


def test_where_nobody_can_be_listed_there_is_no_protocol(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "images/Ann").mkdir(parents=True)
    (tmp_path / "images/Ann/1.jpg").touch()
    output = tmp_path / "protocol.csv"
    code, _, err = made(capsys, tmp_path / "images", "-o", output)
    assert code == 2
    assert "nobody has two images" in err
    assert not output.exists()
