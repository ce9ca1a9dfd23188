"""JupyterLab as `make lab` starts it: it asks nobody whether they want news, and fetches none."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from drawn_page import notebook_of
from jupyter_servers import ROOT, lab, unknown

from workbench.cli.lab import lab_words

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

QUESTION = "Would you like to get notified about official Jupyter news?"


def options_of_make_lab() -> tuple[str, ...]:
    """Return the options of JupyterLab in the command that `make lab` runs, but for the address."""
    made = subprocess.run(
        [shutil.which("make") or "make", "--dry-run", "lab"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (line,) = [one for one in made.stdout.splitlines() if "workbench lab" in one]
    assert shlex.split(line)[1:] == ["lab"]
    words = lab_words(ROOT / "notebooks", None, open_browser=True)
    assert "--ServerApp.ip=127.0.0.1" in words
    return tuple(word for word in words if word.startswith("--LabApp."))


@pytest.mark.parametrize("as_made", [True, False])
def test_nobody_is_asked_for_news_where_make_lab_started_it(
    as_made: bool, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    notebook = notebook_of(tmp_path / "empty.ipynb", "1 + 1")
    options = options_of_make_lab() if as_made else ()
    served = tmp_path / "served"
    with lab(served, notebook, options=options, asks_for_news=True) as address:
        watched = open_page()
        page = watched.page
        page.goto(address)
        page.get_by_text("| Idle").first.wait_for(timeout=90_000)
        if as_made:
            page.wait_for_timeout(5_000)
            assert page.get_by_text(QUESTION).count() == 0
        else:
            page.get_by_text(QUESTION).first.wait_for(timeout=30_000)
        assert watched.outside == []
        assert unknown(watched.complaints) == []
    assert not (
        served
        / "settings"
        / "@jupyterlab"
        / "apputils-extension"
        / "notification.jupyterlab-settings"
    ).exists()
