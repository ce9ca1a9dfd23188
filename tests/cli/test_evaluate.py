"""`workbench evaluate` and `workbench compare`, end to end on real faces and on every bad input."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image

from workbench.cli import main
from workbench.cli.evaluate_telling import show_identification
from workbench.cli.evaluate_telling_pairs import show_pairs
from workbench.matching import likelihood

LISTED = ("Aaron_Peirsol", "Abdoulaye_Wade", "Adam_Sandler", "Ai_Sugiyama")
OTHERS = ("Aaron_Patterson", "Abbas_Kiarostami", "Abdul_Rahman")
RATES = ["0.1", "0.03", "0.01", "0.003", "0.001"]

pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.slow]


def path(name: str, number: int = 1) -> str:
    return f"{name}/{name}_{number:04d}.jpg"


@pytest.fixture(scope="module")
def root(lfw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real faces, an image without one, and one that is cut short."""
    folder = tmp_path_factory.mktemp("images")
    wanted = [path(name, k) for name in LISTED for k in (1, 2)]
    wanted += [path(name) for name in OTHERS]
    for one in wanted:
        (folder / one).parent.mkdir(exist_ok=True)
        shutil.copyfile(lfw / one, folder / one)
    (folder / "x").mkdir()
    Image.new("RGB", (250, 250), "grey").save(folder / "x/grey.png")
    (folder / "x/cut.jpg").write_bytes((folder / path(LISTED[0])).read_bytes()[:900])
    return folder


@pytest.fixture
def protocol(root: Path, tmp_path: Path) -> Path:
    rows = [(path(name), name, "reference") for name in LISTED]
    rows += [(path(name, 2), name, "probe") for name in LISTED[:3]]
    rows += [(path(name), name, "probe") for name in OTHERS]
    rows += [("x/grey.png", "Nobody", "reference"), ("x/cut.jpg", LISTED[3], "probe")]
    text = "path,identity,role\n" + "".join(",".join(row) + "\n" for row in rows)
    place = tmp_path / "protocol.csv"
    place.write_text(text, "utf-8")
    return place


def only_error(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line that an error is."""
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert err.count("\n") == 1, err
    return err


@pytest.mark.parametrize("encoder", ["facenet", "sface", "fused"])
def test_identification_end_to_end(
    encoder: str, protocol: Path, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "result.json"
    words = ["evaluate", "identification", str(protocol), "--root", str(root)]
    assert main([*words, "--encoder", encoder, "--output", str(output)]) == 0
    shown = capsys.readouterr()
    result = json.loads(output.read_text("utf-8"))

    assert result["n_references"] == 5
    assert result["n_mated"] == 4
    assert result["n_nonmated"] == 3
    assert result["failures_to_acquire"] == {
        "reference": 1, "probe": 1, "mated_probe": 1, "nonmated_probe": 0,
    }  # fmt: skip
    assert result["rank1"] == 0.75, "the probe that is cut short is a miss, not dropped"
    assert list(result["tpir_at_fpir"]) == RATES
    for row in result["tpir_at_fpir"].values():
        assert row["tpir"] == 0.75
        assert (row["false_alarms"], row["misses"], row["not_acquired"]) == (0, 1, 1)
        assert row["measurable"] is False
        assert isinstance(row["threshold"], float)
    assert {one["path"] for one in result["failures"]} == {"x/grey.png", "x/cut.jpg"}
    assert result["encoder"] == encoder
    assert result["unit"] == ("log10 likelihood ratio" if encoder == "fused" else "cosine")
    out = " ".join(shown.out.split())
    assert out.count("not measurable here") == 6
    assert (
        "rank 1, any score 3 of 4: not measurable here, at least 0.194 (lower end of the 95 % "
        "interval)"
    ) in out
    assert shown.err.count("Few false alarms, none of 3 trials") == 1, "a sentence stands once"
    assert shown.err.count("Few misses, 1 of 4 trials") == 1
    assert "FPIR 0.1, 0.03, 0.01, 0.003, 0.001 asked for" in shown.err
    assert "Equity not measured: the labels do not say" in shown.err
    assert "x/cut.jpg" in shown.err
    assert not list(tmp_path.glob(".*partial")), "nothing unfinished is left"
    show_identification(result, has_groups=True)
    assert "Equity not measured" not in capsys.readouterr().err


def test_json_goes_to_stdout_alone(
    protocol: Path, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["evaluate", "identification", str(protocol), "--root", str(root), "--json"]
    assert main([*words, "--encoder", "sface"]) == 0
    assert json.loads(capsys.readouterr().out)["n_references"] == 5
    assert [one.name for one in tmp_path.iterdir()] == ["protocol.csv"]


def test_pairs_end_to_end(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    count = len(LISTED)
    lines = [f"{name}\t1\t2" for name in LISTED]
    lines += [f"{LISTED[k]}\t1\t{LISTED[(k + 1) % count]}\t1" for k in range(count)]
    listed = tmp_path / "pairs.txt"
    listed.write_text("\n".join([str(count), *lines]) + "\n", "utf-8")
    output = tmp_path / "result.json"
    words = ["evaluate", "pairs", str(listed), "--root", str(root), "--encoder", "sface"]
    assert main([*words, "--output", str(output)]) == 0
    result = json.loads(output.read_text("utf-8"))
    assert (result["n_mated"], result["n_nonmated"]) == (4, 4)
    assert result["accuracy"] == 1.0
    assert result["equal_error_rate"] == 0.0
    assert len(result["folds"]) == 4
    shown = capsys.readouterr()
    assert result["equal_error_rate_interval"] is None
    out = " ".join(shown.out.split())
    assert "0 of 8 over 4 folds" in out
    assert "accuracy not measurable here: at least 0.625 (rule of three)" in out
    assert "none of 4 false matches and none of 4 false non-matches: not measurable here" in out
    assert "Equity not measured: the labels do not say" in shown.err


def test_the_equal_error_rate_is_told_with_its_interval(capsys: pytest.CaptureFixture[str]) -> None:
    result = {
        "encoder": "sface", "n_pairs": 40, "n_mated": 20, "accuracy": 0.9, "errors": 4,
        "accuracy_standard_error": 0.01, "folds": [{}] * 10, "equal_error_rate": 0.1,
        "equal_error_rate_interval": [0.05, 0.21], "n_nonmated": 20, "n_people": 30,
        "equal_error": {"few_errors": None}, "frr_at_far": {}, "unit": "cosine",
        "errors_interval": {"clopper_pearson": [0.03, 0.24]},
        "failures_to_acquire": {"mated_pair": 0, "nonmated_pair": 0},
    }  # fmt: skip
    show_pairs(result)
    assert "0.1000 (95 %, by people, 0.0500 to 0.2100)" in capsys.readouterr().out
    show_pairs(result | {"equal_error_rate_interval": None})
    assert "0.1000 (no interval: people drawn anew never differ)" in capsys.readouterr().out
    show_pairs(result | {"equal_error_rate_interval": None, "n_people": None})
    assert "0.1000 (no interval: the pairs do not say whom they show)" in capsys.readouterr().out


BAD_PROTOCOLS = {
    "unknown role": "path,identity,role\nx/grey.png,A,referee\n",
    "no such image": "path,identity,role\nx/none.png,A,reference\n",
    "out of the root": "path,identity,role\n../a.png,A,reference\n",
    "empty": "",
}


@pytest.mark.parametrize("text", BAD_PROTOCOLS.values(), ids=BAD_PROTOCOLS)
def test_a_bad_protocol_ends_in_one_line_and_writes_nothing(
    text: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "protocol.csv"
    bad.write_text(text, "utf-8")
    output = tmp_path / "result.json"
    words = ["evaluate", "identification", str(bad), "--root", str(root), "--encoder", "sface"]
    assert main([*words, "--output", str(output)]) == 2
    only_error(capsys)
    assert [one.name for one in tmp_path.iterdir()] == ["protocol.csv"]


@pytest.mark.parametrize("command", ["pairs", "verification", "identification"])
def test_missing_files_and_folders(
    command: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = tmp_path / "gone"
    assert main(["evaluate", command, str(gone), "--root", str(root)]) == 1
    assert "there is no such file" in only_error(capsys)
    assert main(["evaluate", command, str(gone), "--root", str(gone)]) == 1
    assert "no such folder" in only_error(capsys)


def test_an_output_that_is_there_is_kept(
    protocol: Path, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "result.json"
    output.write_text("mine", "utf-8")
    words = ["evaluate", "identification", str(protocol), "--root", str(root)]
    words += ["--encoder", "sface", "--output", str(output)]
    assert main(words) == 3
    assert "--force" in only_error(capsys)
    assert output.read_text("utf-8") == "mine"
    assert main([*words, "--force"]) == 0
    assert json.loads(output.read_text("utf-8"))["n_references"] == 5
    assert main(["evaluate", "identification", str(protocol), "--root", str(root),
                 "--output", str(tmp_path / "none" / "result.json")]) == 1  # fmt: skip


def test_a_result_that_cannot_be_placed_leaves_nothing(
    protocol: Path,
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    output = tmp_path / "result.json"
    words = ["evaluate", "identification", str(protocol), "--root", str(root)]
    monkeypatch.setattr(Path, "replace", full)
    assert main([*words, "--encoder", "sface", "--output", str(output)]) == 1
    assert "No space left" in only_error(capsys)
    assert [one.name for one in tmp_path.iterdir()] == ["protocol.csv"]


@pytest.mark.parametrize("encoder", ["facenet", "sface", "fused"])
def test_compare_says_what_the_score_means(
    encoder: Literal["facenet", "sface", "fused"], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scores = {}
    for other in (path(LISTED[1]), path(LISTED[0], 2)):
        words = ["compare", str(root / path(LISTED[0])), str(root / other)]
        assert main([*words, "--encoder", encoder, "--json"]) == 0
        result = json.loads(capsys.readouterr().out)
        scores[other] = result["score"]
        assert result["meaning"]
        ratio = result["likelihood_ratio"]
        low, high = ratio["log10_interval"]
        assert ratio["log10_bounds"][0] <= low <= ratio["log10"] <= high <= ratio["log10_bounds"][1]
        assert (ratio["source"], ratio["form"]) == ("lfw-tuning/1/likelihood/1", "isotonic")
        assert ratio["log10"] == likelihood(result["score"], encoder).log10_lr
        assert [image["verdict"] for image in result["images"]]
    other, mated = scores.values()
    assert mated > other
    # In words too, of the two pictures of one person alone: each command loads its models anew.
    assert main([*words, "--encoder", encoder]) == 0
    shown = capsys.readouterr()
    assert result["meaning"] in " ".join(shown.out.split())
    assert f"Likelihood ratio: {ratio['text']}." in " ".join(shown.out.split())
    assert "not how probable it is that this is the person" in ratio["text"]
    said = (shown.out + shown.err).lower()
    assert "same person" not in said
    assert "match" not in said
    assert "a person decides" in said


def test_compare_refuses_images_without_a_face(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = str(root / path(LISTED[0]))
    for bad, says in (
        (root / "x/grey.png", "no face found"),
        (root / "x/cut.jpg", "damaged or cut short"),
        (tmp_path / "none.jpg", "no such file"),
        (tmp_path, "this is a folder"),
    ):
        for words in ([good, str(bad)], [str(bad), good]):
            assert main(["compare", *words, "--encoder", "sface"]) == 1
            error = only_error(capsys)
            assert says in error
            assert str(bad) in error
