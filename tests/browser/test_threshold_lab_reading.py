"""The threshold lab as somebody reads it: the slider stays in sight, and nothing lies over words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from lab_page import BAR, DRAWN, go_to
from lab_scores import synthetic_measurement
from lab_values import counted
from page_checks import NEVER
from served_panel import served_panel

from widgets import ThresholdLab
from workbench.evaluation.shipped import shipped_measurements

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

WAIT_MS = 30_000
WIDTHS = {390: 844, 1280: 900}
NAME = ".lfr-mark-name:not(.lfr-edge-name)"
OVER = """() => {
    const bar = document.querySelector('.lfr-slide').getBoundingClientRect();
    const box = document.activeElement.getBoundingClientRect();
    return document.activeElement.closest('.lfr-slide') ? 0 : Math.max(0, bar.bottom - box.top);
}"""


@pytest.fixture
def show(open_page: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Give a function that shows a lab in a window of a width, and returns its page."""
    with ExitStack() as stack:

        def start(lab: ThresholdLab, width: int = 1280, height: int | None = None) -> Any:
            stack.callback(lab.close)
            lab.wait()
            address = stack.enter_context(served_panel(lab))
            size = {"width": width, "height": height or WIDTHS[width]}
            page = open_page(viewport=size).page
            page.goto(address)
            page.wait_for_function(DRAWN, timeout=WAIT_MS)
            return page

        yield start


def shipped_lab() -> ThresholdLab:
    return ThresholdLab(shipped_measurements()["fused fp32"], replicates=50)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_slider_stays_in_sight_and_takes_a_quarter_at_the_most(
    show: Callable[..., Any], width: int
) -> None:
    page = show(shipped_lab(), width)
    last = int(page.get_attribute("input[type=range]", "max"))
    for place in (0, last // 2, last):
        go_to(page, place)
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
        page.wait_for_function("scrollY > 300")
        top, bottom, height = page.evaluate(BAR)
        assert top == pytest.approx(0, abs=1)
        assert bottom - top <= height / 4
        assert page.inner_text(".lfr-heads").count(" searches, ") == 2


def test_in_a_low_window_the_slider_scrolls_away(show: Callable[..., Any]) -> None:
    page = show(shipped_lab(), 390, 320)
    page.evaluate("scrollTo(0, 3000)")
    page.wait_for_function("scrollY > 2000")
    _, bottom, _ = page.evaluate(BAR)
    assert bottom < 0


@pytest.mark.parametrize("width", WIDTHS)
def test_what_has_the_focus_is_never_under_the_slider(show: Callable[..., Any], width: int) -> None:
    page = show(shipped_lab(), width)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.locator(".lfr-errors button:not([disabled])").last.focus()
    seen = set()
    for _ in range(30):
        assert page.evaluate(OVER) == 0, page.evaluate("document.activeElement.outerHTML")
        seen.add(page.evaluate("document.activeElement.outerHTML"))
        if page.evaluate("document.activeElement.type") == "range":
            break
        page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.type") == "range", "reached by the keyboard alone"
    assert len(seen) > 15


@pytest.mark.parametrize("width", WIDTHS)
def test_no_mark_and_no_line_lies_over_words(show: Callable[..., Any], width: int) -> None:
    page = show(shipped_lab(), width)
    last = int(page.get_attribute("input[type=range]", "max"))
    for place in (0, last // 4, last // 3, last // 2, 2 * last // 3, last):
        go_to(page, place)
        hidden = page.evaluate(
            """() => {
                const meet = (a, b) => Math.min(a.right - b.left, b.right - a.left, a.bottom - b.top, b.bottom - a.top) > 2;
                const box = (one) => one.getBoundingClientRect();
                const found = [];
                for (const frame of document.querySelectorAll('.lfr-plot-frame')) {
                    const moving = [...frame.querySelectorAll('.lfr-rule, .lfr-ends, .lfr-at-t')];
                    const ticks = frame.querySelectorAll('.xtick text, .ytick text, .x2tick text, .y2tick text, .g-xtitle text, .g-ytitle text, .g-y2title text, .annotation text');
                    for (const words of ticks) if (moving.some((one) => meet(box(one), box(words)))) found.push(words.textContent);
                    const names = [...frame.querySelectorAll('.lfr-mark-name')];
                    for (const name of names) {
                        if (moving.some((one) => meet(box(one), box(name)))) found.push(name.textContent);
                        const [a, b] = [box(frame), box(name)];
                        if (b.left < a.left || b.right > a.right || b.top < a.top || b.bottom > a.bottom) found.push('outside: ' + name.textContent);
                    }
                }
                return found;
            }"""
        )
        assert hidden == []
        assert page.inner_text(".lfr-t") in page.text_content(NAME)
    legend = page.evaluate(
        "[document.querySelector('.lfr-legend').getBoundingClientRect().bottom,"
        " document.querySelector('.lfr-plot-frame').getBoundingClientRect().top]"
    )
    assert legend[0] <= legend[1], "the line at T cannot strike through it"


def test_misses_above_the_det_curve_are_told_at_its_edge(show: Callable[..., Any]) -> None:
    page = show(shipped_lab())
    words = "misses beyond this chart"
    assert words not in page.text_content(NAME)
    go_to(page, int(page.get_attribute("input[type=range]", "max")))
    assert words in page.text_content(NAME)
    shares = page.evaluate(
        """() => {
            const axis = document.querySelectorAll('.lfr-plot')[1]._fullLayout.yaxis;
            const curve = document.querySelectorAll('.lfr-plot')[1].data[2].y.filter((one) => one);
            return [Math.log10(Math.max(...curve)) - axis.range[0], axis.range[1] - axis.range[0]];
        }"""
    )
    assert shares[0] > shares[1] / 2, "the curve has the room"


def test_tables_have_words_above_them_and_files_their_names(
    show: Callable[..., Any], tmp_path: Any
) -> None:
    page = show(ThresholdLab(synthetic_measurement(), replicates=20))
    for title in ("Scores", "False alarms against misses (DET)", "FPIR and FNIR against T", "The plan", "Groups", "Errors one by one"):  # fmt: skip
        page.get_by_role("button", name=f"Table: {title}").click()
        table = page.get_by_role("region", name=f"{title}, as a table")
        heads = table.locator("th").all_inner_texts()
        assert heads
        assert not [one for one in heads if "_" in one or one == "threshold"], heads
    assert "threshold T, cosine" in page.inner_text(".lfr-lab")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV: FPIR and FNIR against T").click()
    file = tmp_path / "rates.csv"
    download.value.save_as(file)
    lines = file.read_text("utf-8").splitlines()
    assert '"# fpir_boot_low: FPIR from (95 %, by people)"' in lines
    assert any(line.startswith("threshold,false_alarms,") for line in lines)


def test_the_draft_follows_the_plan(show: Callable[..., Any]) -> None:
    page = show(ThresholdLab(synthetic_measurement(), list_size=1240, replicates=20))
    page.get_by_role("button", name="Write down T = ").click()
    page.get_by_text("Nothing is decided.").wait_for(timeout=WAIT_MS)
    assert "TUNING is the folder" in page.inner_text(".lfr-draft")
    page.get_by_label("On the list").fill("777")
    page.get_by_text("--largest-list 777").wait_for(timeout=WAIT_MS)
    assert "1240" not in page.inner_text(".lfr-draft")


def test_what_a_draft_would_be_refused_for_is_no_button_but_said(show: Callable[..., Any]) -> None:
    page = show(shipped_lab())
    assert page.locator(".lfr-jumps button").all_inner_texts() == [
        "FPIR 1 in 10", "FPIR 1 in 33", "FPIR 1 in 100",
    ]  # fmt: skip
    assert "1,000 and 3,000 searches at the least" in page.inner_text(".lfr-without")
    for button in page.locator(".lfr-jumps button").all():
        button.click()
        assert page.get_by_role("button", name="Write down T = ").count() == 1
        assert not page.locator(".lfr-hindrance").is_visible()
    go_to(page, int(page.get_attribute("input[type=range]", "max")))
    assert page.get_by_role("button", name="Write down T = ").count() == 0
    assert "Measure more people who are not on the list" in page.inner_text(".lfr-hindrance")
    assert page.locator(".lfr-lab button:has-text('too few')").count() == 0


def test_beside_the_figures_stands_what_they_cannot_say(show: Callable[..., Any]) -> None:
    page = show(shipped_lab())
    near = page.evaluate(
        """() => document.querySelector('.lfr-caveats').getBoundingClientRect().top
            - document.querySelector('.lfr-sentence').getBoundingClientRect().bottom"""
    )
    assert 0 <= near < 20
    said = page.inner_text(".lfr-caveats")
    assert "were fitted on these very people" in said
    assert "forecasts nothing for a street" in said
    everything = page.inner_text("body")
    assert "who pass" not in everything
    assert "516 for 516" not in everything
    assert "516 searches for 516 people not on the list, one for each" in everything
    assert NEVER.search(everything) is None


@pytest.mark.parametrize("width", WIDTHS)
def test_the_plan_fits_with_its_cap_and_its_steps(show: Callable[..., Any], width: int) -> None:
    page = show(shipped_lab(), width)
    told = dict(
        zip(
            page.locator(".lfr-plan dt").all_inner_texts(),
            page.locator(".lfr-plan dd").all_inner_texts(),
            strict=True,
        )
    )
    assert "95 % interval" in told["Against the cap"]
    up, down = told["The steps beside it"].split("\n")
    for line, name in ((up, "up"), (down, "down")):
        assert line.startswith(f"One step {name}, T = ")
        assert line.count(" to ") == 2, "both with their intervals"
    wide = page.evaluate(
        """() => [...document.querySelectorAll('.lfr-lab *')].filter((one) => one.clientWidth
            && one.scrollWidth > one.clientWidth + 1
            && !one.closest('.lfr-lab-table, .lfr-hidden-words, svg')).map((one) => one.outerHTML.slice(0, 90))"""
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("has_groups", [True, False])
def test_boxes_leave_no_row_half_empty(show: Callable[..., Any], has_groups: bool) -> None:
    made = synthetic_measurement() if has_groups else counted([0.9] * 40 + [0.3] * 9, [0.2 + place / 100 for place in range(40)])  # fmt: skip
    page = show(ThresholdLab(made, replicates=20))
    rows = page.evaluate(
        """() => {
            const rows = {};
            for (const one of document.querySelectorAll('.lfr-lab-grid > .lfr-figure')) {
                const box = one.getBoundingClientRect();
                (rows[Math.round(box.top)] ??= []).push(box.width);
            }
            const whole = document.querySelector('.lfr-lab-grid').clientWidth;
            return Object.values(rows).map((all) => all.reduce((sum, one) => sum + one, 24 * (all.length - 1)) / whole);
        }"""
    )
    assert len(rows) == 4
    assert rows == pytest.approx([1] * 4, abs=0.01)
