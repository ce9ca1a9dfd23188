"""Every protocol that cannot be measured ends `workbench evaluate` in one line, and writes nothing."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from workbench.cli import main
from workbench.cli.evaluate_telling import table
from workbench.evaluation.measurement import Measurement, MeasurementFacts, write_measurement

IMAGES = ("a1", "a2", "b1", "b2", "c1", "c2", "d1")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Files that nobody opens: what is wrong is found before any image is."""
    folder = tmp_path / "images"
    folder.mkdir()
    for name in IMAGES:
        (folder / f"{name}.jpg").write_bytes(b"never opened")
    return folder


def only_error(capsys: pytest.CaptureFixture[str]) -> str:
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert err.count("\n") == 1, err
    return err


def rows(*extra: str, header: str = "path,identity,role") -> str:
    """A protocol that would do, and further rows."""
    good = ("a1.jpg,A,reference", "a2.jpg,A,probe", "c1.jpg,C,probe")
    return "\n".join([header, *good, *extra]) + "\n"


SPLIT = "path,identity,role,split\n"
REFUSED: dict[str, tuple[str, list[str], str]] = {
    "identity in both splits": (
        SPLIT + "a1.jpg,A,reference,tuning\na2.jpg,A,probe,test\nc1.jpg,C,probe,tuning\n",
        ["--split", "tuning"],
        "line 3: split of A is test, but tuning",
    ),
    "nobody but listed people": (
        "path,identity,role\na1.jpg,A,reference\na2.jpg,A,probe\n",
        [], "protocol.csv: the protocol has no non-mated probe"),
    "nobody who is listed": (
        "path,identity,role\na1.jpg,A,reference\nb1.jpg,B,probe\n", [], "no mated probe"),
    "a longer list than there are references": (
        rows(), ["--list-size", "9"], "protocol.csv: list_size 9 is more than the 2 references"),
    "an empty group": (
        "path,identity,role,group\na1.jpg,A,reference,\na2.jpg,A,probe,\nc1.jpg,C,probe,\n",
        [], "has the column group, but every row leaves it empty"),
    "a person of two groups": (
        "path,identity,role,group\na1.jpg,A,reference,x\na2.jpg,A,probe,y\nc1.jpg,C,probe,x\n",
        [], "line 3: group of A is y, but x"),
    "an unknown column": (
        "path,identity,role,gruop\na1.jpg,A,reference,x\n", [], "gruop"),
    "a probe that is not there": (rows("z.jpg,Z,probe"), [], "line 5, column path: there is no image z.jpg"),
    "an empty file": ("", [], "protocol.csv: is empty. Give the columns path"),
    "blank lines alone": ("\n \n\n", [], "protocol.csv: is empty"),
    "a header alone": ("path,identity,role\n", [], "names no reference"),
    "semicolons": (rows().replace(",", ";"), [], "Separate columns by commas"),
    "blank lines before what is wrong": (
        "\n" + rows("", "  ", "z.jpg,Z,probe"), [], "line 8, column path: there is no image z.jpg"),
    "a byte order mark and lines as Windows ends them": (
        "\ufeff" + rows("z.jpg,Z,probe").replace("\n", "\r\n"),
        [], "line 5, column path: there is no image z.jpg"),
    "the same image twice": (rows("./a2.jpg,A,probe"), [], "line 5: ./a2.jpg is named twice"),
    "draws without a size": (rows(), ["--draws", "3"], "Say --list-size as well"),
    "a policy without a test": (rows(), ["--policy", "street/1"], "Say --split test"),
    "a split of what is not split": (rows(), ["--split", "tuning"], "has no column split"),
    "all of what is split": (
        SPLIT + "a1.jpg,A,reference,tuning\na2.jpg,A,probe,tuning\nc1.jpg,C,probe,test\n",
        [], "it would open the locked test"),
    "a locked test without a policy": (
        SPLIT + "a1.jpg,A,reference,test\na2.jpg,A,probe,test\nc1.jpg,C,probe,test\n",
        ["--split", "test"], "opened once for a policy and on record"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "options", "says"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_measured_is_refused_in_one_line(
    *,
    text: str,
    options: list[str],
    says: str,
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    protocol = tmp_path / "protocol.csv"
    protocol.write_bytes(text.encode())
    before = sorted(tmp_path.rglob("*"))
    words = ["evaluate", "identification", str(protocol), "--root", str(root), *options]
    words += ["--report", str(tmp_path / "report"), "--output", str(tmp_path / "result.json")]
    assert main(words) == 2
    assert says in only_error(capsys)
    assert sorted(tmp_path.rglob("*")) == before, "nothing is left half-written"


def test_a_protocol_in_parquet_names_its_row(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    protocol = tmp_path / "protocol.parquet"
    table = {"path": ["a1.jpg", "z.jpg"], "identity": ["A", "A"], "role": ["reference", "probe"]}
    pl.DataFrame(table).write_parquet(protocol)
    assert main(["evaluate", "identification", str(protocol), "--root", str(root)]) == 2
    assert "row 2, column path: there is no image z.jpg" in only_error(capsys)


@pytest.mark.parametrize(
    ("column", "values", "says"),
    [
        ("group", [float("nan")] * 3, "row 1: group is NaN"),
        ("identity", [["A"], ["A"], ["C"]], "the column identity holds List(String)"),
        ("role", [1, 2, 2], "row 1: role '1' is unknown"),
    ],
)
def test_a_column_of_a_wrong_type_is_named(
    *,
    column: str,
    values: list[object],
    says: str,
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    protocol = tmp_path / "protocol.parquet"
    table: dict[str, list[object]] = {
        "path": ["a1.jpg", "a2.jpg", "c1.jpg"],
        "identity": ["A", "A", "C"],
        "role": ["reference", "probe", "probe"],
    }
    pl.DataFrame(table | {column: values}).write_parquet(protocol)
    assert main(["evaluate", "identification", str(protocol), "--root", str(root)]) == 2
    assert f"protocol.parquet: {says}" in only_error(capsys)


HEAD = "path,other_path,identity,other_identity"
PAIRS = {
    "empty": ("", "pairs.csv: is empty"),
    "mated pairs alone": (f"{HEAD}\na1.jpg,a2.jpg,A,A\n", "pairs.csv: names no non-mated pair"),
    "one of each": (
        f"{HEAD}\na1.jpg,a2.jpg,A,A\na1.jpg,c1.jpg,A,C\n", "pairs.csv: all 2 pairs are in one fold"),
    "no such image": (f"{HEAD}\na1.jpg,z.jpg,A,A\n", "line 2, column other_path: there is no image"),
    "unknown column": (f"{HEAD},gruop\na1.jpg,a2.jpg,A,A,x\n", "line 1 names the column 'gruop'"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "says"), PAIRS.values(), ids=PAIRS)
def test_pairs_that_cannot_be_measured_are_refused_in_one_line(
    text: str, says: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(text, "utf-8")
    before = sorted(tmp_path.rglob("*"))
    words = ["evaluate", "verification", str(pairs), "--root", str(root)]
    words += ["--report", str(tmp_path / "report"), "--output", str(tmp_path / "result.json")]
    assert main(words) == 2
    assert says in only_error(capsys)
    assert sorted(tmp_path.rglob("*")) == before, "nothing is left half-written"


def test_a_report_never_takes_the_place_of_what_is_there(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    protocol = tmp_path / "protocol.csv"
    protocol.write_text(rows(), "utf-8")
    report = tmp_path / "report"
    report.mkdir()
    (report / "mine.txt").write_text("mine", "utf-8")
    words = ["evaluate", "identification", str(protocol), "--root", str(root)]
    assert main([*words, "--report", str(report)]) == 3
    error = only_error(capsys)
    assert "--report" in error
    assert "--force" in error
    assert main([*words, "--report", str(tmp_path)]) == 3, "the protocol lies in it"
    only_error(capsys)
    assert (report / "mine.txt").read_text("utf-8") == "mine"


@pytest.mark.slow
@pytest.mark.usefixtures("store")
def test_copies_of_one_photograph_part_nobody(
    lfw: Path, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photograph = min((lfw / "Aaron_Peirsol").glob("*.jpg"))
    for name in IMAGES:
        shutil.copyfile(photograph, root / f"{name}.jpg")
    protocol = tmp_path / "protocol.csv"
    protocol.write_text(rows("d1.jpg,D,probe"), "utf-8")
    words = ["evaluate", "identification", str(protocol), "--root", str(root)]
    assert main([*words, "--encoder", "sface", "--report", str(tmp_path / "report")]) == 2
    assert "all 3 searches gave the same score, 1.0000" in only_error(capsys)
    assert not (tmp_path / "report").exists()

    pairs = tmp_path / "pairs.csv"
    rows_of = "a1.jpg,a2.jpg,A,A\na1.jpg,d1.jpg,A,A\nb1.jpg,c1.jpg,B,C\nb1.jpg,c2.jpg,B,C\n"
    pairs.write_text(f"{HEAD}\n{rows_of}", "utf-8")
    words = ["evaluate", "verification", str(pairs), "--root", str(root), "--encoder", "sface"]
    assert main([*words, "--report", str(tmp_path / "report")]) == 2
    assert "pairs.csv: all 4 pairs that were compared have the same score" in only_error(capsys)
    assert not (tmp_path / "report").exists()


def measured(folder: Path, scores: list[float | None]) -> Path:
    """A folder of a measurement whose non-mated searches have these scores."""
    count = len(scores)
    searches = pl.DataFrame(
        {
            "probe": [f"p{k}" for k in range(count + 1)],
            "identity": [f"N{k}" for k in range(count)] + ["A"],
            "mated": [False] * count + [True],
            "acquired": [True] * (count + 1),
            "top_score": [*scores, 0.9],
            "top_identity": ["A"] * (count + 1),
            "mate_score": [None] * count + [0.9],
            "mate_rank": [None] * count + [1],
            "group": ["x", "y"] * (count // 2) + ["x"] * (count % 2 + 1),
        },
        schema_overrides={"top_score": pl.Float32, "mate_score": pl.Float32, "mate_rank": pl.Int64},
    )
    references = pl.DataFrame({"reference": ["a1"], "identity": ["A"], "acquired": [True]})
    facts = MeasurementFacts(
        name="sface fp32", created=datetime(2026, 11, 27, tzinfo=UTC), data_set="made up",
        split="tuning", rule="none", protocol_sha256="0" * 64, matcher="sface", unit="cosine",
        encoders={}, runtime="fp32", list_size=1,
    )  # fmt: skip
    write_measurement(Measurement.of(facts, searches, references), folder)
    return folder


def test_a_score_that_is_no_number_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = measured(tmp_path / "measured", [0.1, 0.2, 0.3])
    table = pl.read_parquet(folder / "searches.parquet")
    broken = pl.when(pl.col("probe") == "p1").then(float("nan")).otherwise("top_score")
    table.with_columns(top_score=broken.cast(pl.Float32)).write_parquet(folder / "searches.parquet")
    assert main(["evaluate", "equity", str(folder), "--threshold", "0.2"]) == 2
    error = only_error(capsys)
    assert "top_score" in error
    assert "row 2" in error


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--threshold", "nan"], "is not a number"),
        (["--threshold", "0.2", "--reference", "z"], "z"),
        (["--threshold", "0.2", "--split", "tuning"], "--split is of a protocol"),
        (["--threshold", "0.2", "--root", "."], "--root is of a protocol"),
    ],
)
def test_equity_refuses_what_it_cannot_compare(
    options: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = measured(tmp_path / "measured", [0.1, 0.2, 0.3])
    assert main(["evaluate", "equity", str(folder), *options]) == 2
    assert says in only_error(capsys)


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        (rows(), [], "Name it: --root"),
        (SPLIT + "a1.jpg,A,reference,test\n", ["--split", "test"], "evaluate identification"),
    ],
)
def test_equity_of_a_protocol_needs_its_images_and_no_locked_test(
    *,
    text: str, options: list[str], says: str, root: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    protocol = tmp_path / "protocol.csv"
    protocol.write_text(text, "utf-8")
    words = ["evaluate", "equity", str(protocol), "--threshold", "0.2", *options]
    assert main([*words, *(["--root", str(root)] if options else [])]) == 2
    assert says in only_error(capsys)


@pytest.mark.parametrize("kept", [(), ("searches.parquet", "references.parquet"), None])
def test_equity_says_what_a_folder_of_a_report_holds_and_how_to_make_one(
    kept: tuple[str, ...] | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "images"
    if kept is not None:
        measured(folder, [0.1, 0.2, 0.3])
        for file in folder.iterdir():
            if file.name not in kept:
                file.unlink()
    code = main(["evaluate", "equity", str(folder), "--threshold", "0.2"])
    assert code == (1 if kept is None else 2)
    error = only_error(capsys)
    assert "searches.parquet, references.parquet and measurement.json" in error
    assert "identification PROTOCOL.csv --root IMAGES --report DIR" in error
    if kept is None:
        assert "there is no such file or folder" in error
    else:
        absent = {"searches.parquet", "references.parquet", "measurement.json"} - set(kept)
        assert set(error.split("not there: ")[1].split(". Make")[0].split(", ")) == absent


@pytest.mark.parametrize(
    ("group", "says"),
    [
        (pl.lit(None, pl.String), "searches.parquet: column group is empty in all 4 rows"),
        (pl.when(pl.col("probe") == "p1").then(pl.lit(" ")).otherwise("group"),
         "the group in row 2 of the searches, column group, is a text with no letter"),
    ],
)  # fmt: skip
def test_equity_names_row_and_column_of_a_group_that_is_none(
    group: pl.Expr, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = measured(tmp_path / "measured", [0.1, 0.2, 0.3])
    file = folder / "searches.parquet"
    pl.read_parquet(file, glob=False).with_columns(group=group).write_parquet(file)
    assert main(["evaluate", "equity", str(folder), "--threshold", "0.2"]) == 2
    assert says in only_error(capsys)


def test_equity_refuses_a_protocol_without_groups_before_it_encodes_an_image(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    protocol = tmp_path / "protocol.csv"
    protocol.write_text(rows(), "utf-8")
    words = ["evaluate", "equity", str(protocol), "--root", str(root), "--threshold", "0.2"]
    assert main(words) == 2
    assert "has no column group, so there are no groups to compare" in only_error(capsys)


def test_help_of_equity_names_options_that_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "equity", "--help"]) == 0
    said = capsys.readouterr().out
    named = set(re.findall(r"--[a-z][a-z-]+", said))
    for option in named:
        assert re.search(rf"│ [* ]  {option}\b", said), option
    assert "its opening; give its folder here." in " ".join(re.sub("[│ \n]+", " ", said).split())


def test_equity_of_a_measurement_writes_what_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scores = [0.5 if k % 4 == 0 else 0.1 + k / 1000 for k in range(200)]
    folder = measured(tmp_path / "measured", [*scores])
    report, output = tmp_path / "report", tmp_path / "result.json"
    words = ["evaluate", "equity", str(folder), "--threshold", "0.4", "--report", str(report)]
    assert main([*words, "--output", str(output)]) == 0
    shown = capsys.readouterr().out
    result = json.loads(output.read_text("utf-8"))
    assert result == json.loads((report / "result.json").read_text("utf-8"))
    # Every fourth of all is one of two of the first group, and nobody of the second.
    rates = pl.read_parquet(report / "equity_rates.parquet").filter(rate="FPIR", step=1.0)
    assert dict(rates.select("group", "errors").iter_rows()) == {"x": 50, "y": 0}
    assert result["measurement"]["data_set"] == "made up"
    assert "the rates differ" in shown
    page = (report / "report.html").read_text("utf-8")
    assert "A difference was found in" in page
    assert (report / "measurement.json").is_file()


def test_names_of_a_measurement_reach_no_terminal_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scores = [0.5 if k % 4 == 0 else 0.1 + k / 1000 for k in range(200)]
    folder = measured(tmp_path / "measured\x1b[2J", [*scores])
    file = folder / "searches.parquet"
    group = pl.col("group").replace({"x": "A\x1b[2J\x07", "y": "\u202eB\x9b1m"})
    pl.read_parquet(file, glob=False).with_columns(group).write_parquet(file)
    output = tmp_path / "result\x1b]0;.json"
    words = ["evaluate", "equity", str(folder), "--threshold", "0.4"]
    assert main([*words, "--output", str(output)]) == 0
    shown = capsys.readouterr()
    assert r"compared with A\x1b[2J\x07, the group" in shown.out
    assert r"result\x1b]0;.json: written" in shown.err
    assert main([*words, "--json"]) == 0
    told = capsys.readouterr().out
    assert {row["group"] for row in json.loads(told)["rates"]} >= {"A\x1b[2J\x07", "\u202eB\x9b1m"}
    for text in (shown.out, shown.err, told):
        assert text.replace("\n", "").isprintable()
    assert output.stat().st_mode & 0o777 == 0o600
    table(("Name",), [("A\x1b[2J",)])
    assert capsys.readouterr().out.split() == ["Name", r"A\x1b[2J"]
