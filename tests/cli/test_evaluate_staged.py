"""`workbench evaluate staged`: a crowd's tracks become a measurement, and what may start from it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from widgets import tune_thresholds
from widgets.threshold_lab_drafts import hindrance_of
from workbench.cli import main
from workbench.evaluation.measurement import read_measurement
from workbench.evaluation.staged import STAGED
from workbench.feeds.truth import read_truth, truth_path, write_truth


def ended(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def people(lfw: Path, tmp_path: Path) -> dict[str, list[str]]:
    """Write a crowd of four and a list of three, one of whom is not in the crowd."""
    found = [one for one in sorted(lfw.iterdir())[:200] if len(list(one.glob("*.jpg"))) > 1][:5]
    names = [one.name for one in found]
    for place, number, chosen in (("crowd", 1, names[:4]), ("list", 0, [*names[:2], names[4]])):
        for name in chosen:
            (tmp_path / place / name).mkdir(parents=True)
            image = sorted((lfw / name).glob("*.jpg"))[number]
            shutil.copy(image, tmp_path / place / name)
    return {"listed": names[:2], "others": names[2:4], "filler": names[4:]}


@pytest.mark.slow
@pytest.mark.usefixtures("store")
def test_from_a_staged_crowd_to_what_may_start_from_it(
    people: dict[str, list[str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WORKBENCH_THREADS", "1")
    video, report = tmp_path / "crowd.mp4", tmp_path / "report"
    listed = [word for name in people["listed"] for word in ("--listed", name)]
    code, _, err = ended(capsys, "stage", tmp_path / "crowd", *listed, "-o", video, "--at-once", 4)
    assert code == 0, err
    words = ("evaluate", "staged", video, "--watchlist", tmp_path / "list", "--encoder", "sface")
    code, out, err = ended(capsys, *words, "--report", report, "--json")
    assert code == 0, err
    assert STAGED in " ".join(err.split())
    assert json.loads(out)["searched"] == STAGED
    found = read_measurement(report)
    facts = found.facts
    assert (facts.searched, facts.split, facts.list_size) == ("staged tracks", "whole", 3)
    assert set(found.references["identity"]) == {*people["listed"], *people["filler"]}
    crowd = set(read_truth(truth_path(video))["person"])
    assert crowd == {*people["listed"], *people["others"]}
    searched = found.searches
    assert crowd <= set(searched["identity"]), "nobody of the crowd is dropped"
    assert set(searched.filter("mated")["identity"]) == set(people["listed"])
    own = searched.filter(
        pl.col("mate_score") > searched.filter(~pl.col("mated"))["top_score"].max()
    )
    assert set(own["identity"]) & set(people["listed"]), "a listed person scores above all others"
    page = " ".join((report / "report.html").read_text("utf-8").split())
    for word in (STAGED, "A search is a track", "Equity not measured", facts.rule):
        assert word in page, word
    assert "Single photographs were compared" not in page

    lab = tune_thresholds(report)
    try:
        lab.wait()
        assert lab.figures is not None
        assert "tracks of a staged crowd" in (hindrance_of(lab.figures.measurement.facts) or "")
    finally:
        lab.close()
    code, _, err = ended(capsys, "evaluate", "equity", report, "--threshold", "0.3")
    assert (code, "so equity is not measured" in err) == (2, True)
    code, out, err = ended(
        capsys, "policy", "draft", "street/1", "--tuning", report, "--test", report,
        "--threshold", "0.3", "--largest-list", "10",
    )  # fmt: skip
    assert (code, out) == (2, "")
    assert "its searches are tracks of a staged crowd" in err


def crowd_of(place: Path, **listed: bool) -> Path:
    """Write a ground truth of people in one frame, and return the video that it is of."""
    video = place / "crowd.mp4"
    count = len(listed)
    write_truth(
        pl.DataFrame(
            {
                "frame": [0] * count,
                "time_s": [0.0] * count,
                "person": list(listed),
                "listed": list(listed.values()),
                "x0": [0.0] * count,
                "y0": [0.0] * count,
                "x1": [9.0] * count,
                "y1": [9.0] * count,
                "occluded": [0.0] * count,
            },
            schema_overrides={
                **dict.fromkeys(("x0", "y0", "x1", "y1", "occluded"), pl.Float32),
                "frame": pl.Int64,
            },
        ),
        truth_path(video),
    )
    return video


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ({"ann": True, "bob": True}, "nobody of the crowd is off the list"),
        ({"ann": False, "bob": False}, "nobody of the crowd is on the list"),
        ({"ann": True, "cy": True, "bob": False}, "holds no photograph of cy, who is on the list"),
        ({"ann": False, "cy": True}, "holds photographs of ann, who is not on the list"),
    ],
)
def test_another_list_is_refused_before_anything_is_searched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], listed: dict[str, bool], said: str
) -> None:
    (tmp_path / "list" / "ann").mkdir(parents=True)
    (tmp_path / "list" / "ann" / "1.png").write_bytes(b"not looked at")
    video, report = crowd_of(tmp_path, **listed), tmp_path / "report"
    code, out, err = ended(
        capsys, "evaluate", "staged", video, "-w", tmp_path / "list", "--report", report
    )
    assert (code, out) == (2, "")
    assert said in err
    assert not report.exists()


def test_a_video_without_its_ground_truth_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list" / "ann").mkdir(parents=True)
    code, out, err = ended(
        capsys, "evaluate", "staged", tmp_path / "street.mp4", "-w", tmp_path / "list"
    )
    assert (code, out) != (0, "")
    assert "street.mp4.truth.parquet" in err
