"""Retention never touches what a hold keeps, and never leaves out what nothing keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.governance.holds import Hold, HoldGround, is_held, place_hold
from workbench.governance.retention import Kept, Profile, RetentionClass, plan
from workbench.governance.retention_profiles import PROFILES

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES = 60 * 24 * 90
OBJECTS = [f"object-{number}" for number in range(6)]
PURPOSES = ["D-1", "D-2"]
STORED = [one for one in RetentionClass if one is not RetentionClass.NON_MATCH]

moments = st.integers(0, MINUTES).map(lambda minutes: START + timedelta(minutes=minutes))
profiles = st.sampled_from(list(PROFILES.values()))


@st.composite
def things(draw: st.DrawFn) -> list[Kept]:
    """Kept objects of distinct ids."""
    names = draw(st.lists(st.sampled_from(OBJECTS), unique=True))
    return [
        Kept(
            id=name,
            retention=draw(st.sampled_from(STORED)),
            purpose=draw(st.sampled_from(PURPOSES)),
            began=draw(moments),
            ended=draw(st.none() | moments),
        )
        for name in names
    ]


@st.composite
def hold(draw: st.DrawFn) -> Hold:
    """One hold: reviewed or not, released or not."""
    purpose = draw(st.none() | st.sampled_from(PURPOSES))
    placed = draw(moments)
    made = place_hold(
        {
            "id": f"H-{draw(st.integers(0, 10**6))}",
            "ground": draw(st.sampled_from(list(HoldGround))),
            "reason": "a reason",
            "authoriser": "m.khan",
            "objects": draw(
                st.lists(st.sampled_from(OBJECTS), unique=True, min_size=purpose is None)
            ),
            "purpose": purpose,
            "placed": placed,
            "review_by": placed + timedelta(days=draw(st.integers(1, 100))),
        }
    )
    if draw(st.booleans()):
        at = placed + timedelta(days=draw(st.integers(0, 60)))
        made = made.release(by="j.osei", at=at, reason="ended")
    return made


holds = st.lists(hold(), max_size=3)


@pytest.mark.slow
@given(things(), holds, profiles, moments)
def test_each_thing_is_in_exactly_one_part_of_the_plan(
    kept: list[Kept], held: list[Hold], profile: Profile, now: datetime
) -> None:
    found = plan(kept, held, profile, now)
    parts = [entry.kept.id for part in (found.due, found.held, found.upcoming) for entry in part]
    assert sorted(parts) == sorted(one.id for one in kept)


@pytest.mark.slow
@given(things(), holds, profiles, moments)
def test_nothing_held_is_due_and_everything_unheld_at_or_past_its_limit_is(
    kept: list[Kept], held: list[Hold], profile: Profile, now: datetime
) -> None:
    due = {entry.kept.id for entry in plan(kept, held, profile, now).due}
    for one in kept:
        limit = profile.due(one)
        expected = (
            limit is not None and limit <= now and not is_held(one.id, one.purpose, held, now)
        )
        assert (one.id in due) is expected


@pytest.mark.slow
@given(things(), holds, profiles, moments, moments)
def test_what_is_due_stays_due(
    kept: list[Kept], held: list[Hold], profile: Profile, one: datetime, other: datetime
) -> None:
    earlier, later = sorted((one, other))
    before = {entry.kept.id: entry for entry in plan(kept, held, profile, earlier).due}
    after = {entry.kept.id: entry for entry in plan(kept, held, profile, later).due}
    assert before.keys() <= after.keys()
    for name, entry in before.items():
        assert after[name].due == entry.due
        assert after[name].overdue == entry.overdue + (later - earlier)


@pytest.mark.slow
@given(things(), holds, hold(), profiles, moments)
def test_one_more_hold_only_removes_from_what_is_due(
    kept: list[Kept], held: list[Hold], more: Hold, profile: Profile, now: datetime
) -> None:
    before = {entry.kept.id for entry in plan(kept, held, profile, now).due}
    after = {entry.kept.id for entry in plan(kept, [*held, more], profile, now).due}
    assert after <= before


@pytest.mark.slow
@given(things(), hold(), profiles, moments, st.sets(st.sampled_from(OBJECTS)))
def test_extending_a_hold_only_removes_from_what_is_due(
    kept: list[Kept], held: Hold, profile: Profile, now: datetime, more: set[str]
) -> None:
    before = {entry.kept.id for entry in plan(kept, [held], profile, now).due}
    wider = held.model_copy(update={"objects": tuple({*held.objects, *more})})
    unreleased = held.model_copy(update={"released": None})
    for extended in (wider, unreleased):
        after = {entry.kept.id for entry in plan(kept, [extended], profile, now).due}
        assert after <= before


@given(things(), hold(), profiles, moments, st.integers(1, 100))
def test_a_review_changes_nothing_that_is_due(
    kept: list[Kept], held: Hold, profile: Profile, now: datetime, days: int
) -> None:
    if held.released is not None:
        return
    at = held.placed + timedelta(days=1)
    reviewed = held.review(by="j.osei", at=at, reason="needed", review_by=at + timedelta(days=days))
    assert plan(kept, [reviewed], profile, now).due == plan(kept, [held], profile, now).due


@pytest.mark.slow
@given(things(), profiles, moments)
def test_the_strictest_profile_leaves_nothing_that_another_has_due(
    kept: list[Kept], profile: Profile, now: datetime
) -> None:
    due = {entry.kept.id for entry in plan(kept, (), profile, now).due}
    assert due <= {entry.kept.id for entry in plan(kept, (), PROFILES["strictest"], now).due}
