"""The head of the page: what its buttons ask for, and that a refusal is said in its own words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from widgets.session_panel import SessionControls, SessionPanel
from workbench.errors import PolicyError


class Asked:
    """Takes note of what was asked for."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.error: Exception | None = None

    def __call__(self, what: str) -> Callable[..., None]:
        def note(*values: Any) -> None:
            self.calls.append((what, *values))
            if self.error is not None:
                raise self.error

        return note


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def said() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def panel(
    asked: Asked, said: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[SessionPanel]:
    monkeypatch.setattr(
        "widgets.panels.Surface.send", lambda _self, content, _buffers=None: said.append(content)
    )
    panel = SessionPanel(SessionControls(*map(asked, ("start", "pause", "resume", "stop"))))
    yield panel
    panel.close()


def press(panel: SessionPanel, kind: str, **more: object) -> None:
    panel._on_message(panel._model, {"kind": kind, "view": "v", **more}, [])


def wait(said: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    ends = time.monotonic() + 10
    while not (found := [one for one in said if one["kind"] == kind]):
        assert time.monotonic() < ends, "it did not come in time"
        time.sleep(0.01)
    return found[0]


@pytest.mark.parametrize(
    ("message", "call"),
    [
        ({"kind": "start", "threshold": 0.6, "feed": None}, ("start", 0.6, None)),
        ({"kind": "start", "threshold": None, "feed": " a.mp4 "}, ("start", None, "a.mp4")),
        ({"kind": "start", "threshold": "0.6", "feed": 3}, ("start", None, None)),
        ({"kind": "start", "threshold": True}, ("start", None, None)),
        ({"kind": "pause", "why": "a break of five minutes"}, ("pause", "a break of five minutes")),
        ({"kind": "pause", "why": "  "}, ("pause", "")),
        ({"kind": "resume"}, ("resume", None)),
        ({"kind": "stop", "why": "done here"}, ("stop", "done here")),
    ],
)
def test_what_the_buttons_ask_for(
    message: dict[str, Any],
    call: tuple[Any, ...],
    panel: SessionPanel,
    asked: Asked,
    said: list[dict[str, Any]],
) -> None:
    press(panel, **message)
    assert wait(said, "done")["what"] == message["kind"]
    assert asked.calls == [call]


def test_a_refusal_is_said_in_the_words_of_the_rule(
    panel: SessionPanel, asked: Asked, said: list[dict[str, Any]]
) -> None:
    asked.error = PolicyError("threshold 0.1 is asked for; keep to 0.48 or above.")
    press(panel, "start", threshold=0.1)
    refused = wait(said, "refused")
    assert (refused["what"], refused["words"]) == ("start", str(asked.error))


def test_what_nobody_foresaw_is_said_without_its_text(
    panel: SessionPanel, asked: Asked, said: list[dict[str, Any]]
) -> None:
    asked.error = RuntimeError("rtsp://operator:secret@10.0.0.7 was not there")
    press(panel, "stop")
    assert wait(said, "refused")["words"] == "RuntimeError: this was not foreseen. Try again."
    asked.error = None
    press(panel, "stop")
    assert wait(said, "done")["what"] == "stop", "the panel goes on"


def test_what_is_no_button_does_nothing(
    panel: SessionPanel, asked: Asked, said: list[dict[str, Any]]
) -> None:
    for kind in ("close", "authorise", ""):
        press(panel, kind)
    press(panel, "stop")
    wait(said, "done")
    assert asked.calls == [("stop", None)]
