"""The notebook of one deployment: thin, clean, and its kernel loads nothing that sees faces."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from committed_notebook import require_no_output, require_thin
from deployment_facts_values import drawn_snapshot
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "managers" / "51_deployment.ipynb"
ASKED = """
import gc, sys
from widgets import DeploymentPage
[shown] = [one for one in gc.get_objects() if type(one) is DeploymentPage]
shown.wait()
print(shown.document()["state"], [one["name"] for one in shown.document()["sections"]])
print([one for one in ("torch", "cv2", "workbench.bench", "workbench.records", "workbench.matching",
                       "workbench.faces") if one in sys.modules])
"""


@pytest.fixture(scope="module")
def notebook() -> Any:
    """Return the notebook as it is committed."""
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_committed_without_output_and_thin(notebook: Any) -> None:
    require_no_output(notebook)
    require_thin(notebook, ["parameters", "page"])


@pytest.mark.slow
def test_it_shows_the_snapshot_that_the_dashboard_names(notebook: Any, tmp_path: Path) -> None:
    book = nbformat.from_dict(notebook)
    book.cells.append(nbformat.v4.new_code_cell(ASKED))
    environment = {**os.environ, "WORKBENCH_SNAPSHOT": str(drawn_snapshot(tmp_path / "s"))}
    place = {"metadata": {"path": str(NOTEBOOK.parent)}}
    NotebookClient(book, timeout=300, kernel_name="python3", resources=place).execute(
        env=environment
    )
    said = "".join(one.text for one in book.cells[-1].outputs)
    assert "ready ['which', 'glance', 'record', 'where', 'times', 'decisions'," in said
    assert said.endswith("[]\n"), said
