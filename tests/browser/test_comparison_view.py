"""Comparing two pictures in a real browser: what is measured on the canvas, pixel by pixel."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from drawn_probe import pair, view
from served_panel import served_panel

from widgets import ComparisonView

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DISCS = """() => {
    const canvas = document.querySelector('canvas');
    const { width, height } = canvas;
    const all = canvas.getContext('2d').getImageData(0, 0, width, height).data;
    const found = {};
    for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) {
        const at = 4 * (y * width + x);
        const [r, g, b] = [all[at], all[at + 1], all[at + 2]];
        const red = r > 180 && g < 90 && b < 90;
        const blue = b > 180 && r < 90 && g < 90;
        if (!red && !blue) continue;
        const name = (x < width / 2 ? 'left' : 'right') + (red ? ' red' : ' blue');
        const one = found[name] ??= { n: 0, x: 0, y: 0, x0: x, x1: x, y0: y, y1: y };
        one.n += 1; one.x += x; one.y += y;
        one.x0 = Math.min(one.x0, x); one.x1 = Math.max(one.x1, x);
        one.y0 = Math.min(one.y0, y); one.y1 = Math.max(one.y1, y);
    }
    for (const one of Object.values(found)) { one.x /= one.n; one.y /= one.n; }
    return found;
}"""


@pytest.fixture
def show(open_page: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Give a function that shows a view; nothing may be asked for elsewhere or complained of."""
    with ExitStack() as stack:
        watched: list[Any] = []

        def start(panel: ComparisonView, **options: Any) -> Any:
            stack.callback(panel.close)
            address = stack.enter_context(served_panel(panel))
            options = {"viewport": {"width": 1280, "height": 800}} | options
            watched.append(open_page(**options))
            page = watched[-1].page
            page.goto(address)
            page.locator("canvas[data-scales]").wait_for()
            page.locator(".lfr-compared").focus()
            return page

        yield start
        for one in watched:
            assert one.outside == one.complaints == []
            one.page.evaluate("stop()")


def apart(discs: Any, half: str) -> tuple[float, float]:
    """Return how far blue lies from red in one half, px to the right and down."""
    red, blue = discs[f"{half} red"], discs[f"{half} blue"]
    return blue["x"] - red["x"], blue["y"] - red["y"]


def equal_and_round(page: Any) -> float:
    """Check that the eyes are equally far apart in both, and no disc is warped; return how far."""
    discs = page.evaluate(DISCS)
    lengths = [sum(part**2 for part in apart(discs, half)) ** 0.5 for half in ("left", "right")]
    assert lengths[0] == pytest.approx(lengths[1], abs=1.0)
    for one in discs.values():
        wide, high = one["x1"] - one["x0"] + 1, one["y1"] - one["y0"] + 1
        assert wide == pytest.approx(high, abs=2), "a disc is as wide as it is high"
        assert wide == pytest.approx(lengths[0] / 2, rel=0.08), "discs are half as wide as apart"
    scales = [float(one) for one in page.get_attribute("canvas", "data-scales").split()]
    assert lengths[0] == pytest.approx(24 * scales[0], abs=1.0)
    assert lengths[1] == pytest.approx(210 * scales[1], abs=1.0)
    return float(lengths[0])


@pytest.mark.parametrize("ratio", [1, 2])
def test_both_are_drawn_at_one_scale_and_stay_so_however_they_are_zoomed_moved_and_turned(
    ratio: int, show: Callable[..., Any]
) -> None:
    page = show(view(), device_scale_factor=ratio)
    began = equal_and_round(page)
    discs = page.evaluate(DISCS)
    width = page.evaluate("document.querySelector('canvas').width")
    middles = [
        (discs[f"{half} red"]["x"] + discs[f"{half} blue"]["x"]) / 2 for half in ("left", "right")
    ]
    assert middles[1] - middles[0] == pytest.approx(width / 2, abs=1.5), "they lie alike"
    assert apart(discs, "left")[1] > 10 * ratio, "the probe is tilted, as it came"
    page.keyboard.press("l")
    levelled = page.evaluate(DISCS)
    assert apart(levelled, "left")[1] == pytest.approx(0, abs=1)
    assert equal_and_round(page) == pytest.approx(began, abs=1)
    for key in ("-", "-", "ArrowLeft", "ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert equal_and_round(page) == pytest.approx(began / 1.25**2, rel=0.02)
    page.keyboard.press("0")
    box = page.locator(".lfr-compared").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 200)
    page.mouse.wheel(0, 100)
    assert equal_and_round(page) < began - 2
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4 + 40, box["y"] + 230, steps=3)
    page.mouse.up()
    moved = page.evaluate(DISCS)
    for half in ("left", "right"):
        shift = moved[f"{half} red"]["x"] - levelled[f"{half} red"]["x"]
        assert shift > 20 * ratio, "both were dragged by the one"
    equal_and_round(page)


def test_it_says_how_many_times_each_is_enlarged(show: Callable[..., Any]) -> None:
    page = show(view())
    scales = [float(one) for one in page.get_attribute("canvas", "data-scales").split()]
    probe, candidate = (page.inner_text(f".lfr-tag[data-of={name}]") for name in ("probe", "candidate"))  # fmt: skip
    assert f"enlarged {scales[0]:.1f} times" in probe
    assert "24 px between the eyes" in probe
    assert f"reduced to {scales[1] * 100:.0f} %" in candidate
    assert "interpolated" in probe
    page.keyboard.press("i")
    assert "each square one pixel" in page.inner_text(".lfr-tag[data-of=probe]")
    assert "drawn probe" in page.inner_text(".lfr-captions")
    assert page.get_attribute("canvas", "aria-label") == (
        "Probe and candidate, side by side, at equal distance of the eyes"
    )


def test_a_mirrored_picture_says_so_and_another_pair_begins_as_captured(
    show: Callable[..., Any],
) -> None:
    panel = view()
    page = show(panel)
    page.keyboard.press("1")
    discs = page.evaluate(DISCS)
    assert apart(discs, "left")[0] < 0 < apart(discs, "right")[0], "the probe alone is mirrored"
    equal_and_round(page)
    assert page.locator(".lfr-mirrored:visible").all_inner_texts() == [
        "\u21c6 probe MIRRORED: left and right are swapped"
    ]
    assert "probe mirrored" in page.get_attribute("canvas", "aria-label")
    panel.show(*reversed(pair()))
    page.get_by_text("drawn candidate").wait_for()
    page.locator(".lfr-mirrored:visible").first.wait_for(state="detached")
    assert page.get_attribute("[data-on=probe]", "aria-pressed") == "false"


def test_the_slider_and_keys_show_the_probe_at_the_left_and_the_candidate_at_the_right(
    show: Callable[..., Any],
) -> None:
    page = show(view())
    page.keyboard.press("w")
    page.locator(".lfr-split").fill("50")
    discs = page.evaluate(DISCS)
    assert set(discs) == {"left red", "right blue"}, "the edge goes between the eyes"
    assert discs["left red"]["y"] < discs["right blue"]["y"], "one tilted, the other not"
    page.locator(".lfr-split").fill("100")
    assert page.locator(".lfr-tag[data-of=candidate]").is_hidden()
    page.locator(".lfr-compared").focus()
    for _ in range(3):
        page.keyboard.press("[")
    assert page.input_value(".lfr-split") == "94"
    assert page.locator(".lfr-tag[data-of=candidate]").is_visible()


def changes_within(page: Any, ms: int) -> int:
    """Count how often the picture in turns becomes the other one."""
    return int(
        page.evaluate(
            """(ms) => new Promise((done) => {
                const canvas = document.querySelector('canvas');
                let changes = 0;
                const watch = new MutationObserver(() => (changes += 1));
                watch.observe(canvas, { attributeFilter: ['aria-label'] });
                setTimeout(() => { watch.disconnect(); done(changes); }, ms);
            })""",
            ms,
        )
    )


def test_nothing_blinks_three_times_a_second_whatever_is_asked_for(
    show: Callable[..., Any],
) -> None:
    page = show(view())
    page.keyboard.press("b")
    slider = page.locator(".lfr-rate")
    assert slider.get_attribute("max") == "2.5"
    page.evaluate("() => { document.querySelector('.lfr-rate').max = 50; }")
    slider.fill("50")
    assert 2 <= changes_within(page, 2000) <= 5, "at most 2.5 changes a second"
    page.locator(".lfr-compared").focus()
    page.keyboard.press("p")
    assert changes_within(page, 700) == 0, "paused"
    label = page.get_attribute("canvas", "aria-label")
    page.keyboard.press("Space")
    assert page.get_attribute("canvas", "aria-label") != label
    assert page.locator(".lfr-tag:visible").count() == 1


def test_who_asked_for_less_movement_starts_it_by_hand(show: Callable[..., Any]) -> None:
    page = show(view(), reduced_motion="reduce")
    page.keyboard.press("b")
    assert changes_within(page, 1300) == 0
    assert page.get_by_role("button", name="Start").is_visible()


def test_grid_and_eye_points_lie_alike_in_both(show: Callable[..., Any]) -> None:
    page = show(view())
    page.keyboard.press("l")
    page.keyboard.press("g")
    columns = page.evaluate(
        """() => {
            const canvas = document.querySelector('canvas');
            const row = canvas.getContext('2d').getImageData(0, 30, canvas.width, 1).data;
            const half = canvas.width / 2;
            const lines = [[], []];
            for (let x = 0; x < canvas.width; x += 1)
                if (row[4 * x] < 190 && row[4 * x + 1] < 190) lines[x < half ? 0 : 1].push(x % half);
            return lines;
        }"""
    )
    left, right = ([one for one in half if 20 < one < 600] for half in columns)
    assert len(left) > 8
    assert all(min(abs(one - other) for other in right) <= 2 for one in left)
    page.keyboard.press("e")
    assert page.get_attribute("[data-on=eyes]", "aria-pressed") == "true"


def test_every_key_of_the_sheet_does_something_and_the_page_scrolls_until_it_is_chosen(
    show: Callable[..., Any],
) -> None:
    page = show(view(), viewport={"width": 1280, "height": 400})
    looks = [page.evaluate("document.querySelector('canvas').toDataURL()")]
    for key in ("g", "e", "l", "i", "1", "2", "+", "ArrowUp", "w", "]", "b", "Space", "s"):
        page.keyboard.press(key)
        looks.append(page.evaluate("document.querySelector('canvas').toDataURL()"))
    assert all(one != other for one, other in itertools.pairwise(looks))
    page.keyboard.press("?")
    assert page.locator(".lfr-sheet").is_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "lfr-compared"
    page.evaluate("document.activeElement.blur()")
    zoomed = page.get_attribute("canvas", "data-scales")
    page.mouse.move(300, 200)
    page.mouse.wheel(0, 120)
    page.wait_for_function("window.scrollY > 0")
    assert page.get_attribute("canvas", "data-scales") == zoomed


def test_empty_it_says_what_to_do(open_page: Callable[..., Any]) -> None:
    panel = ComparisonView()
    with served_panel(panel) as address:
        watched = open_page(viewport={"width": 900, "height": 700})
        watched.page.goto(address)
        watched.page.get_by_text("Nothing to compare yet. Choose a candidate.").wait_for()
        panel.show(*pair())
        watched.page.locator("canvas[data-scales]").wait_for()
        panel.clear()
        watched.page.get_by_text("Nothing to compare yet. Choose a candidate.").wait_for()
        assert watched.page.evaluate(DISCS) == {}
        assert watched.complaints == []
    panel.close()
