"""The charts: every number is drawn, and nothing is drawn as something."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from widgets import score_chart, timeline_chart
from workbench.reports import STATES, AlertsPage, AlertView, Picture, QualityView, Span


def page(alerts: tuple[AlertView, ...], spans: tuple[Span, ...]) -> AlertsPage:
    """Build a page that has only what the timeline reads."""
    return AlertsPage(
        title="t",
        feed="f",
        duration_s=20.0,
        created=datetime(2026, 1, 1, tzinfo=UTC),
        unit="cosine",
        threshold=0.5,
        threshold_meaning="unknown",
        figures=(),
        alerts=alerts,
        spans=spans,
    )


def alert(number: int, time_s: float) -> AlertView:
    """Build an alert that has only what the timeline reads."""
    nothing = Picture(b"", "", "")
    return AlertView(
        number, time_s, f"P{number}", 0.75, "m", "", nothing, nothing,
        QualityView("accept"), QualityView("accept"),
    )  # fmt: skip


def test_empty_timeline_says_so() -> None:
    figure = timeline_chart(page((), ()))
    assert len(figure.data) == 0
    assert "Nothing in this feed" in figure.layout.annotations[0].text


def test_timeline_holds_every_span_and_alert() -> None:
    spans = (Span(4.0, 9.0, 1, "B"), Span(1.0, 3.0, label="A"), Span(12.0, 13.0))
    figure = timeline_chart(page((alert(1, 5.5),), spans))
    drawn = {
        (y, base, base + length, trace.name)
        for trace in figure.data
        if trace.type == "bar"
        for y, base, length in zip(trace.y, trace.base, trace.x, strict=True)
    }
    assert drawn == {
        ("A", 1.0, 3.0, "no alert"), ("track 3", 12.0, 13.0, "no alert"), ("B", 4.0, 9.0, "an alert"),
    }  # fmt: skip
    (marks,) = [trace for trace in figure.data if trace.type == "scatter"]
    assert list(marks.x) == [5.5]
    assert list(marks.y) == ["B"], "in the row of its own span"
    assert list(marks.text) == ["alert 1"]


@pytest.mark.parametrize("state", STATES)
def test_an_alert_has_the_shape_and_the_word_of_its_state(state: str) -> None:
    alerts = (replace(alert(1, 5.5), state=state), alert(2, 6.5))
    figure = timeline_chart(page(alerts, (Span(4.0, 9.0, 1, "B"), Span(5.0, 9.0, 2, "C"))))
    marks = {trace.name: trace for trace in figure.data if trace.type == "scatter"}
    assert set(marks) == {f"alert, {state}", "alert, open"}
    assert marks["alert, open"].marker.symbol == "triangle-up"
    symbols = {trace.marker.symbol for trace in marks.values()}
    assert len(symbols) == len(marks), "never colour alone"
    assert sum(len(trace.x) for trace in marks.values()) == 2


@pytest.mark.parametrize(
    ("mated", "nonmated", "title"),
    [
        ([], [], "0 of 0 of the same person found, 0 of 0 of different people wrongly"),
        ([0.5, 0.4], [0.1], "1 of 2 of the same person found, 0 of 1 of different people wrongly"),
        ([0.9], [0.6, 0.2], "1 of 1 of the same person found, 1 of 2 of different people wrongly"),
    ],
)
def test_score_chart_counts_at_the_threshold(
    mated: list[float], nonmated: list[float], title: str
) -> None:
    figure = score_chart(mated, nonmated, threshold=0.5, unit="cosine")
    assert figure.layout.title.text.replace("<br>", " ") == f"At the threshold: {title}"
    same, different, line = figure.data
    assert (list(same.x), list(different.x)) == (mated, nonmated)
    assert list(line.x) == [0.5, 0.5], "the threshold is a two-point trace"
    assert same.marker.symbol != different.marker.symbol, "never colour alone"
    assert figure.layout.xaxis.title.text == "score, cosine (further right: more alike)"


def test_names_are_drawn_as_text_and_apart() -> None:
    name = '<a href="https://example.org">A</a>'
    spans = (Span(1.0, 3.0, label=name), Span(4.0, 5.0, label=name))
    figure = timeline_chart(page((), spans))
    drawn = [y for trace in figure.data if trace.type == "bar" for y in trace.y]
    assert len(set(drawn)) == 2
    assert not any("<" in label for label in drawn)
