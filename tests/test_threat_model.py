"""The threat model names modules and tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "docs" / "threat-model.md"


def test_every_file_that_it_names_is_there() -> None:
    text = MODEL.read_text("utf-8")
    named = set(re.findall(r"`([A-Za-z0-9_/.-]+\.(?:py|txt|md))`", text))
    assert len(named) > 50
    missing = {
        name
        for name in named
        if not (ROOT / name).is_file() and not (ROOT / "workbench" / name).is_file()
    }
    assert not missing


def test_every_test_that_it_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", MODEL.read_text("utf-8")))
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert named
    assert {name for name in named if f"def {name}(" not in tests} == set()


@pytest.mark.parametrize(
    "actor",
    [
        "analyst",
        "administrator with root",
        "thief of a backup",
        "thief of a laptop",
        "reaches a gallery server",
        "visitor of a dashboard",
        "hostile video or photograph",
        "supplier of a model",
        "colleague on the same machine",
        "developer of an update",
    ],
)
def test_each_actor_has_what_is_not_stopped(actor: str) -> None:
    text = MODEL.read_text("utf-8")
    (section,) = [part for part in text.split("\n### ")[1:] if actor in part.split("\n")[0]]
    assert re.search(r"not stopped", section.split("\n## ")[0], re.IGNORECASE)
