"""Choosing one search of a case: which there are, when each was made, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from widgets.form_panel import Action, Field, Form, FormPanel
from workbench.governance.review_words import DIFFER
from workbench.governance.reviews import ReviewState
from workbench.governance.searches import SearchKind

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.search_views import SearchView

__all__ = ["SearchChoice", "search_words"]

FIELD: Final = "search"
_LOOK: Final = "look"
_STATES: Final = {
    ReviewState.OPEN: "open, examiners conclude",
    ReviewState.DISPUTED: "two examiners differ",
    ReviewState.CONCLUDED: "concluded",
}


def search_words(view: SearchView) -> str:
    """Return what tells a search from the others of its case."""
    record = view.record
    # Those that were made together are of one moment, and differ by their probes alone.
    of = f", probe of {record.asked.origin}" if record.kind is SearchKind.EVERYONE else ""
    when = f"{view.at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{when} in {record.target_name}{of}: {DIFFER if view.differ else _STATES[view.state]}"


class SearchChoice:
    """A form that names the searches of a case; the newest is chosen until somebody chooses.

    Those that were triage are left out: they are neither concluded on nor reported.

    Attributes:
        form: to be shown.
    """

    def __init__(
        self,
        bench: Workbench,
        case: str,
        *,
        title: str,
        about: Sequence[str] = (),
        on_choose: Callable[[SearchView | None], None],
        on_look: Callable[[], object] = lambda: None,
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
    ) -> None:
        """Begin with the newest search, if there is one; `refresh` tells of it.

        Args:
            bench: opened by whoever looks.
            case: its number.
            title: above it.
            about: paragraphs.
            on_choose: is told of the search that is chosen, each time one looked.
            on_look: is told that somebody looked again.
            credits: of photographs of a demonstration.
        """
        self._bench, self._case, self._on_choose = bench, case, on_choose
        self._on_look = on_look
        self._views: dict[str, SearchView] = {}
        self._act: Callable[[str, Mapping[str, str]], None] | None = None
        self.form = FormPanel(
            Form(
                label=title,
                title=title,
                about=tuple(about),
                fields=(Field(FIELD, "Search", "select"),),
                actions=(Action(_LOOK, "Look again"),),
                credits=tuple(credits),
            ),
            on_press=self._pressed,
            on_change=lambda _name, _value: self._told(),
        )

    @property
    def chosen(self) -> SearchView | None:
        """The search that is chosen; `None` where there is none."""
        return self._views.get(self.form.values[FIELD])

    def refresh(self, *, newest: bool = False) -> None:
        """Look again which searches there are; from any thread.

        Args:
            newest: choose the newest, whatever was chosen.
        """
        every = self._bench.searches.list(self._case)
        # Pairs of two pieces of footage are examined once somebody has searched with one of them,
        # and nobody concludes on triage.
        views = [view for view in every if view.record.pairs is None and view.record.full_scan]
        triage = sum(not view.record.full_scan for view in every)
        self._views = {view.id: view for view in views}
        options = tuple((view.id, search_words(view)) for view in reversed(views))
        before = self.form.values[FIELD]
        value = before if before in self._views and not newest else next(iter(options), ("",))[0]
        named = Field(FIELD, "Search", "select", value, options) if options else _NONE
        others = [one for one in self.form.form.fields if one.name != FIELD]
        self.form.show(
            fields=(named, *others),
            status="" if options else _none_words(triage),
        )
        self._told()

    def more(
        self,
        fields: Sequence[Field],
        action: Action,
        do: Callable[[str, Mapping[str, str]], None],
    ) -> None:
        """Ask for more of whoever chose a search.

        Args:
            fields: beside it.
            action: beside looking again.
            do: what that stands for.
        """
        self._act = do
        shown = self.form.form
        self.form.show(fields=(*shown.fields, *fields), actions=(*shown.actions, action))

    def _pressed(self, action: str, values: Mapping[str, str]) -> None:
        if action == _LOOK or self._act is None:
            self.refresh()
            self._on_look()
        else:
            self._act(action, values)

    def _told(self) -> None:
        self._on_choose(self.chosen)


def _none_words(triage: int) -> str:
    if not triage:
        return "No search with a probe was made for this case yet."
    made = "1 search was" if triage == 1 else f"{triage} searches were"
    return f"{made} triage, on which nobody concludes. No full scan was made for this case yet."


_NONE: Final = Field(FIELD, "Search", "select", "", (("", "none yet"),))
