"""From tuning people to a locked test that is opened on the bench: the whole way of a threshold."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run

from workbench.evaluation.measurement import read_measurement

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("store")]

SCIENTIST = "data-scientist"
WHY = "The threshold of street/1 is chosen on the tuning people."


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    return make_command_bench(tmp_path_factory.mktemp("locked"))


@pytest.fixture(scope="module")
def protocol(lfw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen people, half of them on the list, half of each for the test."""
    people = {folder.name: sorted(folder.glob("*.jpg")) for folder in sorted(lfw.iterdir())[:120]}
    several = [name for name, images in people.items() if len(images) > 1][:8]
    single = [name for name, images in people.items() if len(images) == 1][:8]
    rows = ["path,identity,role,split"]
    for at, name in enumerate(several):
        part = ("tuning", "test")[at % 2]
        first, second, *_ = (one.relative_to(lfw).as_posix() for one in people[name])
        rows += [f"{first},{name},reference,{part}", f"{second},{name},probe,{part}"]
    for at, name in enumerate(single):
        path = people[name][0].relative_to(lfw).as_posix()
        rows.append(f"{path},{name},probe,{('tuning', 'test')[at % 2]}")
    place = tmp_path_factory.mktemp("protocol") / "street.csv"
    place.write_text("\n".join(rows) + "\n", "utf-8")
    return place


def words(protocol: Path, lfw: Path, *more: object) -> tuple[object, ...]:
    return "evaluate", "identification", protocol, "--root", lfw, "--encoder", "sface", *more


def test_the_test_is_measured_with_its_opening_alone(
    run: Run, protocol: Path, lfw: Path, tmp_path: Path
) -> None:
    tuning, test = tmp_path / "tuning", tmp_path / "test"
    ended = run(SCIENTIST, *words(protocol, lfw, "--split", "tuning", "--report", tuning))
    assert ended.code == 0, ended.err
    asked = words(protocol, lfw, "--split", "test", "--policy", "street/1", "--report", test)

    without = run(SCIENTIST, *asked)
    assert without.code == 2
    assert "not opened for policy street/1 yet. Fix its threshold and open it" in without.err
    (by_digest,) = re.findall(r"--digest ([0-9a-f]{64}) ", " ".join(without.err.split()))
    former = run(SCIENTIST, *asked, "--justification", WHY)
    assert (former.code, "is opened by workbench policy open-test" in former.err) == (2, True)
    assert not test.exists()
    rows = ("--protocol", protocol, "--root", lfw, "--data-set", "our street")
    fixed = ("--tuning", tuning, "--threshold", "0.363", "--planned-list", "1000")
    fixed = (*fixed, "--bound-in-words")
    opening = ("policy", "open-test", "street/1", *rows, *fixed, "--justification", WHY)
    refused = run("analyst", *opening)
    assert refused.code == 3, refused.err
    assert not run(SCIENTIST, "policy", "openings", "--json").said["openings"]

    opened = run(SCIENTIST, *opening)
    assert opened.code == 0, opened.err
    assert "for the first time" in opened.err
    assert "beware: the threshold was chosen on" in opened.err
    done = run(SCIENTIST, *asked)
    assert done.code == 0, done.err
    assert "was opened before: for policy street/1 with matcher sface fp32, thre" in done.err
    assert "first time" not in done.err
    (row,) = run(SCIENTIST, "policy", "openings", "--json").said["openings"]
    facts = read_measurement(test).facts
    assert (facts.split, facts.opened_for, facts.opened_by) == ("test", "street/1", SCIENTIST)
    assert facts.protocol_sha256 == row["digest"] == by_digest
    assert facts.opened is not None
    assert facts.opened.isoformat() == json.loads((test / "result.json").read_text())["opened"]
    assert facts.protocol_sha256 != read_measurement(tuning).facts.protocol_sha256
    page = (test / "report.html").read_text("utf-8")
    assert f"by {SCIENTIST} for policy street/1" in page
    assert "This is no locked test" not in page
    assert "This is no locked test" in (tuning / "report.html").read_text("utf-8")

    again = run(
        SCIENTIST, *words(protocol, lfw, "--split", "test", "--policy", "street/1")[:-2],
        "--policy", "street/1", "--encoder", "facenet",
    )  # fmt: skip
    assert again.code == 0, again.err
    assert "was opened before: for policy street/1 with matcher sface fp32, thre" in again.err
    assert "first time" not in again.err
    assert len(run(SCIENTIST, "policy", "openings", "--json").said["openings"]) == 1

    drafted = run(
        SCIENTIST, "policy", "draft", "street/1", "--tuning", tuning, "--test", test,
        "--threshold", "0.363", "--largest-list", "1000", "--bound-in-words",
    )  # fmt: skip
    assert drafted.code == 0, drafted.err
    assert drafted.said["evidence"]["opened_for"] == "street/1"
    other = run(
        SCIENTIST, "policy", "draft", "street/2", "--tuning", tuning, "--test", test,
        "--threshold", "0.363", "--largest-list", "1000", "--bound-in-words",
    )  # fmt: skip
    assert (other.code, "opened for street/1, not for street/2" in other.err) == (3, True)
