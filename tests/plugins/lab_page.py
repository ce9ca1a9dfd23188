"""What tests do on the page of the threshold lab, and where on it they look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["BAR", "DRAWN", "MARKS", "SCROLLER", "go_to", "moved"]

_PARTS = """() => {
    const plots = [...document.querySelectorAll('.lfr-plot-layer')];
    const text = (name) => document.querySelector(name)?.innerText ?? '';
    const found = Object.fromEntries(plots.map((one, at) => ['plot ' + at, one.innerHTML]));
    found.sentence = text('.lfr-sentence');
    found.plan = text('.lfr-plan dl');
    found.groups = text('.lfr-group-table');
    found.reads = [...document.querySelectorAll('.lfr-reads')].map((one) => one.innerText).join();
    found.errors = text('.lfr-error-lists');
    found.draft = text('.lfr-write') + text('.lfr-hindrance');
    found.heads = text('.lfr-heads');
    found.slider = document.querySelector('input[type=range]').getAttribute('aria-valuetext');
    return found;
}"""
"""A script that returns what each part of the page shows at the threshold."""
DRAWN = "document.querySelectorAll('.lfr-plot[data-drawn]').length === 4"
MARKS = """() => [...document.querySelectorAll('.lfr-plot-frame')].map((frame) => {
    const full = frame.firstChild._fullLayout;
    const of = (one, name, axis) => full[axis].p2d(Number(one.getAttribute(name)) - full[axis]._offset);
    const rule = frame.querySelector('.lfr-rule');
    return {
        rule: rule && [of(rule, 'x1', 'xaxis'), of(rule, 'x2', 'xaxis')],
        bars: [...frame.querySelectorAll('.lfr-ends')].map((one) =>
            [of(one, 'x1', 'xaxis'), of(one, 'y1', 'yaxis'), of(one, 'x2', 'xaxis'), of(one, 'y2', 'yaxis')]),
        marks: [...frame.querySelectorAll('.lfr-at-t')].map((one, at) =>
            [of(one, 'cx', 'xaxis'), of(one, 'cy', at ? 'yaxis2' : 'yaxis'), one.classList.contains('lfr-hollow')]),
    };
})"""
"""A script that returns where all rules, bars and marks lie, in coordinates of the data."""
BAR = """() => {
    const box = document.querySelector('.lfr-slide').getBoundingClientRect();
    return [box.top, box.bottom, innerHeight];
}"""
SCROLLER = """() => {
    for (let at = document.querySelector('.lfr-lab'); at; at = at.parentElement) {
        if (at.scrollHeight > at.clientHeight + 5 && /auto|scroll/.test(getComputedStyle(at).overflowY)) {
            const box = at.getBoundingClientRect();
            at.scrollTop = at.scrollHeight;
            const end = document.querySelector('.lfr-lab').getBoundingClientRect().bottom;
            at.scrollTop -= box.top + box.height / 2 - end;
            return box.top;
        }
    }
    return null;
}"""
"""A script that scrolls, by what scrolls, to the end of the lab, and returns where that begins."""


def moved(page: Any, move: Callable[[], object]) -> list[str]:
    """Return which parts of the page do not change by what is done."""
    before = page.evaluate(_PARTS)
    place = page.get_attribute(".lfr-lab", "data-place")
    move()
    page.wait_for_function(
        "was => document.querySelector('.lfr-lab').dataset.place !== was", arg=place
    )
    after = page.evaluate(_PARTS)
    return [name for name in before if before[name] == after[name]]


def go_to(page: Any, place: int) -> None:
    """Put the slider somewhere, as a pointer does, and wait until it is shown."""
    page.evaluate(
        """place => {
            const slider = document.querySelector('input[type=range]');
            slider.value = place;
            slider.dispatchEvent(new Event('input'));
        }""",
        place,
    )
    page.wait_for_function(
        "was => document.querySelector('.lfr-lab').dataset.place === String(was)", arg=place
    )
