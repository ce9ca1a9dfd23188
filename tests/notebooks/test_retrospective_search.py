"""The notebook of a retrospective search: thin, clean, and it goes from a probe to a report."""

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

from widgets.candidate_grid import _GridSurface
from widgets.comparison_view import _ComparisonSurface
from widgets.examination_panel import _ExaminationSurface
from widgets.footage_timeline import _TimelineSurface
from widgets.form_panel import _FormSurface
from widgets.pair_list import _PairsSurface
from widgets.probe_editor import _ProbeSurface
from widgets.report_view import _ReportSurface

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "analyst" / "30_retrospective_search.ipynb"
SURFACES = (
    _ComparisonSurface,
    _ExaminationSurface,
    _FormSurface,
    _GridSurface,
    _PairsSurface,
    _ProbeSurface,
    _ReportSurface,
    _TimelineSurface,
)
CODE = frozenset(str(text) for one in SURFACES for text in (one._esm, one._css))
# What somebody does on the page, with two examiners who differ, and what is left of it.
DONE = """
from pathlib import Path

search = desk.searching
search.editor._work.describe({"kind": "camera", "origin": "camera 3 of the shop"})
search.editor._use()
search.form.press("search", reason="The man who takes the bag.")
print(search.form.form.problem or search.search.record.candidates)
search.grid.choose("candidate-1")
first, second = desk.examiners
seen = {"conclusion": "support-same", "candidate": "candidate-1", "marks": {"nose": {"seen": "similar"}}}
first.desk.panel._save({"view": "v", **seen, "reason": "Nose and mouth agree."})
print(second.desk.panel.review.examinations, second.desk.grid.hides_scores)
second.desk.panel._save({"view": "v", "conclusion": "no-candidate", "reason": "The nose differs."})
print(first.desk.state, desk.reporting.choice.form.form.status)
second._leaving.press("leave", reason="There is no third examiner this week.")
desk.reporting.choice.form.press("write", recipient="DI Farrow", justification="the file of the case")
print(sorted(one.suffix for one in Path(reports).iterdir()))
desk.wait()
target = search.form.form.fields[0].options[1][0]
search.form.press("search", target=target, reason="Was the man in the street before.")
print(search.form.form.problem or search.search.record.kind.value)
bars = desk.footage.timeline._bars
hits = sorted((one.hit for one in bars if one.hit), key=lambda hit: hit.rank)
print([hit.rank for hit in hits], [hit.rank for hit in hits if hit.rare], len(bars))
desk.pairs.form.press("compare", reason="Who of the street was in the doorway?")
print([one["rank"] for one in desk.pairs.pairs._words["rows"]])
desk.close()
"""


@pytest.fixture(scope="module")
def notebook() -> Any:
    """Return the notebook as it is committed."""
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_committed_without_output(notebook: Any) -> None:
    require_no_output(notebook)


def test_its_cells_are_thin_and_explained(notebook: Any) -> None:
    require_thin(
        notebook, ["parameters", "search", "footage", "pairs", "first", "second", "report"]
    )


def test_it_says_what_it_is_worth_and_what_a_demonstration_proves(notebook: Any) -> None:
    text = notebook.cells[0].source
    assert "It proves that the parts work and nothing else." in text
    assert "out of the very one that is the probe: the high scores of the footage come" in text
    assert "a lead for the investigation, and no identification" in text
    assert "as long where the person is not among them" in text


@pytest.mark.slow
def test_it_goes_from_a_probe_to_a_report_and_its_outputs_hold_no_picture(
    notebook: Any, tmp_path: Path
) -> None:
    temporary = tmp_path / "kernel"
    temporary.mkdir()
    book, words = run_on_demonstration(
        notebook,
        DONE,
        place=NOTEBOOK.parent,
        temporary=temporary,
        parameters=f"reports = {str(tmp_path / 'reports')!r}",
    )
    said = words.splitlines()
    assert said[0] == "5"
    assert said[1] == "() True", "the second is shown nothing of the first"
    assert said[2] == (
        "disputed A third examiner concludes, or it is left as inconclusive; then there is a "
        "report."
    )
    assert said[3] in {"['.html', '.pdf']", "['.html']"}, "a machine without pango makes no PDF"
    hits = list(range(1, 11))
    assert said[4:6] == ["footage", f"{hits} [1, 2] 10"], "all are candidates for one man"
    assert said[6] == "[1, 2, 3, 4, 5]", "each who walks by is in both files, and a pair"
    require_nothing_kept(book, CODE, temporary)
