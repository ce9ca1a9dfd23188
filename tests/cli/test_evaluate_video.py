"""`workbench evaluate video`: real clips of speakers, and every row of labels that cannot be used."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from workbench.cli import main

LISTED = ("Tony_Blair", "Bill_Clinton", "Angelina_Jolie")
OTHERS = ("Aaron_Patterson", "Abbas_Kiarostami", "Abdul_Rahman", "Aaron_Sorkin")
CLIPS = {
    "speaker_tony_blair.avi": "Tony_Blair",
    "speaker_bill_clinton.avi": "Bill_Clinton",
    "speaker_angelina_jolie.avi": "Angelina_Jolie",
    "speaker_gloria_estefan.avi": "",
    "speaker_noam_chomsky.avi": "",
}


@pytest.fixture(scope="module")
def people(lfw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three speakers among others, and somebody of whom there is no usable photograph."""
    folder = tmp_path_factory.mktemp("people")
    for name in (*LISTED, *OTHERS):
        (folder / name).mkdir()
        images = sorted((lfw / name).glob("*.jpg"))
        for image in images[1:5] if name in LISTED else images[:1]:
            shutil.copyfile(image, folder / name / image.name)
    (folder / "Nobody").mkdir()
    (folder / "Nobody" / "empty.jpg").write_bytes(b"")
    (folder / "Tony_Blair" / "cut.jpg").write_bytes(b"")
    return folder


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """A folder with files that are there: the labels are read before any clip is opened."""
    folder = tmp_path / "clips"
    folder.mkdir()
    for name in ("a.avi", "b.avi"):
        (folder / name).write_bytes(b"no clip")
    return folder


def only_error(capsys: pytest.CaptureFixture[str]) -> str:
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert err.count("\n") == 1, err
    return err


def named_people(tmp_path: Path) -> Path:
    """A watchlist folder whose photographs nobody opens."""
    folder = tmp_path / "people"
    for name in ("Anna", "Ben"):
        (folder / name).mkdir(parents=True)
        (folder / name / "1.jpg").write_bytes(b"")
    return folder


BAD_LABELS = {
    "unknown column": ("path,identity,person\na.avi,Anna,x\n", "line 1, column 'person'"),
    "missing column": ("path\na.avi\n", "line 1, column identity is not there"),
    "column twice": ("path,identity,path\na.avi,Anna,a.avi\n", "line 1, column path is there twice"),
    "missing file": ("path,identity\na.avi,Anna\nnone.avi,\n", "line 3, column path: there is no"),
    "out of the root": ("path,identity\n../labels.csv,\n", "line 2, column path: ../labels.csv"),
    "not on the watchlist": ("path,identity\na.avi,Carl\n", "line 2, column identity: 'Carl'"),
    "the same row twice": ("path,identity\na.avi,Anna\na.avi,Anna\n", "line 3: says the same as line 2"),
    "another spelling": ("path,identity\na.avi,Anna\n./a.avi,Anna\n", "line 3: says the same as line 2"),
    "somebody and nobody": ("path,identity\na.avi,Anna\na.avi,\n", "line 3, column identity: a.avi has"),
    "nobody and somebody": ("path,identity\na.avi,\na.avi,Ben\n", "line 3, column identity: a.avi has"),
    "too many cells": ("path,identity\na.avi,Anna,Ben\n", "line 2 has 3 columns"),
    "no path": ("path,identity\n,Anna\n", "line 2, column path: is empty"),
    "no clip": ("path,identity\n", "names no clip"),
    "empty": ("", "labels.csv: is empty"),
    "blank lines alone": ("\n \n", "labels.csv: is empty"),
    "a blank line before the header": ("\npath,person\n", "line 2, column 'person'"),
    "a blank line before a missing file": ("path,identity\n\n  \nnone.avi,\n", "line 4, column path: there is no"),
    "lines as Windows ends them": ("\ufeffpath,identity\r\na.avi,Anna\r\nnone.avi,\r\n", "line 3, column path: there is no"),
    "broken quotes": ('path,identity\n"a.avi,Anna\n', "is not CSV"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "says"), BAD_LABELS.values(), ids=BAD_LABELS)
def test_labels_that_cannot_be_used_end_in_one_line_that_says_where(
    text: str, says: str, clips: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_bytes(text.encode())
    before = sorted(tmp_path.rglob("*"))
    words = ["evaluate", "video", str(labels), "--watchlist", str(named_people(tmp_path))]
    words += ["--root", str(clips), "--output", str(tmp_path / "result.json")]
    assert main([*words, "--report", str(tmp_path / "report")]) == 2
    assert says in only_error(capsys)
    people = {tmp_path / "people", *(tmp_path / "people").rglob("*")}
    assert sorted({*tmp_path.rglob("*")} - people) == before, "nothing is left half-written"


@pytest.mark.parametrize("text", ["nan", "inf", "high"])
def test_a_threshold_that_is_no_number_is_refused(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["evaluate", "video", str(tmp_path / "labels.csv"), "--watchlist", str(tmp_path)]
    assert main([*words, "--threshold", text]) == 2
    assert "is not a number" in only_error(capsys)


@pytest.mark.slow
@pytest.mark.usefixtures("store")
def test_speakers_end_to_end(
    people: Path, shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shared_data / "videos"
    for name in CLIPS:
        if not (root / name).is_file():
            pytest.skip(f"needs {root / name}")
    labels = tmp_path / "labels.csv"
    rows = "".join(f"{name},{identity}\n" for name, identity in CLIPS.items())
    # Somebody who is listed and could not be enrolled is missed wherever they appear.
    labels.write_text(f"path,identity\n{rows}speaker_tony_blair.avi,Nobody\n", "utf-8")
    report = tmp_path / "report"
    words = ["evaluate", "video", str(labels), "--watchlist", str(people), "--root", str(root)]
    words += ["--threshold", "99", "--report", str(report), "--output", str(tmp_path / "r.json")]
    assert main(words) == 0
    shown = capsys.readouterr()
    for said in ("take clips, and appearances in them, for independent", "Equity not measured"):
        assert said in shown.err
    result = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert result == json.loads((report / "result.json").read_text("utf-8"))

    (chosen,) = [r for r in result["thresholds"] if r["threshold"] == result["default_threshold"]]
    assert (chosen["right"], chosen["wrong"], chosen["missed"]) == (3, 0, 1)
    assert (chosen["appearances"], chosen["clips"], chosen["clips_wrong"]) == (4, 5, 0)
    assert (chosen["people"], chosen["people_missed"]) == (4, 1)
    assert chosen["miss_high"] == pytest.approx(0.8059, abs=1e-4), "exact, of 1 of 4"
    assert result["not_enrolled"] == ["Nobody"]
    photographs = {one["path"] for one in result["not_enrolled_photographs"]}
    assert photographs >= {"Nobody/empty.jpg", "Tony_Blair/cut.jpg"}
    assert len(result["refused"]) == len(photographs) + 1, "and the person of whom nothing is left"
    assert result["thresholds"][-1]["threshold"] == 99.0
    assert result["thresholds"][-1]["missed"] == 4
    counts = [(r["right"] + r["wrong"], r["missed"]) for r in result["thresholds"]]
    assert counts == sorted(counts, key=lambda pair: (-pair[0], pair[1]))
    blair = result["clips"][0]
    assert (blair["identities"], blair["frames"] > 100) == (["Nobody", "Tony_Blair"], True)

    written = pl.read_parquet(report / "clips.parquet")
    assert written.filter(threshold=99.0)["missed"].sum() == 4
    page = (report / "report.html").read_text("utf-8")
    assert "Small numbers: 5 clips and 4 listed people" in page
    assert "Equity not measured" in page
    assert "Tony_Blair/cut.jpg" in page
    assert "<img" not in page
    assert "Nobody" in shown.err
    assert not list(tmp_path.glob(".*")), "nothing unfinished is left"

    assert main(words) == 3, "what is there is kept"
    assert "--force" in only_error(capsys)
