"""Gaps of a search: whatever was noted, none overlaps another, and what was unsearched stays so."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workbench.governance.session_gaps import GapKind, SessionGap, apart

BEGAN = datetime(2026, 11, 25, 12, tzinfo=UTC)
LONGEST = 60


def at(second: int) -> datetime:
    """Return a moment by the second after the beginning, which may lie before it."""
    return BEGAN + timedelta(seconds=second)


@st.composite
def noted(draw: st.DrawFn) -> SessionGap:
    """Draw a gap, which may reach out of the search on either side."""
    start = draw(st.integers(-20, LONGEST + 20))
    length = draw(st.integers(0, 40))
    kind = draw(st.sampled_from(GapKind))
    return SessionGap(kind=kind, start=at(start), end=at(start + length), reason="noted")


def seconds(gap: SessionGap) -> set[int]:
    """Return the whole seconds that lie in a gap."""
    first = int((gap.start - BEGAN).total_seconds())
    return set(range(first, int((gap.end - BEGAN).total_seconds())))


@given(st.lists(noted(), max_size=12), st.integers(0, LONGEST))
def test_they_lie_apart_in_order_and_within_the_search(gaps: list[SessionGap], length: int) -> None:
    kept = apart(gaps, BEGAN, at(length))
    assert all(BEGAN <= gap.start <= gap.end <= at(length) for gap in kept)
    for one, other in itertools.pairwise(kept):
        assert one.end <= other.start


@given(st.lists(noted(), max_size=12), st.integers(0, LONGEST))
def test_no_second_is_lost_or_made_up_and_a_pause_keeps_its_own(
    gaps: list[SessionGap], length: int
) -> None:
    kept = apart(gaps, BEGAN, at(length))
    searched = set(range(length))
    covered = set().union(*map(seconds, gaps)) & searched
    assert set().union(*map(seconds, kept)) == covered
    paused = [gap for gap in gaps if gap.kind is GapKind.PAUSED]
    wanted = set().union(*map(seconds, paused)) & searched
    found = set().union(*(seconds(gap) for gap in kept if gap.kind is GapKind.PAUSED))
    assert found == wanted


def test_moments_without_frames_beside_a_dead_camera_are_no_gaps_of_their_own() -> None:
    def gap(kind: GapKind, start_s: float, end_s: float) -> SessionGap:
        moments = [BEGAN + timedelta(seconds=at_s) for at_s in (start_s, end_s)]
        return SessionGap(kind=kind, start=moments[0], end=moments[1])

    dead = gap(GapKind.DEAD, 10.0, 14.0)
    about = gap(GapKind.NO_FRAMES, 9.9, 14.2)
    assert apart([dead, about], BEGAN, at(60)) == (dead,)
    longer = gap(GapKind.NO_FRAMES, 9.9, 15.5)
    assert apart([dead, longer], BEGAN, at(60)) == (dead, gap(GapKind.NO_FRAMES, 14.0, 15.5))
    alone = gap(GapKind.NO_FRAMES, 30.0, 30.9)
    assert apart([alone], BEGAN, at(60)) == (alone,), "what nobody else tells of is kept"


@given(st.lists(noted(), max_size=8), st.integers(0, LONGEST))
def test_what_lies_apart_stays_as_it_is(gaps: list[SessionGap], length: int) -> None:
    kept = apart(gaps, BEGAN, at(length))
    assert apart(kept, BEGAN, at(length)) == kept
