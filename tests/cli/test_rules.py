"""`workbench rules` as people type it: shown, proposed by one, confirmed or declined by another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run, runner

from workbench.records.audit.verbs import Verb
from workbench.records.rules import replace_rules

OFFICER = "data-protection-officer"
REASON = ("--reason", "as the board decided")


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give what runs a command on a bench whose rules nobody has changed."""
    return runner(make_command_bench(tmp_path / "b"), capsys, monkeypatch)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    """A bench for commands that change nothing in it."""
    return make_command_bench(tmp_path_factory.mktemp("rules"))


@pytest.fixture
def run_shared(
    shared: CommandBench,
    file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Give what runs a command on that one, in the folder of the file."""
    monkeypatch.chdir(file.parent)
    return runner(shared, capsys, monkeypatch)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write a rule that changes."""
    path = tmp_path / "rules.toml"
    path.write_text("needs_equity = true\n", "utf-8")
    return path


def in_force(run: Run) -> bool:
    return bool(run(OFFICER, "rules", "show", "--json").said["rules"]["needs_equity"])


def test_the_rules_are_shown(run_shared: Run) -> None:
    said = run_shared("analyst", "rules", "show", "--json").said
    assert said["changes"] == []
    assert said["rules"]["retention"]["name"] == "met"
    shown = run_shared("analyst", "rules", "show")
    assert shown.code == 0, shown.err
    assert "0:00:00" not in shown.out
    for words in (
        " 31 days ",
        " 24 h ",
        "as long as the bench",
        "needs_equity",
        "Metropolitan Police",
    ):
        assert words in shown.out
    assert "to be confirmed" not in shown.err


def test_a_proposal_is_shown_and_changes_nothing(run: Run, file: Path) -> None:
    ended = run("administrator", "rules", "propose", file, *REASON)
    assert ended.code == 0, ended.err
    name = ended.err.split(":")[0]
    assert f"{name}: needs_equity would change. A data protection officer" in ended.err
    assert f"confirms it: workbench rules confirm {name}" in ended.err
    assert not in_force(run)
    shown = run(OFFICER, "rules", "show")
    assert f"Proposed by administrator, to be confirmed or declined: {name}" in shown.err
    assert "as the board decided" in shown.err
    assert "needs_equity: false -> true" in shown.err
    (change,) = run(OFFICER, "rules", "show", "--json").said["changes"]
    assert (change["id"], change["fields"]) == (name, ["needs_equity"])
    assert (change["before"], change["after"]) == ({"needs_equity": False}, {"needs_equity": True})
    assert (change["proposed_by"], change["decision"]) == ("administrator", None)


def test_a_proposal_is_confirmed_by_the_end_of_its_id(run: Run, file: Path) -> None:
    name = run("administrator", "rules", "propose", file, *REASON, "--json").said["id"]
    own = run("administrator", "rules", "confirm", name)
    assert (own.code, "may not confirm or decline" in own.err) == (3, True)
    assert not in_force(run)
    ended = run(OFFICER, "rules", "confirm", name[-8:], "--json")
    assert ended.code == 0, ended.err
    assert ended.said["state"] == "in force"
    assert ended.said["rules"]["needs_equity"] is True
    assert in_force(run)
    again = run(OFFICER, "rules", "confirm", name)
    assert (again.code, "confirmed by data-protection-officer already" in again.err) == (3, True)


def test_a_proposal_is_declined_with_the_reason(run: Run, file: Path, tmp_path: Path) -> None:
    name = run("administrator", "rules", "propose", file, *REASON, "--json").said["id"]
    why = tmp_path / "why.txt"
    why.write_text("Nothing was measured\nthat could be asked for.", "utf-8")
    silent = run(OFFICER, "rules", "decline", name)
    assert (silent.code, "Missing option '--reason'" in silent.err) == (2, True)
    ended = run(OFFICER, "rules", "decline", name, "--reason", f"@{why}")
    assert (ended.code, ended.err) == (0, f"{name} is declined.\n")
    assert not in_force(run)
    (change,) = run(OFFICER, "rules", "show", "--json").said["changes"]
    assert (change["decision"], change["decided_by"]) == ("declined", OFFICER)


def test_a_profile_that_ships_is_proposed(run: Run) -> None:
    words = ("rules", "propose", "--retention", "strictest", *REASON)
    change = run("administrator", *words, "--json").said
    assert change["fields"] == ["retention"]
    assert change["after"]["retention"]["name"] == "strictest"
    assert "retention.name: met -> strictest" in run(OFFICER, "rules", "show").err
    assert run(OFFICER, "rules", "confirm", change["id"]).err == f"{change['id']} is in force.\n"
    limits = run(OFFICER, "rules", "show", "--json").said["rules"]["retention"]["limits"]
    assert limits == change["after"]["retention"]["limits"]
    assert limits != change["before"]["retention"]["limits"]


def test_a_proposal_says_which_part_changes_and_is_confirmed_by_its_whole_id(run: Run) -> None:
    words = ("rules", "propose", "--keep", "alert=P7D", "--policy", "Force policy, 4.2", *REASON)
    name = run("administrator", *words, "--json").said["id"]
    shown = run(OFFICER, "rules", "show").err
    assert "retention.limits.alert.keep: 31 days -> 7 days" in shown
    assert "retention.limits.alert.source.where: " in shown
    assert "retention.limits.watchlist" not in shown
    assert run(OFFICER, "rules", "confirm", name[-8:]).err == f"{name} is in force.\n"
    assert "as the force states" in " ".join(run(OFFICER, "rules", "show").out.split())


@pytest.mark.parametrize("option", ["--policy", "--basis"])
@pytest.mark.parametrize("text", [".", "xxxx", "12"])
def test_a_document_that_names_nothing(run_shared: Run, option: str, text: str) -> None:
    words = ("rules", "propose", "--keep", "alert=P7D", option, text, *REASON)
    ended = run_shared("administrator", *words)
    assert (ended.code, "names nothing that could be found later" in ended.err) == (2, True)


@pytest.mark.parametrize(
    ("account", "words", "code", "said"),
    [
        ("manager", ("show",), 3, "may not read the rules of the force"),
        (None, ("show",), 3, "nobody is logged in"),
        ("administrator", ("propose", *REASON), 2, "name a FILE with the rules that change"),
        (
            "administrator",
            ("propose", "rules.toml", "--retention", "swp", *REASON),
            2,
            "name a FILE",
        ),
        ("administrator", ("propose", "rules.toml"), 2, "Missing option '--reason'"),
        (
            "administrator",
            ("propose", "rules.toml", "--reason", "."),
            2,
            "'--reason': says nothing",
        ),
        ("administrator", ("propose", "--retention", "none", *REASON), 2, "'none' is not one of"),
        (OFFICER, ("propose", "rules.toml", *REASON), 3, "may not propose a change of the rules"),
        ("administrator", ("propose", "none.toml", *REASON), 1, "none.toml cannot be read"),
        (OFFICER, ("confirm", "change-0"), 1, "there is no change of the rules change-0"),
        (OFFICER, ("confirm", "ffffffff"), 1, "there is no change of the rules ffffffff"),
        ("analyst", ("decline", "change-0", *REASON), 3, "may not confirm or decline"),
    ],
)
def test_what_is_refused(
    run_shared: Run, account: str | None, words: tuple[str, ...], code: int, said: str
) -> None:
    ended = run_shared(account, "rules", *words)
    assert (ended.code, ended.out, said in ended.err) == (code, "", True), ended.err
    assert ended.err.startswith("error: ")


def test_rules_that_nobody_knows_or_that_change_nothing(run_shared: Run, tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    for values, said in (
        ({"needs_nothing": True}, "needs_nothing"),
        ({"needs_equity": "perhaps"}, "needs_equity"),
        ({"needs_equity": False}, "are those in force. Name what is to change"),
    ):
        path.write_text(json.dumps(values), "utf-8")
        ended = run_shared("administrator", "rules", "propose", path, *REASON)
        assert ended.code in {1, 3}, ended.err
        assert said in ended.err
    assert run_shared(OFFICER, "rules", "show", "--json").said["changes"] == []


def test_a_stored_limit_below_the_least_is_said_at_each_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make_command_bench(tmp_path / "b")
    run = runner(bench, capsys, monkeypatch)
    stored = run(OFFICER, "rules", "show", "--json").said["rules"]
    for one in stored["retention"]["limits"]:
        if one["retention"] == "alert":
            one["keep"] = "PT5M"
    with bench.open(OFFICER) as officer, officer._context.system() as acting:
        replace_rules(acting.connection, stored)
        acting.log(Verb.ADMINISTER)
    capsys.readouterr()
    shown = run(OFFICER, "rules", "show", "--json")
    assert (shown.code, "leaves nobody time to decide" in shown.err) == (0, True), shown.err
    (keep,) = (
        one["keep"]
        for one in shown.said["rules"]["retention"]["limits"]
        if one["retention"] == "alert"
    )
    assert keep == "PT1H"
    words = ("rules", "propose", "--keep", "alert=PT5M", "--policy", "Force policy", *REASON)
    refused = run("administrator", *words)
    assert refused.code != 0
    assert "keep it for at least 1 hour" in " ".join(refused.err.split())
