"""`workbench lab`: the notebooks in JupyterLab, on loopback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.console import example
from workbench.cli.dashboard_process import notebooks_folder
from workbench.errors import StoreError

__all__ = ["EXAMPLE", "lab", "lab_words"]

EXAMPLE = example("workbench lab", "workbench lab --notebooks ~/notebooks --no-open")


def lab(
    *,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="Port; a free one near 8888 if left out."),
    ] = None,
    notebooks: Annotated[
        Path | None,
        typer.Option("--notebooks", metavar="DIR", help="Folder to open, if not the usual one."),
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open JupyterLab in the browser.")
    ] = True,
) -> None:
    """Open the notebooks in JupyterLab, on loopback, until Ctrl-C.

    It asks nobody for news and updates; what a user has set stays.
    """
    words = lab_words(notebooks_folder(notebooks), port, open_browser=open_browser)
    # Ctrl-C reaches JupyterLab as it does this command; it asks, and ends when it is told to.
    process = subprocess.Popen(words)
    try:
        code = _waited(process)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if code != 0:
        msg = f"JupyterLab ended with exit code {code}; why stands above."
        raise StoreError(msg)


def lab_words(folder: Path, port: int | None, *, open_browser: bool) -> list[str]:
    """Return the command that starts JupyterLab with its own defaults for this project.

    Args:
        folder: of notebooks.
        port: to listen on.
        open_browser: whether it opens one.
    """
    words = [sys.executable, "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1"]
    project = Path(__file__).resolve().parents[2] / "share" / "lab"
    installed = Path(sys.prefix) / "share" / "lfr-workbench" / "lab"
    for settings in (project, installed):
        if settings.is_dir():
            words.append(f"--LabApp.app_settings_dir={settings}")
            break
    if port is not None:
        words.append(f"--ServerApp.port={port}")
    if not open_browser:
        words.append("--no-browser")
    return [*words, str(folder)]


def _waited(process: subprocess.Popen[bytes]) -> int:
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
