"""Words that a terminal or a browser would obey, in every place where a command takes text.

Each command is called with each of its text parameters hostile in turn, as each role. Whatever it
does, it ends with one line, and nothing of what it says moves a cursor, clears a screen, or hides.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from command_bench import CommandBench

from workbench.cli import main
from workbench.cli.main import app

ROOT = typer.main.get_command(app)
HOSTILE = "\x1b[2J\x1b]0;owned\x07\u202e<script>alert(1)</script>\r'\"&[red]\x00{{7*7}}"
MARKUP = "<script>alert(1)</script>'\"&[red]b[/red]{{7*7}}"
LONG = "x" * 10_000
ROLES = ("administrator", "analyst", "operator", "authorising-officer", "reviewer")
REFUSED = 3
LONGEST = 60_000
COMMON = {"bench": ("whoami",), "cache": ("models", "list")}
"""What many commands take, read by one piece of code: tried on one command."""
HEAVY = {("demo",), ("logout",), ("models", "fetch")}
"""What would run the demonstration, forget who is logged in, or fetch files; their text is tried in
their own tests."""


def leaves(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", None)
    if not children:
        yield words, command
        return
    for name, child in children.items():
        yield from leaves(child, (*words, name))


COMMANDS = {words: command for words, command in leaves(ROOT) if words not in HEAVY}


def choices_of(parameter: Any) -> tuple[str, ...]:
    """Return what a parameter can be, where that is a closed list."""
    shape = getattr(parameter, "type_descriptor", None) or parameter.type
    found = getattr(shape, "choices", None) or ()
    return tuple(str(getattr(one, "value", one)) for one in found)


def takes_text(parameter: Any) -> bool:
    return not getattr(parameter, "is_flag", False) and not choices_of(parameter)


def words_for(parameter: Any, value: str) -> list[str]:
    """Return the words that give a value to a parameter."""
    if parameter.param_type_name == "argument":
        return [value]
    return [max(parameter.opts, key=len), value]


def usual(parameter: Any) -> str:
    return (*choices_of(parameter), "nothing-of-that-name")[0]


def call(words: tuple[str, ...], command: Any, hostile: Any, value: str) -> list[str]:
    """Return the words of a call with one parameter hostile and all that are needed harmless."""
    options: list[str] = []
    arguments: list[str] = []
    for parameter in command.params:
        if parameter is hostile:
            given = words_for(parameter, value)
        elif parameter.required:
            given = words_for(parameter, usual(parameter))
        else:
            continue
        (arguments if parameter.param_type_name == "argument" else options).extend(given)
    return [*words, *options, "--", *arguments]


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_nothing_that_is_typed_is_obeyed(
    words: tuple[str, ...],
    bench: CommandBench,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    command = COMMANDS[words]
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WORKBENCH_DEBUG", raising=False)
    roles = list(ROLES)
    for parameter in filter(takes_text, command.params):
        if parameter.name in COMMON and words != COMMON[parameter.name]:
            continue
        for value in (MARKUP, HOSTILE, LONG):
            for role in tuple(roles):
                for name, setting in bench.environment(role).items():
                    monkeypatch.setenv(name, setting)
                monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
                typed = call(words, command, parameter, value)
                code = main(typed)
                require_inert(typed, code, *capsys.readouterr())
                if code != REFUSED:  # whoever may is asked about the rest
                    roles = [role]
                    break


def require_inert(typed: list[str], code: int, out: str, err: str) -> None:
    """Check that a command ended as it should, and said nothing that anything would obey."""
    assert code in {0, 1, 2, REFUSED}, (typed, err[-500:])
    assert "Traceback" not in err, (typed, err[-500:])
    assert "fault in the workbench" not in err, (typed, err[-500:])
    for text in (out, err):
        shown = text.replace("\n", "").replace("\t", "")
        assert shown.isprintable(), (typed, [c for c in shown if not c.isprintable()])
        assert len(text) < LONGEST
    if code in {1, REFUSED} and tuple(typed[:2]) != ("audit", "verify"):  # it lists what it finds
        assert err.splitlines()[-1].startswith("error: "), (typed, err[-500:])
