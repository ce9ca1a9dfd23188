"""A browser that missed the initialisation of a review's panel gets a new one that tells it all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from review_values import CANDIDATES, HEAD, ON, SEARCH, STEPS, Said, Saves, bars, lanes, rows

from widgets import CandidateGrid, ExaminationPanel, FootageTimeline
from widgets.panels import DEAF_AFTER, Panel
from workbench.governance.reviews import Review

PANELS: dict[str, Callable[[], Panel]] = {
    "list": lambda: CandidateGrid(rows(3), HEAD, on=ON),
    "review": lambda: ExaminationPanel(
        Review(SEARCH), "a", Saves("a"), candidates=CANDIDATES, steps=STEPS
    ),
    "footage": lambda: FootageTimeline(lanes(), bars()),
}


@pytest.mark.parametrize("kind", PANELS)
def test_a_view_that_cannot_hear_gets_a_new_model(kind: str) -> None:
    panel = PANELS[kind]()
    first = panel._model
    for tries in range(1, DEAF_AFTER + 1):
        Said(panel).tell("hello", tries=tries)
    assert panel._model is first, "it may only be slow"
    Said(panel).tell("hello", tries=DEAF_AFTER + 1)
    assert panel._model is not first
    assert panel.children == (panel._model,)
    said = Said(panel)
    said.tell("hello", "v-2", tries=1)
    assert said.of("welcome")[-1]["to"] == "v-2"
    assert len(said.of(kind)) == 1
    panel.close()


@pytest.mark.parametrize("kind", PANELS)
def test_where_nobody_looks_nothing_is_said(kind: str) -> None:
    panel = PANELS[kind]()
    said = Said(panel)
    panel._greet()
    assert said.all == []
    panel.close()
