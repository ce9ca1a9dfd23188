"""Which texts a test holds errors and outputs to, read from its source: `match=`, `in`, `==`.

A text counts where it stands, or where its name leads to it: a constant of the module, a value of
`parametrize`, a variable, what a loop goes through, what a helper is called with.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

__all__ = ["asserted_texts", "functions"]

_ROOT: Final = Path(__file__).parents[2]
_PLUGINS: Final = "tests/plugins"
_DEEPEST: Final = 4
"""Helpers that call helpers are followed so far."""

_Texts: TypeAlias = frozenset[str]
_Names: TypeAlias = Mapping[str, _Texts]
_Function: TypeAlias = ast.FunctionDef
_NONE: Final[_Texts] = frozenset()
_SEARCHES: Final = frozenset({"search", "match", "fullmatch", "findall"})
_KEEPING: Final = frozenset({"escape", "format", "items", "join", "sorted", "str", "values"})
_EDGES: Final = frozenset({"startswith", "endswith"})
_META: Final = re.compile(r"\\[AbBdDsSwWZ]|(?<!\\)(?:\[[^\]]*\]|\{[^}]*\}|[.*+?^$()|])")


@cache
def functions(path: str) -> dict[str, _Function]:
    """Return the functions of a module of the repository, by name."""
    found = ast.walk(ast.parse((_ROOT / path).read_text("utf-8")))
    return {node.name: node for node in found if isinstance(node, _Function)}


@cache
def asserted_texts(path: str, name: str) -> _Texts:
    """Return what a test asserts of errors and outputs: plain runs of text, patterns cut up."""
    test = functions(path)[name]
    return frozenset(_asserted(path, test, _parameters(test, _constants(path)), _DEEPEST))


@cache
def _constants(path: str) -> dict[str, _Texts]:
    """Return the texts of the names that a module assigns."""
    names: dict[str, _Texts] = {}
    for node in ast.parse((_ROOT / path).read_text("utf-8")).body:
        _assign(node, names)
    return names


@cache
def _imported(path: str) -> dict[str, str]:
    """Return the helpers that a module imports from the plugins: by name, the module they are of."""
    found = {}
    for node in ast.walk(ast.parse((_ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            home = f"{_PLUGINS}/{node.module}.py"
            if (_ROOT / home).is_file():
                found |= {one.name: home for one in node.names}
    return found


def _assign(node: ast.AST, names: dict[str, _Texts]) -> None:
    """Note what a statement gives names to."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            _bind(target, node.value, names)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        _bind(node.target, node.value, names)


def _bind(target: ast.expr, value: ast.expr, names: dict[str, _Texts]) -> None:
    if isinstance(target, ast.Name):
        names[target.id] = names.get(target.id, _NONE) | _texts(value, names)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=False):
            _bind(one, its, names)


def _each(target: ast.expr, over: ast.expr, names: dict[str, _Texts]) -> None:
    """Note what a loop gives names to, place by place where it goes through tuples."""
    if isinstance(over, ast.List | ast.Tuple | ast.Set):
        for value in over.elts:
            _bind(target, value, names)
    else:
        for one in ast.walk(target):
            if isinstance(one, ast.Name):
                names[one.id] = names.get(one.id, _NONE) | _texts(over, names)


def _parameters(test: _Function, constants: _Names) -> dict[str, _Texts]:
    """Return the names that a test knows: of its module, and of `parametrize`."""
    names = dict(constants)
    for mark in test.decorator_list:
        if not isinstance(mark, ast.Call) or not ast.unparse(mark.func).endswith("parametrize"):
            continue
        said, values = mark.args[:2]
        said = ast.literal_eval(said)
        keys = re.split(r"[,\s]+", said.strip()) if isinstance(said, str) else list(said)
        target: ast.expr = ast.Name(keys[0])
        if len(keys) > 1:
            target = ast.Tuple([ast.Name(key) for key in keys])
        if isinstance(values, ast.List | ast.Tuple):
            values = ast.List([_case(one) for one in values.elts])
            _each(target, values, names)
        else:
            names |= dict.fromkeys(keys, _texts(values, names))
    return names


def _case(value: ast.expr) -> ast.expr:
    """Return one case of `parametrize`, without what `pytest.param` puts round it."""
    if isinstance(value, ast.Call) and ast.unparse(value.func).endswith("param"):
        return value.args[0] if len(value.args) == 1 else ast.Tuple(value.args)
    return value


def _texts(value: ast.expr, names: _Names) -> _Texts:
    """Return the plain texts of which an expression is made."""
    if isinstance(value, ast.Constant):
        return frozenset({value.value}) if isinstance(value.value, str) else _NONE
    if isinstance(value, ast.Name):
        return names.get(value.id, _NONE)
    parts = [node for node in ast.iter_child_nodes(value) if isinstance(node, ast.expr)]
    if isinstance(value, ast.Call):
        called = value.func
        name = called.attr if isinstance(called, ast.Attribute) else ast.unparse(called)
        if name not in _KEEPING:
            return _NONE  # what goes into a call is not what comes out of it
        parts = [*value.args, *([called.value] if isinstance(called, ast.Attribute) else [])]
    return _NONE.union(*(_texts(part, names) for part in parts))


def _asserted(path: str, within: _Function, names: _Names, depth: int) -> Iterator[str]:
    """Yield what a function asserts, and the helpers that it calls."""
    known = dict(names)
    for node in ast.walk(within):
        _assign(node, known)
        if isinstance(node, ast.For | ast.comprehension):
            _each(node.target, node.iter, known)
    for node in ast.walk(within):
        if isinstance(node, ast.Call):
            for one in node.keywords:
                if one.arg == "match":
                    yield from _runs(_texts(one.value, known))
            if depth:
                yield from _of_helper(path, node, known, depth)
        elif isinstance(node, ast.Assert):
            yield from _of_assertion(node.test, known)


def _of_assertion(test: ast.AST, names: _Names) -> Iterator[str]:
    """Yield the texts that must be there for an assertion to hold; what must not be is left out."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return
    if isinstance(test, ast.Compare):
        sides = [test.left, *test.comparators]
        for at, how in enumerate(test.ops):
            if isinstance(how, ast.In):
                yield from _texts(sides[at], names)
            elif isinstance(how, ast.Eq):
                yield from _texts(sides[at], names) | _texts(sides[at + 1], names)
    elif isinstance(test, ast.Call) and getattr(test.func, "attr", "") in _SEARCHES and test.args:
        yield from _runs(_texts(test.args[0], names))
    elif isinstance(test, ast.Call) and getattr(test.func, "attr", "") in _EDGES and test.args:
        yield from _texts(test.args[0], names)
    for node in ast.iter_child_nodes(test):
        yield from _of_assertion(node, names)


def _of_helper(path: str, call: ast.Call, names: _Names, depth: int) -> Iterator[str]:
    """Yield what a helper asserts that is called with these values."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    home = _imported(path).get(name, path)
    helper = functions(home).get(name)
    if helper is None or name.startswith("test"):
        return
    takes = [one.arg for one in (*helper.args.posonlyargs, *helper.args.args)]
    given = dict(zip(takes, call.args, strict=False))
    given |= {one.arg: one.value for one in call.keywords if one.arg}
    known = dict(_constants(home))
    known |= {key: _texts(value, names) for key, value in given.items()}
    yield from _asserted(home, helper, known, depth - 1)


def _runs(patterns: _Texts) -> Iterator[str]:
    """Cut patterns at what is no plain text in them."""
    for pattern in patterns:
        for run in _META.split(pattern):
            yield re.sub(r"\\(.)", r"\1", run)
