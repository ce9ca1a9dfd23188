"""The notebook of the watchlist: thin, clean, and it builds the list of a demonstration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from committed_notebook import (
    require_no_output,
    require_nothing_kept,
    require_thin,
    run_on_demonstration,
)

from widgets.watchlist_builder import _BuilderSurface

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "analyst" / "10_build_watchlist.ipynb"
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
    require_no_output(notebook)


def test_its_cells_are_thin_and_explained(notebook: Any) -> None:
    require_thin(notebook, ["parameters", "page"])


def test_it_says_what_a_demonstration_proves_and_what_others_owe(notebook: Any) -> None:
    text = notebook.cells[0].source
    assert "It proves that the parts work and nothing else." in text
    assert "a second person compares each image with the record" in text
    assert "A build replaces the whole list" in notebook.cells[-1].source


@pytest.mark.slow
def test_it_builds_the_list_of_a_demonstration_and_its_outputs_hold_no_picture(
    notebook: Any, tmp_path: Path
) -> None:
    book, words = run_on_demonstration(notebook, DONE, place=NOTEBOOK.parent, temporary=tmp_path)
    said = words.splitlines()
    assert said[0] == "3"
    assert said[1] == str(["incomplete", "incomplete", "incomplete", "refused"])
    assert said[2] == "3 0 2"
    assert "Barack-Obama" in said[3]
    require_nothing_kept(book, CODE, tmp_path)
