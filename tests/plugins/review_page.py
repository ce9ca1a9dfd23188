"""The panels of a review as a kernel shows them: a choice in the grid moves the checklist."""

from __future__ import annotations

import ipywidgets
from review_values import (
    CANDIDATES,
    HEAD,
    ON,
    SEARCH,
    STEPS,
    Saves,
    bars,
    examination,
    frames,
    lanes,
    rows,
)

from widgets import CandidateGrid, ExaminationPanel, FootageTimeline
from workbench.governance.reviews import Review

__all__ = ["review_desk"]


def review_desk() -> ipywidgets.Box:
    """Return the three panels, joined as a page joins them; the first examiner has concluded."""
    saves = Saves("second", Review(SEARCH).with_examination(examination("first")))

    def reveal(_: Review) -> None:
        grid.reveal()

    panel = ExaminationPanel(
        saves.review, "second", saves, candidates=CANDIDATES, steps=STEPS, on_saved=reveal
    )
    grid = CandidateGrid(
        rows(5), HEAD, on=ON, hide_scores=True, strip=True, on_choose=panel.look_at
    )
    timeline = FootageTimeline(lanes(), bars(), clip=lambda _: frames(500))
    return ipywidgets.VBox([grid, panel, timeline])
