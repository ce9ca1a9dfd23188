"""What holds of every notebook of an analyst: as it is committed, and as a run of it is saved."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from notebook_pictures import STATES, pictures_in

from workbench.errors import ArtefactError
from workbench.faces.artefacts import ArtefactStore
from workbench.hygiene import strip_notebook
from workbench.settings import Settings

__all__ = ["require_no_output", "require_nothing_kept", "require_thin", "run_on_demonstration"]

_LONGEST_CELL = 8


def require_no_output(notebook: Any) -> None:
    """Fail where a cell holds what a run left."""
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def require_thin(notebook: Any, cells: Sequence[str]) -> None:
    """Fail unless it explains itself and its code cells are these, and short.

    Args:
        notebook: as it is committed.
        cells: ids of its code cells, in their order.
    """
    assert notebook.cells[0].cell_type == "markdown"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code] == list(cells)
    assert all(len(cell.source.splitlines()) <= _LONGEST_CELL for cell in code)
    assert "parameters" in code[0].metadata["tags"]
    assert all("def " not in cell.source for cell in code), "logic belongs in the library"


def run_on_demonstration(
    notebook: Any, steps: str, *, place: Path, temporary: Path, parameters: str = ""
) -> tuple[Any, str]:
    """Run a notebook on a demonstration that it makes, and what somebody then does on its page.

    Skips where the sample portraits are not there and cannot be fetched.

    Args:
        notebook: as it is committed.
        steps: code of a last cell.
        place: folder that it is run in.
        temporary: folder for what it makes meanwhile.
        parameters: lines that are put behind its parameters.

    Returns:
        The notebook as it was run, and what the last cell printed.
    """
    try:
        ArtefactStore.from_settings(Settings()).path("sample/obama")
    except ArtefactError as error:
        pytest.skip(f"needs the package index, once, for the sample portraits: {error}")
    book = nbformat.from_dict(notebook)
    if parameters:
        chosen = next(cell for cell in book.cells if cell.id == "parameters")
        chosen.source += f"\n{parameters}"
    run = nbformat.v4.new_code_cell(steps)
    book.cells.append(run)
    client = NotebookClient(
        book, timeout=400, kernel_name="python3", resources={"metadata": {"path": str(place)}}
    )
    environment = {name: text for name, text in os.environ.items() if name != "WORKBENCH_BENCH"}
    client.execute(env=environment | {"TMPDIR": str(temporary), "WORKBENCH_ENCODER": "sface"})
    said = "".join(output.text for output in run.outputs if output.output_type == "stream")
    return book, said


def require_nothing_kept(book: Any, code: frozenset[str], temporary: Path) -> None:
    """Fail where a run left a picture in its outputs or states, or a file behind.

    Args:
        book: as it was run; it is stripped.
        code: of the panels that have to be in its states.
        temporary: folder for what it made meanwhile.
    """
    states = book.metadata.widgets[STATES]["state"].values()
    texts = {text for one in states for text in one["state"].values() if isinstance(text, str)}
    assert texts >= code, "the states of all panels were looked through"
    assert pictures_in(book, code) == []
    strip_notebook(book)
    assert "widgets" not in book.metadata, "what JupyterLab saves has no state at all"
    assert list(temporary.glob("workbench-*")) == [], "what a demonstration makes went at the end"
