"""Every text of a report is hostile at once: all of it is shown, and none of it is obeyed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from html.parser import HTMLParser
from itertools import count
from typing import Any

import pytest
from pydantic import BaseModel

from workbench.reports.search_rendering import render_search
from workbench.reports.search_report import SearchReport
from workbench.reports.shown_text import shown_text

HOSTILE = "no{}x</title></style><script>alert(1)</script>\"'><img src=x onerror=y>{{{{ 7*7 }}}}\x00\x1b[2J\u202e\ud800&amp;"
NOT_SHOWN = {
    ".found.candidates[0].meaning.measured_on",  # the settings say it once for all
    ".found.candidates[1].meaning.measured_on",
    ".considered[1].sha256",  # of somebody who is not involved
}


class Shape(HTMLParser):
    """The elements of a page, each with the names of its attributes, and all its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = []
        self.text = ""
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, *(name for name, _ in attrs)))
        self.text += " ".join(value or "" for _, value in attrs)
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.text += data


class Filler:
    """Puts another text in the place of every text of a value."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.numbers = count(1)
        self.places: dict[str, str] = {}
        self.candidates: dict[str, str] = {}

    def fill(self, value: Any, name: str = "") -> Any:
        if isinstance(value, str):
            is_word = isinstance(value, Enum) or name.endswith(".kind")
            return value if is_word else self._text(value, name)
        if isinstance(value, BaseModel) or dataclasses.is_dataclass(value):
            return self._record(value, name)
        if isinstance(value, Mapping):
            return self._mapping(value, name)
        if isinstance(value, Sequence):
            return tuple(self.fill(one, f"{name}[{at}]") for at, one in enumerate(value))
        return value

    def _mapping(self, value: Mapping[Any, Any], name: str) -> dict[Any, Any]:
        if name.endswith((".sources", ".legal_bases")):
            return {self._text(one, f"{name}.{one}"): many for one, many in value.items()}
        return {key: self.fill(one, f"{name}.{key}") for key, one in value.items()}

    def _record(self, value: Any, name: str) -> Any:
        if isinstance(value, BaseModel):
            fields = {one: getattr(value, one) for one in type(value).model_fields}
            # Past the checks of the record: what a store hands back may not have met them.
            return value.model_copy(update=self._all(fields, name))
        fields = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        return dataclasses.replace(value, **self._all(fields, name))

    def _all(self, fields: dict[str, Any], name: str) -> dict[str, Any]:
        return {one: self.fill(value, f"{name}.{one}") for one, value in fields.items()}

    def _text(self, value: str, name: str) -> str:
        if name.endswith(".candidate") or (".considered[" in name and name.endswith("].id")):
            if value not in self.candidates:
                self.candidates[value] = self._new(name)
            return self.candidates[value]
        return self._new(name)

    def _new(self, name: str) -> str:
        made = self.text.format(next(self.numbers))
        self.places[name] = made
        return made


def filled(report: SearchReport, text: str) -> tuple[SearchReport, dict[str, str]]:
    """Return a report whose every text is this one with a number, and each by its place."""
    filler = Filler(text)
    fields = {one.name: getattr(report, one.name) for one in dataclasses.fields(report)}
    considered = fields.pop("considered")
    made = {name: filler.fill(value, f".{name}") for name, value in fields.items()}
    made["considered"] = tuple(
        dataclasses.replace(
            filler.fill(dataclasses.replace(one, candidate=None), f".considered[{at}]"),
            candidate=made["found"].candidates[at],
        )
        for at, one in enumerate(considered)
    )
    return SearchReport(**made), filler.places


@pytest.mark.parametrize("searched", ["collection", "footage"])
def test_every_text_is_shown_and_none_is_obeyed(
    build_report: Callable[..., SearchReport], build_footage: Callable[[], Any], searched: str
) -> None:
    changes = {} if searched == "collection" else {"searched": build_footage()}
    report = build_report(2, **changes)
    hostile, places = filled(report, HOSTILE)
    harmless, _ = filled(report, "no{}x words")
    assert len(places) > 70
    html = render_search(hostile)
    shape = Shape(html)
    assert shape.elements == Shape(render_search(harmless)).elements
    assert "<script" not in html
    for place, text in places.items():
        assert (shown_text(text) in shape.text) == (place not in NOT_SHOWN), place
    assert not {"\x00", "\x1b", "\u202e", "\ud800"} & set(html)
    assert all(one.startswith(("data:image/jpeg;base64,", "data:,")) for one in shape.addresses)
    html.encode()


def test_what_has_no_shape_is_named_by_its_number() -> None:
    assert shown_text("Jo\u202ehn\u200b \x07") == "Jo[U+202E]hn[U+200B] [U+0007]"
    assert shown_text("Zoë Ångström, 李小龍\n\tnext") == "Zoë Ångström, 李小龍\n\tnext"
