"""Short and long forms of what a score means, cut from the real sentence."""

from __future__ import annotations

import pytest

from workbench.matching.confidence import ScoreMeaning, not_measured
from workbench.reports.wording import meaning_lines


def says(text: str) -> ScoreMeaning:
    """Build a meaning that has only its text."""
    return ScoreMeaning(1.0, 3, 0.1, 0.1, 0.1, 0.1, text, "m", extrapolated=True)


@pytest.mark.parametrize(
    ("text", "short", "detail"),
    [
        (
            (
                "1 in 6,000 faces of people who are not on the list score this high (95 % interval "
                "1 in 9,000 to 1 in 4,000; extrapolated to 3 references from 10 comparisons of 5 "
                "people (LFW, tuning))"
            ),
            "1 in 6,000 faces of people who are not on the list score this high",
            (
                "95 % interval 1 in 9,000 to 1 in 4,000; extrapolated to 3 references from 10 "
                "comparisons of 5 people (LFW, tuning)."
            ),
        ),
        (
            (
                "above every non-mated score seen in 10 comparisons of 5 people (LFW, tuning); fewer "
                "than 1 in 900 faces of people who are not on the list score this high (upper end of "
                "the 95 % interval, extrapolated to 3 references)"
            ),
            "fewer than 1 in 900 faces of people who are not on the list score this high",
            (
                "Above every non-mated score seen in 10 comparisons of 5 people (LFW, tuning); upper "
                "end of the 95 % interval, extrapolated to 3 references."
            ),
        ),
    ],
)
def test_a_measured_meaning_is_cut_in_two(text: str, short: str, detail: str) -> None:
    assert meaning_lines(says(text)) == (short, detail)


def test_an_unmeasured_meaning_is_said_whole() -> None:
    meaning = not_measured(1.0, 3, "no calibration")
    assert meaning_lines(meaning) == (meaning.text, "")
