"""What a search came to, in words: nothing is printed that no examiner said."""

from __future__ import annotations

import pytest
from review_values import SEARCH, at, examination

from workbench.governance.conclusions import Conclusion
from workbench.governance.review_words import are_apart, outcome_words
from workbench.governance.reviews import Review, Surrender

LEFT = Surrender(by="lead", reason="Nobody else is trained for it.", at=at(15))
SAME = Conclusion.SUPPORT_SAME
UNSURE = Conclusion.INCONCLUSIVE
NEITHER = "The images support neither one person nor two."
APART = "The search is inconclusive: examiners do not agree on "


@pytest.mark.parametrize(
    ("said", "left", "words"),
    [
        ([("candidate-3", UNSURE)] * 2, None, NEITHER),
        ([("candidate-3", SAME), ("candidate-3", UNSURE)], LEFT, APART + "what the images say."),
        ([("candidate-3", UNSURE), ("candidate-4", UNSURE)], LEFT, APART + "a candidate."),
        (
            [("candidate-3", SAME), ("candidate-4", SAME), ("candidate-4", UNSURE)],
            None,
            APART + "a candidate.",
        ),
        ([("candidate-3", SAME), ("candidate-4", SAME), ("candidate-3", SAME)], None, SAME.words),
    ],
    ids=["both unsure", "one unsure", "unsure of two", "three differ", "third decides"],
)
def test_what_nobody_said_is_not_what_the_search_says(
    said: list[tuple[str, Conclusion]], left: Surrender | None, words: str
) -> None:
    told = (examination(f"examiner {n}", *one) for n, one in enumerate(said))
    review = Review(SEARCH, tuple(told), left)
    assert review.outcome is not None
    assert outcome_words(review.outcome, review.examinations, review.surrender) == words
    assert are_apart(review.outcome, review.examinations, left) is (words.startswith(APART))


def test_while_nobody_can_tell_nobody_is_said_to_differ() -> None:
    assert not are_apart(None, (), None)
