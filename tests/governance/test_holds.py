"""Legal holds: they keep what they name, never lapse, and another person releases them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workbench.errors import (
    ClockError,
    HeldError,
    IllegalMoveError,
    NotPermittedError,
    RecordError,
)
from workbench.governance.holds import (
    LONGEST_TO_REVIEW,
    REVIEW_SOURCE,
    Hold,
    HoldGround,
    holds_on,
    is_held,
    place_hold,
    require_not_held,
)
from workbench.governance.sources import Standing

PLACED = datetime(2026, 3, 2, 9, tzinfo=UTC)
REVIEW = PLACED + timedelta(days=90)
LATER = PLACED + timedelta(days=10)
VALUES: dict[str, Any] = {
    "id": "H-1",
    "ground": "judicial",
    "reason": "Crown Court, case T2026/11",
    "authoriser": "m.khan",
    "objects": ["alert-1", "alert-2"],
    "placed": PLACED,
    "review_by": REVIEW,
}


def hold(**changes: object) -> Hold:
    return place_hold(VALUES | changes)


def test_nothing_is_held_by_no_hold() -> None:
    assert not is_held("alert-1", "D-1", (), LATER)
    require_not_held("alert-1", "D-1", (), LATER)


@pytest.mark.parametrize(
    ("object_id", "purpose", "changes", "expected"),
    [
        ("alert-1", "D-1", {}, True),
        ("alert-3", "D-1", {}, False),
        ("alert-3", "D-1", {"objects": [], "purpose": "D-1"}, True),
        ("alert-3", "D-2", {"objects": [], "purpose": "D-1"}, False),
        ("alert-3", "D-1", {"purpose": "D-1"}, True),
        # An object that has the name of a purpose is not that purpose.
        ("D-1", "D-2", {"objects": [], "purpose": "D-1"}, False),
        ("alert-3", "alert-1", {}, False),
    ],
)
def test_a_hold_keeps_what_it_names(
    object_id: str, purpose: str, changes: dict[str, Any], expected: bool
) -> None:
    holds = (hold(**changes),)
    assert is_held(object_id, purpose, holds, LATER) is expected
    assert bool(holds_on(object_id, purpose, holds, LATER)) is expected


def test_past_its_review_date_it_still_holds_and_says_so() -> None:
    for moment, overdue in [
        (REVIEW - timedelta(microseconds=1), False),
        (REVIEW, True),
        (REVIEW + timedelta(days=3650), True),
    ]:
        assert is_held("alert-1", "D-1", (hold(),), moment)
        assert hold().is_overdue(moment) is overdue


def test_a_review_moves_the_date_and_is_kept() -> None:
    later = REVIEW + timedelta(days=1)
    reviewed = hold().review(
        by="m.khan", at=later, reason="trial adjourned", review_by=later + timedelta(days=30)
    )
    assert not reviewed.is_overdue(later)
    assert reviewed.next_review == later + timedelta(days=30)
    assert reviewed.review_by == REVIEW
    assert [review.by for review in reviewed.reviews] == ["m.khan"]
    assert Hold.read(reviewed.plain(), what="hold") == reviewed


def test_a_released_hold_frees_what_it_kept_from_that_moment() -> None:
    released = hold().release(by="j.osei", at=LATER, reason="proceedings ended")
    assert is_held("alert-1", "D-1", (released,), LATER - timedelta(microseconds=1))
    assert not is_held("alert-1", "D-1", (released,), LATER)
    assert not released.is_overdue(REVIEW)
    assert Hold.read(released.plain(), what="hold") == released


def test_a_clock_set_back_frees_nothing() -> None:
    assert is_held("alert-1", "D-1", (hold(),), PLACED - timedelta(days=400))


@pytest.mark.parametrize("by", ["m.khan", "M.Khan", " m.khan "])
def test_whoever_placed_a_hold_does_not_release_it(by: str) -> None:
    with pytest.raises(NotPermittedError) as refused:
        hold().release(by=by, at=LATER, reason="no longer needed")
    assert (
        str(refused.value) == f"{by} placed hold H-1 and may not release it. Another person must."
    )


def test_no_record_of_a_release_by_the_same_person_can_be_read() -> None:
    with pytest.raises(RecordError, match="whoever placed a hold does not release it"):
        Hold.read(
            VALUES | {"released": {"by": "M.KHAN", "at": LATER, "reason": "done"}}, what="hold"
        )


def test_a_released_hold_is_not_reviewed_or_released_again() -> None:
    released = hold().release(by="j.osei", at=LATER, reason="proceedings ended")
    with pytest.raises(IllegalMoveError) as refused:
        released.release(by="a.li", at=LATER, reason="again")
    assert str(refused.value) == (
        "hold H-1 was released on 2026-03-12 by j.osei, so it cannot be released. "
        "Place another if it is needed."
    )
    with pytest.raises(IllegalMoveError, match="cannot be reviewed"):
        released.review(by="a.li", at=LATER, reason="again", review_by=REVIEW)


def test_what_happens_before_the_hold_was_last_looked_at_is_the_clock_s_fault() -> None:
    early = PLACED - timedelta(seconds=1)
    with pytest.raises(ClockError) as refused:
        hold().release(by="j.osei", at=early, reason="proceedings ended")
    assert str(refused.value) == (
        "hold H-1 cannot be released at 2026-03-02T08:59:59+00:00, before "
        "2026-03-02T09:00:00+00:00, when it was last looked at. Set the clock right."
    )
    reviewed = hold().review(by="j.osei", at=LATER, reason="needed", review_by=REVIEW)
    with pytest.raises(ClockError, match="last looked at"):
        reviewed.release(by="j.osei", at=LATER - timedelta(seconds=1), reason="no")


@pytest.mark.parametrize(
    ("review_by", "accepted"),
    [
        (PLACED + timedelta(microseconds=1), True),
        (PLACED + LONGEST_TO_REVIEW, True),
        (PLACED + LONGEST_TO_REVIEW + timedelta(microseconds=1), False),
    ],
)
def test_the_review_date_lies_within_six_months(review_by: datetime, accepted: bool) -> None:
    if accepted:
        assert hold(review_by=review_by).next_review == review_by
        return
    with pytest.raises(RecordError) as refused:
        hold(review_by=review_by)
    assert str(refused.value) == (
        "hold H-1 cannot be looked at again on 2026-09-01. Choose a moment after "
        "2026-03-02T09:00:00+00:00 and at most 183 days ahead, by 2026-09-01."
    )


def test_a_force_sets_another_longest_time_to_review() -> None:
    with pytest.raises(RecordError, match="at most 30 days ahead"):
        place_hold(VALUES, longest=timedelta(days=30))
    far = VALUES | {"review_by": PLACED + timedelta(days=365)}
    assert place_hold(far, longest=timedelta(days=365)).next_review == far["review_by"]


def test_a_review_cannot_put_the_date_in_the_past_or_too_far() -> None:
    for review_by in (LATER, LATER - timedelta(days=1), LATER + timedelta(days=184)):
        with pytest.raises(RecordError, match="cannot be looked at again on"):
            hold().review(by="j.osei", at=LATER, reason="needed", review_by=review_by)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"objects": []}, "names what it keeps"),
        ({"objects": ["alert-1", "alert-1"]}, "each object once"),
        ({"objects": ["a b"]}, "objects.0"),
        ({"ground": "other"}, "ground"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 10_001}, "reason"),
        ({"reason": "red \x1b[31m"}, "reason: character 5 cannot be shown"),
        ({"authoriser": ""}, "authoriser"),
        ({"review_by": PLACED}, "after the moment at which it is set"),
        ({"review_by": "2026-05-01T00:00:00"}, "review_by"),
        ({"note": "more"}, "note"),
        (
            {"released": {"by": "j.osei", "at": LATER, "reason": "x"}},
            "neither reviewed nor released",
        ),
        (
            {"released": {"by": "j.osei", "at": PLACED - timedelta(days=1), "reason": "x"}},
            "in this order",
        ),
    ],
)
def test_a_hold_that_cannot_be_used_names_what_is_wrong(
    changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(RecordError, match=named):
        hold(**changes)


def test_what_a_hold_keeps_is_not_destroyed_and_the_message_names_the_hold() -> None:
    other = hold(id="H-2", ground="inquest", objects=[], purpose="D-1", authoriser="a.li")
    reviewed = other.review(
        by="a.li", at=LATER, reason="needed", review_by=REVIEW + timedelta(days=60)
    )
    with pytest.raises(HeldError) as refused:
        require_not_held("alert-1", "D-1", (hold(), reviewed), REVIEW)
    assert str(refused.value) == (
        "alert-1 of D-1 is kept by legal hold H-1 (judicial, placed by m.khan on 2026-03-02, "
        "review overdue); H-2 (inquest, placed by a.li on 2026-03-02), so it was not destroyed. "
        "Have the hold released first, by another person than the one who placed it."
    )


def test_the_grounds_are_closed_and_said_in_words() -> None:
    assert "other" not in {ground.value for ground in HoldGround}
    assert all(ground.meaning for ground in HoldGround)
    assert REVIEW_SOURCE.standing is Standing.OWN_CHOICE


def test_on_a_ground_that_the_force_leaves_out_nothing_is_held() -> None:
    left_out = (HoldGround.COMPLAINT, HoldGround.DATA_SUBJECT_REQUEST)
    with pytest.raises(RecordError) as refused:
        place_hold(VALUES | {"ground": "complaint"}, left_out=left_out)
    assert str(refused.value) == (
        "the hold cannot be used: the rules of the force leave out ground complaint. Choose one of "
        "judicial, inquest, regulator, or let it end with its term."
    )
    assert place_hold(VALUES, left_out=left_out).ground is HoldGround.JUDICIAL
