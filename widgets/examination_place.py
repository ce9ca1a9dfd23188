"""Where one examiner works: the searches of a case, and the desk of the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import ipywidgets

from widgets.examination_desk import ExaminationDesk
from widgets.form_panel import Action, Field, Form, FormPanel
from widgets.search_choice import SearchChoice
from workbench.governance.permissions import PERMISSIONS, Permission
from workbench.governance.reviews import ReviewState

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.search_views import SearchView

__all__ = ["ExaminationPlace"]

_LEAVE: Final = "leave"


class ExaminationPlace:
    """The examinations of one case, as one account sees them.

    Attributes:
        choice: which search is examined.
        page: all of it, to be shown.
    """

    def __init__(
        self,
        bench: Workbench,
        case: str,
        *,
        title: str,
        about: Sequence[str] = (),
        on_changed: Callable[[], object] = lambda: None,
        on_look: Callable[[], object] = lambda: None,
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
    ) -> None:
        """Begin with the newest search.

        Args:
            bench: opened by whoever examines, or looks.
            case: its number.
            title: above it.
            about: paragraphs.
            on_changed: is told when this account has concluded, or left a search as inconclusive.
            on_look: is told that somebody looked again which searches there are.
            credits: of photographs of a demonstration.

        Raises:
            NotPermittedError: when the role may not look at what a search found.
            UnknownRecordError: when there is no such case.
        """
        self._bench, self._on_changed, self._credits = bench, on_changed, tuple(credits)
        self._desk: ExaminationDesk | None = None
        self._room = ipywidgets.VBox()
        self._leaving = FormPanel(
            Form(
                label="Leaving a search as inconclusive",
                title="No third examiner?",
                about=(
                    (
                        "Two examiners differ. A third may conclude, who is shown neither. "
                        "Where there is none, the search can be left as inconclusive, for good."
                    ),
                ),
                fields=(Field("reason", "Why it is left so", "area", most=1000),),
                actions=(Action(_LEAVE, "Leave it as inconclusive"),),
                problem_title="It was not left as inconclusive.",
            ),
            on_press=self._leave,
        )
        self.choice = SearchChoice(
            bench, case, title=title, about=about, on_choose=self._chosen, on_look=on_look
        )
        self.choice.refresh()
        self.page = ipywidgets.VBox([self.choice.form, self._room])

    @property
    def desk(self) -> ExaminationDesk | None:
        """The desk of the search that is chosen; `None` where there is none."""
        return self._desk

    def close(self) -> None:
        """Leave the browsers; the pictures are forgotten."""
        self._let_go()
        self._leaving.close()
        self.choice.form.close()

    def _chosen(self, view: SearchView | None) -> None:
        if view is None:
            self._let_go()
        elif self._desk is not None and self._desk.search == view.id:
            self._desk.refresh()
        else:
            self._let_go()
            self._desk = ExaminationDesk(
                self._bench, view.id, on_saved=self._saved, credits=self._credits
            )
        self._arrange()

    def _arrange(self) -> None:
        desk = self._desk
        parts: list[ipywidgets.Widget] = []
        if desk is not None:
            parts.append(desk.page)
            may = Permission.REVIEW_SURRENDER in PERMISSIONS[self._bench.actor.role]
            if may and desk.state is ReviewState.DISPUTED:
                parts.append(self._leaving)
        if tuple(parts) != self._room.children:
            self._room.children = tuple(parts)

    def _saved(self) -> None:
        self.choice.refresh()
        self._on_changed()

    def _leave(self, _: str, values: Mapping[str, str]) -> None:
        if (desk := self._desk) is None:
            return
        self._bench.reviews.surrender(desk.search, reason=values["reason"])
        self._saved()

    def _let_go(self) -> None:
        desk, self._desk = self._desk, None
        self._room.children = ()
        if desk is not None:
            desk.close()
