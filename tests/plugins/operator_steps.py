"""What somebody does on the operator's page, in JupyterLab and in Voila, for tests in a browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_servers import QUICK, ROOT, lab, voila
from searched_bench import SearchedBench

from workbench.bench.session_status import SessionStatus

__all__ = [
    "DEAF", "PATIENCE_MS", "PLUGINS", "REASON", "changes", "moves", "run_all", "served", "shown",
    "start", "status_of", "verdict",
]  # fmt: skip

PATIENCE_MS = 90_000
PLUGINS = {"PYTHONPATH": os.pathsep.join([str(QUICK), str(Path(__file__).parent), str(ROOT)])}
REASON = "The same scar above the left eye."
DEAF = "[anywidget] Failed to initialize model"
APPLICATIONS = {"lab": lab, "voila": voila}


@contextmanager
def served(
    app: str,
    folder: Path,
    notebook: Path,
    environ: Mapping[str, str] | None = None,
    **how: Any,
) -> Iterator[str]:
    """Serve a notebook in an application, `lab` or `voila`, whose kernels find the tests' parts."""
    with APPLICATIONS[app](folder, notebook, PLUGINS | dict(environ or {}), **how) as address:
        yield address


def shown(
    app: str,
    page: Any,
    address: str,
    *,
    before: Callable[[], object] = lambda: None,
    patience_ms: int = PATIENCE_MS,
) -> None:
    """Go to the page and have it shown; in JupyterLab the cell that is active is run by its keys.

    `before` is called before anything of the page is there; in JupyterLab, whose own start is not
    what is looked at, before the cell is run.
    """
    if app == "voila":
        before()
    page.goto(address, timeout=patience_ms)
    if app == "lab":
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=patience_ms)
        page.get_by_text("| Idle").first.wait_for(timeout=patience_ms)
        before()
        page.keyboard.press("Control+Enter")


def changes(page: Any) -> bool:
    """Whether what the picture shows becomes something else within ten seconds."""
    page.evaluate(
        """() => {
            window.looks = () => {
                const canvas = document.querySelector('canvas');
                const size = [canvas.width, canvas.height];
                const all = canvas.getContext('2d').getImageData(0, 0, ...size).data;
                return all.reduce((sum, one) => sum + one, 0);
            };
            window.looked = looks();
        }"""
    )
    page.wait_for_function("looks() !== looked", timeout=10_000)
    return True


def run_all(page: Any) -> None:
    """Run the cells of a notebook in JupyterLab, once its kernel is there."""
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=PATIENCE_MS)
    page.get_by_text("| Idle").first.wait_for(timeout=PATIENCE_MS)
    page.locator(".jp-Notebook .jp-Cell").first.click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def start(page: Any, patience_ms: int = PATIENCE_MS) -> None:
    """Press Start, and wait for the first frame."""
    page.locator(".lfr-start").wait_for(timeout=patience_ms)
    page.locator(".lfr-start").click(timeout=patience_ms)
    page.locator("canvas[data-frame]").wait_for(timeout=patience_ms)


def moves(page: Any, patience_ms: int = 30_000) -> bool:
    """Whether the picture goes on."""
    at = int(page.locator("canvas").first.get_attribute("data-frame"))
    page.wait_for_function(
        "at => Number(document.querySelector('canvas').dataset.frame) > at + 3",
        arg=at,
        timeout=patience_ms,
    )
    return True


def status_of(bench: SearchedBench) -> SessionStatus:
    """Return how the one search of a bench is, as another process reads it."""
    (status,) = bench.open("operator-2").live.statuses(bench.reference)
    return status


def verdict(page: Any, key: str, reason: str = REASON) -> None:
    """Decide on the alert that is shown, by the keyboard alone."""
    page.locator(".lfr-queue .lfr-pair img").nth(1).wait_for(timeout=PATIENCE_MS)
    page.locator(".lfr-queue .lfr-list").focus()
    page.keyboard.press(key)
    page.keyboard.type(reason)
    page.keyboard.press("Enter")
    page.locator(".lfr-said").first.wait_for(timeout=30_000)
