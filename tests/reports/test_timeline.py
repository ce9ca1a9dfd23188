"""The layout of the timeline: everything inside the drawing, nothing on top of another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from workbench.reports import AlertsPage, Span
from workbench.reports.timeline import MOST_ROWS, build_timeline

EMPTY = AlertsPage(
    title="t",
    feed="f",
    duration_s=10.0,
    created=datetime(2026, 1, 1, tzinfo=UTC),
    unit="cosine",
    threshold=0.5,
    threshold_meaning="unknown",
    figures=(),
    alerts=(),
)
SPANS = st.builds(
    lambda start, length: Span(start, start + length),
    st.floats(0, 5000),
    st.floats(0, 500),
)
LABELLED = st.lists(SPANS.map(lambda span: replace(span, label="Someone")), max_size=30)


def test_no_span() -> None:
    timeline = build_timeline(EMPTY)
    assert timeline.bars == ()
    assert timeline.marks == ()
    assert [tick.time_s for tick in timeline.ticks] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]


@given(st.lists(SPANS, max_size=40), st.floats(0.01, 20000))
def test_everything_lies_inside(spans: list[Span], duration_s: float) -> None:
    page = replace(EMPTY, duration_s=duration_s, spans=tuple(spans))
    timeline = build_timeline(page)
    assert len(timeline.bars) == len(spans)
    for bar in timeline.bars:
        assert bar.x >= 0
        assert bar.x + bar.width <= timeline.width
        assert bar.y < timeline.axis_y < timeline.height
    assert 2 <= len(timeline.ticks) + 1 <= 12
    assert all(0 <= tick.x <= timeline.width for tick in timeline.ticks)


@given(st.lists(SPANS, max_size=MOST_ROWS - 1))
def test_spans_of_one_row_do_not_overlap(spans: list[Span]) -> None:
    page = replace(EMPTY, duration_s=6000.0, spans=tuple(spans))
    rows: dict[float, float] = {}
    for bar, span in zip(
        build_timeline(page).bars, sorted(spans, key=lambda s: (s.start_s, s.end_s)), strict=True
    ):
        assert rows.get(bar.y, 0.0) <= span.start_s
        rows[bar.y] = span.end_s


@given(LABELLED)
def test_each_label_has_a_row_of_its_own(spans: list[Span]) -> None:
    page = replace(EMPTY, duration_s=6000.0, spans=tuple(spans))
    timeline = build_timeline(page)
    rows = {bar.y for bar in timeline.bars}
    assert len(rows) == min(len(spans), MOST_ROWS)
    for bar in timeline.bars:
        assert 0 < bar.label_x < timeline.width
        if bar.label_anchor == "start":
            assert bar.label_x == bar.x
