"""`workbench audit` on a real bench: what ends with 1, and what is printed."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run
from tampering import TAMPERINGS, roll_back

from workbench.records.moments import utc_now


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    """Return a bench that is copied for each test."""
    return make_command_bench(tmp_path_factory.mktemp("audit") / "made")


@pytest.fixture
def bench(made: CommandBench, tmp_path: Path) -> CommandBench:
    shutil.copytree(made.folder.parent, tmp_path / "copy")
    return CommandBench(
        tmp_path / "copy" / "bench",
        made.settings.model_copy(
            update={
                "keys": made.settings.keys.model_copy(
                    update={"folder": tmp_path / "copy" / "keys"}
                ),
                "witness": tmp_path / "copy" / "witness",
            }
        ),
        {
            name: value.replace(str(made.folder.parent), str(tmp_path / "copy"))
            for name, value in made.variables.items()
        },
    )


def witness_of(bench: CommandBench) -> Path:
    (path,) = bench.settings.witness.iterdir()
    return path


@pytest.mark.slow
def test_a_sound_log_ends_with_0(run: Run) -> None:
    told = run("administrator", "audit", "verify")
    assert told.code == 0
    assert "no fault" in told.err
    assert told.out == ""
    said = run("data-protection-officer", "audit", "verify", "--json").said
    assert said["ok"]
    assert said["faults"] == []
    assert said["agrees_to"]["seq"] == said["entries"]
    assert run(None, "audit", "verify", "--offline", "--json").said["ok"]


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_ends_with_1_and_is_told(name: str, run: Run, bench: CommandBench) -> None:
    tamper, kind = TAMPERINGS[name]
    tamper(bench.folder, witness_of(bench))
    for account, words in (("administrator", ()), (None, ("--offline",))):
        ended = run(account, "audit", "verify", *words, "--json")
        assert ended.code == 1, ended
        assert kind in {fault["kind"] for fault in ended.said["faults"]}
        assert not ended.said["ok"]
    told = run(None, "audit", "verify", "--offline")
    assert told.code == 1
    assert kind in told.out
    assert "faults" in told.err


def test_a_rollback_of_the_whole_bench_ends_with_1(
    run: Run, bench: CommandBench, tmp_path: Path
) -> None:
    shutil.copytree(bench.folder, tmp_path / "backup")
    assert run("administrator", "audit", "checkpoint").code == 0
    roll_back(bench.folder, tmp_path / "backup")
    ended = run("administrator", "audit", "verify", "--json")
    assert ended.code == 1
    assert {fault["kind"] for fault in ended.said["faults"]} == {"rollback"}
    after = run("administrator", "audit", "verify", "--json")  # the check was logged meanwhile
    assert {fault["kind"] for fault in after.said["faults"]} <= {"rollback", "rewritten"}
    assert after.code == 1


def test_a_witness_of_ones_own_is_used_alone(run: Run, bench: CommandBench, tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    shutil.copy(witness_of(bench), kept)
    witness_of(bench).write_text("", "utf-8")
    assert run(None, "audit", "verify", "--offline", "--witness", kept).code == 0
    missing = run(None, "audit", "verify", "--offline", "--witness", tmp_path / "none", "--json")
    assert missing.code == 1
    assert [fault["kind"] for fault in missing.said["faults"]] == ["witness"]


def test_a_checkpoint_is_printed_and_its_key_checks_the_log(run: Run) -> None:
    head = run("administrator", "audit", "checkpoint", "--json").said
    key = head["public_key"]
    assert run("administrator", "audit", "verify", "--public-key", key).code == 0
    wrong = run("administrator", "audit", "verify", "--public-key", "00" * 32, "--json")
    assert wrong.code == 1
    table = run("administrator", "audit", "checkpoint").out
    assert "SHA-256" in table
    assert key in table


def test_what_is_shown(run: Run, bench: CommandBench) -> None:
    run("administrator", "users", "list")
    shown = run("data-protection-officer", "audit", "show", "-j", "the weekly check", "--json")
    last = shown.said["entries"][-1]
    assert (last["verb"], last["justification"]) == ("consult", "the weekly check")
    since = (utc_now() + timedelta(hours=1)).isoformat()
    none = run(
        "data-protection-officer",
        "audit",
        "show",
        "-j",
        "later, for a test",
        "--since",
        since,
        "--json",
    )
    assert none.said["entries"] == []
    table = run(
        "data-protection-officer", "audit", "show", "-j", "[red]x[/red], for a test", "--verb", "consult",
        "--actor", "data-protection-officer", "--newest", 2,
    )  # fmt: skip
    assert "[red]x[/red]" in table.out
    assert "data-protection-officer" in table.out


def test_what_leaves_is_a_disclosure(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    words = ["audit", "export", file, "--recipient", "ICO", "-j", "request 14"]
    made = run("data-protection-officer", *words, "--json")
    assert made.code == 0, made.err
    lines = file.read_text("utf-8").splitlines()
    assert json.loads(lines[-1])["kind"] == "head"
    assert file.stat().st_mode & 0o777 == 0o600
    again = run("data-protection-officer", *words)
    assert again.code == 3
    assert "exists and was left as it is" in again.err
    extract = run("data-protection-officer", *words, "--kind", "s62", "--force")
    assert "extract of the audit log, s.62" in extract.err
    assert json.loads(file.read_text("utf-8").splitlines()[0])["kind"] == "s62-extract"


def test_what_is_refused(run: Run, tmp_path: Path) -> None:
    table: list[tuple[str | None, list[Any], int, str]] = [
        ("analyst", ["verify"], 3, "may not verify the audit log"),
        ("analyst", ["checkpoint"], 3, "may not make a checkpoint"),
        ("administrator", ["show", "-j", "x, for a test"], 3, "may not read the audit log"),
        (
            "manager",
            ["export", tmp_path / "x", "--recipient", "ICO", "-j", "x, for a test"],
            3,
            "may not export",
        ),
        ("data-protection-officer", ["show"], 2, "Missing option '--justification'"),
        ("data-protection-officer", ["show", "-j", " "], 2, "'--justification' / '-j': is empty"),
        ("data-protection-officer", ["show", "-j", "."], 2, "say why, in a few words"),
        (
            "data-protection-officer",
            ["show", "-j", "x, for a test", "--verb", "peek"],
            2,
            "is no verb",
        ),
        (
            "data-protection-officer",
            ["show", "-j", "x, for a test", "--newest", "0"],
            2,
            "1 to 10,000",
        ),
        (
            "data-protection-officer",
            ["show", "-j", "x, for a test", "--since", "monday"],
            2,
            "is no moment",
        ),
        (
            "administrator",
            ["accept-clock", "--reason", "x, for a test"],
            3,
            "the clock is not behind",
        ),
        (None, ["verify"], 3, "nobody is logged in"),
        (None, ["accept-clock", "--reason", "x, for a test", "--name", "a"], 2, "--password-stdin"),
    ]
    for account, words, code, said in table:
        ended = run(account, "audit", *words)
        assert ended.code == code, ended
        assert said in ended.err
    nowhere = run(None, "audit", "verify", "--offline", "--bench", tmp_path / "none")
    assert nowhere.code == 1
    assert "is no bench" in nowhere.err


def test_a_clock_set_back_is_accepted_by_password(
    run: Run, bench: CommandBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    with bench.open("administrator") as administrator:
        context = administrator._context
        monkeypatch.setattr(context.store, "clock", lambda: utc_now() + timedelta(hours=1))
        administrator.users.list()
    behind = run("administrator", "users", "list")
    assert behind.code == 3
    assert "accept it with workbench audit accept-clock" in behind.err
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    words = ["audit", "accept-clock", "--reason", "it ran ahead", "--name", "administrator"]
    accepted = run(None, *words, "--password-stdin", "--json")
    assert accepted.code == 0, accepted.err
    assert accepted.said == {"accepted_by": "administrator"}
    assert run("administrator", "audit", "verify").code == 0
