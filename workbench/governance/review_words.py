"""What the examination of a search came to, in words that some examiner stands behind.

Where examiners differ the search is inconclusive, though none of them may have said so: the words
of a conclusion that nobody came to are never printed for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from workbench.governance.conclusions import Conclusion
from workbench.governance.reviews import Examination, Said, Surrender

__all__ = ["DIFFER", "are_apart", "outcome_words"]

DIFFER: Final = "inconclusive, as examiners differ"
"""How a search stands on which no two examiners said the same, in a list of searches."""
_AGREE: Final = 2


def are_apart(
    outcome: Said | None, examinations: Sequence[Examination], surrender: Surrender | None
) -> bool:
    """Return whether a search is inconclusive because examiners differ, not as they said so.

    Args:
        outcome: what the search says; `None` while nobody can tell.
        examinations: all of them, in any order.
        surrender: that it was left as inconclusive.
    """
    if outcome is None or outcome.conclusion is not Conclusion.INCONCLUSIVE:
        return False
    most = max(Counter(one.said for one in examinations).values(), default=0)
    return surrender is not None or most < _AGREE


def outcome_words(
    outcome: Said, examinations: Sequence[Examination], surrender: Surrender | None
) -> str:
    """Return what a search says, as a sentence; arguments as those of `are_apart`."""
    if not are_apart(outcome, examinations, surrender):
        return outcome.conclusion.words
    named = {one.candidate for one in examinations}
    what = "on a candidate" if len(named) > 1 else "on what the images say"
    return f"The search is inconclusive: examiners do not agree {what}."
