"""The examination of a search on a page: candidates without scores, comparison, conclusion."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import ipywidgets

from widgets.candidate_grid import CandidateGrid
from widgets.comparison_view import ComparisonView
from widgets.examination_panel import ExaminationPanel
from widgets.found_search import compared, head_of, probe_of, rows_of
from widgets.probe_pictures import ProbePictures
from widgets.search_steps import steps_of
from workbench.governance.checklists import Checklist
from workbench.governance.conclusions import Conclusion
from workbench.governance.permissions import PERMISSIONS, Permission
from workbench.governance.reviews import Review, ReviewState, SeenReview
from workbench.governance.searches import candidate_id

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.reviews import ReviewView

__all__ = ["ExaminationDesk"]


class ExaminationDesk:
    """One search, as one examiner sees it: nothing of another's before their own is saved.

    Attributes:
        grid: the candidates; scores are hidden until this examiner has concluded.
        pictures: those that were joined into the probe, to choose the one that is compared.
        comparison: the probe beside the candidate that was chosen.
        panel: checklist, conclusion and how far the search is.
        page: all of it, to be shown.
    """

    def __init__(
        self,
        bench: Workbench,
        search: str,
        *,
        on_saved: Callable[[], object] = lambda: None,
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
    ) -> None:
        """Open a search.

        Args:
            bench: opened by whoever examines, or looks.
            search: its id.
            on_saved: is told that an examination was saved.
            credits: of photographs that it may show, a sentence each.

        Raises:
            NotPermittedError: when the role may not look at it.
            UnknownRecordError: when there is no such search.
        """
        self._bench, self._on_saved = bench, on_saved
        why = "opening the page of its examination"
        seen = bench.reviews.get(search, justification=why)
        examines = Permission.REVIEW_EXAMINE in PERMISSIONS[bench.actor.role]
        hides = not (seen.has_examined or seen.outcome is not None)
        self._found = found = bench.searches.get(search, justification=why, scores=not hides)
        view = found.view
        self.comparison = ComparisonView()
        self._candidate: str | None = None
        self.pictures = ProbePictures(found, on_choose=self._compare)
        self.grid = CandidateGrid(
            rows_of(found),
            head_of(view),
            on=bench.now().date(),
            on_choose=self._chosen,
            hide_scores=hides,
            hidden_until="your conclusion is saved" if examines else "the search is concluded",
            strip=True,
            credits=credits,
        )
        self.panel = ExaminationPanel(
            _review(seen),
            bench.actor.name,
            self._examine if examines and not seen.barred else None,
            candidates={
                candidate_id(one.rank): f"rank {one.rank}" for one in found.document.candidates
            },
            steps=steps_of(bench, view, seen.state),
            on_saved=lambda _: self._saved(),
        )
        self._state = ipywidgets.HTML()
        self._barred = seen.barred
        self._say(self._barred)  # before anything is compared
        self.page = ipywidgets.Box(
            [
                ipywidgets.VBox(
                    [self.pictures.page, self._state, self.comparison, self.grid],
                    layout={"flex": "1.3 1 640px", "min_width": "0"},
                ),
                ipywidgets.VBox([self.panel], layout={"flex": "1 1 520px", "min_width": "0"}),
            ],
            layout={"flex_flow": "row wrap", "align_items": "flex-start", "width": "100%"},
        )

    @property
    def search(self) -> str:
        """The id of the search."""
        return self._found.view.id

    @property
    def state(self) -> ReviewState:
        """How far the search was when this page last looked."""
        return self.panel.review.state

    def refresh(self) -> None:
        """Look again at how far the search is; from any thread. What is being written stays."""
        seen = self._bench.reviews.get(self.search, justification="looking how far it is")
        self.panel.show(_review(seen), steps_of(self._bench, self._found.view, seen.state))
        if seen.has_examined or seen.outcome is not None:
            self._reveal()

    def close(self) -> None:
        """Leave the browsers; the pictures are forgotten."""
        for part in (self.grid, self.comparison, self.panel):
            part.close()
        self.pictures.close()

    def _chosen(self, candidate: str) -> None:
        self.panel.look_at(candidate)
        self._candidate = candidate
        self._compare()

    def _compare(self) -> None:
        if (candidate := self._candidate) is None:
            return
        picture = compared(self._found, candidate)
        if picture is None:
            self.comparison.clear()
            self._say(
                f"The eyes of {candidate} were not found in its picture, so that the two cannot "
                "be shown at equal scale."
            )
            return
        self._say(self._barred)
        self.comparison.show(probe_of(self._found, self.pictures.number), picture)

    def _examine(
        self,
        candidate: str | None,
        conclusion: Conclusion,
        checklist: Checklist | None,
        reason: str,
    ) -> Review:
        said = None if checklist is None else checklist.plain()
        seen = self._bench.reviews.examine(
            self._found.view.id, conclusion, reason=reason, candidate=candidate, checklist=said
        )
        return _review(seen)

    def _reveal(self) -> None:
        """Show scores from now on, which the log says."""
        if self.grid.hides_scores:
            self._bench.searches.get(self.search, justification="its scores are shown, after it")
            self.grid.reveal()

    def _saved(self) -> None:
        self._reveal()
        self._on_saved()

    def _say(self, words: str) -> None:
        self._state.value = f'<span role="status">{html.escape(words)}</span>' if words else ""


def _review(seen: ReviewView) -> Review:
    """Return a review as far as it was shown to whoever asked."""
    return SeenReview(seen.search, seen.examinations, seen.surrender, seen.state)
