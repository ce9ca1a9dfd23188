"""Every text of a page is shown as text: each in turn is hostile, and the page stays what it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from typing import Any

import pytest

from workbench.reports import AlertsPage, AlertView, render_alerts

HARMLESS = "some words"
SCRIPT = "javascript:alert(1)"
HOSTILE = (
    "</title></style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}{% x %}"
)
SAFE = ("#", "data:image/", "data:,", "https://")
WORDS = {"state", "verdict"}
"""Fields that hold a word of the product and no text of anybody."""


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


def variants(value: Any, text: str, name: str = "") -> Iterator[tuple[str, Any]]:
    """Give copies of a value in each of which one text is this, with that text's place."""
    if isinstance(value, str):
        if name.rpartition(".")[2].rstrip("0123456789[]") not in WORDS:
            yield name, text
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            for place, one in variants(getattr(value, field.name), text, f"{name}.{field.name}"):
                yield place, dataclasses.replace(value, **{field.name: one})
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for at, item in enumerate(value):
            for place, one in variants(item, text, f"{name}[{at}]"):
                yield place, (*value[:at], one, *value[at + 1 :])


@pytest.fixture
def whole(
    build_page: Callable[..., AlertsPage], build_alert: Callable[..., AlertView]
) -> AlertsPage:
    """Return a page with everything that a page can carry."""
    alert = build_alert(
        category="wanted-by-courts", decided="Two people decided.", notes=("Note.",)
    )
    return build_page(alert)


def test_no_text_of_a_page_is_obeyed(whole: AlertsPage) -> None:
    found = list(variants(whole, HOSTILE))
    assert len(found) > 25
    shown = 0
    for (place, hostile), (_, harmless) in zip(found, variants(whole, HARMLESS), strict=True):
        html = render_alerts(hostile)
        shape, plain = Shape(html), Shape(render_alerts(harmless))
        assert shape.elements == plain.elements, place
        assert "<script" not in html, place
        assert shape.text.count("49") == plain.text.count("49"), place
        shown += HOSTILE in shape.text
    assert shown > len(found) // 2, "texts are shown as they are"


def test_no_text_becomes_an_address_that_runs(whole: AlertsPage) -> None:
    for place, page in variants(whole, SCRIPT):
        addresses = Shape(render_alerts(page)).addresses
        wrong = [one for one in addresses if not one.startswith(SAFE)]
        assert wrong == [], place
