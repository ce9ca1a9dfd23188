"""The public names are exactly those declared, and each can be had."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

import workbench

ROOT = Path(workbench.__file__).parent
MODULES = [m.name for m in pkgutil.walk_packages([str(ROOT)], "workbench.")]


def test_each_public_name_loads() -> None:
    for name in workbench.__all__:
        assert getattr(workbench, name) is not None


def test_no_other_name_is_given() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        workbench.nothing  # noqa: B018


@pytest.mark.parametrize("name", MODULES)
def test_each_module_says_what_it_is_and_what_is_public(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} has no docstring"
    if not name.endswith("__main__"):
        for public in module.__all__:
            assert hasattr(module, public), f"{name} declares {public}, which it lacks"


def test_errors_are_drawn_in_the_tree() -> None:
    from workbench import errors

    source = ast.parse((ROOT / "errors.py").read_text(encoding="utf-8"))
    classes = {node.name for node in source.body if isinstance(node, ast.ClassDef)}
    assert classes == set(errors.__all__)
    for name in classes:
        assert f" {name} " in (errors.__doc__ or "").replace("\n", " ") + " "
