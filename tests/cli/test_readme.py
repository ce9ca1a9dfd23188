"""Every command of the README is one that the command line takes, with options that it has."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import typer.main

from workbench.cli.main import app

CHECKOUT = Path(__file__).resolve().parents[2]
README = (CHECKOUT / "README.md").read_text("utf-8")
ROOT = typer.main.get_command(app)
BLOCKS = re.findall(r"^```\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line for block in BLOCKS for line in block.splitlines() if line.startswith("workbench ")
]
FLOW = (
    "init", "login", "users add", "deployment template", "deployment draft", "deployment apply",
    "enrol", "deployment authorise", "watchlist check", "watchlist review", "search",
    "alert adjudicate", "retention run", "audit verify",
)  # fmt: skip


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_readme_can_be_given(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0])[1:]
    command, context = ROOT, click.Context(ROOT, info_name="workbench")
    while isinstance(command, click.Group):
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"there is no command {name}"
        command, context = found, click.Context(found, info_name=name, parent=context)
    # It parses and checks every word and option, and calls nothing.
    command.make_context(context.info_name, words, parent=context.parent)


def test_the_whole_way_is_told_in_order() -> None:
    places = [
        next(at for at, line in enumerate(COMMANDS) if line.startswith(f"workbench {name}"))
        for name in FLOW
    ]
    assert places == sorted(places)


def test_every_document_that_it_names_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", README):
        assert (CHECKOUT / target).exists(), target
