"""Every text of an application: long, hostile or marked up, it is kept as text or refused."""

from __future__ import annotations

import copy
import types
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from deployment_values import application_values
from pydantic import BaseModel

from workbench.errors import RecordError
from workbench.governance.deployments import Application
from workbench.governance.text import LONGEST_LINE, LONGEST_PROSE

Path = tuple[str | int, ...]

HTML = "<script>alert('1')</script><b onclick=x>&amp;"
IDENTIFIERS = {("reference",), ("policy",), ("feeds", 0, "name")}
PROSE = {
    ("presence_grounds",),
    ("assembly_necessity",),
    ("notice", "signs_where"),
    ("notice", "urgency"),
    ("necessity",),
    ("proportionality",),
}
LINES = {
    ("force",),
    ("location", "name"),
    ("location", "street"),
    ("location", "town"),
    ("feeds", 0, "place"),
    ("dpia", "title"),
    ("dpia", "version"),
    ("eia", "title"),
    ("eia", "version"),
    ("appropriate_policy", "title"),
    ("appropriate_policy", "version"),
    ("notice", "website"),
    ("costs", "lines", 0, "what"),
}


def texts(kind: Any, path: Path = ()) -> Iterator[Path]:
    """Where a type holds text, by the names of fields; of a list, its first."""
    if kind is str:
        yield path
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield from texts(field.annotation, (*path, name))
    elif typing.get_origin(kind) is typing.Annotated:
        yield from texts(typing.get_args(kind)[0], path)
    elif typing.get_origin(kind) in {typing.Union, types.UnionType}:
        for one in typing.get_args(kind):
            yield from texts(one, path)
    elif typing.get_origin(kind) is tuple:
        yield from texts(typing.get_args(kind)[0], (*path, 0))


TEXTS = sorted(set(texts(Application)), key=str)


def test_every_text_was_found() -> None:
    assert set(TEXTS) == IDENTIFIERS | PROSE | LINES


def values_with(path: Path, text: object) -> dict[str, Any]:
    """A complete application with this text in that place."""
    values = copy.deepcopy(application_values(assembly=True, assembly_necessity="A march."))
    *parents, last = path
    place: Any = values
    for parent in parents:
        place = place[parent]
    place[last] = text
    return values


def read_with(path: Path, text: object) -> Application:
    """Read it."""
    return Application.read(values_with(path, text), what="application")


def text_at(application: Application, path: Path) -> object:
    """What was kept in that place."""
    place: Any = application.plain()
    for part in path:
        place = place[part]
    return place


def named(path: Path) -> str:
    """How a message names it."""
    return f"application cannot be used: {'.'.join(map(str, path))}: "


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize(
    "length", [LONGEST_LINE, LONGEST_LINE + 1, LONGEST_PROSE, LONGEST_PROSE + 1]
)
def test_long_text_is_kept_whole_or_refused_by_name(path: Path, length: int) -> None:
    text = "x" * length
    longest = LONGEST_PROSE if path in PROSE else LONGEST_LINE if path in LINES else 100
    if length <= longest:
        assert text_at(read_with(path, text), path) == text
        return
    with pytest.raises(RecordError) as refused:
        read_with(path, text)
    assert str(refused.value).startswith(named(path))
    if path not in IDENTIFIERS:
        assert f"has {length:,} characters; at most {longest:,} are kept" in str(refused.value)
    assert len(str(refused.value)) < 500


@pytest.mark.slow
@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize(
    "letter",
    [
        "\0",
        "\x07",
        "\x1b[31m",
        "\x7f",
        "\x9b",
        "\N{RIGHT-TO-LEFT OVERRIDE}",
        "\N{ZERO WIDTH SPACE}",
        "\r",
    ],
)
def test_what_a_terminal_would_obey_is_refused_by_name(path: Path, letter: str) -> None:
    with pytest.raises(RecordError) as refused:
        read_with(path, f"North{letter}End")
    assert str(refused.value).startswith(named(path))
    if path not in IDENTIFIERS:
        assert "cannot be shown (" in str(refused.value)
        assert "; remove it. Correct what is named." in str(refused.value)
    assert letter not in str(refused.value)


@pytest.mark.parametrize("path", TEXTS)
def test_line_breaks_are_for_prose(path: Path) -> None:
    if path in PROSE:
        assert text_at(read_with(path, "one\ntwo"), path) == "one\ntwo"
        return
    with pytest.raises(RecordError) as refused:
        read_with(path, "one\ntwo")
    assert str(refused.value).startswith(named(path))


@pytest.mark.parametrize("path", TEXTS)
def test_markup_is_kept_as_the_text_it_is(path: Path) -> None:
    if path in IDENTIFIERS:
        with pytest.raises(RecordError) as refused:
            read_with(path, HTML)
        assert str(refused.value).startswith(named(path))
        assert "script" not in str(refused.value)
        return
    assert text_at(read_with(path, HTML), path) == HTML


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize("wrong", ["", "   ", 7, ["North End"], {"a": "b"}, b"North End\xff"])
def test_what_is_no_text_is_refused_by_name(path: Path, wrong: object) -> None:
    with pytest.raises(RecordError) as refused:
        read_with(path, wrong)
    assert str(refused.value).startswith(named(path))
