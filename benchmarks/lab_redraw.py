"""How long the threshold lab takes from an event of its slider until everything is drawn anew.

The page is served by JupyterLab or Voila, with its kernel, in Chromium on this machine. Measured in
the page: from the time stamp of the browser's event to the moment after the frame in which all
charts, the plan, the groups and the errors were drawn. What the charts' program costs is printed
too.

    python benchmarks/lab_redraw.py --steps 60
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
if TYPE_CHECKING:
    from playwright.sync_api import Browser

sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "tests" / "plugins")]

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
CELL = """from widgets import ThresholdLab
from lab_scores import synthetic_measurement
ThresholdLab(synthetic_measurement(), list_size=1240, faces=14_000)"""
LISTEN = """() => {
    window.redraws = [];
    const lab = document.querySelector('.lfr-lab');
    lab.addEventListener('lab-drawn', (one) => redraws.push(one.detail.ms));
}"""
DRAWN = "document.querySelectorAll('.lfr-plot[data-drawn]').length === 4"


def main() -> None:
    """Measure in both applications, print a table and write the result."""
    from harness import markdown_table, write_result
    from playwright.sync_api import sync_playwright

    from widgets.plotly_script import plotly_script

    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--steps", type=int, default=60, help="steps of the slider, 30 or more")
    parser.add_argument("--slower", type=float, default=1.0, help="slow the browser down by this")
    asked = parser.parse_args()
    began = time.perf_counter()
    packed = plotly_script()
    packing_s = time.perf_counter() - began
    rows = []
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for app in ("lab", "voila"):
            rows += measured(browser, app, asked.steps, asked.slower)
        browser.close()
    print(markdown_table(rows))
    print(
        f"plotly.js packed: {len(packed) / 2**20:.2f} MiB, once in a kernel, in {packing_s:.2f} s"
    )
    if asked.slower == 1.0:
        result = {
            "steps": asked.steps,
            "packed_bytes": len(packed),
            "packing_s": round(packing_s, 3),
        }
        print(write_result("lab_redraw", result | {"rows": rows}))


def measured(browser: Browser, app: str, steps: int, slower: float) -> list[dict[str, object]]:
    """Return a row for keys and one for the pointer."""
    from drawn_page import notebook_of
    from operator_steps import served, shown

    with tempfile.TemporaryDirectory() as folder:
        notebook = notebook_of(Path(folder) / "tune.ipynb", CELL)
        with served(app, Path(folder) / "served", notebook) as address:
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            began = time.perf_counter()
            shown(app, page, address)
            page.wait_for_function(DRAWN, timeout=120_000)
            first_s = time.perf_counter() - began
            if slower > 1.0:
                page.context.new_cdp_session(page).send(
                    "Emulation.setCPUThrottlingRate", {"rate": slower}
                )
            page.evaluate(LISTEN)
            slider = page.locator("input[type=range]")
            slider.focus()
            for _ in range(steps):
                page.keyboard.press("ArrowRight")
                page.wait_for_timeout(150)
            by_keys = page.evaluate("redraws.splice(0)")
            box = slider.bounding_box()
            y = box["y"] + box["height"] / 2
            page.mouse.move(box["x"] + box["width"] * 0.3, y)
            page.mouse.down()
            for step in range(steps):
                page.mouse.move(box["x"] + box["width"] * (0.3 + 0.4 * step / steps), y)
                page.wait_for_timeout(150)
            page.mouse.up()
            by_pointer = page.evaluate("redraws.splice(0)")
            page.close()
    return [row(app, "keys", by_keys, first_s), row(app, "pointer", by_pointer, first_s)]


def row(app: str, how: str, times: list[float], first_s: float) -> dict[str, object]:
    """Return the median and the spread of redraws, ms."""
    assert len(times) >= 30, f"only {len(times)} redraws were seen"
    cuts = statistics.quantiles(times, n=20)
    return {
        "application": "JupyterLab" if app == "lab" else "Voila",
        "moved by": how,
        "redraws": len(times),
        "median ms": round(statistics.median(times), 1),
        "5th ms": round(cuts[0], 1),
        "95th ms": round(cuts[-1], 1),
        "longest ms": round(max(times), 1),
        "until drawn s": round(first_s, 1),
    }


if __name__ == "__main__":
    main()
