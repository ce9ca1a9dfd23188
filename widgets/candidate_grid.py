"""A candidate list to look through: pictures by rank, each to be chosen for comparison."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from widgets.candidate_rows import CandidateRow, ListHead, head_words, row_words
from widgets.panels import Panel, Surface, joined
from widgets.thumbnails import fetched
from workbench.errors import UsageError

__all__ = ["NOTHING_YET", "CandidateGrid"]

NOTHING_YET: Final = (
    "Nothing was searched yet.",
    "Choose a probe and what to search in, then search.",
)
"""What is said where there is no list: in a few words, and what to do."""


class _GridSurface(Surface):
    _esm = joined("parts.js", "thumbnails.js", "candidates.js")
    _css = joined("panel.css", "candidates.css")


class CandidateGrid(Panel):
    """Shows the candidates of one search by rank, and lets one after the other be chosen.

    It decides nothing. While scores are hidden they do not leave the kernel, so nobody finds them
    in the page either. Pictures are read when a view asks for them, sent as message buffers, and
    not kept.
    """

    surface = _GridSurface

    def __init__(
        self,
        rows: Iterable[CandidateRow] = (),
        head: ListHead | None = None,
        *,
        on: date,
        on_choose: Callable[[str], object] | None = None,
        hide_scores: bool = False,
        hidden_until: str = "your conclusion is saved",
        strip: bool = False,
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
    ) -> None:
        """Begin with a list, or with none yet.

        Args:
            rows: the candidates, in any order; no id and no rank twice.
            head: what is said of the list; without it nothing was searched yet.
            on: the day on which it is looked at, from which the age of images is reckoned.
            on_choose: is told the id of a candidate that somebody chose.
            hide_scores: whether scores, gaps and meanings stay hidden until `reveal`.
            hidden_until: when that is, in words.
            strip: begin as one line of pictures instead of a grid.
            credits: of photographs that it may show, a sentence each.

        Raises:
            UsageError: when an id or a rank comes twice, or there are rows without a head.
        """
        super().__init__()  # first: what is refused below is closed like any other
        self._on, self._on_choose = on, on_choose
        self._strip, self._credits = strip, list(credits)
        self._until, self._none = hidden_until, NOTHING_YET
        self._held = threading.RLock()
        self._rows, self._head = _checked(rows, head), head
        self._hidden = self._hides = hide_scores
        self._chosen: list[str] = []
        self._fault: str | None = None

    @property
    def chosen(self) -> tuple[str, ...]:
        """Ids of candidates that were chosen, in order, each at its last place."""
        with self._held:
            return tuple(self._chosen)

    @property
    def hides_scores(self) -> bool:
        """Whether scores, gaps and meanings are hidden."""
        return self._hidden

    def show(
        self,
        rows: Iterable[CandidateRow],
        head: ListHead,
        *,
        hide_scores: bool | None = None,
    ) -> None:
        """Show the list of another search; from any thread.

        Args:
            rows: as for the first list.
            head: likewise.
            hide_scores: whether its scores are hidden until `reveal`; as at first unless told.

        Raises:
            UsageError: as for the first list.
        """
        found = _checked(rows, head)
        with self._held:
            self._hides = self._hides if hide_scores is None else hide_scores
            self._rows, self._head, self._hidden = found, head, self._hides
            self._chosen, self._fault = [], None
        self._tell()

    def say_none(self, title: str, words: str) -> None:
        """Say why no list is shown while there is none; from any thread."""
        with self._held:
            self._none = title, words
        self._tell(fresh=False)

    def fail(self, words: str) -> None:
        """Say why there is no list; from any thread."""
        with self._held:
            self._fault = words
        self._tell()

    def reveal(self) -> None:
        """Show scores, gaps and meanings from now on; call it once a conclusion is saved."""
        with self._held:
            self._hidden = False
        self._tell(fresh=False)

    def choose(self, candidate: str) -> None:
        """Choose a candidate, as a person does in the browser.

        Raises:
            UsageError: when it is not on the list.
        """
        with self._held:
            if candidate not in self._rows:
                msg = f"{candidate} is not on this list. Choose one that is."
                raise UsageError(msg)
        if self._on_choose is not None:
            self._on_choose(candidate)
        with self._held:
            self._chosen = [one for one in self._chosen if one != candidate] + [candidate]
        self.say({"kind": "chosen", "chosen": list(self.chosen)})

    def _greet(self) -> None:
        self._tell()

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        view = str(content["view"])
        if kind == "thumbs":
            self._worker.do(lambda: self._send_pictures(view, content.get("ids")))
        elif kind == "choose":
            self._worker.do(lambda: self._choose(view, str(content.get("candidate"))))

    def _choose(self, view: str, candidate: str) -> None:
        try:
            self.choose(candidate)
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._refused("choose", error, to=view, candidate=candidate)

    def _send_pictures(self, view: str, wanted: object) -> None:
        with self._held:
            pictures = {name: row.thumbnail for name, row in self._rows.items()}
        found = fetched(wanted, pictures)
        words = {"kind": "thumbs", "to": view, "of": found.names, "missing": found.missing}
        self.say(words, found.pictures)

    def _tell(self, *, fresh: bool = True) -> None:
        """Tell all views the list; with `fresh` they ask for its pictures anew."""
        with self._held:
            rows = sorted(self._rows.values(), key=lambda row: row.rank)
            message = {
                "kind": "list",
                "fresh": fresh,
                "head": None if self._head is None else head_words(self._head),
                "rows": [row_words(row, self._on, hidden=self._hidden) for row in rows],
                "hidden": self._hidden,
                "until": self._until,
                "none": list(self._none),
                "chosen": list(self._chosen),
                "strip": self._strip,
                "fault": self._fault,
                "credits": self._credits,
            }
        self.say(message)


def _checked(rows: Iterable[CandidateRow], head: ListHead | None) -> dict[str, CandidateRow]:
    given = list(rows)
    found = {row.candidate: row for row in given}
    ranks = {row.rank for row in given}
    if len(found) < len(given) or len(ranks) < len(given):
        msg = "a candidate or a rank comes twice in one list. Give each once."
        raise UsageError(msg)
    if given and head is None:
        msg = "a list of candidates is shown with what is said of it: give its head as well."
        raise UsageError(msg)
    return found
