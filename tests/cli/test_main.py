"""The command line as a whole: help, versions, exit codes, and how quickly it answers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from workbench.cli import main
from workbench.cli.main import app, version
from workbench.errors import OutputError, RefusedError, UsageError, WatchlistError
from workbench.faces.artefacts import default_catalogue

ROOT = typer.main.get_command(app)


def leaves(command: object, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Return the words of every command that does something, but for former names of some."""
    children = getattr(command, "commands", None)
    if not children:
        yield words
        return
    for name, child in children.items():
        if not child.hidden:
            yield from leaves(child, (*words, name))


COMMANDS = sorted(leaves(ROOT))


def test_the_commands_are_the_documented_ones() -> None:
    assert {words[0] for words in COMMANDS} == {
        "alert", "audit", "blue-list", "case", "collection", "compare", "dashboard", "demo", "deployment",
        "enquiry", "enrol", "evaluate", "evaluation-set", "export", "hold", "init", "keys", "lab", "live",
        "login", "logout", "models", "outcomes", "policy", "publish", "retention", "review", "roles",
        "rules", "search", "stage", "team", "upgrade", "users", "watchlist", "whoami",
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("words", [(), *COMMANDS], ids=" ".join)
def test_help_ends_with_an_example(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--help"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert any(line.startswith("Usage: workbench") for line in lines)
    last = " ".join(lines[lines.index("Example") + 1 :])
    assert last.startswith(" ".join(("workbench", *words))), lines[-3:]
    assert not {"╭", "│", "╰"} & set(last), "nothing comes after the example"


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_option_is_explained(words: tuple[str, ...]) -> None:
    command = ROOT
    for word in words:
        command = command.commands[word]  # type: ignore[attr-defined]
    assert command.help
    for parameter in command.params:
        assert getattr(parameter, "help", None), (words, parameter.name)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"workbench {version()}\n"


@pytest.mark.slow
def test_help_loads_no_model_library() -> None:
    script = (
        "import sys; from workbench.cli import main; code = main(['--help']); "
        "heavy = {'torch', 'cv2', 'onnxruntime', 'openvino', 'polars', 'scipy', 'av', 'ray', "
        "'faiss', 'qdrant_client', 'weasyprint'} & set(sys.modules); "
        "sys.exit(code or (f'loaded {heavy}' if heavy else 0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (WatchlistError("a.safetensors: is damaged.\nEnrol again."), 1),
        (UsageError("that cannot be meant."), 2),
        (RefusedError("a rule forbids it."), 3),
        (OutputError("cannot be written."), 1),
        (OSError(28, "No space left on device", "/somewhere/file"), 1),
        (KeyboardInterrupt(), 130),
        (RuntimeError("a fault"), 1),
    ],
)
def test_every_end_is_one_line(
    error: BaseException,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.delenv("WORKBENCH_DEBUG", raising=False)
    monkeypatch.setattr("workbench.cli.demo.output_folder", fail)
    assert main(["demo", "--output", "somewhere"]) == code
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_no_command_is_wrong_usage_and_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    captured = capsys.readouterr()
    assert "Usage: workbench" in captured.out + captured.err


@pytest.mark.parametrize("name", ["WORKBENCH_ENCODER", "WORKBENCH_THREADS"])
def test_a_wrong_setting_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, "nonsense")
    assert main(["enrol", os.devnull, "-d", "2026-11/X", "-e", os.devnull]) == 2
    assert name in capsys.readouterr().err


def test_a_narrow_list_of_models_cuts_no_name_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["models", "list", "--cache", str(tmp_path)]) == 0
    first = {line.split(" ")[0] for line in capsys.readouterr().out.splitlines()}
    assert set(default_catalogue().names()) <= first
