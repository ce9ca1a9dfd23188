"""Where the report of a concluded search is written, as HTML and PDF, and looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ipywidgets

from widgets.form_panel import Action, Field
from widgets.report_view import ReportView
from widgets.search_choice import FIELD, SearchChoice
from workbench.errors import OutputError, UsageError
from workbench.governance.conclusions import LEAD_ONLY
from workbench.governance.reviews import ReviewState

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.search_views import SearchView

__all__ = ["ReportDesk"]

_WRITE: Final = "write"


class ReportDesk:
    """The reports of one case.

    Attributes:
        choice: which search the report is of.
        view: the HTML that was written last.
        written: files that were written, in order.
        page: all of it, to be shown.
    """

    def __init__(
        self,
        bench: Workbench,
        case: str,
        folder: str | Path,
        *,
        on_written: Callable[[], object] = lambda: None,
    ) -> None:
        """Begin with the newest search.

        Args:
            bench: opened by whoever has the report written.
            case: its number.
            folder: for the files; made where it is missing.
            on_written: is told that a report was written.

        Raises:
            NotPermittedError: when the role may not look at what a search found.
            UnknownRecordError: when there is no such case.
        """
        self._bench, self._folder = bench, Path(folder).expanduser().absolute()
        self._on_written = on_written
        self.written: list[Path] = []
        self.view = ReportView()
        self.choice = SearchChoice(
            bench,
            case,
            title="Report",
            about=(
                (
                    "The report names the case, its authority, the probe and what was done to it, "
                    "all candidates, both examiners, the conclusion and what it does not show. "
                    "Whoever was not put forward is not to be recognised in it."
                ),
                (
                    f"It is written as HTML and PDF to {self._folder}, which is a disclosure and "
                    "is recorded as one."
                ),
                LEAD_ONLY,
            ),
            on_choose=self._chosen,
        )
        form = self.choice.form
        form.show(strong=True, problem_title="No report was written.")
        self.choice.more(
            (
                Field("recipient", "Who gets it", placeholder="name and office", most=200),
                Field("justification", "What for", placeholder="for example the file of the case"),
            ),
            Action(_WRITE, "Write the report", first=True),
            self._write,
        )
        self.choice.refresh()
        self.page = ipywidgets.VBox([form, self.view])

    def close(self) -> None:
        """Leave the browsers; what is shown is forgotten, the files stay."""
        self.view.clear()
        self.view.close()
        self.choice.form.close()

    def _chosen(self, view: SearchView | None) -> None:
        form = self.choice.form
        concluded = view is not None and view.state is ReviewState.CONCLUDED
        form.allow(_WRITE, allowed=concluded)
        if view is not None and not concluded:
            owed = "A third examiner concludes, or it is left as inconclusive"
            waits = owed if view.state is ReviewState.DISPUTED else "Two examiners conclude"
            form.show(tone="waits", status=f"{waits}; then there is a report.")
        elif view is not None:
            form.show(tone="done", status=f"The search is {view.stands}.")

    def _write(self, _: str, values: Mapping[str, str]) -> None:
        search = self.choice.chosen
        if search is None or values[FIELD] != search.id:
            msg = "there is no search to write a report of. Look again."
            raise UsageError(msg)
        form = self.choice.form
        form.show(tone="busy", status="Writing HTML and PDF.")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stem = f"{search.id}-{self._bench.now():%Y%m%d-%H%M%S}"
        export = partial(
            self._bench.reviews.export,
            search.id,
            recipient=values["recipient"],
            justification=values["justification"],
        )
        page, paper = (self._folder / f"{stem}.{kind}" for kind in ("html", "pdf"))
        export(page)
        self.written.append(page)
        missing = ""
        try:
            export(paper)
            self.written.append(paper)
        except OutputError as error:  # a machine without pango
            missing = f" There is no PDF: {error}"
        files = f"{page}" if missing else f"{page} and {paper.name}"
        self.view.show(page.read_bytes(), f"As it was written for {values['recipient']}.")
        form.show(tone="done", status=f"Written: {files}.{missing}")
        self._on_written()
