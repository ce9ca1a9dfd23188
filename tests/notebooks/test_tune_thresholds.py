"""The data scientist's notebooks: thin, clean, and they run on what there is to measure with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from committed_notebook import require_no_output, require_nothing_kept, require_thin
from lab_values import counted, pictured
from nbclient import NotebookClient

from widgets.threshold_lab import _LabSurface
from widgets.threshold_lab_comparison import _ComparisonSurface
from workbench.evaluation import write_measurement
from workbench.evaluation.shipped import shipped_measurements

FOLDER = Path(__file__).parents[2] / "notebooks" / "data_science"
TUNE, COMPARE = FOLDER / "40_tune_thresholds.ipynb", FOLDER / "42_compare_encoders.ipynb"
OTHERS = [0.2 + place / 200 for place in range(100)]


def code_of(surface: Any) -> frozenset[str]:
    return frozenset({str(surface._esm), str(surface._css)})


def run(path: Path, parameters: str, steps: str) -> tuple[Any, str]:
    """Run a notebook with other parameters, and a last cell; return it and what that printed."""
    book = nbformat.read(path, as_version=4)
    next(cell for cell in book.cells if cell.id == "parameters").source += f"\n{parameters}"
    last = nbformat.v4.new_code_cell(steps)
    book.cells.append(last)
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(book, timeout=300, kernel_name="python3", resources=where).execute()
    return book, "".join(one.text for one in last.outputs if one.output_type == "stream")


@pytest.mark.parametrize(("path", "cells"), [(TUNE, ["lab"]), (COMPARE, ["comparison", "meaning"])])
def test_they_are_committed_thin_and_without_output(path: Path, cells: list[str]) -> None:
    notebook = nbformat.read(path, as_version=4)
    require_no_output(notebook)
    require_thin(notebook, ["parameters", *cells])


def test_they_say_what_a_figure_rests_on_and_that_nothing_is_chosen_by_itself() -> None:
    tune = nbformat.read(TUNE, as_version=4).cells[0].source
    for words in ("not measurable here", "extrapolated", "Nothing is chosen by itself", "locked test set"):  # fmt: skip
        assert words in tune
    for words in ("fitted on the very tuning people", "not frames of a camera", "The locked test is what counts"):  # fmt: skip
        assert words in tune
    compare = nbformat.read(COMPARE, as_version=4).cells[0].source
    for words in (
        "that is no sign that they are alike",
        "fitted on the very tuning people of LFW that are shown",
        "Only the locked test people",
        "press photographs and not frames of a camera",
    ):
        assert words in compare


def test_how_other_figures_are_shown_is_said_for_jupyterlab_and_for_voila() -> None:
    book = nbformat.read(TUNE, as_version=4)
    (chosen,) = [one.source for one in book.cells if one.source.startswith("## What may be chosen")]
    for words in ("copy the notebook first", "In JupyterLab: ", "In Voila no cell is shown"):
        assert words in chosen
    values = next(one for one in book.cells if one.id == "parameters").source
    for line in values.splitlines():
        assert f"`{line.split(' = ')[0]}`" in chosen, "each value is explained"
    for name in shipped_measurements():
        assert f'"{name}"' in chosen


@pytest.mark.slow
def test_thresholds_are_tuned_on_a_folder_and_no_face_is_kept(tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    measurement = counted([0.9] * 40, OTHERS, images=pictured(images))
    write_measurement(measurement, tmp_path / "report")
    steps = (
        "lab.wait()\n"
        "print(lab.figures.measurement.facts.data_set, len(lab.figures.rates) > 50, lab.chosen)\n"
        "print(lab.draft_command(0).split(' --threshold')[0])"
    )
    parameters = f"measurement = {str(tmp_path / 'report')!r}\nimages = {str(images)!r}"
    book, said = run(TUNE, parameters, steps)
    assert said.splitlines() == [
        "drawings True None",
        f"workbench policy draft ID --tuning {tmp_path / 'report'} --test TEST",
    ]
    require_nothing_kept(book, code_of(_LabSurface), tmp_path)


@pytest.mark.slow
def test_encoders_are_compared_on_folders(tmp_path: Path) -> None:
    for name, shift in (("one", 0.0), ("other", 0.1)):
        own = [0.4 + shift + place / 100 for place in range(40)]
        write_measurement(counted(own, OTHERS, name=name), tmp_path / name)
    folders = [str(tmp_path / name) for name in ("one", "other")]
    steps = (
        "comparison.wait()\n"
        "print(comparison.words['state'], comparison.words['names'])\n"
        "print(comparison.words['differences'][0]['words'])"
    )
    book, said = run(COMPARE, f"folders = {folders!r}\ntargets = (0.03,)", steps)
    state, difference = said.splitlines()
    assert state == "ready ['one', 'other']"
    assert difference.startswith("At FPIR 1 in 33 other is better on this data: of 100 searches")
    meaning = next(cell for cell in book.cells if cell.id == "meaning")
    costs, *charts = [one.data for one in meaning.outputs if one.output_type == "display_data"]
    assert "2,896 people of LFW (test, label errors left out)" in costs["text/html"]
    titles = [one["application/vnd.plotly.v1+json"]["layout"]["title"]["text"] for one in charts]
    assert [title.split(";")[0] for title in titles] == [
        "Reliability: fused, isotonic", "Reliability: fused, logistic",
    ]  # fmt: skip
    require_nothing_kept(book, code_of(_ComparisonSurface), tmp_path)
