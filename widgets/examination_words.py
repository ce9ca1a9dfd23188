"""How far the examination of a search is, in the words that one examiner may read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from widgets.step_words import OF_EXAMINERS, Step, StepDone, step_rows, when_words, who_words
from workbench.errors import RefusedError, UsageError
from workbench.governance.checklists import Component, Seen
from workbench.governance.conclusions import LEAD_ONLY, Conclusion
from workbench.governance.review_words import are_apart, outcome_words
from workbench.governance.reviews import Examination, Review, ReviewState

__all__ = ["LETTERS", "page_words", "review_words"]


LETTERS: Final = {
    Conclusion.STRONG_SUPPORT_SAME: "a",
    Conclusion.SUPPORT_SAME: "b",
    Conclusion.LIMITED_SUPPORT_SAME: "c",
    Conclusion.INCONCLUSIVE: "i",
    Conclusion.LIMITED_SUPPORT_DIFFERENT: "d",
    Conclusion.SUPPORT_DIFFERENT: "e",
    Conclusion.STRONG_SUPPORT_DIFFERENT: "f",
    Conclusion.NO_CANDIDATE: "n",
    Conclusion.UNSUITABLE: "u",
}
"""The key of each conclusion: the scale runs from a to f, with i in its middle."""
_STANDS: Final = {
    (ReviewState.OPEN, False): "Two examiners conclude, neither of whom is shown what the other "
    "says.",
    (ReviewState.OPEN, True): "Your examination is saved. Another examiner, who is not shown it, "
    "concludes as well.",
    (ReviewState.DISPUTED, False): "Two examiners differ. A third concludes, who is shown neither.",
    (ReviewState.DISPUTED, True): "The two examiners differ. A third, who is shown neither, "
    "concludes, or the search is left as inconclusive.",
}


def page_words(candidates: Mapping[str, str]) -> dict[str, Any]:
    """Return what does not change while a panel is shown.

    Args:
        candidates: words for each candidate, by id.
    """
    return {
        "lead_only": LEAD_ONLY,
        "parts": [{"part": part.value, "words": part.words} for part in Component],
        "seen": [one.value for one in Seen],
        "conclusions": [
            {
                "conclusion": one.value,
                "words": one.words,
                "key": LETTERS[one],
                "about": one.is_about_a_candidate,
            }
            for one in Conclusion
        ],
        "candidates": [{"id": name, "words": words} for name, words in candidates.items()],
    }


def review_words(
    review: Review,
    actor: str,
    steps: Mapping[Step, StepDone],
    candidates: Mapping[str, str],
) -> dict[str, Any]:
    """Return the review as `actor` may see it: nothing of others before their own is saved.

    Args:
        review: as it is.
        actor: whoever looks.
        steps: those that were done, but not comparing and concluding, which the review tells of.
        candidates: words for each candidate, by id.

    Raises:
        UsageError: when `steps` tells of comparing or concluding.
    """
    if told := OF_EXAMINERS & steps.keys():
        msg = (
            f"{', '.join(sorted(told))}: who compared and concluded is told from the review, to "
            "whoever may see it. Leave these steps out."
        )
        raise UsageError(msg)
    seen = review.visible_to(actor)
    examined = review.has_examined(actor)
    surrender = review.surrender
    return {
        "search": review.search,
        "state": review.state.value,
        "stands": _stands(review, examined=examined),
        "outcome": _outcome(review, candidates),
        "may": _refusal(review, actor) is None,
        "why_not": None if examined else _refusal(review, actor),
        "examined": examined,
        "examinations": [_examination(one, actor, candidates) for one in seen],
        "surrender": None
        if surrender is None
        else {
            "by": who_words(surrender.by, actor),
            "at": when_words(surrender.at),
            "reason": surrender.reason,
        },
        "steps": step_rows(steps, seen, actor=actor, over=review.state is ReviewState.CONCLUDED),
    }


def _stands(review: Review, *, examined: bool) -> str:
    if review.state is not ReviewState.CONCLUDED:
        return _STANDS[review.state, examined]
    if review.surrender is not None:
        return "The examiners differed, and it was left as inconclusive."
    if len({one.said for one in review.examinations}) == 1:
        return "The examiners came to the same conclusion, each without seeing the other's."
    if are_apart(review.outcome, review.examinations, None):
        return "The examiners differed, and a third said something else again."
    return "The examiners differed, and a third concluded."


def _outcome(review: Review, candidates: Mapping[str, str]) -> dict[str, Any] | None:
    if (said := review.outcome) is None:
        return None
    return {
        "conclusion": said.conclusion.value,
        "words": outcome_words(said, review.examinations, review.surrender),
        "candidate": _called(said.candidate, candidates),
    }


def _refusal(review: Review, actor: str) -> str | None:
    try:
        review.require_examination_by(actor)
    except RefusedError as error:
        return str(error)
    return None


def _examination(one: Examination, actor: str, candidates: Mapping[str, str]) -> dict[str, Any]:
    checklist = one.checklist
    marks = {} if checklist is None else checklist.marks
    return {
        "by": who_words(one.by, actor),
        "at": when_words(one.at),
        "conclusion": one.conclusion.value,
        "words": one.conclusion.words,
        "candidate": _called(one.candidate, candidates),
        "reason": one.reason,
        "marks": [
            {"words": part.words, "seen": marks[part].seen.value, "note": marks[part].note or ""}
            for part in Component
            if part in marks
        ],
        "left_out": [] if checklist is None else [part.words for part in checklist.left_out],
    }


def _called(candidate: str | None, candidates: Mapping[str, str]) -> str | None:
    return None if candidate is None else candidates.get(candidate, candidate)
