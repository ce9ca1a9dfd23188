"""A few fields with what to do with them: search, choose a search, have a report written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

from widgets.panels import Panel, Surface, joined
from workbench.errors import WorkbenchError
from workbench.hygiene import without_credentials

__all__ = ["Action", "Field", "Form", "FormPanel", "credited_above"]

Pressed: TypeAlias = Callable[[str, Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class Field:
    """Something to fill in or to choose.

    Attributes:
        name: of it.
        label: for people.
        kind: `text`, `area`, `number` or `select`.
        value: what is in it at first.
        options: of a `select`: a value and its words each.
        placeholder: what it is for, where nothing is in it.
        least: of a number.
        most: of a number; of a text how long it may be.
    """

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    placeholder: str = ""
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """Something that may be done.

    Attributes:
        name: of it.
        words: on its button.
        first: whether it is what the form is for.
        disabled: whether it cannot be done now.
    """

    name: str
    words: str
    first: bool = False
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """What a form shows.

    Attributes:
        label: what it is, for those who hear the page.
        title: above it.
        about: paragraphs.
        strong: whether the last of these stands out.
        steps: from a case to its report, as `step_rows` has them.
        fields: to fill in.
        actions: buttons.
        status: how things are, a sentence.
        tone: of that: `waits`, `busy` or `done`.
        problem: what could not be done, and why.
        problem_title: in a few words.
        credits: of photographs of a demonstration.
    """

    label: str
    title: str = ""
    about: tuple[str, ...] = ()
    strong: bool = False
    steps: tuple[Mapping[str, Any], ...] = ()
    fields: tuple[Field, ...] = ()
    actions: tuple[Action, ...] = ()
    status: str = ""
    tone: str = "waits"
    problem: str = ""
    problem_title: str = "It was not done."
    credits: tuple[str, ...] = ()


def credited_above(credits: Sequence[str]) -> tuple[str, ...]:  # noqa: A002 - as everywhere
    """Return what stands instead of credits further down a page that names them at its top."""
    return ("who made them is named at the top of this page.",) if credits else ()


class _FormSurface(Surface):
    _esm = joined("parts.js", "steps.js", "form.js")
    _css = joined("panel.css", "steps.css", "form.css")


class FormPanel(Panel):
    """Shows a form and hands on what is pressed; says what could not be done, and why.

    What is done runs beside the kernel's own thread, one thing after the other.
    """

    surface = _FormSurface

    def __init__(
        self,
        form: Form,
        *,
        on_press: Pressed = lambda _name, _values: None,
        on_change: Callable[[str, str], None] | None = None,
    ) -> None:
        """Begin with a form.

        Args:
            form: what it shows.
            on_press: does what an action stands for, with the values of all fields by name.
            on_change: is told of a field that somebody filled in or chose.
        """
        self._held = threading.RLock()
        self._form, self._on_press, self._on_change = form, on_press, on_change
        super().__init__()

    @property
    def form(self) -> Form:
        """What it shows."""
        return self._form

    @property
    def values(self) -> dict[str, str]:
        """What is in the fields, as far as the browsers have told."""
        with self._held:
            return {one.name: one.value for one in self._form.fields}

    def show(self, **changes: Any) -> None:  # noqa: ANN401 - by field of `Form`
        """Show it changed; from any thread.

        Args:
            **changes: by field of `Form`.
        """
        with self._held:
            self._form = replace(self._form, **changes)
        self._greet()

    def allow(self, action: str, *, allowed: bool) -> None:
        """Say whether something may be done now."""
        with self._held:
            actions = tuple(
                replace(one, disabled=not allowed) if one.name == action else one
                for one in self._form.actions
            )
        self.show(actions=actions)

    def press(self, action: str, **values: str) -> None:
        """Do what an action stands for, as by its button, and say it where it cannot be done."""
        self._take_values(values)
        self.show(problem="")
        try:
            self._on_press(action, self.values)
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            known = isinstance(error, WorkbenchError)
            words = str(error) if known else f"{type(error).__name__}: this was not foreseen."
            self.show(problem=without_credentials(words), status="")

    def _greet(self) -> None:
        with self._held:
            words = asdict(self._form)
        self.say({"kind": "form", **words})

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        given = content.get("values")
        values = (
            {str(name): str(value) for name, value in given.items()}
            if isinstance(given, Mapping)
            else {}
        )
        if kind == "press":
            action = str(content.get("action"))
            known = {one.name for one in self._form.actions if not one.disabled}
            if action in known:
                self._worker.do(lambda: self.press(action, **values))
        elif kind == "change":
            self._take_values(values)
            if self._on_change is not None:
                changed = self._on_change
                name, value = str(content.get("name")), str(content.get("value"))
                self._worker.do(lambda: changed(name, value))

    def _take_values(self, values: Mapping[str, str]) -> None:
        with self._held:
            fields = tuple(
                replace(one, value=values[one.name]) if one.name in values else one
                for one in self._form.fields
            )
            self._form = replace(self._form, fields=fields)
