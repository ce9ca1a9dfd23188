"""From a labelled set to a live search where a force asks for equity: the whole way by commands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run
from equity_values import grouped
from measured_values import measured
from policy_values import DIGEST, WHY_OPENED
from search_values import authorised_now

from workbench.evaluation import write_measurement
from workbench.faces.artefacts import ArtefactStore

pytestmark = pytest.mark.slow

SCIENTIST = "data-scientist"
OFFICER = "authorising-officer"
T = "0.43"
LISTS = ("--largest-list", "500", "--planned-list", "500")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    """Return a bench that the tests of this module share."""
    return make_command_bench(tmp_path_factory.mktemp("equity"))


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return folders that `evaluate identification` writes of a set that names two groups."""
    folder = tmp_path_factory.mktemp("labelled")
    write_measurement(grouped("tuning"), folder / "tuning")
    write_measurement(grouped("tuning", runtime="int8"), folder / "int8")
    write_measurement(measured("tuning"), folder / "nameless")
    return folder


def compared(run: Run, source: Path, report: Path, threshold: str = T) -> Path:
    """Compare groups by a command, and return the folder of its report."""
    words = ("evaluate", "equity", source, "--threshold", threshold, "--report", report)
    ended = run(None, *words)
    assert ended.code == 0, ended.err
    return report


def test_the_report_holds_what_a_policy_refers_to(run: Run, labelled: Path, tmp_path: Path) -> None:
    report = compared(run, labelled / "tuning", tmp_path / "groups")
    kept = json.loads((report / "equity.json").read_text("utf-8"))
    assert kept["measurement"]["data_set"] == "made up"
    assert kept["steps"][0]["threshold"] == float(T)
    shown = json.loads((report / "result.json").read_text("utf-8"))
    assert kept["people"] == shown["people"] == 2_400
    assert len(kept["files"]) == 5


def drafted(run: Run, labelled: Path, folder: Path, name: str, *equity: object) -> Path:
    """Open a locked test for a policy, and write its draft."""
    tuning = ("--tuning", labelled / "tuning", "--threshold", T)
    rows = ("--digest", DIGEST, "--data-set", "made up", "--justification", WHY_OPENED)
    opened = run(SCIENTIST, "policy", "open-test", name, *tuning, *LISTS[2:], *rows, "--json").said
    at = opened["opened_at"]
    test = measured("test", opened=at, opened_by=SCIENTIST, opened_for=name, created=at)
    write_measurement(test, folder / "test")
    made = run(None, "policy", "draft", name, *tuning, "--test", folder / "test", *LISTS, *equity)
    assert made.code == 0, made.err
    file = folder / "policy.json"
    file.write_text(made.out, "utf-8")
    return file


@pytest.mark.parametrize("words", ["x", "equal", "pending 2", "not measured"])
def test_words_are_no_folder(run: Run, labelled: Path, words: str) -> None:
    tuning = ("--tuning", labelled / "tuning", "--test", labelled / "tuning", "--threshold", T)
    ended = run(None, "policy", "draft", "street/0", *tuning, *LISTS, "--equity", words)
    assert (ended.out, f"{words}/equity.json: cannot be read" in ended.err) == ("", True), ended.err
    assert ended.code == 1


def ask_for_equity(run: Run, folder: Path) -> None:
    """Let two people make the measurement a condition."""
    rules = folder / "rules.toml"
    rules.write_text("needs_equity = true\n", "utf-8")
    change = run("administrator", "rules", "propose", rules, "--reason", "as the board decided")
    assert change.code == 0, change.err
    (name,) = (
        one["id"]
        for one in run("data-protection-officer", "rules", "show", "--json").said["changes"]
    )
    assert run("data-protection-officer", "rules", "confirm", name).code == 0


def test_a_live_search_starts_with_a_policy_whose_groups_were_compared(
    run: Run, bench: CommandBench, labelled: Path, tmp_path: Path, store: ArtefactStore
) -> None:
    photograph = store.path("sample/person_b_1")
    feed = tmp_path / "feed.jpg"
    shutil.copy(photograph, feed)
    groups = compared(run, labelled / "tuning", tmp_path / "groups")
    wrong = compared(run, labelled / "int8", tmp_path / "wrong")
    elsewhere = compared(run, labelled / "tuning", tmp_path / "elsewhere", "0.44")
    (tmp_path / "plain").mkdir()
    plain = drafted(run, labelled, tmp_path / "plain", "plain/1")
    file = drafted(run, labelled, tmp_path, "street/1", "--equity", groups)

    def issue(path: Path, *equity: object) -> Any:
        return run(SCIENTIST, "policy", "issue", path, *equity)

    bare = issue(file)
    assert (bare.code, "nothing shows it. Give the folder" in bare.err) == (3, True), bare.err
    for folder, said in ((wrong, "differ in runtime"), (elsewhere, "not at its threshold 0.43 ")):
        refused = issue(plain, "--equity", folder)
        assert (refused.code, said in refused.err) == (3, True), refused.err
    assert issue(plain).err.endswith("approved by nobody; equity not measured.\n")
    issued = issue(file, "--equity", groups)
    assert issued.code == 0, issued.err
    assert "equity measured on made up, tuning people (2,400 people, 2 groups; 0 of 4" in issued.err
    assert "does not mean there is none.\n" in issued.err

    # Authorised while the force does not ask for equity yet, each with its list.
    feeds = [{"name": "square", "place": "lamp post 12, looking north"}]
    lower = {"minimum_threshold": float(T), "feeds": feeds}
    for name, policy in (("PLAIN", "plain/1"), ("STREET", "street/1")):
        authorised_now(bench, photograph, f"2026-11/{name}", policy=policy, **lower)
    ask_for_equity(run, tmp_path)

    def start(name: str) -> Any:
        return run("operator", "live", "start", f"2026-11/{name}", "--source", feed)

    refused = start("PLAIN")
    assert (refused.code, refused.out) == (3, ""), refused.err
    assert "policy plain/1 cannot be used here: its error rates by group are not measured" in (
        " ".join(refused.err.split())
    )
    ended = start("STREET")
    assert ended.code == 0, ended.err
    assert "alert alert-" in ended.out
    assert "Policy street/1: equity measured on made up, tuning people" in " ".join(
        ended.err.split()
    )
    second = drafted(run, labelled, tmp_path / "plain", "plain/2")
    assert issue(second).code == 0
    unapproved = run(OFFICER, "policy", "approve", "plain/2")
    assert (unapproved.code, "and this bench asks for them" in unapproved.err) == (3, True)
