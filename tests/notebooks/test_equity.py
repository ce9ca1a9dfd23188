"""The notebook of equity: thin, clean, and it says what a set shows and what it cannot."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from committed_notebook import require_no_output, require_thin
from nbclient import NotebookClient

from workbench.evaluation import Measurement, write_measurement
from workbench.evaluation.equity_synthetic import synthetic_measurement

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "data_science" / "41_equity.ipynb"
PARTS = [
    "alarms", "alarms-ratios", "alarms-compared", "misses", "misses-ratios", "misses-compared",
    "table", "download",
]  # fmt: skip


@pytest.fixture(scope="module")
def notebook() -> Any:
    """Return the notebook as it is committed."""
    return nbformat.read(NOTEBOOK, as_version=4)


def run(notebook: Any, parameters: str = "") -> dict[str, dict[str, Any]]:
    """Run it with other parameters, and return what each cell showed, by MIME type."""
    book = nbformat.from_dict(notebook)
    next(cell for cell in book.cells if cell.id == "parameters").source += f"\n{parameters}"
    place = {"metadata": {"path": str(NOTEBOOK.parent)}}
    NotebookClient(book, timeout=300, kernel_name="python3", resources=place).execute(
        env=os.environ
    )
    return {
        cell.id: dict(cell.outputs[-1].data)
        for cell in book.cells
        if cell.cell_type == "code" and cell.outputs
    }


def test_it_is_committed_without_output(notebook: Any) -> None:
    require_no_output(notebook)


def test_its_cells_are_thin_and_explained(notebook: Any) -> None:
    require_thin(notebook, ["parameters", "summary", *PARTS])


def test_it_says_that_no_labels_ship_and_what_is_synthetic(notebook: Any) -> None:
    text = notebook.cells[0].source
    for words in (
        "**No set with labels ships**",
        '"equity not measured"',
        "the program infers none",
        "SYNTHETIC set, whose scores are drawn from known rates",
        "That a difference was not found does not say that there is none",
    ):
        assert words in text


@pytest.mark.slow
def test_on_its_own_it_shows_the_synthetic_set(notebook: Any) -> None:
    shown = run(notebook)
    assert list(shown) == ["summary", *PARTS]
    assert "SYNTHETIC. No set with group labels ships" in shown["summary"]["text/html"]
    for cell in ("alarms", "alarms-ratios", "misses", "misses-ratios"):
        figure = shown[cell]["application/vnd.plotly.v1+json"]
        assert figure["layout"]["title"]["text"].startswith("SYNTHETIC. ")
    assert "suppressed (fewer than 30 people)" in shown["table"]["text/html"]


@pytest.mark.slow
def test_of_a_measurement_it_shows_that(notebook: Any, tmp_path: Path) -> None:
    made = synthetic_measurement()
    facts = made.facts.model_copy(update={"data_set": "custody set 4", "name": "fused"})
    write_measurement(Measurement.of(facts, made.searches, made.references), tmp_path)
    shown = run(
        notebook, f"measurement = {str(tmp_path)!r}\nthreshold = 0.6\nreference = 'group B'"
    )
    assert "Measured on custody set 4" in shown["summary"]["text/html"]
    assert not any("SYNTHETIC" in str(parts) for parts in shown.values())
