"""One examiner's desk: what was compared, a graded conclusion, a reason; blind to the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from widgets.examination_drafts import Draft
from widgets.examination_words import page_words, review_words
from widgets.panels import Panel, Surface, joined
from widgets.step_words import Step, StepDone
from workbench.errors import UsageError
from workbench.governance.checklists import Checklist
from workbench.governance.conclusions import Conclusion
from workbench.governance.reviews import Review

__all__ = ["ExaminationPanel", "Examine"]

Examine: TypeAlias = Callable[[str | None, Conclusion, Checklist | None, str], Review]
"""Saves an examination and returns the review with it: candidate, conclusion, checklist, reason."""
NO_EXAMINING: Final = "This page shows how far the search is; nothing is concluded on it."


class _ExaminationSurface(Surface):
    _esm = joined("parts.js", "steps.js", "examination_parts.js", "examination.js")
    _css = joined("panel.css", "steps.css", "examination.css")


class ExaminationPanel(Panel):
    """Lets one examiner compare part by part and conclude on one search.

    Whatever others said reaches the browser only once `Review.visible_to` shows it to this
    examiner. Nothing is chosen beforehand, and nothing is saved but by `examine`, whose refusals
    are shown. What is marked and written outlasts the page, not the kernel.
    """

    surface = _ExaminationSurface

    def __init__(
        self,
        review: Review,
        actor: str,
        examine: Examine | None,
        *,
        candidates: Mapping[str, str],
        steps: Mapping[Step, StepDone] | None = None,
        on_saved: Callable[[Review], object] | None = None,
    ) -> None:
        """Begin with a review as it is.

        Args:
            review: of the search.
            actor: account of whoever examines.
            examine: saves an examination; without it the panel only shows.
            candidates: words for each candidate, by id, in the order of their ranks.
            steps: those that were done, but not comparing and concluding.
            on_saved: is told of the review once an examination is saved, for instance to reveal
                the scores of a `CandidateGrid`.

        Raises:
            UsageError: when `steps` tells of comparing or concluding.
        """
        super().__init__()  # first: what is refused below is closed like any other
        self._actor, self._examine, self._on_saved = actor, examine, on_saved
        self._candidates, self._steps = dict(candidates), dict(steps or {})
        self._held = threading.RLock()
        self._review = review
        self._draft = Draft(self._candidates)
        self._words()

    @property
    def review(self) -> Review:
        """The review as it was last seen."""
        return self._review

    def show(self, review: Review, steps: Mapping[Step, StepDone] | None = None) -> None:
        """Show how far the search is now; what is being written stays. From any thread.

        Args:
            review: of the same search.
            steps: that were done, if others than before.

        Raises:
            UsageError: when it is of another search, or as for the first.
        """
        if review.search != self._review.search:
            msg = (
                f"this panel is of search {self._review.search}, not of {review.search}. Make "
                "another one."
            )
            raise UsageError(msg)
        with self._held:
            before = self._review, self._steps
            self._review = review
            self._steps = self._steps if steps is None else dict(steps)
            try:
                words = self._words()
            except UsageError:
                self._review, self._steps = before
                raise
        self.say(words)

    def look_at(self, candidate: str) -> None:
        """Have the checklist be about a candidate, as chosen in a `CandidateGrid`; any thread.

        While a conclusion is being written in a browser it stays about its own, and says so.

        Raises:
            UsageError: when it is no candidate of this search.
        """
        if candidate not in self._candidates:
            msg = f"{candidate} is no candidate of this search. Choose one that is."
            raise UsageError(msg)
        with self._held:
            self._draft.candidate = candidate
        self.say({"kind": "look", "candidate": candidate})

    def _greet(self) -> None:
        with self._held:
            page, words = page_words(self._candidates), self._words()
            draft = self._draft.plain()
        self.say({"kind": "page", **page})
        self.say(words)
        self.say({"kind": "draft", "draft": draft})

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        if kind == "draft":
            with self._held:
                self._draft.take(content)
        elif kind == "examine":
            self._worker.do(lambda: self._save(content))

    def _words(self) -> dict[str, Any]:
        words = review_words(self._review, self._actor, self._steps, self._candidates)
        if self._examine is None:
            words |= {"may": False, "why_not": words["why_not"] or NO_EXAMINING}
        return {"kind": "review", **words}

    def _save(self, content: Mapping[str, Any]) -> None:
        """Save what a view asks for; there is nothing in it that a person did not choose."""
        view = str(content["view"])
        try:
            review = self._examined(content)
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._refused("examine", error, to=view)
            return
        with self._held:
            self._draft.clear()
        self.show(review)
        self.say({"kind": "saved", "to": view})
        if self._on_saved is not None:
            self._on_saved(review)

    def _examined(self, content: Mapping[str, Any]) -> Review:
        if self._examine is None:
            raise UsageError(NO_EXAMINING)
        conclusion = _conclusion(content.get("conclusion"))
        reason = content.get("reason")
        candidate: str | None = None
        checklist: Checklist | None = None
        if conclusion.is_about_a_candidate:
            candidate = self._candidate(content.get("candidate"))
            checklist = _checklist(content.get("marks"))
        reason = reason if isinstance(reason, str) else ""
        return self._examine(candidate, conclusion, checklist, reason)

    def _candidate(self, given: object) -> str:
        if isinstance(given, str) and given in self._candidates:
            return given
        msg = (
            "this conclusion is about a candidate, and none is chosen. Choose the candidate that "
            "you compared, or conclude no candidate."
        )
        raise UsageError(msg)


def _conclusion(given: object) -> Conclusion:
    try:
        return Conclusion(given)  # type: ignore[arg-type]
    except ValueError:
        msg = "no conclusion is chosen. Choose one, and say why."
        raise UsageError(msg) from None


def _checklist(given: object) -> Checklist:
    """Return the checklist as a browser sent it; parts of which nothing is said are left out.

    Raises:
        RecordError: when a mark is none, or nothing was similar or different.
    """
    told: Sequence[tuple[str, Any]] = list(given.items()) if isinstance(given, dict) else []
    marks = {
        part: {"seen": mark.get("seen"), "note": str(mark.get("note") or "").strip() or None}
        for part, mark in told
        if isinstance(mark, dict) and mark.get("seen")
    }
    return Checklist.read({"marks": marks}, what="the checklist")
