"""Builders of pages for these tests; the pictures are drawn, not photographed."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from PIL import Image

from workbench.reports import (
    AlertsPage,
    AlertView,
    Credit,
    Figure,
    MissedPerson,
    OtherCandidate,
    Picture,
    QualityView,
    Span,
    TruthView,
)


def picture(seed: int, side: int = 64) -> Picture:
    """Draw noise; no face is needed to lay out a page."""
    noise = np.random.default_rng(seed).integers(0, 255, (side, side, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "JPEG")
    return Picture(buffer.getvalue(), "Face, drawn as noise", f"picture {seed}.jpg")


def alert(number: int = 1, **changes: Any) -> AlertView:
    """Build an alert with everything an alert can carry."""
    whole = AlertView(
        number=number,
        time_s=4.25 * number,
        person="Zoë Ångström",
        score=5.125,
        meaning="1 in 6,000 faces of people who are not on the list score this high",
        meaning_detail="95 % interval 1 in 2,000 to 1 in 30,000, measured on people of a test.",
        probe=picture(number),
        reference=picture(100 + number),
        probe_quality=QualityView("warn", ("28 px between the eyes, below 30 px.",)),
        reference_quality=QualityView("accept"),
        others=(OtherCandidate("Someone Else", -1.25, "common"),),
        truth=TruthView(right=True, person="Zoë Ångström", note="this was Zoë Ångström, staged."),
    )
    return replace(whole, **changes)


def page(*alerts: AlertView, **changes: Any) -> AlertsPage:
    """Build a page around alerts."""
    whole = AlertsPage(
        title="Alerts of a crowd",
        feed="crowd.mp4",
        duration_s=20.0,
        created=datetime(2026, 3, 1, 12, 30, 5, tzinfo=UTC),
        unit="log10 likelihood ratio",
        threshold=3.75,
        threshold_meaning="1 in 1,000 faces score this high",
        figures=(Figure("Alerts", str(len(alerts)), "of 5 faces seen"),),
        alerts=alerts,
        spans=tuple(Span(a.time_s - 2, a.time_s + 2, a.number) for a in alerts),
        missed=(MissedPerson("Not Found", "staged from 3.0 s"),),
        staged=True,
        category="demonstration",
        limits=("Five people prove only that the parts work.",),
        provenance=(("Watchlist", "sha256 0123"),),
        credits=(Credit("a.jpg", "An Author", "CC BY 4.0", "https://example.org/a.jpg"),),
    )
    return replace(whole, **changes)


@pytest.fixture
def build_page() -> Callable[..., AlertsPage]:
    """Give the builder of pages."""
    return page


@pytest.fixture
def build_alert() -> Callable[..., AlertView]:
    """Give the builder of alerts."""
    return alert
