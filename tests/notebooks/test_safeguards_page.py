"""The notebook of safeguards: thin, clean, and it shows a snapshot without opening a bench."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from committed_notebook import require_no_output, require_thin
from managers_values import snapshot_folder
from nbclient import NotebookClient
from safeguard_facts_values import late_safeguards

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "managers" / "52_safeguards.ipynb"
LOADED = """
import sys
page.wait()
heavy = ("torch", "cv2", "workbench.bench", "workbench.records", "workbench.faces")
print([name for name in heavy if name in sys.modules])
print(page.document()["state"], [part["title"] for part in page.document()["sections"]][:1])
page.close()
"""


@pytest.fixture(scope="module")
def notebook() -> Any:
    """Return the notebook as it is committed."""
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_committed_thin_explained_and_without_output(notebook: Any) -> None:
    require_no_output(notebook)
    require_thin(notebook, ["parameters", "page"])
    assert "The page opens no bench" in notebook.cells[0].source


@pytest.mark.slow
def test_a_kernel_shows_it_and_loads_nothing_that_knows_a_face(
    notebook: Any, tmp_path: Path
) -> None:
    folder = snapshot_folder(tmp_path / "snapshot", bench="north", safeguards=late_safeguards())
    book = nbformat.from_dict(notebook)
    book.cells[-1].source = book.cells[-1].source.replace(
        "SafeguardsPage(", "page = SafeguardsPage("
    )
    book.cells.append(nbformat.v4.new_code_cell(LOADED))
    place = {"metadata": {"path": str(NOTEBOOK.parent)}}
    NotebookClient(book, timeout=300, kernel_name="python3", resources=place).execute(
        env={**os.environ, "WORKBENCH_SNAPSHOT": str(folder)}
    )
    (said,) = book.cells[-1].outputs
    assert said.text.splitlines() == ["[]", "ready ['What is late now']"]
