"""Forms of the pages of a case: what is pressed, what cannot be done, and a report in a frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from review_values import Said, holds_no_picture, until

from widgets.form_panel import Action, Field, Form, FormPanel
from widgets.report_view import ReportView
from workbench.errors import RecordError

FORM = Form(
    label="Search",
    fields=(
        Field("target", "Search in", "select", "a", (("a", "first"), ("b", "second"))),
        Field("reason", "Why", "area"),
    ),
    actions=(Action("search", "Search", first=True), Action("never", "Never", disabled=True)),
)


class Pressed:
    """What was pressed, with which values; a reason of two letters is refused."""

    def __init__(self) -> None:
        self.by: list[tuple[str, dict[str, str]]] = []

    def __call__(self, action: str, values: Mapping[str, str]) -> None:
        if values["reason"] == "aa":
            msg = "the search needs a reason in words. Say why."
            raise RecordError(msg)
        if values["reason"] == "fault":
            raise ZeroDivisionError
        self.by.append((action, dict(values)))


@pytest.fixture
def pressed() -> Pressed:
    return Pressed()


@pytest.fixture
def panel(pressed: Pressed) -> Iterator[FormPanel]:
    panel = FormPanel(FORM, on_press=pressed)
    yield panel
    panel.close()


@pytest.fixture
def said(panel: FormPanel) -> Said:
    said = Said(panel)
    said.tell("hello", tries=1)
    return said


def test_what_is_pressed_comes_with_what_is_filled_in(
    panel: FormPanel, said: Said, pressed: Pressed
) -> None:
    said.tell("press", action="search", values={"target": "b", "reason": "the man with the bag"})
    until(lambda: bool(pressed.by))
    assert pressed.by == [("search", {"target": "b", "reason": "the man with the bag"})]
    assert panel.values["target"] == "b"


def test_what_cannot_be_done_now_is_not_done(said: Said, pressed: Pressed) -> None:
    for action in ("never", "unheard-of"):
        said.tell("press", action=action, values={})
    said.tell("press", action="search", values={"reason": "after these two"})
    until(lambda: bool(pressed.by))
    assert [action for action, _ in pressed.by] == ["search"]


@pytest.mark.parametrize(
    ("reason", "words"),
    [("aa", "needs a reason in words"), ("fault", "ZeroDivisionError: this was not foreseen.")],
)
def test_a_refusal_is_said_and_goes_with_the_next_try(
    reason: str, words: str, panel: FormPanel, said: Said
) -> None:
    panel.press("search", reason=reason)
    assert words in said.of("form")[-1]["problem"]
    panel.press("search", reason="the man with the bag")
    assert said.of("form")[-1]["problem"] == ""
    assert panel.values["reason"] == "the man with the bag"


def test_what_is_told_of_fields_is_told_to_a_page_that_comes_later(
    panel: FormPanel, said: Said
) -> None:
    said.tell("change", name="target", value="b", values={"target": "b", "unknown": "x"})
    panel.allow("search", allowed=False)
    told = said.of("form")[-1]
    assert [one["value"] for one in told["fields"]] == ["b", ""]
    assert [one["disabled"] for one in told["actions"]] == [True, True]


def test_a_report_goes_as_a_buffer_and_is_no_state() -> None:
    view = ReportView()
    said = Said(view)
    said.tell("hello", tries=1)
    assert said.of("none")
    view.show(b"<!doctype html><p>a face</p>", "Written for DI Farrow.")
    assert said.of("report")[-1]["words"] == "Written for DI Farrow."
    assert "a face" not in said.words
    holds_no_picture(view, said.pictures("report"))
    view.clear()
    assert view._document is None
    view.close()
