"""A search of a case on a page: prepare a probe, search, look at the candidates and compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import ipywidgets

from widgets.candidate_grid import CandidateGrid
from widgets.comparison_view import ComparisonView
from widgets.form_panel import Form, FormPanel, credited_above
from widgets.found_search import compared, head_of, probe_of, rows_of
from widgets.probe_editor import ProbeEditor
from widgets.probe_views import PreparedProbe, judge_by, judge_eyes_by
from widgets.search_form import (
    FULL_SCAN,
    SEARCH,
    Target,
    busy_words,
    done_words,
    fields_of,
    is_of_everyone,
    number_of,
    ready_words,
    scan_of,
    targets_of,
)
from widgets.search_making import Asked, request_of, search_for
from widgets.search_steps import case_step, none_words, steps_of, with_a_probe
from widgets.step_words import Step, step_rows
from workbench.errors import RecordError, UsageError
from workbench.governance.conclusions import LEAD_ONLY
from workbench.governance.reviews import Examination, ReviewState
from workbench.governance.searches import GalleryChoice, ProbeOrigin

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.search_views import SearchFinding, SearchView
    from workbench.faces.analysis import FaceAnalyser

__all__ = ["SearchDesk"]

_STATES: Final = {
    "open-provisional": "Open, and not authorised yet",
    "authorised": "Authorised",
}


class SearchDesk:
    """One case, one probe after the other.

    Attributes:
        editor: prepares the probe.
        form: what is searched in, why, and the button.
        grid: shows the candidates of the newest search.
        comparison: the probe beside the candidate that was chosen.
        page: all of it, to be shown.
    """

    def __init__(
        self,
        bench: Workbench,
        case: str,
        *,
        analyser: FaceAnalyser | None = None,
        on_searched: Callable[[SearchView], object] = lambda _: None,
        about: Sequence[str] = (),
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
    ) -> None:
        """Begin without a probe.

        Args:
            bench: opened by whoever searches.
            case: its number.
            analyser: loaded models; those of the settings if left out.
            on_searched: is told of each search that was made, beside the kernel's own thread.
            about: what has to be known of all of the page, a paragraph each.
            credits: of photographs that it may show, a sentence each; they stand at its top.

        Raises:
            NotPermittedError: when the role may not look at the case or list collections.
            UnknownRecordError: when there is no such case.
        """
        self._bench, self._case = bench, case
        self._analyser = _models() if analyser is None else analyser
        self._on_searched, self._about = on_searched, tuple(about)
        self._found: SearchFinding | None = None
        self._targets: list[Target] = []
        self._triaged: Asked | None = None
        self.editor = ProbeEditor(
            judge_by(self._analyser),
            origin=ProbeOrigin,
            eye_judge=judge_eyes_by(self._analyser),
            on_ready=self._prepared,
        )
        self.grid = CandidateGrid(
            on=bench.now().date(), on_choose=self._chosen, credits=credited_above(credits)
        )
        self.comparison = ComparisonView()
        self._head = FormPanel(Form(label="The case", strong=True, credits=tuple(credits)))
        self.form = FormPanel(
            Form(
                label="Search",
                title="Search",
                actions=(SEARCH,),
                status=ready_words(probe=False, targets=True, everyone=False),
                problem_title="Not searched.",
            ),
            on_press=self._pressed,
            on_change=self._changed,
        )
        self.refresh()
        # In two: ids of five in one list look like encoded bytes to whoever searches for pictures.
        asked = ipywidgets.VBox([self._head, self.editor, self.form])
        found = ipywidgets.VBox([self.grid, self.comparison])
        self.page = ipywidgets.VBox([asked, found])

    @property
    def search(self) -> SearchView | None:
        """The newest search of this page; `None` before the first."""
        return None if self._found is None else self._found.view

    @property
    def analyser(self) -> FaceAnalyser:
        """The models that it searches with."""
        return self._analyser

    def refresh(self) -> None:
        """Look again at what there is to search in; from any thread."""
        self.refresh_steps()
        self._targets = targets_of(self._bench, self._case)
        self._show_fields(self.form.values.get("target", ""))

    def refresh_steps(self) -> None:
        """Look again how far the case and its newest search are; from any thread.

        That is the newest of this page, and before there is one the newest of the case.
        """
        bench, view = self._bench, self.search
        made = [] if view else with_a_probe(bench, self._case)
        case = bench.cases.get(self._case, justification="opening the page of a search for it")
        steps, over = {Step.CASE: case_step(case)}, False
        seen: tuple[Examination, ...] = ()
        if view is None:
            self.grid.say_none(*none_words(made, bench.actor.name))
            view = made[-1] if made else None
        if view is not None:
            review = bench.reviews.get(view.id, justification="looking how far it is")
            steps, seen = steps_of(bench, view, review.state), review.examinations
            over = review.state is ReviewState.CONCLUDED
        if len(made) > 1:
            told = steps[Step.SEARCH]
            note = f"{told.note}, the newest of {len(made)} searches"
            steps[Step.SEARCH] = replace(told, note=note)
        self._head.show(
            title=f"Case {case.number}",
            about=(
                (
                    f"{case.offence}. {_STATES.get(str(case.state), str(case.state))}; "
                    f"it ends {case.expires:%Y-%m-%d %H:%M} UTC. Searching as {bench.actor.name}."
                ),
                *self._about,
                LEAD_ONLY,
            ),
            steps=tuple(step_rows(steps, seen, actor=bench.actor.name, over=over)),
        )

    def run(self, probe: PreparedProbe | None, *, reason: str) -> list[SearchView]:
        """Search in what is chosen on the page, and show the candidates of the first search.

        Args:
            probe: prepared; none is needed for everyone of the case.
            reason: why.

        Returns:
            The search, or one for each probe of the case.

        Raises:
            WorkbenchError: as `bench.searches` does; nothing is shown then.
        """
        values = self.form.values
        target = self._target(values.get("target", ""))
        if target is None:
            msg = "there is no collection and no indexed footage to search in."
            raise UsageError(msg)
        request = None if probe is None else request_of(probe)
        length, everyone = number_of(values["length"]), is_of_everyone(values)
        asked = Asked(request, target, length, scan_of(values), everyone=everyone)
        return self._run(asked, reason)

    def show(self, view: SearchView) -> None:
        """Show the candidates of a search that was made with a probe; from any thread.

        Raises:
            WorkbenchError: as `bench.searches.get` does; what was shown stays then.
        """
        found = self._bench.searches.get(
            view.id, justification="looking at the candidates of one's own search"
        )
        self.comparison.clear()
        self.grid.show(rows_of(found), head_of(found.view))
        self._found, self._triaged = found, None
        self._offer()
        self.refresh_steps()

    def close(self) -> None:
        """Leave the browsers; the pictures are forgotten."""
        self._found = self._triaged = None
        for part in (self._head, self.editor, self.form, self.grid, self.comparison):
            part.close()

    def _run(self, asked: Asked, reason: str) -> list[SearchView]:
        views = search_for(self._bench, self._case, asked, reason=reason, analyser=self._analyser)
        self.show(views[0])
        self._triaged = None if views[0].record.full_scan else asked
        self._offer()
        self._on_searched(views[0])
        return views

    def _offer(self) -> None:
        """Offer the full scan after triage, and nothing of it else."""
        more = (FULL_SCAN,) if self._triaged else ()
        self.form.show(actions=(*self.form.form.actions[:1], *more))

    def _target(self, value: str) -> Target | None:
        return next((one for one in self._targets if one.value == value), None)

    def _changed(self, name: str, value: str) -> None:
        if name == "target":
            self._show_fields(value)
        if name in {"target", "who"}:
            self._allow()
            self._say_ready()

    def _show_fields(self, value: str) -> None:
        target = self._target(value) or next(iter(self._targets), None)
        self.form.show(fields=fields_of(self.form.form.fields, self._targets, target))

    def _prepared(self, _: PreparedProbe) -> None:
        self._allow()
        self._say_ready()

    def _say_ready(self) -> None:
        probe, targets = self.editor.probe is not None, bool(self._targets)
        everyone = is_of_everyone(self.form.values)
        self.form.show(
            problem="",
            tone="done" if targets and (probe or everyone) else "waits",
            status=ready_words(probe=probe, targets=targets, everyone=everyone),
        )

    def _pressed(self, action: str, values: Mapping[str, str]) -> None:
        """Search beside the kernel's own thread, so that the page goes on."""
        if action == FULL_SCAN.name:
            self._scan_fully(values["reason"])
            return
        probe = self.editor.probe
        if probe is None and not is_of_everyone(values):
            self.form.allow(SEARCH.name, allowed=False)
            self.form.show(
                tone="waits", status="The probe was changed. Choose to search with it again."
            )
            return
        target = self._target(values.get("target", ""))
        self._wait(
            busy_words(target, scan_of(values)), lambda: self.run(probe, reason=values["reason"])
        )

    def _scan_fully(self, reason: str) -> None:
        """Search anew with what triage was made with, whatever is in the editor by now."""
        if (asked := self._triaged) is None:
            return
        asked = replace(asked, scan=GalleryChoice.EXACT)
        self._wait(busy_words(asked.target, asked.scan), lambda: self._run(asked, reason))

    def _wait(self, busy: str, make: Callable[[], list[SearchView]]) -> None:
        self.form.show(actions=tuple(replace(one, disabled=True) for one in self.form.form.actions))
        self.form.show(tone="busy", status=busy)
        try:
            views = make()
        finally:
            self._allow()
        self.form.show(tone="done", status=done_words(views))

    def _allow(self) -> None:
        probe = self.editor.probe is not None or is_of_everyone(self.form.values)
        ready = probe and bool(self._targets)
        self.form.allow(SEARCH.name, allowed=ready)
        self.form.allow(FULL_SCAN.name, allowed=True)

    def _chosen(self, candidate: str) -> None:
        if (found := self._found) is None:
            return
        picture = compared(found, candidate)
        if picture is None:
            self.comparison.clear()
            msg = (
                f"the eyes of {candidate} were not found in its picture, so that the two cannot "
                "be shown at equal scale. Look at its picture in the list."
            )
            raise RecordError(msg)
        self.comparison.show(probe_of(found), picture)


def _models() -> FaceAnalyser:
    from workbench.faces.analysis import build_analyser  # noqa: PLC0415 - loads torch
    from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415
    from workbench.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    return build_analyser(settings, ArtefactStore.from_settings(settings))
