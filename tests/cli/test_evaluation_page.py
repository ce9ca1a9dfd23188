"""The page on evaluation names commands and columns that there are."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
from pathlib import Path

import click
import pytest
import typer.main

from workbench.cli.clip_labels import COLUMNS as LABELS
from workbench.cli.main import app
from workbench.evaluation.protocols import COLUMNS, OPTIONAL_COLUMNS
from workbench.governance.permissions import Permission, holders

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = (CHECKOUT / "docs" / "evaluation.md").read_text("utf-8")
FENCED = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
BLOCKS = [text for language, text in FENCED if not language]
PYTHON = [text for language, text in FENCED if language == "python"]
COMMANDS = [line for block in BLOCKS for line in block.splitlines()]
ROOT = typer.main.get_command(app)


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_page_can_be_given(line: str) -> None:
    command, context = ROOT, click.Context(ROOT, info_name="workbench")
    words = shlex.split(line.partition(" > ")[0])
    assert words.pop(0) == "workbench"
    while isinstance(command, click.Group):
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"there is no command {name}"
        command, context = found, click.Context(found, info_name=name, parent=context)
    command.make_context(context.info_name, words, parent=context.parent)


@pytest.mark.parametrize("text", PYTHON)
def test_what_is_imported_on_the_page_is_there(text: str) -> None:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            home = importlib.import_module(str(node.module))
            assert {one.name for one in node.names} <= set(home.__all__)


def test_every_command_but_the_alias_is_shown() -> None:
    group = ROOT.commands["evaluate"]  # type: ignore[attr-defined]
    shown = {line.split()[2] for line in COMMANDS if line.split()[1] == "evaluate"}
    assert shown == {name for name, one in group.commands.items() if not one.hidden}


def test_each_step_of_a_policy_names_who_may_do_it() -> None:
    walk = PAGE[PAGE.index("## 5. ") : PAGE.index("## Two images")]
    steps = {
        "policy open-test": Permission.POLICY_ISSUE,
        "policy draft": None,
        "policy issue": Permission.POLICY_ISSUE,
        "policy approve": Permission.POLICY_APPROVE,
        "policy monitor": Permission.POLICY_MONITOR,
    }
    before = 0
    for command, permission in steps.items():
        at = walk.index(f"\nworkbench {command} ", before)
        fence = walk.rindex("```", 0, at)
        told = walk[walk.rfind("```", 0, fence) + 1 : fence].replace("\n", " ")
        for role in () if permission is None else holders(permission):
            assert role.value.replace("-", " ") in told.lower(), (command, role)
        before = at


def test_every_column_is_named() -> None:
    table = PAGE[PAGE.index("| Column |") : PAGE.index("A byte order mark")]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == [*COLUMNS, *OPTIONAL_COLUMNS]
    clips = PAGE[PAGE.index("## Clips") :]
    assert f"the columns `{LABELS[0]}` and `{LABELS[1]}`" in clips


def test_every_page_that_it_names_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", PAGE):
        assert (CHECKOUT / "docs" / target).exists(), target
