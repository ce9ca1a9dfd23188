"""Tabs of managers' pages opened and closed in Chromium: no kernel is left after the cull time.

Tabs are closed at once, as when a browser is killed, so that no page can say that it ends.

    python benchmarks/dashboard_tabs.py --tabs 50 > benchmarks/logs/dashboard-tabs-DATE.log
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "tests" / "plugins")]

CULL_S = 10


def main() -> int:
    """Open and close tabs, five at once, and wait for their kernels to go."""
    from dashboard import CHROMIUM, FLAGS, PATIENCE_MS, SHOWN, pages
    from dashboard_server import PAGE_CELLS, TOKEN, pages_process
    from harness import machine
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--tabs", type=int, default=50)
    asked = parser.parse_args()
    folder, names = pages()
    own = {} if folder else {"50_outcomes": PAGE_CELLS}
    place = {"notebooks": str(folder)} if folder else {}
    say(f"{machine()}; {asked.tabs} tabs of {', '.join(names)}; kernels go {CULL_S} s after a tab")
    most = 0
    with (
        pages_process(own, cull_s=CULL_S, cull_every_s=2, **place) as server,
        sync_playwright() as engine,
    ):
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context()
        context.new_page().goto(f"{server.address}/?token={TOKEN}")
        for begun in range(0, asked.tabs, 5):
            tabs = [context.new_page() for _ in range(min(5, asked.tabs - begun))]
            for at, tab in enumerate(tabs):
                name = names[(begun + at) % len(names)]
                tab.goto(f"{server.address}/voila/render/{name}.ipynb", timeout=PATIENCE_MS)
            for tab in tabs:
                tab.locator(SHOWN).first.wait_for(timeout=PATIENCE_MS)
            most = max(most, len(server.kernels()))
            say(f"{begun + len(tabs)} opened, {len(server.kernels())} kernels run")
            for tab in tabs:
                tab.close()
        ended = time.monotonic()
        left = folders = 1
        while (left or folders) and time.monotonic() - ended < 10 * CULL_S:
            time.sleep(0.5)
            left = len(server.kernels())
            folders = len(list((server.folder / "kernels").iterdir()))
        say(
            f"{left} kernels and {folders} folders of kernels are left "
            f"{time.monotonic() - ended:.0f} s after the last tab; {most} ran at most"
        )
        browser.close()
    return 1 if left or folders else 0


def say(line: str) -> None:
    """Print a line with its time."""
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
