"""A search of a case on a page: prepare a probe, search, and look at the candidates."""

from __future__ import annotations

import html
import threading
from typing import TYPE_CHECKING, Any, Final

import ipywidgets

from widgets.candidate_grid import CandidateGrid
from widgets.found_search import head_of, rows_of
from widgets.probe_editor import ProbeEditor
from widgets.probe_views import PreparedProbe, judge_by
from workbench.bench.search_views import ProbeRequest
from workbench.errors import WorkbenchError
from workbench.governance.conclusions import LEAD_ONLY
from workbench.governance.searches import DEFAULT_LENGTH, LONGEST_LENGTH, ProbeOrigin

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.search_views import SearchView
    from workbench.faces.analysis import FaceAnalyser

__all__ = ["SearchDesk"]

_FOOTAGE: Final = "the footage of the case"


class SearchDesk:
    """One case, one probe after the other.

    Attributes:
        editor: prepares the probe.
        grid: shows the candidates of the newest search.
        page: all of it, to be shown.
    """

    def __init__(
        self, bench: Workbench, case: str, *, analyser: FaceAnalyser | None = None
    ) -> None:
        """Begin without a probe.

        Args:
            bench: opened by whoever searches.
            case: its number.
            analyser: loaded models; those of the settings if left out.

        Raises:
            NotPermittedError: when the role may not look at the case or list collections.
            UnknownRecordError: when there is no such case.
        """
        self._bench, self._case = bench, case
        self._analyser = _models() if analyser is None else analyser
        self._search: SearchView | None = None
        self._probe: PreparedProbe | None = None
        found = bench.cases.get(case, justification="opening the page of a search for it")
        self.editor = ProbeEditor(
            judge_by(self._analyser), origin=ProbeOrigin, on_ready=self._prepared
        )
        self.grid = CandidateGrid(on=bench.now().date())
        self._target = ipywidgets.Dropdown(
            options=self._targets(), description="Search in", layout={"width": "32rem"}
        )
        self._length = ipywidgets.BoundedIntText(
            value=DEFAULT_LENGTH, min=1, max=LONGEST_LENGTH, description="Candidates"
        )
        self._reason = ipywidgets.Textarea(
            description="Why", placeholder="why this search is made", layout={"width": "48rem"}
        )
        self._button = ipywidgets.Button(
            description="Search", disabled=True, button_style="primary"
        )
        self._button.on_click(self._asked)
        self._state = ipywidgets.HTML()
        self._state.add_class("lfr-state")
        self._say("Prepare a probe and choose to search with it.")
        self.page = ipywidgets.VBox(
            [
                ipywidgets.HTML(
                    f"<b>Case {_safe(found.number)}</b>: {_safe(found.offence)}. {found.state}, "
                    f"ends {found.expires:%Y-%m-%d %H:%M} UTC.<br>{LEAD_ONLY}"
                ),
                self.editor,
                ipywidgets.HBox([self._target, self._length]),
                self._reason,
                ipywidgets.HBox([self._button, self._state]),
                self.grid,
            ]
        )

    @property
    def search(self) -> SearchView | None:
        """The newest search of this page; `None` before the first."""
        return self._search

    def run(self, probe: PreparedProbe, *, reason: str) -> SearchView:
        """Search with a prepared probe in what is chosen on the page, and show the candidates.

        Raises:
            WorkbenchError: as `bench.searches` does; nothing is shown then.
        """
        request = _request(probe)
        common: dict[str, Any] = {
            "reason": reason,
            "length": self._length.value,
            "analyser": self._analyser,
        }
        searches = self._bench.searches
        if self._target.value == _FOOTAGE:
            view = searches.against_footage(self._case, request, **common)
        else:
            view = searches.against_collection(self._case, request, self._target.value, **common)
        found = searches.get(view.id, justification="looking at the candidates of one's own search")
        self.grid.show(rows_of(found), head_of(found.view))
        self._search = view
        return view

    def close(self) -> None:
        """Leave the browsers; the pictures are forgotten."""
        self.editor.close()
        self.grid.close()

    def _targets(self) -> list[tuple[str, str]]:
        ready = [one for one in self._bench.collections.list() if one.state == "ready"]
        named = [
            (f"{one.record.name}: {one.counts.references:,} references", one.record.name)
            for one in ready
        ]
        indexed = any(one.state == "indexed" for one in self._bench.footage.list(self._case))
        return [*named, (_FOOTAGE, _FOOTAGE)] if indexed else named

    def _prepared(self, probe: PreparedProbe) -> None:
        self._probe = probe
        self._button.disabled = not self._target.options
        self._say(
            "Ready to search."
            if self._target.options
            else "There is no collection and no indexed footage to search in."
        )

    def _asked(self, _: object) -> None:
        """Search beside the kernel's own thread, so that the page goes on."""
        probe = self.editor.probe
        if probe is None:
            self._button.disabled = True
            self._say("The probe was changed. Choose to search with it again.")
            return
        self._button.disabled = True
        self._say("Searching ...")
        threading.Thread(target=self._searched, args=(probe,), daemon=True).start()

    def _searched(self, probe: PreparedProbe) -> None:
        try:
            view = self.run(probe, reason=self._reason.value)
        except WorkbenchError as error:
            self._say(f"Not searched: {error}")
        else:
            self._say(
                f"Search {view.id}: {view.record.candidates} candidates. Two examiners conclude "
                "on it, each apart from the other."
            )
        finally:
            self._button.disabled = False

    def _say(self, words: str) -> None:
        self._state.value = f'<span role="status">{_safe(words)}</span>'


def _request(probe: PreparedProbe) -> ProbeRequest:
    said = {} if probe.origin is None else probe.origin.model_dump()
    return ProbeRequest(
        pictures=(probe.file,),
        origin=str(said.get("origin") or probe.name),
        name=probe.name,
        operations=tuple(step.operation for step in probe.log.steps),
        face=probe.face_number,
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


def _safe(text: str) -> str:
    return html.escape(text)
