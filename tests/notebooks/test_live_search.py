"""The notebook of the live search: thin, clean, and it opens the page of a demonstration."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from workbench.errors import ArtefactError
from workbench.faces.artefacts import ArtefactStore
from workbench.settings import Settings

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "analyst" / "20_live_search.ipynb"
LONGEST_CELL = 8


@pytest.fixture(scope="module")
def notebook() -> Any:
    """Return the notebook as it is committed."""
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_committed_without_output(notebook: Any) -> None:
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_its_cells_are_thin_and_explained(notebook: Any) -> None:
    assert notebook.cells[0].cell_type == "markdown"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code] == ["parameters", "page", "second"]
    assert all(len(cell.source.splitlines()) <= LONGEST_CELL for cell in code)
    assert "parameters" in code[0].metadata["tags"]
    assert all("def " not in cell.source for cell in code), "logic belongs in the library"


def test_it_says_what_a_demonstration_proves_and_that_nobody_has_to_engage(notebook: Any) -> None:
    text = notebook.cells[0].source
    assert "It proves that the parts work and nothing else." in text
    assert "a decision of its own, which nobody owes" in text


def test_the_keys_that_it_names_are_those_of_the_page(notebook: Any) -> None:
    from widgets.alert_words import LETTERS

    words = next(cell.source for cell in notebook.cells if cell.id == "keys")
    named = {
        "true-confirmed": "true, confirmed",
        "true-unconfirmed": "true, not confirmed",
        "false-confirmed": "false, confirmed",
        "false-unconfirmed": "false, not confirmed",
        "unresolved": "cannot be decided",
    }
    for decision, letter in LETTERS.items():
        assert f"`{letter}` {named[decision]}" in words


@pytest.mark.slow
def test_it_searches_the_demonstration_and_its_outputs_hold_no_picture(
    notebook: Any, tmp_path: Path
) -> None:
    store = ArtefactStore.from_settings(Settings())
    try:
        store.path("sample/obama")
    except ArtefactError as error:
        pytest.skip(f"needs the package index, once, for the sample portraits: {error}")
    book = nbformat.from_dict(notebook)
    run = nbformat.v4.new_code_cell(
        "desk.page.start()\n"
        "result = desk.page.session.wait(240)\n"
        "print(result.stopped_by, len(result.alerts), len(desk.page.queue.alerts))\n"
        "desk.close()"
    )
    book.cells.append(run)
    client = NotebookClient(
        book,
        timeout=400,
        kernel_name="python3",
        resources={"metadata": {"path": str(NOTEBOOK.parent)}},
    )
    environment = {name: text for name, text in os.environ.items() if name != "WORKBENCH_BENCH"}
    client.execute(env=environment | {"TMPDIR": str(tmp_path), "WORKBENCH_ENCODER": "sface"})
    words = "".join(output.text for output in run.outputs if output.output_type == "stream")
    assert words.startswith("feed-ended 3 ")
    text = json.dumps(book)
    assert "image/png" not in text
    assert "image/jpeg" not in text
    assert list(tmp_path.glob("workbench-*")) == [], "bench and recording went at the end"
