"""Further pictures of a probe are held to its first: what is refused, and what is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.errors import RecordError, UsageError
from workbench.governance.joined_pictures import (
    MOST_PICTURES,
    UNLIKE_SOURCE,
    JoinedPicture,
    may_differ,
    require_few,
)
from workbench.governance.searches import ProbeFacts

WHY = "Both were taken by one camera, one second apart."
PIXELS = "a" * 64


def picture(**changes: Any) -> JoinedPicture:
    """Return a picture that is like the first."""
    return JoinedPicture(
        **{
            "verdict": "accept",
            "eye_distance_px": 40.0,
            "likeness": 2.0,
            "unit": "cosine",
            "floor": 0.4,
            **changes,
        }
    )


def facts(*others: JoinedPicture, override: str | None = None, **changes: Any) -> ProbeFacts:
    """Return a probe with these pictures joined to its first."""
    return ProbeFacts.read(
        {
            "origin": "camera 4 of the shop",
            "frames": 1 + len(others),
            "log": {"file": PIXELS, "original": PIXELS},
            "quality": {"verdict": "accept", "eye_distance_px": 50.0, "override": override},
            "others": [one.plain() for one in others],
            **changes,
        },
        what="the probe",
    )


def test_one_that_is_alike_needs_nothing() -> None:
    probe = facts(picture(), picture(likeness=0.4))
    assert probe.may_differ == ""


@pytest.mark.parametrize("changes", [{"likeness": 0.39}, {"floor": None}])
def test_one_that_is_below_the_floor_or_was_not_measured_needs_a_reason(
    changes: dict[str, Any],
) -> None:
    unlike = picture(**changes)
    with pytest.raises(RecordError, match="picture 3 of the probe may show somebody else than the"):
        facts(picture(), unlike, override=WHY)
    with pytest.raises(RecordError, match="same_person"):
        facts(unlike, same_person="aaaaaa")
    probe = facts(picture(), unlike, same_person=WHY)
    assert "may show different people. Picture 3 is less like the first" in probe.may_differ


def test_one_that_is_rejected_needs_the_reason_that_the_first_would() -> None:
    poor = picture(verdict="reject", reasons=("It is blurred.",))
    with pytest.raises(RecordError, match=r"picture 2 of the probe is rejected: It is blurred\."):
        facts(poor, same_person=WHY)
    assert facts(poor, override=WHY).quality.verdict == "accept"


def test_each_is_judged_or_none_as_in_records_of_before() -> None:
    with pytest.raises(RecordError, match="of 3 pictures each but the first must be judged"):
        facts(picture(), frames=3)
    assert facts(frames=3).others == ()


def test_what_is_told_of_several() -> None:
    said = may_differ((picture(likeness=0.1), picture(), picture(likeness=0.2)))
    assert "Pictures 2, 4 are less like the first" in said
    assert picture(likeness=0.1).describe(2) == (
        "picture 2: quality accept. Likeness to the first: 0.10 cosine, below 0.40, which "
        "1 in 100 pairs of different people reach"
    )
    assert "own choice" in UNLIKE_SOURCE.describe().lower()


def test_more_than_twenty_are_refused() -> None:
    require_few(MOST_PICTURES)
    with pytest.raises(UsageError, match="joined of 20 pictures at the most, not 21"):
        require_few(MOST_PICTURES + 1)
