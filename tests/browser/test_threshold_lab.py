"""The threshold lab in a real browser: one slider moves every figure, as Python reckoned them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lab_page import DRAWN, MARKS, go_to, moved
from lab_scores import synthetic_measurement
from lab_values import counted, pictured_lab
from page_checks import CONTRAST, NEVER
from panel_page import DARK
from served_panel import served_panel

from widgets import ThresholdLab
from widgets.threshold_lab_document import lab_words, plan_words
from widgets.threshold_lab_plan import PlanInputs

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

WAIT_MS = 30_000


@pytest.fixture
def show(open_page: Callable[..., Any], tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Give a function that shows a lab and returns the watched page, once it is drawn."""
    with ExitStack() as stack:

        def start(lab: ThresholdLab, *, theme: str = "light", width: int = 1280, drawn: bool = True) -> Any:  # fmt: skip
            stack.callback(lab.close)
            lab.wait()
            style = tmp_path / "theme.css"
            style.write_text(f":root {{ --jp-layout-color0:#111; {DARK} }}")
            dark = theme == "dark"
            address = stack.enter_context(
                served_panel(lab, style if dark else None, light=not dark)
            )
            watched = open_page(viewport={"width": width, "height": 1000})
            watched.page.goto(address)
            if drawn:
                watched.page.wait_for_function(DRAWN, timeout=WAIT_MS)
            return watched

        yield start


@pytest.fixture
def lab() -> ThresholdLab:
    """Make a lab of made-up scores."""
    return ThresholdLab(synthetic_measurement(), list_size=1240, faces=14_000, replicates=100)


@pytest.mark.parametrize("key", ["ArrowRight", "ArrowLeft", "PageUp", "PageDown", "Home", "End"])
def test_keys_move_every_figure(lab: ThresholdLab, show: Callable[..., Any], key: str) -> None:
    watched = show(lab)
    page = watched.page
    page.locator("input[type=range]").focus()
    presses = 6 if key.startswith("Arrow") else 1

    def press() -> None:
        start = int(page.get_attribute(".lfr-lab", "data-place"))
        for _ in range(presses):
            page.keyboard.press(key)
        steps = {"ArrowRight": 6, "ArrowLeft": -6, "PageUp": 10, "PageDown": -10}
        last = len(lab.figures.grid.thresholds) - 1
        wanted = {"Home": 0, "End": last}.get(key, start + steps.get(key, 0))
        page.wait_for_function(
            "was => document.querySelector('.lfr-lab').dataset.place === String(was)", arg=wanted
        )

    assert moved(page, press) == []
    assert watched.complaints == watched.outside == []


def test_the_pointer_moves_every_figure(lab: ThresholdLab, show: Callable[..., Any]) -> None:
    watched = show(lab)
    page = watched.page
    slider = page.locator("input[type=range]")
    box = slider.bounding_box()

    def drag() -> None:
        page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.55, box["y"] + box["height"] / 2, steps=5)
        page.mouse.up()

    assert moved(page, drag) == []
    places = len(lab.figures.grid.thresholds)
    assert abs(int(slider.input_value()) - 0.55 * places) < 0.03 * places


def test_what_is_shown_is_what_python_reckoned(lab: ThresholdLab, show: Callable[..., Any]) -> None:
    page = show(lab).page
    figures = lab.figures
    words, plan = lab_words(figures), plan_words(figures, PlanInputs(1240, 14_000, 4.0))
    for place in range(0, len(figures.grid.thresholds), 17):
        go_to(page, place)
        assert page.inner_text(".lfr-sentence") == plan["sentences"][place]
        told = page.eval_on_selector_all(".lfr-plan dd", "all => all.map((one) => one.innerText)")
        assert told == [
            plan[name][place] for name in ("alerts", "hourly", "chances", "missed", "caps", "steps")
        ]
        assert page.inner_text(".lfr-t") == words["said"][place]
        reads = page.eval_on_selector_all(".lfr-reads", "all => all.map((one) => one.innerText)")
        assert [reads[1], reads[3]] == [words["fpir"][place], words["fnir"][place]]
        heads = page.eval_on_selector_all(".lfr-heads b", "all => all.map((one) => one.innerText)")
        assert heads == words["heads"][place]
        cells = page.eval_on_selector_all(
            ".lfr-group-table td", "all => all.map((one) => one.innerText)"
        )
        groups = [one[rate] for one in words["groups"]["rows"] for rate in ("fpir", "fnir")]
        for cell, one in zip(cells, groups, strict=True):
            assert cell == f"{one['words'][place]}, {one['people']} people"
        heads = page.eval_on_selector_all(
            ".lfr-errors h5", "all => all.map((one) => one.innerText)"
        )
        row = figures.rates.row(place, named=True)
        assert heads == [f"False alarms: {row['false_alarms']:,}", f"Misses: {row['misses']:,}"]


def test_the_marks_stand_where_the_figures_are(lab: ThresholdLab, show: Callable[..., Any]) -> None:
    page = show(lab).page
    expected = plan_words(lab.figures, PlanInputs(1240, 14_000, 4.0))["columns"]["expected"]
    seen = lab.figures.rates.filter(pl.col("fpir") > 0)
    lowest = max(0.3 / 1000, 0.5 * lab.figures.rates.filter(pl.col("fnir_from") > 0)["fnir_from"].min())  # fmt: skip
    highest = min(1.0, max(10 * lowest, 1.5 * seen["fnir_to"].max()))
    for place in (30, 131, 200):
        go_to(page, place)
        row = lab.figures.rates.row(place, named=True)
        threshold = lab.figures.grid.thresholds[place]
        scores, det, plan, curves = page.evaluate(MARKS)
        for chart in (scores, curves, plan):
            assert chart["rule"] == pytest.approx([threshold] * 2, rel=1e-4)
        floor, few = 0.3 / row["nonmated"], row["false_alarms"] < 3
        at = max(row["fpir"], floor), row["fnir"]
        up_at, low, high = (min(row[one], highest) for one in ("fnir", "fnir_from", "fnir_to"))
        across, up = det["bars"]
        ends = max(row["fpir_from"], floor), row["fpir_to"]
        assert across == pytest.approx([ends[0], up_at, ends[1], up_at], rel=1e-3)
        assert up == pytest.approx([at[0], low, at[0], high], rel=1e-3)
        assert det["marks"] == [[pytest.approx(at[0], rel=1e-3), pytest.approx(up_at, rel=1e-3), few or row["misses"] < 3]]  # fmt: skip
        assert curves["marks"] == [
            [pytest.approx(threshold, rel=1e-3), pytest.approx(at[0], rel=1e-3), few],
            [pytest.approx(threshold, rel=1e-3), pytest.approx(at[1], abs=2e-4), row["misses"] < 3],
        ]
        if expected[place]:
            assert plan["marks"][0][1] == pytest.approx(expected[place], rel=1e-3)
        assert plan["marks"][0][2] is few


def test_a_plan_is_reckoned_by_python_and_stale_until_it_answers(
    lab: ThresholdLab, show: Callable[..., Any]
) -> None:
    page = show(lab).page
    place = int(page.get_attribute(".lfr-lab", "data-place"))
    page.get_by_label("Faces expected").fill("77")
    wanted = plan_words(lab.figures, PlanInputs(1240, 77, 4.0))["sentences"][place]
    page.wait_for_function("was => document.querySelector('.lfr-sentence').innerText === was", arg=wanted)  # fmt: skip
    page.get_by_label("On the list").fill("500")
    page.get_by_text("As large a list was searched.").wait_for(timeout=WAIT_MS)
    page.get_by_label("On the list").fill("0")
    page.get_by_text("a list has 1 to").wait_for(timeout=WAIT_MS)
    assert "500 on the list" in page.inner_text(".lfr-plan-state"), "what the figures still are of"
    page.route("**/say", lambda route: None)  # the kernel is gone
    page.get_by_label("On the list").fill("9999")
    page.get_by_text("Stale.").wait_for(timeout=WAIT_MS)
    assert "Waiting for the kernel" in page.inner_text(".lfr-plan-state")
    assert "500 on the list" in page.inner_text(".lfr-sentence")


def test_each_chart_has_its_figures_as_a_table_and_a_file(
    lab: ThresholdLab, show: Callable[..., Any], tmp_path: Path
) -> None:
    page = show(lab).page
    page.get_by_role("button", name="Table: FPIR and FNIR against T").click()
    table = page.get_by_role("region", name="FPIR and FNIR against T, as a table")
    assert table.locator("tbody tr").count() == len(lab.figures.grid.thresholds)
    said = page.inner_text(".lfr-t")
    assert table.locator("[aria-current=true] td").first.inner_text() == f"{float(said):g}"
    go_to(page, 200)
    said = page.inner_text(".lfr-t")
    assert table.locator("[aria-current=true] td").first.inner_text() == f"{float(said):g}"
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV: FPIR and FNIR against T").click()
    file = tmp_path / "rates.csv"
    download.value.save_as(file)
    assert file.read_text("utf-8").startswith('"# made-up scores')
    frame = pl.read_csv(file, comment_prefix='"#')
    assert frame["false_alarms"].to_list() == lab.figures.rates["false_alarms"].to_list()
    assert frame["fnir"].to_list() == pytest.approx(lab.figures.rates["fnir"].to_list(), rel=1e-5)
    for title in ("Scores", "False alarms against misses (DET)", "The plan", "Groups", "Errors one by one"):  # fmt: skip
        page.get_by_role("button", name=f"Table: {title}").click()
        rows = page.get_by_role("region", name=f"{title}, as a table").locator("tbody tr")
        assert rows.count() > 0, title


def test_faces_are_in_the_page_after_a_press_and_leave_it_by_another(
    show: Callable[..., Any], tmp_path: Path
) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    watched = show(pictured_lab(str(folder)))
    page = watched.page
    go_to(page, 15)
    assert page.locator(".lfr-errors img").count() == 0
    page.get_by_role("button", name="Show the faces of these errors").click()
    page.wait_for_function(
        "(() => { const all = [...document.querySelectorAll('.lfr-errors img')];"
        " return all.length > 5 && all.every((one) => one.naturalWidth > 0); })()",
        timeout=WAIT_MS,
    )
    assert "drawn-" not in page.inner_text("body")
    page.get_by_role("button", name="Hide the faces").click()
    page.wait_for_function("!document.querySelector('.lfr-errors img')", timeout=WAIT_MS)
    assert watched.complaints == []


def test_a_draft_is_written_down_by_a_press_and_decides_nothing(
    lab: ThresholdLab, show: Callable[..., Any]
) -> None:
    page = show(lab).page
    said = page.inner_text(".lfr-t")
    page.get_by_role("button", name=f"Write down T = {said} as a draft").click()
    page.get_by_text("Nothing is decided.").wait_for(timeout=WAIT_MS)
    assert page.inner_text(".lfr-draft code") == (
        f"workbench policy draft ID --tuning TUNING --test TEST --threshold {said} "
        "--largest-list 1240"
    )
    assert lab.chosen == float(said)


def test_on_the_locked_test_set_there_is_no_such_button(show: Callable[..., Any]) -> None:
    measurement = counted([0.9] * 40, [0.2 + place / 100 for place in range(40)], split="test")
    page = show(ThresholdLab(measurement, replicates=10)).page
    assert "No threshold is chosen on it" in page.inner_text(".lfr-about")
    assert page.get_by_role("button", name="Write down").count() == 0
    assert "Equity not measured." in page.inner_text(".lfr-groups")


def test_without_a_measurement_the_page_says_what_to_do(show: Callable[..., Any]) -> None:
    page = show(ThresholdLab(), drawn=False).page
    page.get_by_text("No measurement yet.").wait_for(timeout=WAIT_MS)
    assert "--report FOLDER" in page.inner_text(".lfr-note")


def test_a_folder_that_is_none_is_said_with_what_to_do(
    show: Callable[..., Any], tmp_path: Path
) -> None:
    page = show(ThresholdLab(tmp_path / "nothing"), drawn=False).page
    page.get_by_text("The measurement cannot be shown.").wait_for(timeout=WAIT_MS)
    assert "Give a folder that --report wrote." in page.inner_text(".lfr-note")
    assert page.get_by_role("button", name="Copy this").count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280, 1920])
def test_it_fits_and_can_be_read(
    lab: ThresholdLab, show: Callable[..., Any], theme: str, width: int
) -> None:
    watched = show(lab, theme=theme, width=width)
    page = watched.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST) == []
    assert NEVER.search(page.inner_text("body")) is None
    assert page.evaluate(
        "[...document.querySelectorAll('.lfr-plot')].every((one) => one.firstChild.getBoundingClientRect().width <= one.clientWidth + 1)"
    )
    small = page.eval_on_selector_all(
        ".lfr-panel button, .lfr-panel select, .lfr-panel input",
        "all => all.filter((one) => one.offsetHeight && one.offsetHeight < 32).length",
    )
    assert small == 0
    assert watched.complaints == watched.outside == []


def test_charts_take_the_width_and_the_theme_of_their_place(
    lab: ThresholdLab, show: Callable[..., Any]
) -> None:
    page = show(lab, width=1280).page
    page.set_viewport_size({"width": 900, "height": 1000})
    page.wait_for_function(
        "[...document.querySelectorAll('.lfr-plot')].every((one) => Math.abs(one._fullLayout.width - one.clientWidth) < 2)",
        timeout=WAIT_MS,
    )
    before = page.evaluate("document.querySelector('.lfr-plot').layout.font.color")
    page.add_style_tag(content=":root { " + DARK + " }")
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    page.wait_for_function(
        "was => document.querySelector('.lfr-plot').layout.font.color !== was",
        arg=before, timeout=WAIT_MS,
    )  # fmt: skip


def test_a_page_that_is_left_leaves_nothing_behind(
    lab: ThresholdLab, show: Callable[..., Any]
) -> None:
    watched = show(lab)
    watched.page.evaluate("stop()")
    watched.page.wait_for_timeout(1500)
    assert watched.page.evaluate("window.Plotly === undefined"), "it is no other program's plotly"
    assert watched.complaints == []
