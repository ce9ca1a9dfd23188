"""`workbench case` on a real bench."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run

NUMBER = "CASE/2026/118"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    return make_command_bench(tmp_path_factory.mktemp("case"))


@pytest.fixture
def form(run: Run, tmp_path: Path) -> Any:
    """Fill in the template that the command prints, under a number."""

    def fill(number: str, **changes: str) -> Path:
        text = run(None, "case", "template").out.replace(NUMBER, number)
        text = re.sub(r"(?m)^expiry = .*", "expiry = 2199-12-24T17:00:00+00:00", text)
        for old, new in changes.items():
            text = text.replace(f'{old} = "..."', f'{old} = "{new}"')
        text = text.replace('"..."', '"Nobody saw where they went."')
        path = tmp_path / "case.toml"
        path.write_text(text, "utf-8")
        return path

    return fill


def test_a_template_that_was_not_filled_in_opens_no_case(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text(run(None, "case", "template").out, "utf-8")
    ended = run("analyst", "case", "open", path)
    assert ended.code == 1
    assert "authority: says nothing that could be checked later; say why, in a few" in ended.err


def test_the_end_that_the_template_names_is_four_weeks_ahead(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    text = run(None, "case", "template").out.replace('"..."', '"Nobody saw where they went."')
    path.write_text(text.replace(NUMBER, "CASE/5"), "utf-8")
    opened = run("analyst", "case", "open", path, "--json").said
    ahead = datetime.fromisoformat(opened["expires"]) - datetime.fromisoformat(opened["opened"])
    assert timedelta(days=27) < ahead < timedelta(days=29)


def test_from_the_template_to_the_end(run: Run, form: Any, tmp_path: Path) -> None:
    opened = run("analyst", "case", "open", form("CASE/1"), "--json")
    assert opened.code == 0, opened.err
    assert opened.said["state"] == "open-provisional"
    assert opened.said["application"]["requester"] == "analyst"
    reasons = tmp_path / "reasons.txt"
    reasons.write_text("Strictly necessary.\nNo other lead.", "utf-8")
    done = run("authorising-officer", "case", "authorise", "CASE/1", "--reason", f"@{reasons}")
    assert done.code == 0, done.err
    assert done.err.startswith("CASE/1 is authorised until 2199-12-24 17:00 UTC.")
    shown = run("reviewer", "case", "show", "CASE/1", "-j", "the weekly review")
    assert "No other lead." in shown.out
    assert "authorising-officer, superintendent" in shown.out
    closed = run("analyst", "case", "close", "CASE/1", "--json").said
    assert closed["case"]["state"] == "purged"
    assert closed["certificate"]["result"] == "complete"
    listed = run("analyst", "case", "list", "--json").said["cases"]
    assert [case["state"] for case in listed if case["number"] == "CASE/1"] == ["purged"]


def test_refusal_says_what_was_destroyed(run: Run, form: Any) -> None:
    said = run("analyst", "case", "open", form("CASE/2"))
    assert said.err.startswith("CASE/2 is open; it must be authorised by ")
    refused = run("authorising-officer", "case", "refuse", "CASE/2", "--reason", "no need")
    assert refused.code == 0
    assert refused.err.startswith("CASE/2 is refused. Destroyed: 1 cases")
    assert "certificate" in refused.err


def test_markup_is_shown_as_it_was_written(run: Run, form: Any) -> None:
    written = "[red]x[/red] <b>y</b>"
    run("analyst", "case", "open", form("CASE/3", purpose=written))
    assert written in run("analyst", "case", "show", "CASE/3", "-j", "looking, for a test").out
    table = run("analyst", "case", "list")
    assert "CASE/3" in table.out
    assert written not in table.out


def test_what_is_refused(run: Run, form: Any, tmp_path: Path) -> None:
    file = form("CASE/4")
    for account, words, code, said in (
        ("operator", ["open", file], 3, "may not open a case"),
        (
            "analyst",
            ["authorise", "CASE/9", "--reason", "x, for a test"],
            3,
            "may not give a case its",
        ),
        (
            "authorising-officer",
            ["authorise", "CASE/9", "--reason", "x, for a test"],
            1,
            "no case CASE/9",
        ),
        (
            "authorising-officer",
            ["refuse", "CASE/9", "--reason", "x, for a test"],
            1,
            "no case CASE/9",
        ),
        ("analyst", ["close", "CASE/9"], 1, "there is no case CASE/9"),
        ("analyst", ["show", "CASE/9", "-j", "x, for a test"], 1, "there is no case CASE/9"),
        ("analyst", ["show", "CASE/9"], 2, "Missing option '--justification'"),
        ("analyst", ["open", tmp_path / "none.toml"], 1, "none.toml cannot be read"),
        (None, ["list"], 3, "nobody is logged in"),
    ):
        ended = run(account, "case", *words)
        assert (ended.code, ended.out) == (code, ""), ended
        assert said in ended.err
    assert run("analyst", "case", "open", file).code == 0
    again = run("analyst", "case", "open", file)
    assert again.code == 3
    assert "there is a case CASE/4 already" in again.err
    early = run("analyst", "case", "close", "CASE/4")
    assert early.code == 3
    assert "open-provisional, so close is not possible" in early.err


def test_the_template_names_every_field(run: Run) -> None:
    from workbench.governance.cases import CaseApplication

    template = json.loads(run(None, "case", "template", "--json").out)["template"]
    for name in CaseApplication.model_fields:
        assert (f"\n{name} = " in template) is (name not in {"requester", "opened"})
