"""What a score means, checked by hand and against published figures."""

from __future__ import annotations

import math

import pytest

from workbench.errors import UsageError
from workbench.intervals import clopper_pearson
from workbench.matching.calibration import Calibration
from workbench.matching.confidence import meaning


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (0, 3000, 0.0, 0.001229),
        (0, 1, 0.0, 0.975),
        (1, 1, 0.025, 1.0),
        (5, 10, 0.1871, 0.8129),
        (1, 6000, 4.2196e-6, 9.2826e-4),
    ],
)
def test_clopper_pearson(count: int, n: int, low: float, high: float) -> None:
    assert clopper_pearson(count, n) == pytest.approx((low, high), rel=1e-3, abs=1e-12)


def test_by_hand(calibration: Calibration) -> None:
    means = meaning(0.5, 16, calibration, "sface")
    assert means.measured
    assert means.fmr == 1e-4
    assert means.fpir == pytest.approx(1 - (1 - 1e-4) ** 16)
    assert means.low is not None
    assert means.high is not None
    assert means.low == pytest.approx(16 * 8.136e-5, rel=2e-3)
    assert means.high == pytest.approx(16 * 1.2162e-4, rel=2e-3)
    assert means.extrapolated
    assert means.text == (
        "1 in 630 faces of people who are not on the list score this high (95 % interval 1 in 510 "
        "to 1 in 770; extrapolated to 16 references from 1,000,000 comparisons of photographs, not "
        "of frames of cameras, of 1,000 people (made up, fixture), taken for independent)"
    )


def test_one_reference_is_not_extrapolated(calibration: Calibration) -> None:
    means = meaning(2.0, 1, calibration, "fused")
    assert not means.extrapolated
    assert "1 in 10,000 faces" in means.text
    assert "measured in 1,000,000 comparisons" in means.text


def test_a_tenfold_list_has_a_tenfold_rate(calibration: Calibration) -> None:
    # National Physical Laboratory, 2023: 1 in 60,000 at 1,000 references, 1 in 6,000 at 10,000.
    table = calibration.matchers["sface"].fmr.model_copy(
        update={"comparisons": 180_000_000, "scores": (0.5,), "counts": (3,)}
    )
    sface = calibration.matchers["sface"].model_copy(update={"fmr": table})
    changed = calibration.model_copy(update={"matchers": {"sface": sface}})
    assert meaning(0.5, 1_000, changed, "sface").text.startswith("1 in 60,000 faces")
    assert meaning(0.5, 10_000, changed, "sface").text.startswith("1 in 6,000 faces")


def test_beyond_every_score_seen(calibration: Calibration) -> None:
    means = meaning(0.9, 10, calibration, "facenet")
    assert means.fmr == means.fpir == means.low == 0.0
    assert means.high == pytest.approx(-10 * math.log(0.025) / 1e6, rel=1e-3)
    assert means.text == (
        "above every non-mated score seen in 1,000,000 comparisons of photographs, not of frames of "
        "cameras, of 1,000 people (made up, fixture), taken for independent; fewer than 1 in 27,000 faces of people who are not on the list score this high "
        "(upper end of the 95 % interval, extrapolated to 10 references)"
    )


def test_beyond_every_score_seen_on_a_list_too_long_to_say(calibration: Calibration) -> None:
    text = meaning(0.9, 200_000, calibration, "facenet").text
    assert text.endswith("too few to say more for 200,000 references")


@pytest.mark.parametrize(
    ("score", "n", "start"),
    [
        (-0.5, 1, "nearly all faces"),
        (0.0, 1, "5 in 10 faces"),
        (0.25, 30, "3 in 10 faces"),
        (0.25, 1, "1 in 100 faces"),
    ],
)
def test_rates_as_people_say_them(
    calibration: Calibration, score: float, n: int, start: str
) -> None:
    assert meaning(score, n, calibration, "sface").text.startswith(start)


@pytest.mark.parametrize("errors", [0, 1, 2, 3])
def test_a_rate_of_fewer_than_three_errors_is_told_nowhere(
    calibration: Calibration, errors: int
) -> None:
    table = calibration.matchers["sface"].fmr.model_copy(
        update={"comparisons": 1_000_000, "scores": (0.5,), "counts": (errors,)}
    )
    sface = calibration.matchers["sface"].model_copy(update={"fmr": table})
    changed = calibration.model_copy(update={"matchers": {"sface": sface}})
    text = meaning(0.5, 10, changed, "sface").text
    assert ("fewer than 1 in" in text) == (errors < 3)
    assert (f"reached by {errors} of 1,000,000" in text) == (errors in {1, 2})
    assert "of photographs, not of frames of cameras, of" in text


def test_an_interval_whose_ends_read_alike_is_said_once(calibration: Calibration) -> None:
    text = meaning(-0.5, 1, calibration, "sface").text
    assert "(95 % interval: nearly all at both ends; measured in" in text
    assert " to nearly all" not in text


@pytest.mark.parametrize("score", [-9.0, 0.0, 0.25, 0.5, 0.75, 0.9])
def test_never_a_percentage_of_match(calibration: Calibration, score: float) -> None:
    text = meaning(score, 100, calibration, "facenet").text
    assert "match" not in text
    assert text.count("%") == text.count("95 % interval") <= 1


def test_not_measured(calibration: Calibration) -> None:
    without = calibration.model_copy(update={"matchers": {}})
    for means in (meaning(0.5, 3, None, "facenet"), meaning(0.5, 3, without, "facenet")):
        assert not means.measured
        assert means.fmr is means.fpir is means.low is means.high is None
        assert means.text.startswith("not measured")


@pytest.mark.parametrize(("score", "n"), [(math.nan, 1), (math.inf, 1), (0.5, 0), (0.5, -1)])
def test_what_has_no_meaning(calibration: Calibration, score: float, n: int) -> None:
    with pytest.raises(UsageError, match="a score means something"):
        meaning(score, n, calibration, "facenet")
