"""What managers' pages take: until a widget is there, in memory, and with ten viewers at once.

The server is the one that `workbench dashboard` starts, with published records; Chromium runs on
the same machine, so that ten viewers share its cores with ten kernels.

    python benchmarks/dashboard.py --times 5
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).resolve().parent
if TYPE_CHECKING:
    from dashboard_server import PagesProcess
    from playwright.async_api import Browser

sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "tests" / "plugins")]

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
SHOWN = ".lfr-managers h1, .jupyter-button"
VIEWERS = 10
PATIENCE_MS = 240_000


def main() -> None:
    """Measure, print two tables and write the result."""
    from harness import machine, markdown_table, write_result

    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--times", type=int, default=5, help="openings of each page")
    asked = parser.parse_args()
    folder, names = pages()
    print(machine(), "pages:", ", ".join(names), "of the project" if folder else "of the tests")
    rows, memory, viewers = asyncio.run(measured(folder, names, asked.times))
    print(markdown_table(rows))
    print(markdown_table(memory))
    print(markdown_table([viewers]))
    pages_of = "notebooks/managers" if folder else "one button, of the tests"
    result = {"pages": pages_of, "times": asked.times, "first_widget": rows}
    print(write_result("dashboard", result | {"memory": memory, "viewers": viewers}))


def pages() -> tuple[Path | None, list[str]]:
    """Return the folder of the project's pages and their names, or the page of the tests."""
    folder = HERE.parent / "notebooks" / "managers"
    found = sorted(path.stem for path in folder.glob("*.ipynb"))
    return (folder, found) if found else (None, ["50_outcomes"])


async def measured(
    folder: Path | None, names: list[str], times: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]:
    """Return rows of times to the first widget, of memory, and one of ten viewers."""
    from dashboard_server import PAGE_CELLS, pages_process
    from playwright.async_api import async_playwright

    own = {} if folder else {"50_outcomes": PAGE_CELLS}
    place = {"notebooks": str(folder)} if folder else {}
    rows, memory = [], []
    async with async_playwright() as engine:
        browser = await engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for preheat in (False, True):
            with pages_process(own, preheat=preheat, **place) as server:
                for name in names:
                    taken = []
                    for _ in range(times):
                        if preheat:
                            await all_ready(server, len(names))
                        before = set(server.kernels())
                        taken.append(await first_widget(browser, server.address, name))
                        new = set(server.kernels()) - before
                        if not preheat:
                            memory += [{"page": name, **held(kernel)} for kernel in new]
                        await closed(server, len(names) if preheat else 0)
                    way = "preheated" if preheat else "cold"
                    rows.append({"page": name, "kernel": way, **spread(taken)})
                    print(rows[-1], flush=True)
        with pages_process(own, **place) as server:
            opened = [first_widget(browser, server.address, names[0]) for _ in range(VIEWERS)]
            done = await asyncio.gather(*opened, return_exceptions=True)
            taken = [one for one in done if isinstance(one, float)]
            viewers = {"viewers": VIEWERS, "failed": VIEWERS - len(taken), **spread(taken)}
        await browser.close()
    return rows, largest(memory), viewers


async def first_widget(browser: Browser, address: str, name: str) -> float:
    """Return the seconds from the click on a page until its first widget is seen."""
    from dashboard_server import TOKEN

    context = await browser.new_context()
    try:
        page = await context.new_page()
        await page.goto(f"{address}/?token={TOKEN}")
        began = time.perf_counter()
        await page.goto(f"{address}/voila/render/{name}.ipynb", timeout=PATIENCE_MS)
        await page.locator(SHOWN).first.wait_for(timeout=PATIENCE_MS)
        taken = time.perf_counter() - began
        await page.goto(f"{address}/", timeout=PATIENCE_MS)
        return taken
    finally:
        await context.close()


async def all_ready(server: PagesProcess, count: int) -> None:
    """Wait until a kernel of each page waits and does nothing."""
    before = None
    for _ in range(120):
        kernels = server.kernels()
        now = [spent(kernel) for kernel in kernels]
        if len(kernels) == count and now == before:
            return
        before = now
        await asyncio.sleep(2)


async def closed(server: PagesProcess, count: int) -> None:
    """Wait until the kernel of a page that was left has ended."""
    for _ in range(60):
        if len(server.kernels()) <= count:
            return
        await asyncio.sleep(0.5)


def spent(process: int) -> str:
    """Return what a process has spent on its cores."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return ""
    return " ".join(fields[11:13])


def held(process: int) -> dict[str, int]:
    """Return the megabytes of a process: all it holds, and its share of what others hold too."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("utf-8").splitlines()
    except OSError:
        return {"resident_mb": 0, "share_mb": 0}
    found = {one.split(":")[0]: int(one.split()[1]) for one in lines[1:]}
    return {"resident_mb": found["Rss"] // 1024, "share_mb": found["Pss"] // 1024}


def largest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the largest of each page."""
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda one: one["resident_mb"]):
        found[row["page"]] = row
    return [found[name] for name in sorted(found)]


def spread(taken: list[float]) -> dict[str, float]:
    """Return median, 95th percentile and longest, in seconds."""
    ordered = sorted(taken) or [float("nan")]
    late = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return {
        "p50_s": round(statistics.median(ordered), 2),
        "p95_s": round(late, 2),
        "longest_s": round(ordered[-1], 2),
    }


if __name__ == "__main__":
    main()
