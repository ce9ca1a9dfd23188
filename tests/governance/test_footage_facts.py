"""What is said of the times of a file of footage, and of what is missing of it."""

from __future__ import annotations

import pytest

from workbench.feeds.survey import Times
from workbench.governance.footage_facts import facts_stated, times_doubtful


def test_a_file_of_which_nothing_is_known_says_nothing() -> None:
    assert facts_stated({}) == ()
    assert not times_doubtful({})


@pytest.mark.parametrize(
    ("times", "doubtful", "said"),
    [
        (Times.EVEN, False, ()),
        (Times.VARIABLE, False, ("frame rate varies",)),
        (Times.MISSING, True, ("counted at 12.5 pictures a second",)),
        (Times.BACKWARDS, True, ("repeat or run backwards",)),
    ],
)
def test_times_of_every_kind(times: Times, *, doubtful: bool, said: tuple[str, ...]) -> None:
    facts = {"times": times.value, "fps": 12.5, "damage": None}
    stated = facts_stated(facts)
    assert len(stated) == len(said)
    assert all(words in sentence for words, sentence in zip(said, stated, strict=True))
    assert times_doubtful(facts) is doubtful


def test_no_kind_of_times_is_left_out() -> None:
    assert {*Times} == {Times.EVEN, Times.VARIABLE, Times.MISSING, Times.BACKWARDS}
    unsaid = [one for one in Times if not facts_stated({"times": one.value})]
    assert unsaid == [Times.EVEN]


def test_a_rate_that_is_not_known_is_the_usual_one() -> None:
    (said,) = facts_stated({"times": "missing", "fps": None})
    assert "counted at 25 pictures a second" in said


def test_what_is_missing_is_said_beside_the_times() -> None:
    said = facts_stated({"times": "variable", "damage": "it ends at 3.0 of 9.0 s"})
    assert said[1] == "Not all of it is there: it ends at 3.0 of 9.0 s."
