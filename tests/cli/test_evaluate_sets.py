"""Error rates of a sealed evaluation set, from the command to the pairs that the lab shows."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from bench_steps import log_of
from command_bench import CommandBench, make_command_bench
from command_runs import Run
from evaluation_values import set_values
from review_values import Said, holds_no_picture, until

from widgets import set_images, tune_thresholds
from widgets.threshold_lab_images import small_jpeg
from workbench.cli.evaluate_sets import set_protocol
from workbench.errors import ProtocolError
from workbench.evaluation.folders import folder_protocol
from workbench.evaluation.measurement import Measurement, read_measurement
from workbench.evaluation.splits import split_protocol
from workbench.records.audit.verbs import Verb

SCIENTIST = "data-scientist"
NAME = "VOLUNTEERS/2026"
WHY = "The threshold of street/1 is chosen on volunteers."


def a(letter: str) -> str:
    return letter * 64


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    return make_command_bench(tmp_path_factory.mktemp("sets"))


@pytest.fixture(scope="module")
def photographs(lfw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight people with two photographs each, and eight with one."""
    root = tmp_path_factory.mktemp("photographs")
    people = {folder.name: sorted(folder.glob("*.jpg")) for folder in sorted(lfw.iterdir())[:120]}
    several = [name for name, images in people.items() if len(images) > 1][:8]
    single = [name for name, images in people.items() if len(images) == 1][:8]
    for name in (*several, *single):
        (root / name).mkdir()
        for image in people[name][:2]:
            shutil.copy(image, root / name)
    return root


@pytest.fixture(scope="module")
def sealed(bench: CommandBench, photographs: Path) -> dict[str, Path]:
    """Seal them, and return each file by the name that its image has from then on."""
    with bench.open(SCIENTIST) as scientist:
        scientist.evaluation_sets.seal(photographs, set_values(datetime.now(UTC), name=NAME))
    return {
        hashlib.sha256(one.read_bytes()).hexdigest(): one
        for one in sorted(photographs.rglob("*.jpg"))
    }


def words(*more: object) -> tuple[object, ...]:
    return "evaluate", "identification", "--evaluation-set", NAME, "--encoder", "sface", *more


def readings(bench: CommandBench) -> list[Any]:
    with bench.open(SCIENTIST) as workbench:
        entries = log_of(workbench)
    return [one for one in entries if one.verb is Verb.CONSULT and one.details.get("name") == NAME]


def holds_none_of(folder: Path, files: Sequence[Path]) -> None:
    """Check that a folder holds no piece of an image, and no name of a person or a file."""
    written = b"".join(one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file())
    assert written
    for file in files:
        data = file.read_bytes()
        assert not any(data[at : at + 24] in written for at in range(400, len(data) - 24, 997))
        assert file.parent.name.encode() not in written
        assert file.stem.encode() not in written


def highest_pair(measured: Measurement, sealed: dict[str, Path]) -> set[bytes]:
    """Return both pictures of the highest false alarm, made of the files that were sealed."""
    others = measured.searches.filter(~pl.col("mated"))
    first = others.sort("top_score", descending=True, nulls_last=True).row(0, named=True)
    names = first["probe"], first["top_reference"]
    return {small_jpeg(lambda name: sealed[name], one) for one in names}


@pytest.mark.slow
@pytest.mark.usefixtures("store")
def test_from_a_sealed_set_to_the_pairs_that_err(
    run: Run, bench: CommandBench, sealed: dict[str, Path], tmp_path: Path
) -> None:
    before, report = len(readings(bench)), tmp_path / "report"
    ended = run(SCIENTIST, *words("-j", WHY, "--report", report, "--json"))
    assert ended.code == 0, ended.err
    assert [one.justification for one in readings(bench)[before:]] == [WHY, WHY]
    assert (ended.said["protocol"], ended.said["data_set"]) == (f"evaluation set {NAME}", NAME)
    assert ended.said["rule"] == f"every row of evaluation set {NAME}"
    measured = read_measurement(report)
    named = {*measured.searches["probe"], *measured.references["reference"]}
    assert named == set(sealed)
    people = {*measured.searches["identity"], *measured.references["identity"]}
    assert len(people) == 16
    assert all(one.startswith("person ") for one in people)
    holds_none_of(report, list(sealed.values()))
    assert not any(file.parent.name in ended.out + ended.err for file in sealed.values())

    with bench.open(SCIENTIST) as scientist:
        images = set_images(scientist, NAME, justification=WHY)
        lab = tune_thresholds(report, images=images)
        try:
            said = Said(lab)
            lab.wait()
            said.tell("hello", tries=1)
            said.tell("look", on=True)
            said.tell("thumbs", ids=["f0/probe", "f0/reference"])
            until(lambda: said.of("thumbs") != [])
            assert said.of("thumbs")[-1]["missing"] == {}
            assert set(said.pictures("thumbs")) == highest_pair(measured, sealed)
            holds_no_picture(lab, said.pictures("thumbs"))
        finally:
            lab.close()
    with bench.open("analyst") as analyst:
        lab = tune_thresholds(report, images=set_images(analyst, NAME, justification=WHY))
        try:
            said = Said(lab)
            lab.wait()
            said.tell("hello", tries=1)
            said.tell("look", on=True)
            said.tell("thumbs", ids=["f0/probe"])
            until(lambda: said.of("thumbs") != [])
            told = said.of("thumbs")[-1]
            assert told["of"] == []
            assert "may not read the images of an evaluation set" in told["missing"]["f0/probe"]
        finally:
            lab.close()


@pytest.mark.slow
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("runtime", ["auto", "openvino-int8"])
def test_the_scores_are_those_of_the_folder(
    run: Run,
    sealed: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    runtime: str,
) -> None:
    photographs = next(iter(sealed.values())).parents[1]
    monkeypatch.setenv("WORKBENCH_RUNTIME", runtime)
    ended = run(SCIENTIST, *words("-j", WHY, "--report", tmp_path / "set"))
    assert ended.code == 0, ended.err
    found = read_measurement(tmp_path / "set")
    rows = [(one, "reference") for one in found.references["reference"]]
    rows += [(one, "probe") for one in found.searches["probe"]]
    lines = [
        f"{sealed[one].relative_to(photographs).as_posix()},{sealed[one].parent.name},{role}"
        for one, role in rows
    ]
    protocol = tmp_path / "same.csv"
    protocol.write_text("\n".join(["path,identity,role", *lines]) + "\n", "utf-8")
    ended = run(
        SCIENTIST, "evaluate", "identification", protocol, "--root", photographs,
        "--encoder", "sface", "--report", tmp_path / "folder",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    other = read_measurement(tmp_path / "folder")
    assert found.facts.runtime == other.facts.runtime == ("fp32" if runtime == "auto" else "int8")
    named = found.searches.with_columns(
        probe=pl.col("probe").replace_strict(
            {one: path.relative_to(photographs).as_posix() for one, path in sealed.items()}
        )
    )
    both = named.join(other.searches, on="probe", suffix="_of_folder")
    assert len(both) == len(found.searches)
    for score in ("top_score", "mate_score"):
        of_set, of_folder = both[score].to_list(), both[f"{score}_of_folder"].to_list()
        assert of_set == pytest.approx(of_folder, abs=1e-4)
    assert both["mated"].to_list() == both["mated_of_folder"].to_list()


@pytest.mark.slow
@pytest.mark.usefixtures("store", "sealed")
def test_a_set_is_parted_into_tuning_people_and_a_locked_test(run: Run, tmp_path: Path) -> None:
    tuning = tmp_path / "tuning"
    ended = run(SCIENTIST, *words("-j", WHY, "--split", "tuning", "--report", tuning))
    assert ended.code == 0, ended.err
    digest = ended.err.split("Its locked test has the digest ", 1)[1].split(" ", 1)[0]
    assert len(digest) == 64
    test = tmp_path / "test"
    asked = words("-j", WHY, "--split", "test", "--policy", "street/1", "--report", test)
    without = run(SCIENTIST, *asked)
    assert (without.code, "not opened for policy street/1 yet" in without.err) == (2, True)
    assert not test.exists()
    opened = run(
        SCIENTIST, "policy", "open-test", "street/1", "--tuning", tuning, "--threshold", "0.363",
        "--planned-list", "1000", "--bound-in-words", "--digest", digest, "--data-set", NAME,
        "-j", WHY,
    )  # fmt: skip
    assert opened.code == 0, opened.err
    done = run(SCIENTIST, *asked)
    assert done.code == 0, done.err
    facts = read_measurement(test).facts
    assert (facts.split, facts.opened_for, facts.protocol_sha256) == ("test", "street/1", digest)
    drafted = run(
        SCIENTIST, "policy", "draft", "street/1", "--tuning", tuning, "--test", test,
        "--threshold", "0.363", "--largest-list", "1000", "--bound-in-words",
    )  # fmt: skip
    assert drafted.code == 0, drafted.err
    assert drafted.said["evidence"]["data_set"] == NAME


@pytest.mark.slow
@pytest.mark.usefixtures("store", "sealed")
def test_who_may_not_read_it_measures_nothing(
    run: Run, bench: CommandBench, tmp_path: Path
) -> None:
    before, report = len(readings(bench)), tmp_path / "report"
    for account in ("analyst", "operator", "administrator"):
        refused = run(account, *words("-j", WHY, "--report", report))
        assert (refused.code, refused.out) == (3, ""), refused
        assert "may not read the images of an evaluation set" in refused.err
    assert not report.exists()
    assert len(readings(bench)) == before
    unknown = run(SCIENTIST, "evaluate", "identification", "--evaluation-set", "NO", "-j", WHY)
    assert (unknown.code, "there is no evaluation set NO." in unknown.err) == (1, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--evaluation-set", NAME], "Say --justification."),
        (["--evaluation-set", NAME, "-j", WHY, "--root", "."], "PROTOCOL with --root. Give one."),
        (["p.csv", "--evaluation-set", NAME, "-j", WHY], "PROTOCOL with --root. Give one."),
        (["--root", "."], "Missing argument 'PROTOCOL'"),
        (["p.csv"], "Missing option '--root'"),
    ],
)
def test_one_source_of_images_is_named(run: Run, given: list[str], said: str) -> None:
    ended = run(SCIENTIST, "evaluate", "identification", *given)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_the_protocol_of_a_set_names_nobody_and_hangs_on_no_order() -> None:
    images = [("ONE", a("3")), ("TWO", a("4")), ("ONE", a("1")), ("ONE", a("2"))]
    found = set_protocol(images, is_split=False)
    assert found.sort("path").select("path", "role").rows() == [
        (a("1"), "reference"), (a("2"), "probe"), (a("3"), "probe"), (a("4"), "probe"),
    ]  # fmt: skip
    digest = hashlib.sha256("\n".join([a("1"), a("2"), a("3")]).encode()).hexdigest()
    assert set(found.filter(pl.col("path") != a("4"))["identity"]) == {f"person {digest[:16]}"}
    assert "ONE" not in json.dumps(found.rows())
    assert found.equals(set_protocol(images[::-1], is_split=False))
    assert found["split"].null_count() == 4


def test_people_are_parted_as_those_of_the_folder(tmp_path: Path) -> None:
    images = []
    for person in range(40):
        (tmp_path / f"P{person}").mkdir()
        for at in range(1 + person % 2):
            data = f"{person} {at}".encode()
            (tmp_path / f"P{person}" / f"{at}.png").write_bytes(data)
            images.append((f"P{person}", hashlib.sha256(data).hexdigest()))
    subject = {digest: name for name, digest in images}
    of_set = set_protocol(images, is_split=True)
    of_folder = split_protocol(folder_protocol(tmp_path))
    parts = dict(of_folder.select("identity", "split").iter_rows())
    assert {
        subject[path]: part for path, part in of_set.select("path", "split").iter_rows()
    } == parts
    assert set(parts.values()) == {"tuning", "test"}


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ([("ONE", a("1")), ("ONE", a("1")), ("TWO", a("2"))], f"SHA-256 {a('1')} is in it twice"),
        ([("ONE", a("1")), ("TWO", a("1"))], "is in it twice"),
        ([("ONE", a("1")), ("TWO", a("2"))], "nobody in it has two images"),
    ],
)
def test_sets_that_cannot_be_measured(images: list[tuple[str, str]], said: str) -> None:
    with pytest.raises(ProtocolError, match=said) as caught:
        set_protocol(images, is_split=False, what="evaluation set X")
    assert "ONE" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.usefixtures("store")
def test_an_ended_set_is_measured_no_more(
    run: Run, bench: CommandBench, photographs: Path, tmp_path: Path
) -> None:
    ends = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    with bench.open(SCIENTIST) as scientist:
        scientist.evaluation_sets.seal(
            photographs, set_values(datetime.now(UTC), name="GONE", ends=ends)
        )
        scientist.evaluation_sets.end("GONE")
    report = tmp_path / "report"
    ended = run(
        SCIENTIST, "evaluate", "identification", "--evaluation-set", "GONE", "-j", WHY,
        "--report", report,
    )  # fmt: skip
    assert (ended.code, ended.out) == (3, "")
    assert "the images of evaluation set GONE were destroyed" in ended.err
    assert not report.exists()
