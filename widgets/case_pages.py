"""What the notebook of a retrospective search opens: a case of a bench, or a demonstration."""

from __future__ import annotations

import atexit
import html
import os
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ipywidgets

from widgets.examination_place import ExaminationPlace
from widgets.footage_desk import FootageDesk
from widgets.form_panel import credited_above
from widgets.report_desk import ReportDesk
from workbench.closing import ClosedAtTheEnd
from workbench.errors import UsageError
from workbench.governance.cases import CaseState
from workbench.governance.permissions import PERMISSIONS, Permission

if TYPE_CHECKING:
    from widgets.pairs_desk import PairsDesk
    from widgets.search_desk import SearchDesk
    from workbench.bench import Workbench
    from workbench.bench.search_views import SearchView
    from workbench.faces.analysis import FaceAnalyser

__all__ = ["CaseDesk", "case_desk"]

BENCH_VARIABLE: Final = "WORKBENCH_BENCH"
REPORTS: Final = "search-reports"
_OPEN: Final = frozenset({CaseState.OPEN_PROVISIONAL, CaseState.AUTHORISED})
_DESKS: dict[tuple[object, ...], CaseDesk] = {}
"""The desks of this kernel: a cell that is run again begins anew, and lets go of what was there."""


class CaseDesk(ClosedAtTheEnd):
    """The pages of one case, as far as whoever opened the bench may see them.

    Attributes:
        case: its number.
        searching: prepares a probe and searches; `None` to whoever may not.
        footage: who is in view of the footage when; likewise.
        pairs: compares two pieces of it for the same people; `None` to whoever may not search.
        examining: the examination of its searches; `None` until it is shown.
        reporting: writes the report of a concluded search; likewise.
    """

    def __init__(
        self,
        bench: Workbench,
        case: str,
        *,
        reports: str | Path = REPORTS,
        analyser: FaceAnalyser | None = None,
        about: Sequence[str] = (),
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
        going: ExitStack | None = None,
    ) -> None:
        """Open what the role may see.

        Args:
            bench: opened by whoever works.
            case: its number.
            reports: folder for reports.
            analyser: loaded models; those of the settings if left out.
            about: what has to be known of all of the pages, a paragraph each.
            credits: of photographs that it may show, a sentence each; they stand at the top, and
                each page further down says so.
            going: what ends with the desk; this desk adds its own.

        Raises:
            UnknownRecordError: when there is no such case.
        """
        self.case, self._bench, self._credits = case, bench, credited_above(credits)
        self._going = ExitStack() if going is None else going
        self.searching: SearchDesk | None = None
        self.footage: FootageDesk | None = None
        self.pairs: PairsDesk | None = None
        self.examining: ExaminationPlace | None = None
        self.reporting: ReportDesk | None = None
        if self._may(Permission.RETRO_SEARCH_RUN):
            from widgets.search_desk import SearchDesk as Desk  # noqa: PLC0415 - opens quickly

            self.searching = Desk(
                bench,
                case,
                analyser=analyser,
                on_searched=self._searched,
                about=about,
                credits=credits,
            )
            self._going.callback(self.searching.close)
        if self._may(Permission.FOOTAGE_CONSULT):
            self.footage = FootageDesk(
                bench, case, on_look=self._looked_at_footage, credits=self._credits
            )
            self._going.callback(self.footage.close)
        if self.searching is not None and self.footage is not None:
            from widgets.pairs_desk import PairsDesk as Pairs  # noqa: PLC0415 - opens quickly

            self.pairs = Pairs(
                bench,
                case,
                analyser=self.searching.analyser,
                play=self.footage.play,
                on_searched=self._searched_with_a_pair,
                credits=self._credits,
            )
            self._going.callback(self.pairs.close)
        if self._may(Permission.RETRO_SEARCH_CONSULT) and self._may(Permission.EXPORT_MAKE):
            self.reporting = ReportDesk(bench, case, reports, on_written=self._written)
            self._going.callback(self.reporting.close)

    def search_page(self) -> ipywidgets.Widget:
        """Return the page on which a probe is prepared and searched with."""
        if self.searching is None:
            return self._not_yours(Permission.RETRO_SEARCH_RUN)
        return self.searching.page

    def footage_page(self) -> ipywidgets.Widget:
        """Return the timeline of the footage of the case."""
        if self.footage is None:
            return self._not_yours(Permission.FOOTAGE_CONSULT)
        return self.footage.page

    def pairs_page(self) -> ipywidgets.Widget:
        """Return where two pieces of footage are compared for the same people."""
        if self.pairs is None:
            return self._not_yours(Permission.RETRO_SEARCH_RUN)
        return self.pairs.page

    def first_examiner(self) -> ipywidgets.Widget:
        """Return the desk of whoever examines, or how far the searches are."""
        if not self._may(Permission.RETRO_SEARCH_CONSULT):
            return self._not_yours(Permission.RETRO_SEARCH_CONSULT)
        if self.examining is None:
            examines = self._may(Permission.REVIEW_EXAMINE)
            actor = self._bench.actor
            self.examining = ExaminationPlace(
                self._bench,
                self.case,
                title="Examination" if examines else "How far the searches are",
                about=(f"As {actor.name}, {actor.role.phrase}.",),
                on_changed=self._examined,
                on_look=self._looked,
                credits=self._credits,
            )
            self._going.callback(self.examining.close)
        return self.examining.page

    def second_examiner(self) -> ipywidgets.Widget:
        """Return the desk of the second examiner, or who that is."""
        return _note(
            "The second examiner.",
            "Another examiner opens this notebook under their own login: the search waits for "
            "them, and they are shown nothing of the first conclusion.",
        )

    def report_page(self) -> ipywidgets.Widget:
        """Return where the report is written."""
        if self.reporting is None:
            return self._not_yours(Permission.EXPORT_MAKE)
        return self.reporting.page

    def close(self) -> None:
        """Let go of every picture, and end what was opened for the pages."""
        self._going.close()

    def _searched(self, view: SearchView) -> None:
        if self.footage is not None:
            self.footage.refresh(view)
        if self.reporting is not None:
            self.reporting.choice.refresh(newest=True)
        for place in self._places():
            place.choice.refresh(newest=True)

    def _searched_with_a_pair(self, view: SearchView) -> None:
        if self.searching is not None:
            self.searching.show(view)
        self._searched(view)

    def _examined(self) -> None:
        if self.reporting is not None:
            self.reporting.choice.refresh()
        if self.searching is not None:
            self.searching.refresh_steps()

    def _looked_at_footage(self) -> None:
        if self.searching is not None:
            self.searching.refresh_steps()
        for place in self._places():
            place.choice.refresh()

    def _looked(self) -> None:
        """Tell the other pages of what was searched elsewhere meanwhile."""
        if self.searching is not None:
            self.searching.refresh_steps()
        if self.footage is not None:
            self.footage.refresh()

    def _written(self) -> None:
        if self.searching is not None:
            self.searching.refresh_steps()
        for place in self._places():
            place.choice.refresh()

    def _places(self) -> Sequence[ExaminationPlace]:
        return () if self.examining is None else (self.examining,)

    def _may(self, permission: Permission) -> bool:
        return permission in PERMISSIONS[self._bench.actor.role]

    def _not_yours(self, permission: Permission) -> ipywidgets.HTML:
        actor = self._bench.actor
        return _note(
            "Not of this account.",
            f"{actor.name} is {actor.role.phrase} and may not {permission.meaning}.",
        )


def case_desk(
    demonstration: bool | None = None,  # noqa: FBT001 - the first choice of the notebook
    *,
    case: str | None = None,
    reports: str | Path = REPORTS,
    encoder: str | None = None,
) -> CaseDesk:
    """Return the pages of a case of a bench, opened by its login, or of a demonstration.

    Args:
        demonstration: whether one is made; where WORKBENCH_BENCH names no bench, when left out.
        case: its number; the one that is open, when left out.
        reports: folder for reports, made where it is missing.
        encoder: of a demonstration.

    Raises:
        ArtefactError: when photographs or models cannot be had.
        CredentialError: when nobody is logged in to the bench.
        UsageError: when it is not clear which case is meant.
    """
    if demonstration is None:
        demonstration = not os.environ.get(BENCH_VARIABLE)
    key = (demonstration, case)
    if key in _DESKS:
        _DESKS.pop(key).close()
    if demonstration:
        from widgets.sample_case import demonstration_case  # noqa: PLC0415 - loads torch

        desk: CaseDesk = demonstration_case(reports=reports, encoder=encoder)
    else:
        desk = _opened(case, reports)
    _DESKS[key] = desk
    return desk


def _opened(case: str | None, reports: str | Path) -> CaseDesk:
    from workbench.bench import Workbench as Bench  # noqa: PLC0415 - loads the store

    with ExitStack() as making:
        bench: Workbench = making.enter_context(Bench.open())
        number = _only_one(bench) if case is None else case
        return CaseDesk(bench, number, reports=reports, going=making.pop_all())


def _only_one(bench: Workbench) -> str:
    """Return the number of the one case that is open.

    Raises:
        UsageError: when there is none, or more than one.
    """
    numbers = [one.number for one in bench.cases.list() if one.state in _OPEN]
    if len(numbers) == 1:
        return numbers[0]
    found = f"{len(numbers)} cases are open: {', '.join(numbers)}" if numbers else "no case is open"
    msg = f"{found}. Set case to the number of the one that is meant."
    raise UsageError(msg)


def _note(title: str, words: str) -> ipywidgets.HTML:
    return ipywidgets.HTML(f"<b>{html.escape(title)}</b> {html.escape(words)}")


def close_desks() -> None:
    """End the desks of this kernel, demonstrations with their benches."""
    for desk in list(_DESKS.values()):
        with suppress(Exception):
            desk.close()
    _DESKS.clear()


atexit.register(close_desks)
