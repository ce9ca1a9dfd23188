"""`workbench export` as people type it: what left the bench, to whom, and of what."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run, runner

OFFICER = "data-protection-officer"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    """Return a bench that the tests of this module share."""
    return make_command_bench(tmp_path_factory.mktemp("export"))


@pytest.fixture(scope="module")
def given(bench: CommandBench) -> str:
    """Record that a report on a deployment went to a court, and return the deployment."""
    reference = bench.apply()
    with bench.open("analyst") as analyst:
        analyst.exports.disclose(
            reference,
            what="a report [red]with markup[/red]",
            recipient="the Crown Court",
            justification="ordered by the court",
            sha256="0" * 64,
        )
    return reference


@pytest.mark.slow
def test_nothing_has_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runner(make_command_bench(tmp_path / "b"), capsys, monkeypatch)
    ended = run(OFFICER, "export", "list")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "Nothing was recorded as given to anybody.\n"
    assert run(OFFICER, "export", "list", "--json").said == {"exports": []}


@pytest.mark.slow
def test_what_left_is_listed_with_the_reference(given: str, run: Run) -> None:
    (one,) = run("reviewer", "export", "list", "--json").said["exports"]
    assert (one["what"], one["recipient"], one["actor"], one["reference"]) == (
        "a report [red]with markup[/red]",
        "the Crown Court",
        "analyst",
        given,
    )
    assert one["sha256"] == "0" * 64
    shown = run("reviewer", "export", "list")
    assert shown.code == 0, shown.err
    for words in (one["id"], one["what"], "the Crown Court", "analyst", given):
        assert words in shown.out
    assert one["purpose"] not in shown.out


def test_of_one_deployment_by_its_reference(given: str, run: Run, bench: CommandBench) -> None:
    (one,) = run(OFFICER, "export", "list", given, "--json").said["exports"]
    assert one["reference"] == given
    other = bench.apply(reference="2026-11/NONE-LEFT")
    assert run(OFFICER, "export", "list", other, "--json").said == {"exports": []}


def test_ids_and_references_are_whole_in_a_narrow_terminal(
    given: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = run(OFFICER, "export", "list", given, "--json").said["exports"]
    monkeypatch.setenv("COLUMNS", "80")
    lines = run(OFFICER, "export", "list", given).out.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(one["id"] in line for line in lines)
    assert any(given in line for line in lines)


def test_a_log_that_is_exported_is_listed_of_the_administration(
    run: Run, given: str, tmp_path: Path
) -> None:
    path = tmp_path / "log.jsonl"
    words = ("audit", "export", path, "--recipient", "ICO", "-j", "request of 3 November")
    assert run(OFFICER, *words).code == 0
    found = run(OFFICER, "export", "list", "--json").said["exports"]
    assert [one["reference"] for one in found if one["recipient"] == "ICO"] == ["administration"]


@pytest.mark.parametrize(
    ("account", "words", "code", "said"),
    [
        ("administrator", ("list",), 3, "may not see what left the bench"),
        ("manager", ("list", "--json"), 3, "may not see what left the bench"),
        (None, ("list",), 3, "nobody is logged in"),
        (OFFICER, ("list", "nowhere"), 1, "no deployment and no case nowhere"),
        (OFFICER, ("list", "a", "b"), 2, "unexpected extra argument"),
        (OFFICER, ("make",), 2, "No such command"),
    ],
)
def test_what_is_refused(
    run: Run, account: str | None, words: tuple[str, ...], code: int, said: str
) -> None:
    ended = run(account, "export", *words)
    assert (ended.code, ended.out, said in ended.err) == (code, "", True), ended.err
