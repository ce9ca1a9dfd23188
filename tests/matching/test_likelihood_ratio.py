"""What one comparison says, in numbers and in words that never say more than was learnt."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

from workbench.errors import EncoderMismatchError, UsageError
from workbench.matching.calibration import Calibration, load_calibration
from workbench.matching.confidence import meaning
from workbench.matching.likelihood_file import Likelihoods, load_likelihoods
from workbench.matching.likelihood_map import FORMS
from workbench.matching.likelihood_ratio import likelihood, times_words

LEARNT = (
    "learnt from 400 mated comparisons of 300 people and 1,000,000 non-mated comparisons of 1,000 "
    "people, of photographs, not of frames of cameras (made up, fixture)"
)
NOT = "of one comparison, not of the best of a list, and not how probable it is that this is the person"


@pytest.mark.parametrize(
    ("score", "ratio", "where"),
    [
        (0.5, (1.5, 1.0, 2.0), "within"),
        (0.25, (-0.25, -0.65, 0.15), "within"),
        (0.6, (2.2, 1.6, 2.8), "within"),
        (0.601, (2.207, 1.606, 2.808), "above every non-mated score"),
        (0.9, (3.6, 2.8, 4.4), "above every non-mated score"),
        (7.0, (3.6, 2.8, 4.4), "above every non-mated score"),
        (0.1, (-1.3, -1.7, -0.85), "within"),
        (0.09, (-1.37, -1.77, -0.915), "below every mated score"),
        (-7.0, (-2.0, -2.4, -1.5), "below every mated score"),
    ],
)
def test_ratios_between_and_beyond_the_scores_that_were_seen(
    likelihoods: Likelihoods, score: float, ratio: tuple[float, float, float], where: str
) -> None:
    found = likelihood(score, "sface", likelihoods=likelihoods)
    assert (found.log10_lr, found.low, found.high) == pytest.approx(ratio)
    assert (found.where, found.in_range) == (where, where == "within")
    assert found.bounds == (-2.48, 5.7)
    assert (found.score, found.matcher, found.form) == (score, "sface", "isotonic")
    assert (found.source, found.learnt_on) == (likelihoods.id, LEARNT.removeprefix("learnt from "))


def test_within_in_words(likelihoods: Likelihoods) -> None:
    assert likelihood(0.5, "sface", likelihoods=likelihoods).text == (
        "a score like this is 32 times likelier for one person than for two (95 % interval: 10 times "
        "likelier for one person than for two, to 100 times likelier for one person than for two); "
        f"{NOT}; {LEARNT}"
    )
    assert likelihood(0.25, "sface", likelihoods=likelihoods).text.startswith(
        "a score like this is 1.8 times likelier for two people than for one (95 % interval: 4.5 "
        "times likelier for two people than for one, to about as likely for one person as for two); "
    )


def test_above_every_non_mated_score_in_words(likelihoods: Likelihoods) -> None:
    found = likelihood(0.9, "sface", likelihoods=likelihoods)
    assert found.text == (
        "above every non-mated score seen in 1,000,000 comparisons: a score like this is at least "
        "630 times likelier for one person than for two (the cautious end of the 95 % interval; "
        f"how much more cannot be said); {NOT}; {LEARNT}"
    )


def test_below_every_mated_score_in_words(likelihoods: Likelihoods) -> None:
    assert likelihood(-1.0, "sface", likelihoods=likelihoods).text.startswith(
        "below every mated score seen in 400 comparisons: a score like this is at least 32 times "
        "likelier for two people than for one (the cautious end of the 95 % interval; how much more "
        "cannot be said); "
    )


def test_the_line_is_no_bolder_than_the_data_beyond_what_was_seen(likelihoods: Likelihoods) -> None:
    # Its own interval is 5.3 to 5.7 there: a straight line knows more than anybody saw.
    above = likelihood(0.9, "sface", "logistic", likelihoods=likelihoods)
    assert (above.log10_lr, above.low) == (5.5, 2.8)
    assert "at least 630 times" in above.text
    below = likelihood(-0.2, "sface", "logistic", likelihoods=likelihoods)
    assert (below.log10_lr, below.high) == (-2.4, -1.5)
    assert likelihood(0.5, "sface", "logistic", likelihoods=likelihoods).low > 1.0


def test_too_few_to_say(likelihoods: Likelihoods) -> None:
    sface = likelihoods.matchers["sface"]
    wide = sface.isotonic.model_copy(update={"low": (-2.4, -0.9, 0.0, 0.1)})
    changed = likelihoods.model_copy(
        update={"matchers": {"sface": sface.model_copy(update={"isotonic": wide})}}
    )
    text = likelihood(0.9, "sface", likelihoods=changed).text
    assert text.startswith(
        "above every non-mated score seen in 1,000,000 comparisons, too few to say how likely a "
        "score like this is for either; "
    )


@pytest.mark.parametrize(
    ("log10_lr", "words"),
    [
        (0.0, "about as likely for one person as for two"),
        (-0.17, "about as likely for one person as for two"),
        (0.18, "1.5 times likelier for one person than for two"),
        (0.999, "10 times likelier for one person than for two"),
        (1.0, "10 times likelier for one person than for two"),
        (1.9999, "100 times likelier for one person than for two"),
        (-2.276, "190 times likelier for two people than for one"),
        (5.7543, "570,000 times likelier for one person than for two"),
        (6.0, "1,000,000 times likelier for one person than for two"),
    ],
)
def test_ratios_as_people_say_them(log10_lr: float, words: str) -> None:
    assert times_words(log10_lr) == words


@pytest.mark.parametrize("matcher", ["facenet", "sface", "fused"])
@pytest.mark.parametrize("form", FORMS)
def test_the_shipped_ones_rise_within_their_bounds(matcher: Any, form: Any) -> None:
    found = [likelihood(float(score), matcher, form) for score in np.linspace(-15.0, 15.0, 3_001)]
    low, high = found[0].bounds
    assert all(a.log10_lr <= b.log10_lr for a, b in itertools.pairwise(found))
    assert all(low <= one.low <= one.log10_lr <= one.high <= high for one in found)
    assert found[0].log10_lr < -2.0
    assert found[-1].log10_lr > 5.0
    assert [one.where for one in (found[0], found[-1])] == [
        "below every mated score",
        "above every non-mated score",
    ]
    for one in found:
        assert "match" not in one.text
        assert one.text.count("%") == one.text.count("95 % interval") <= 1
        assert NOT in one.text
        assert "not of frames of cameras" in one.text
        assert ("how much more cannot be said" in one.text) == (not one.in_range)


def test_where_nothing_was_seen_agrees_with_the_calibration() -> None:
    calibration = load_calibration()
    for name, learnt in load_likelihoods().matchers.items():
        fmr = calibration.matchers[name].fmr
        assert learnt.nonmated.comparisons == fmr.comparisons
        assert learnt.nonmated.highest == pytest.approx(fmr.scores[-1], abs=0.002)
        beyond = fmr.scores[-1] + 0.002
        assert meaning(beyond, 1, calibration, name).fmr == 0.0
        assert not likelihood(beyond, name).in_range


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_what_has_no_ratio(likelihoods: Likelihoods, score: float) -> None:
    with pytest.raises(UsageError, match="only a finite score"):
        likelihood(score, "sface", likelihoods=likelihoods)
    with pytest.raises(UsageError, match="hold none of facenet"):
        likelihood(0.5, "facenet", likelihoods=likelihoods)


def test_a_meaning_holds_the_ratio_where_it_is_asked_for(
    calibration: Calibration, likelihoods: Likelihoods
) -> None:
    plain = meaning(0.5, 16, calibration, "sface")
    assert plain.likelihood is None
    both = meaning(0.5, 16, calibration, "sface", likelihoods=likelihoods)
    assert both.likelihood == likelihood(0.5, "sface", likelihoods=likelihoods)
    assert (both.text, both.fpir) == (plain.text, plain.fpir)
    assert meaning(0.5, 16, calibration, "facenet", likelihoods=likelihoods).likelihood is None
    without = calibration.model_copy(update={"matchers": {}})
    assert meaning(0.5, 16, without, "sface", likelihoods=likelihoods).likelihood is None


def test_ratios_of_another_calibration_are_refused(
    calibration: Calibration, likelihoods: Likelihoods
) -> None:
    for update in (
        {"id": "another"},
        {"encoders": {**calibration.encoders, "sface": calibration.encoders["facenet"]}},
        {"fusion": None},
    ):
        other = calibration.model_copy(update=update)
        assert not likelihoods.is_of(other)
        with pytest.raises(EncoderMismatchError, match="Learn them again"):
            meaning(0.5, 16, other, "sface", likelihoods=likelihoods)
