"""docs/retrospective.md: its commands can be given, and each command of the part is in it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import typer.main

from workbench.cli.main import app

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = (CHECKOUT / "docs" / "retrospective.md").read_text("utf-8")
ROOT = typer.main.get_command(app)
BLOCKS = re.findall(r"^```\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = list(
    dict.fromkeys(
        line for block in BLOCKS if ".venv/bin/voila" not in block for line in block.splitlines()
    )
)
GROUPS = ("collection", "review", "case")


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_page_can_be_given(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0])
    assert words.pop(0) == "workbench"
    command, context = ROOT, click.Context(ROOT, info_name="workbench")
    while isinstance(command, click.Group):
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"there is no command {name}"
        command, context = found, click.Context(found, info_name=name, parent=context)
    # It parses and checks every word and option, and calls nothing.
    command.make_context(context.info_name, words, parent=context.parent)


@pytest.mark.parametrize("group", GROUPS)
def test_each_command_is_in_the_page(group: str) -> None:
    commands = getattr(ROOT, "commands", {})[group].commands
    missing = [name for name in commands if f"workbench {group} {name} " not in PAGE]
    assert [name for name in missing if f"workbench {group} {name}`" not in PAGE] == []


def test_what_it_quotes_is_what_a_list_says() -> None:
    source = (CHECKOUT / "workbench" / "retrospective" / "candidate_lists.py").read_text("utf-8")
    said = " ".join("".join(re.findall(r'^    "(.*)"$', source, re.MULTILINE)).split())
    quoted = re.findall(r'"(Triage: [^"]+)"', " ".join(PAGE.split()))
    assert len(quoted) == 1
    assert quoted[0] in said


def test_the_readme_names_it() -> None:
    assert "](docs/retrospective.md)" in (CHECKOUT / "README.md").read_text("utf-8")
