"""Real JupyterLab and Voila servers on loopback, for the notebooks as they are committed."""

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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = ["KNOWN", "QUICK", "ROOT", "lab", "unknown", "voila"]

ROOT = Path(__file__).parents[2]
QUICK = Path(__file__).with_name("quick")
"""What spares a server seconds of its start, and changes nothing that is looked at."""
STARTS_WITHIN_S = 90
# Voila's shared modules log these although everything works; icons that a page of Jupyter's own
# does not find are no fault of the notebook.
KNOWN = (
    "r.setData is not a function",
    "Unsatisfied version",
    "No satisfying version",
    "404 (Not Found)",
)
# JupyterLab takes cells that are scrolled away out of the page; the checks look at all of them.
NEWS = "apputils-extension/notification"
LAB_SETTINGS: dict[str, dict[str, object]] = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    NEWS: {"fetchNews": "false", "checkForUpdates": False},
}


def unknown(complaints: list[str], *also: str) -> list[str]:
    """Return the complaints of a page that nobody knows yet."""
    return [line for line in complaints if not any(known in line for known in (*KNOWN, *also))]


@contextmanager
def lab(
    folder: Path,
    notebook: Path,
    environ: Mapping[str, str] | None = None,
    theme: str = "Light",
    *,
    options: tuple[str, ...] = (),
    asks_for_news: bool = False,
) -> Iterator[str]:
    """Serve a copy of a notebook in JupyterLab, with the server extension that the package brings.

    `options` are more words of its command line; with `asks_for_news` a user has set nothing.
    """
    chosen_before = dict(LAB_SETTINGS)
    if asks_for_news:
        del chosen_before[NEWS]
    settings = chosen_before | {"apputils-extension/themes": {"theme": f"JupyterLab {theme}"}}
    for plugin, chosen in settings.items():
        path = folder / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(chosen))
    words = (
        "jupyterlab",
        "--no-browser",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port={port}",
        "--IdentityProvider.token=",
        "--allow-root",
        *options,
    )
    with _serving(folder, notebook, words, "/api", environ) as address:
        yield f"{address}/lab/tree/{notebook.name}?reset"


@contextmanager
def voila(
    folder: Path,
    notebook: Path,
    environ: Mapping[str, str] | None = None,
    theme: str = "light",
    *,
    template: str = "operator",
    options: tuple[str, ...] = (),
) -> Iterator[str]:
    """Serve a copy of a notebook in Voila; the template is that of the operator's page."""
    words = (
        "voila",
        notebook.name,
        "--no-browser",
        "--port={port}",
        "--Voila.ip=127.0.0.1",
        f"--template={template}",
        f"--theme={theme}",
        "--show_tracebacks=True",
        *options,
    )
    with _serving(folder, notebook, words, "/no-such-page", environ) as address:
        yield address


@contextmanager
def _serving(
    folder: Path,
    notebook: Path,
    words: tuple[str, ...],
    ready: str,
    environ: Mapping[str, str] | None,
) -> Iterator[str]:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(notebook, folder / notebook.name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    address = f"http://127.0.0.1:{port}"
    log = folder / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", *(word.format(port=port) for word in words)],
            cwd=folder, env=_environment(folder) | dict(environ or {}), stdout=out, stderr=out,
        )  # fmt: skip
        try:
            _wait(address + ready, server, log)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _environment(folder: Path) -> dict[str, str]:
    own = {
        name: str(folder / name)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    }
    (folder / "tmp").mkdir(exist_ok=True)
    return os.environ | own | {
        "PYTHONPATH": os.pathsep.join(
            [str(QUICK), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        ),
        "JUPYTER_PATH": str(ROOT / "share" / "jupyter"),
        "JUPYTER_CONFIG_PATH": str(ROOT / "share" / "etc" / "jupyter"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "TMPDIR": str(folder / "tmp"),
        "WORKBENCH_THREADS": "1",
    }  # fmt: skip


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310
                return
        except urllib.error.HTTPError:
            return  # whatever it says, it answers
        except OSError:
            assert server.poll() is None, log.read_text("utf-8", "replace")
            time.sleep(0.2)
    msg = log.read_text("utf-8", "replace")
    raise AssertionError(msg)
