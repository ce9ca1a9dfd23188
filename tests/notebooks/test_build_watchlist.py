"""The notebook of the watchlist: thin, clean, and it builds the list of a demonstration."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from notebook_pictures import STATES, pictures_in

from widgets.watchlist_builder import _BuilderSurface
from workbench.errors import ArtefactError
from workbench.faces.artefacts import ArtefactStore
from workbench.hygiene import strip_notebook
from workbench.settings import Settings

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "analyst" / "10_build_watchlist.ipynb"
LONGEST_CELL = 8
CODE = frozenset({str(_BuilderSurface._esm), str(_BuilderSurface._css)})
# What somebody does on the page, and a file that is no sample of the demonstration.
DONE = """
page = desk.page
page.wait()
folder = page._about["folder"]
print(page.take_folder(folder))
page.take("stranger.jpg", b"nothing that was ever published")
page.wait()
print([one["state"] for one in page.images])
page.remove([one["id"] for one in page.images if one["refused"]])
ids = [one["id"] for one in page.images]
page.name_subjects(ids)
page.fill(ids, {"category": "demonstration", "legal_basis": "demonstration"})
page.fill(ids, {"source": "demonstration-sample", "lawfully_held": True})
page.fill(ids, {"rationale": "A credited photograph of somebody in public life."})
report = page.build()
print(report["enrolled"], len(report["refused"]), len(report["owed"]))
print(sorted(one["values"]["subject"] for one in page.images))
desk.close()
"""


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
    assert [cell.id for cell in code] == ["parameters", "page"]
    assert all(len(cell.source.splitlines()) <= LONGEST_CELL for cell in code)
    assert "parameters" in code[0].metadata["tags"]
    assert all("def " not in cell.source for cell in code), "logic belongs in the library"


def test_it_says_what_a_demonstration_proves_and_what_others_owe(notebook: Any) -> None:
    text = notebook.cells[0].source
    assert "It proves that the parts work and nothing else." in text
    assert "a second person compares each image with the record" in text
    assert "A build replaces the whole list" in notebook.cells[-1].source


@pytest.mark.slow
def test_it_builds_the_list_of_a_demonstration_and_its_outputs_hold_no_picture(
    notebook: Any, tmp_path: Path
) -> None:
    store = ArtefactStore.from_settings(Settings())
    try:
        store.path("sample/obama")
    except ArtefactError as error:
        pytest.skip(f"needs the package index, once, for the sample portraits: {error}")
    book = nbformat.from_dict(notebook)
    run = nbformat.v4.new_code_cell(DONE)
    book.cells.append(run)
    client = NotebookClient(
        book,
        timeout=400,
        kernel_name="python3",
        resources={"metadata": {"path": str(NOTEBOOK.parent)}},
    )
    environment = {name: text for name, text in os.environ.items() if name != "WORKBENCH_BENCH"}
    client.execute(env=environment | {"TMPDIR": str(tmp_path), "WORKBENCH_ENCODER": "sface"})
    words = [output.text for output in run.outputs if output.output_type == "stream"]
    said = "".join(words).splitlines()
    assert said[0] == "3"
    assert said[1] == str(["incomplete", "incomplete", "incomplete", "refused"])
    assert said[2] == "3 0 2"
    assert "Barack-Obama" in said[3]
    states = book.metadata.widgets[STATES]["state"].values()
    code = {text for one in states for text in one["state"].values() if isinstance(text, str)}
    assert code >= CODE, "the state of the panel was looked through"
    assert pictures_in(book, CODE) == []
    strip_notebook(book)
    assert "widgets" not in book.metadata, "what JupyterLab saves has no state at all"
    assert list(tmp_path.glob("workbench-*")) == [], "bench and photographs went at the end"
