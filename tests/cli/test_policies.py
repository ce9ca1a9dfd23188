"""`workbench policies` as people type it: thresholds listed, read, issued and approved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bench_values import SFACE
from command_bench import CommandBench, make_command_bench
from command_runs import Run

SCIENTIST = "data-scientist"
OFFICER = "authorising-officer"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    """Return a bench that the tests of this module share."""
    return make_command_bench(tmp_path_factory.mktemp("policies"))


def policy_file(run: Run, path: Path, name: str, **changes: Any) -> Path:
    """Write a policy as `show --json` gives one, under another id."""
    values = run(SCIENTIST, "policies", "show", SFACE, "--json").said
    path.write_text(json.dumps(values | {"id": name} | changes), "utf-8")
    return path


def test_those_that_ship_are_listed(run: Run) -> None:
    found = run("analyst", "policies", "list", "--json").said["policies"]
    assert {"default-facenet/1", "default-fused/1", SFACE} <= {one["policy"] for one in found}
    shown = run("analyst", "policies", "list")
    assert shown.code == 0, shown.err
    for one in found:
        assert one["policy"] in shown.out
        assert f"{one['threshold']:g}" in shown.out
        assert one["unit"] in shown.out


def test_ids_are_whole_in_a_narrow_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("analyst", "policies", "list").out.splitlines()
    assert max(map(len, lines)) <= 80
    for name in ("default-facenet/1", "default-fused/1", SFACE):
        assert any(name in line for line in lines)


def test_one_is_read_for_people_and_as_issue_takes_it(run: Run) -> None:
    shown = run("operator", "policies", "show", SFACE)
    assert shown.code == 0, shown.err
    for words in (SFACE, "cosine", "sface", "equity", "measured_on"):
        assert words in shown.out
    said = run("operator", "policies", "show", SFACE, "--json").said
    assert said["id"] == SFACE
    assert said["table"]["list_size"] == 1


def test_one_issues_and_another_approves(run: Run, tmp_path: Path) -> None:
    file = policy_file(run, tmp_path / "street.json", "street/1")
    issued = run(SCIENTIST, "policies", "issue", file)
    assert issued.code == 0, issued.err
    assert issued.err.startswith("street/1: ")
    assert "approved by nobody" in issued.err
    own = run(SCIENTIST, "policies", "approve", "street/1")
    assert (own.code, "may not approve a threshold policy" in own.err) == (3, True)
    ended = run(OFFICER, "policies", "approve", "street/1", "--json")
    assert ended.code == 0, ended.err
    assert (ended.said["origin"], ended.said["owner"]) == ("issued", SCIENTIST)
    assert ended.said["approval"].startswith(f"approved by {OFFICER} on ")
    assert f"approved by {OFFICER} on" in run("analyst", "policies", "list").out
    again = run(SCIENTIST, "policies", "issue", file)
    assert (again.code != 0, "street/1" in again.err) == (True, True)


def test_markup_in_a_policy_is_shown_as_it_was_written(run: Run, tmp_path: Path) -> None:
    markup = "[red]our street[/red] of May"
    file = policy_file(run, tmp_path / "m.json", "street/2", measured_on=markup)
    assert run(SCIENTIST, "policies", "issue", file, "--json").said["measured_on"] == markup
    assert markup in run("analyst", "policies", "show", "street/2").out


@pytest.mark.parametrize(
    ("account", "words", "code", "said"),
    [
        ("administrator", ("list",), 3, "may not read threshold policies"),
        (None, ("list",), 3, "nobody is logged in"),
        ("analyst", ("show", "none/1"), 1, "there is no policy none/1"),
        ("manager", ("show", SFACE), 3, "may not read threshold policies"),
        (OFFICER, ("approve", "none/1"), 1, "there is no policy none/1"),
        ("analyst", ("approve", SFACE), 3, "may not approve a threshold policy"),
        (SCIENTIST, ("issue", "none.json"), 1, "none.json cannot be read"),
        (SCIENTIST, ("issue",), 2, "Missing argument 'FILE'"),
    ],
)
def test_what_is_refused(
    run: Run, account: str | None, words: tuple[str, ...], code: int, said: str
) -> None:
    ended = run(account, "policies", *words)
    assert (ended.code, ended.out, said in ended.err) == (code, "", True), ended.err


def test_a_policy_that_cannot_be_used_is_not_issued(run: Run, tmp_path: Path) -> None:
    file = policy_file(run, tmp_path / "street.json", "street/3", threshold="high")
    ended = run(SCIENTIST, "policies", "issue", file)
    assert (ended.code, "threshold" in ended.err) == (1, True), ended.err
    refused = run("analyst", "policies", "issue", policy_file(run, file, "street/3"))
    assert (refused.code, "may not issue a threshold policy" in refused.err) == (3, True)
    names = {one["policy"] for one in run("analyst", "policies", "list", "--json").said["policies"]}
    assert "street/3" not in names
