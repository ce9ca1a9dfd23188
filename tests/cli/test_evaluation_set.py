"""`workbench evaluation-set` on a real bench, and `workbench upgrade` of one from before it."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run, runner
from earlier_schema import FIRST, back_to_first
from evaluation_values import folder_of

from workbench.records.migrations import head

PASSWORD = "a long enough password"  # noqa: S105 - of an account in a temporary folder


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    return make_command_bench(tmp_path_factory.mktemp("sets"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "photographs")


def ahead(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def words(folder: Path, name: str, **changes: str) -> list[object]:
    said = {
        "use": "the threshold of street/1",
        "origin": "volunteers of the force",
        "basis": "written-consent",
        "evidence": "form 12",
        "ends": ahead(30),
    } | changes
    options = [word for key, value in said.items() for word in (f"--{key}", value)]
    return ["evaluation-set", "seal", folder, name, *options]


@pytest.mark.slow
def test_from_sealing_to_the_end(run: Run, folder: Path) -> None:
    sealed = run("data-scientist", *words(folder, "FIRST/1"), "--json")
    assert sealed.code == 0, sealed.err
    assert (sealed.said["name"], sealed.said["images"], sealed.said["subjects"]) == (
        "FIRST/1",
        3,
        2,
    )
    assert (sealed.said["owner"], sealed.said["destroyed"]) == ("data-scientist", None)
    listed = run("data-protection-officer", "evaluation-set", "list", "--json")
    assert sealed.said in listed.said["evaluation_sets"]
    ended = run("data-scientist-2", "evaluation-set", "end", "FIRST/1", "--json")
    assert (ended.said["result"], ended.said["retention"]) == ("complete", "evaluation-set")
    shown = run("data-protection-officer", "retention", "certificate", ended.said["id"])
    assert (shown.code, "FIRST/1" in shown.out + shown.err) == (0, True)
    listed = run("data-scientist", "evaluation-set", "list")
    assert "FIRST/1" in listed.out
    assert "MARKER" not in listed.out
    assert sorted(path.suffix for path in folder.rglob("*.png")) == [".png"] * 3


def test_what_is_said_to_people(run: Run, folder: Path, tmp_path: Path) -> None:
    use = tmp_path / "use.txt"
    use.write_text("Choosing a threshold,\nfor street/1.", "utf-8")
    sealed = run("data-scientist", *words(folder, "TOLD", use=f"@{use}", basis="law"))
    assert sealed.err.startswith("TOLD is sealed: 3 images of 2 people, until ")
    assert f"The files in {folder} are yours to destroy." in sealed.err
    ended = run("data-scientist", "evaluation-set", "end", "TOLD")
    assert ended.err.startswith("TOLD is ended. Destroyed: 1 evaluation-sets, 3 images, 1 keys")
    assert "(certificate certificate-" in ended.err
    again = run("data-scientist", "evaluation-set", "end", "TOLD")
    assert (again.code, again.out) == (3, "")
    assert "certificate, or have a data-protection officer do so: workbench retention" in again.err


def test_what_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for account, given, code, said in (
        ("analyst", words(folder, "NO"), 3, "may not seal an evaluation set"),
        ("data-scientist", words(folder, "NO", ends=ahead(-1)), 1, "evaluation set NO cannot end"),
        ("data-scientist", words(folder, "NO", ends=ahead(367)), 1, "at most 366 days ahead"),
        ("data-scientist", words(folder, "NO", basis="other"), 2, "'other' is not one of"),
        ("data-scientist", words(folder, "NO", ends="tomorrow"), 2, "no moment with its time zone"),
        ("data-scientist", words(folder, "NO", origin="passports"), 1, "never used"),
        ("data-scientist", words(empty, "NO"), 1, "there is no folder of a person in it"),
        ("data-scientist", words(tmp_path / "nowhere", "NO"), 1, "cannot be read"),
        ("data-scientist", ["evaluation-set", "end", "NO"], 1, "there is no evaluation set NO."),
        ("manager", ["evaluation-set", "list"], 3, "may not list evaluation sets"),
    ):
        ended = run(account, *given)
        assert (ended.code, ended.out) == (code, ""), ended
        assert said in ended.err, ended
        assert ended.err.count("\n") == 1
    listed = run("data-scientist", "evaluation-set", "list", "--json").said["evaluation_sets"]
    assert "NO" not in {one["name"] for one in listed}


@pytest.mark.slow
def test_a_bench_from_before_is_upgraded_and_holds_sets(
    tmp_path: Path,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = make_command_bench(tmp_path / "before")
    run = runner(bench, capsys, monkeypatch)
    back_to_first(bench.folder / "records.sqlite")
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    refused = run(None, "evaluation-set", "list")
    assert (refused.code, refused.out) == (1, "")
    assert "Make a backup, then run workbench upgrade" in refused.err
    done = run(None, "upgrade", "administrator", "--password-stdin", "--json")
    assert done.code == 0, done.err
    assert (done.said["before"], done.said["after"]) == (FIRST, head())
    sealed = run("data-scientist", *words(folder, "AFTER"))
    assert sealed.code == 0, sealed.err
