"""A search of a case on a page: prepare a probe, search, look at the candidates and compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import ipywidgets

from widgets.candidate_grid import CandidateGrid
from widgets.comparison_view import ComparisonView
from widgets.form_panel import Action, Field, Form, FormPanel
from widgets.found_search import compared, head_of, probe_of, rows_of
from widgets.probe_editor import ProbeEditor
from widgets.probe_views import PreparedProbe, judge_by, judge_eyes_by
from workbench.bench.search_views import ProbeRequest
from workbench.errors import RecordError
from workbench.governance.conclusions import LEAD_ONLY
from workbench.governance.searches import DEFAULT_LENGTH, LONGEST_LENGTH, ProbeOrigin

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.search_views import SearchFinding, SearchView
    from workbench.faces.analysis import FaceAnalyser

__all__ = ["SearchDesk"]

_FOOTAGE: Final = "the footage of the case"
_SEARCH: Final = "search"
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
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
    ) -> None:
        """Begin without a probe.

        Args:
            bench: opened by whoever searches.
            case: its number.
            analyser: loaded models; those of the settings if left out.
            on_searched: is told of each search that was made, beside the kernel's own thread.
            credits: of photographs that it may show, a sentence each.

        Raises:
            NotPermittedError: when the role may not look at the case or list collections.
            UnknownRecordError: when there is no such case.
        """
        self._bench, self._case = bench, case
        self._analyser = _models() if analyser is None else analyser
        self._on_searched = on_searched
        self._found: SearchFinding | None = None
        found = bench.cases.get(case, justification="opening the page of a search for it")
        self.editor = ProbeEditor(
            judge_by(self._analyser),
            origin=ProbeOrigin,
            eye_judge=judge_eyes_by(self._analyser),
            on_ready=self._prepared,
        )
        self.grid = CandidateGrid(on=bench.now().date(), on_choose=self._chosen, credits=credits)
        self.comparison = ComparisonView()
        self._head = FormPanel(
            Form(
                label="The case",
                title=f"Case {found.number}",
                about=(
                    (
                        f"{found.offence}. {_STATES.get(str(found.state), str(found.state))}; "
                        f"it ends {found.expires:%Y-%m-%d %H:%M} UTC. "
                        f"Searching as {bench.actor.name}."
                    ),
                    LEAD_ONLY,
                ),
                strong=True,
                credits=tuple(credits),
            )
        )
        self.form = FormPanel(
            Form(
                label="Search",
                title="Search",
                fields=(
                    Field("target", "Search in", "select"),
                    Field(
                        "length",
                        "Length of the list",
                        "number",
                        str(DEFAULT_LENGTH),
                        least=1,
                        most=LONGEST_LENGTH,
                    ),
                    Field(
                        "reason",
                        "Why this search is made",
                        "area",
                        placeholder="A sentence; it is kept in the log and stands in the report.",
                        most=1000,
                    ),
                ),
                actions=(Action(_SEARCH, "Search", first=True, disabled=True),),
                status="Prepare a probe above, and choose to search with it.",
                problem_title="Not searched.",
            ),
            on_press=self._asked,
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

    def refresh(self) -> None:
        """Look again at what there is to search in; from any thread."""
        options = tuple(self._targets())
        chosen = self.form.values["target"]
        known = {value for value, _ in options}
        value = chosen if chosen in known else next(iter(options), ("", ""))[0]
        fields = tuple(
            Field("target", "Search in", "select", value, options) if one.name == "target" else one
            for one in self.form.form.fields
        )
        self.form.show(fields=fields)

    def run(self, probe: PreparedProbe, *, reason: str) -> SearchView:
        """Search with a prepared probe in what is chosen on the page, and show the candidates.

        Raises:
            WorkbenchError: as `bench.searches` does; nothing is shown then.
        """
        request, values = _request(probe), self.form.values
        common: dict[str, Any] = {
            "reason": reason,
            "length": _number(values["length"]),
            "analyser": self._analyser,
        }
        searches, target = self._bench.searches, values["target"]
        if target == _FOOTAGE:
            view = searches.against_footage(self._case, request, **common)
        else:
            view = searches.against_collection(self._case, request, target, **common)
        found = searches.get(view.id, justification="looking at the candidates of one's own search")
        self.comparison.clear()
        self.grid.show(rows_of(found), head_of(found.view))
        self._found = found
        self._on_searched(view)
        return view

    def close(self) -> None:
        """Leave the browsers; the pictures are forgotten."""
        for part in (self._head, self.editor, self.form, self.grid, self.comparison):
            part.close()

    def _targets(self) -> list[tuple[str, str]]:
        ready = [one for one in self._bench.collections.list() if one.state == "ready"]
        named = [
            (
                one.record.name,
                (
                    f"collection {one.record.name}: {one.counts.references:,} references of "
                    f"{one.counts.subjects:,} people"
                ),
            )
            for one in ready
        ]
        indexed = [one for one in self._bench.footage.list(self._case) if one.state == "indexed"]
        files = "1 file" if len(indexed) == 1 else f"{len(indexed)} files"
        return [*named, (_FOOTAGE, f"{_FOOTAGE}: {files}")] if indexed else named

    def _prepared(self, _: PreparedProbe) -> None:
        allowed = bool(self.form.values["target"])
        self.form.allow(_SEARCH, allowed=allowed)
        self.form.show(
            problem="",
            tone="done" if allowed else "waits",
            status="The probe is ready. Say why, and search."
            if allowed
            else "There is no collection and no indexed footage to search in.",
        )

    def _asked(self, _: str, values: Mapping[str, str]) -> None:
        """Search beside the kernel's own thread, so that the page goes on."""
        probe = self.editor.probe
        if probe is None:
            self.form.allow(_SEARCH, allowed=False)
            self.form.show(
                tone="waits", status="The probe was changed. Choose to search with it again."
            )
            return
        self.form.allow(_SEARCH, allowed=False)
        self.form.show(tone="busy", status="Searching. Each reference is compared.")
        try:
            view = self.run(probe, reason=values["reason"])
        finally:
            self.form.allow(_SEARCH, allowed=True)
        found = view.record.candidates
        listed = "1 candidate" if found == 1 else f"{found} candidates"
        self.form.show(
            tone="done",
            status=f"Searched {view.record.target_name} at {view.at:%Y-%m-%d %H:%M:%S} UTC: "
            f"{listed}. The search is with the examiners now: two of them conclude, each apart "
            "from the other. Who the candidates are on record as stands in the report.",
        )

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


def _number(text: str) -> int:
    return int(text) if text.strip().isdigit() else 0


def _request(probe: PreparedProbe) -> ProbeRequest:
    said = {} if probe.origin is None else probe.origin.model_dump()
    by_hand = probe.by_hand
    return ProbeRequest(
        pictures=(probe.file,),
        origin=str(said.get("origin") or probe.name),
        name=probe.name,
        operations=tuple(step.operation for step in probe.log.steps),
        face=None if by_hand is not None and by_hand.found is None else probe.face_number,
        eyes=None if by_hand is None else (by_hand.right_eye, by_hand.left_eye),
        taken=said.get("taken"),
        frame=said.get("frame"),
        override=probe.override,
    )


def _models() -> FaceAnalyser:
    from workbench.faces.analysis import build_analyser  # noqa: PLC0415 - loads torch
    from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415
    from workbench.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    return build_analyser(settings, ArtefactStore.from_settings(settings))
