"""The tour notebook: thin, clean, and it runs from top to bottom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from workbench.errors import ArtefactError
from workbench.faces.artefacts import ArtefactStore
from workbench.settings import Settings

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "00_tour.ipynb"
LONGEST_CELL = 12


@pytest.fixture(scope="module")
def notebook() -> Any:
    """Return the notebook as it is committed."""
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def executed() -> Any:
    """Run it once, in the folder it lies in."""
    store = ArtefactStore.from_settings(Settings())
    try:
        store.path("sample/obama")
    except ArtefactError as error:
        pytest.skip(f"needs the package index, once, for the sample portraits: {error}")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(NOTEBOOK.parent)}},
    ).execute()
    return notebook


def by_id(notebook: Any, cell_id: str) -> Any:
    """Return the cell of that id."""
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def shown(cell: Any) -> dict[str, Any]:
    """Return the data of the cell's result by MIME type."""
    kinds = ("execute_result", "display_data")
    (data,) = [output.data for output in cell.outputs if output.output_type in kinds]
    return dict(data)


def test_it_is_committed_without_output(notebook: Any) -> None:
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_its_cells_are_thin_and_explained(notebook: Any) -> None:
    kinds = [cell.cell_type for cell in notebook.cells]
    assert kinds[0] == "markdown"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(len(cell.source.splitlines()) <= LONGEST_CELL for cell in code)
    assert [cell.id for cell in code if "parameters" in cell.metadata.get("tags", ())] == [
        "parameters"
    ]
    assert all("def " not in cell.source for cell in code), "logic belongs in the library"


def test_it_says_what_it_does_not_show(notebook: Any) -> None:
    assert "Five people prove only that the parts work." in notebook.cells[0].source
    assert "Category: demonstration" in notebook.cells[0].source


@pytest.mark.slow
def test_it_shows_photographs_with_captions(executed: Any) -> None:
    for cell_id, count in (("people", 3), ("crowd-people", 5), ("frames", 3)):
        html = shown(by_id(executed, cell_id))["text/html"]
        assert html.count("<img") == html.count("<figcaption") == count


@pytest.mark.slow
def test_everyone_listed_is_found_and_nobody_else(executed: Any) -> None:
    text = shown(by_id(executed, "search"))["text/plain"]
    assert text.count("right") - text.count("right or wrong") == 3
    assert "wrong" not in text.replace("right or wrong", "")


@pytest.mark.slow
def test_the_alerts_are_a_widget(executed: Any) -> None:
    data = shown(by_id(executed, "alerts"))
    assert "application/vnd.jupyter.widget-view+json" in data


@pytest.mark.parametrize("cell_id", ["timeline", "scores"])
@pytest.mark.slow
def test_the_charts_are_plotly(cell_id: str, executed: Any) -> None:
    figure = shown(by_id(executed, cell_id))["application/vnd.plotly.v1+json"]
    assert sum(len(trace.get("x", ())) for trace in figure["data"]) > 0


@pytest.mark.slow
def test_the_scores_stand_on_their_sides_of_the_threshold(executed: Any) -> None:
    figure = shown(by_id(executed, "scores"))["application/vnd.plotly.v1+json"]
    title = figure["layout"]["title"]["text"]
    assert "3 of 3 of the same person found, 0 of 12 of different people wrongly" in title


@pytest.mark.slow
def test_credits_name_every_author(executed: Any) -> None:
    html = shown(by_id(executed, "credits"))["text/html"]
    for author in ("Newzild", "Nebojša Tejić", "Chris McAndrew", "Pete Souza"):
        assert author in html
