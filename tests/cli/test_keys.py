"""`workbench keys` as people type it: which master key wraps what, and another in its place."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run, runner

from workbench.bench import Workbench
from workbench.settings import Settings


@pytest.fixture
def bench(tmp_path: Path) -> CommandBench:
    """A bench with a master key of its own."""
    return make_command_bench(tmp_path / "b")


def test_which_key_is_in_use_is_shown_and_the_key_is_not(bench: CommandBench, run: Run) -> None:
    said = run("administrator", "keys", "status", "--json").said
    assert set(said["wrapped_by"]) == {said["current"]}
    shown = run("administrator", "keys", "status")
    assert shown.code == 0, shown.err
    lines = [line.split(maxsplit=1) for line in shown.out.splitlines()]
    assert ["where", str(said["where"])] in lines
    assert f"wrapped by {said['current']}" in shown.out
    assert "none" in shown.out.splitlines()[-1]
    for path in (bench.settings.keys.folder or Path()).rglob("*"):
        if path.is_file() and "master" in path.name:
            key = path.read_bytes().strip()
            assert key.decode("latin-1") not in shown.out
            assert base64.b64encode(key).decode() not in shown.out


@pytest.mark.slow
def test_another_key_is_put_in_place(bench: CommandBench, run: Run) -> None:
    before = run("administrator", "keys", "status", "--json").said
    ended = run("administrator", "keys", "rotate")
    assert ended.code == 0, ended.err
    count = sum(before["wrapped_by"].values())
    assert ended.err.startswith(f"Rotated: {count} data keys are wrapped anew, all by ")
    after = run("administrator", "keys", "status", "--json").said
    assert after["current"] != before["current"]
    assert after["wrapped_by"] == {after["current"]: count}
    assert after["current"] in ended.err
    done = run("administrator", "keys", "rotate", "--json").said
    assert done["rewrapped"] == count
    assert done["current"] not in {before["current"], after["current"]}
    assert done["resumed"] is False
    assert run("data-protection-officer", "audit", "verify").code == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("account", "words", "code", "said"),
    [
        ("operator", ("status",), 3, "may not rotate the master key"),
        ("operator", ("rotate",), 3, "may not rotate the master key"),
        (None, ("status",), 3, "nobody is logged in"),
        ("administrator", ("status", "--key", "x"), 2, "No such option"),
        ("administrator", ("rotate", "--new-variable"), 2, "requires an argument"),
    ],
)
def test_what_is_refused(
    run: Run, account: str | None, words: tuple[str, ...], code: int, said: str
) -> None:
    before = run("administrator", "keys", "status", "--json").said["current"]
    ended = run(account, "keys", *words)
    assert (ended.code, ended.out, said in ended.err) == (code, "", True), ended.err
    assert run("administrator", "keys", "status", "--json").said["current"] == before


@pytest.fixture
def in_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandBench:
    """A bench whose master key is in a variable of the environment, and another key beside it."""
    for name in ("FIRST_KEY", "NEXT_KEY"):
        monkeypatch.setenv(name, base64.b64encode(secrets.token_bytes(32)).decode())
    folder = tmp_path / "v"
    keys = {"folder": folder / "keys", "master": "environment", "master_variable": "FIRST_KEY"}
    settings = Settings(keys=keys, witness=folder / "witness", threads=1)
    folder.mkdir()
    Workbench.create(folder / "bench", "administrator", "a long enough password", settings=settings)
    variables = {
        "WORKBENCH_BENCH": str(folder / "bench"),
        "WORKBENCH_WITNESS": str(folder / "witness"),
        **{f"WORKBENCH_KEYS__{name.upper()}": str(value) for name, value in keys.items()},
    }
    return CommandBench(folder / "bench", settings, variables)


def test_a_key_in_a_variable_gives_way_to_that_in_another(
    in_variable: CommandBench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runner(in_variable, capsys, monkeypatch)
    before = run("administrator", "keys", "status", "--json").said["current"]
    without = run("administrator", "keys", "rotate")
    assert without.code == 1
    assert run("administrator", "keys", "status", "--json").said["current"] == before
    unset = run("administrator", "keys", "rotate", "--new-variable", "NO_KEY")
    assert (unset.code, "the variable NO_KEY is not set" in unset.err) == (1, True), unset.err
    ended = run("administrator", "keys", "rotate", "--new-variable", "NEXT_KEY")
    assert ended.code == 0, ended.err
    assert "Set FIRST_KEY to what NEXT_KEY holds" in ended.err
    monkeypatch.setenv("FIRST_KEY", os.environ["NEXT_KEY"])
    after = run("administrator", "keys", "status", "--json")
    assert after.code == 0, after.err
    assert after.said["current"] != before
