"""Deployments: no sequence of moves leaves the table, no moment outside an authority is covered."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

import pytest
from deployment_values import (
    APPLICANT,
    ENDS,
    STARTS,
    application,
    application_values,
    authority,
    urgent_authority,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workbench.errors import IllegalMoveError, NotAuthorisedError, RecordError
from workbench.governance import polygons
from workbench.governance.authorisation import (
    RankRule,
    check_authority,
    covers_until,
    due_move,
    require_covers,
)
from workbench.governance.deployments import DEPLOYMENT_MOVES, DeploymentState
from workbench.governance.drafts import Draft, missing
from workbench.governance.places import Area

# The edges as written in the design, apart from the table that the product uses.
EDGES = {
    ("draft", "applied"),
    ("draft", "cancelled"),
    ("applied", "authorised"),
    ("applied", "refused"),
    ("applied", "cancelled"),
    ("applied", "expired"),
    ("applied", "draft"),
    ("authorised", "live"),
    ("authorised", "cancelled"),
    ("authorised", "expired"),
    ("live", "closed"),
    ("closed", "purged"),
    ("refused", "purged"),
    ("cancelled", "purged"),
    ("expired", "purged"),
}
MOVES = st.sampled_from(sorted(DEPLOYMENT_MOVES.moves | {"pause", "resume", "", "APPLY"}))


@given(st.lists(MOVES, max_size=40))
def test_any_sequence_of_moves_keeps_to_legal_states(moves: list[str]) -> None:
    state = DeploymentState.DRAFT
    been = [state]
    for move in moves:
        allowed = DEPLOYMENT_MOVES.allows(state, move)
        try:
            after = DEPLOYMENT_MOVES.after(state, move)
        except IllegalMoveError:
            assert not allowed
            continue
        assert allowed
        assert (state, after) in EDGES
        state = after
        been.append(state)
    if DeploymentState.PURGED in been:
        assert been[-1] is DeploymentState.PURGED
        assert been.count(DeploymentState.PURGED) == 1
    if DeploymentState.LIVE in been:
        at = been.index(DeploymentState.LIVE)
        assert been[at - 1] is DeploymentState.AUTHORISED
        # What was live never looks as if it had not been.
        assert set(been[at + 1 :]) <= {DeploymentState.CLOSED, DeploymentState.PURGED}


@given(st.sampled_from(DeploymentState))
def test_every_state_is_reached_and_leads_to_the_end(state: DeploymentState) -> None:
    forward = {one: set(DEPLOYMENT_MOVES.table[one].values()) for one in DeploymentState}
    assert _reachable(DeploymentState.DRAFT, forward) | {DeploymentState.DRAFT} == set(
        DeploymentState
    )
    assert state is DeploymentState.PURGED or DeploymentState.PURGED in _reachable(state, forward)


def _reachable(
    start: DeploymentState, forward: dict[DeploymentState, set[DeploymentState]]
) -> set[DeploymentState]:
    found: set[DeploymentState] = set()
    ahead = [start]
    while ahead:
        new = forward[ahead.pop()] - found
        found |= new
        ahead.extend(new)
    return found


MOMENTS = st.timedeltas(timedelta(days=-1), timedelta(days=2)).map(lambda span: STARTS + span)


@given(st.sampled_from(DeploymentState), MOMENTS, st.booleans())
def test_covered_is_what_lies_in_the_window_and_nothing_else(
    state: DeploymentState, now: datetime, urgent: bool
) -> None:
    held = urgent_authority() if urgent else authority()
    inside = state in {
        DeploymentState.AUTHORISED,
        DeploymentState.LIVE,
    } and held.starts <= now < covers_until(held)
    if inside:
        require_covers(state, held, now, "D-1")
        assert due_move(state, application(), held, now) is None
    else:
        with pytest.raises(NotAuthorisedError, match="deployment D-1"):
            require_covers(state, held, now, "D-1")
    move = due_move(state, application(), held, now)
    assert move is None or DEPLOYMENT_MOVES.allows(state, move)


@given(MOMENTS, MOMENTS, MOMENTS)
def test_no_authority_that_is_given_reaches_beyond_its_application(
    starts: datetime, ends: datetime, now: datetime
) -> None:
    assume(starts < ends)
    at = min(now, starts, STARTS)
    held = authority(at=at.isoformat(), starts=starts.isoformat(), ends=ends.isoformat())
    try:
        check_authority(application(), APPLICANT, held, RankRule(), now)
    except (RecordError, NotAuthorisedError):
        assert starts < STARTS or ends > ENDS or ends <= now
    else:
        assert STARTS <= starts < ends <= ENDS
        assert now < ends


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(application_values()))))
def test_a_draft_of_any_fields_says_what_it_lacks(names: set[str]) -> None:
    values = {name: value for name, value in application_values().items() if name in names}
    draft = Draft.read(values, what="draft")
    assert Draft.read(draft.plain(), what="draft") == draft
    assert set(draft.plain()) == names
    said = missing(draft)
    optional = {"costs"}
    lacking = set(application_values()) - names - optional
    assert {block.split(" ")[0] for block in said} == lacking
    if lacking:
        with pytest.raises(RecordError, match="cannot be applied for yet"):
            draft.complete(what="draft")
    else:
        assert draft.complete(what="draft").reference == application().reference


KEYS = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*application_values(), "other", ""]), JSON, max_size=6))
def test_whatever_a_draft_is_given_it_is_kept_or_refused_by_name(values: dict[str, Any]) -> None:
    try:
        draft = Draft.read(values, what="draft")
    except RecordError as refused:
        said = str(refused)
        assert said.startswith("draft cannot be used: ")
        assert said.isprintable()
        return
    assert Draft.read(draft.plain(), what="draft") == draft
    missing(draft)


@pytest.mark.slow
@settings(deadline=None)
@given(
    st.floats(-80, 80),
    st.floats(-180, 180),
    st.lists(
        st.tuples(st.floats(0, 2 * math.pi), st.floats(0.0005, 0.003)), min_size=3, max_size=9
    ),
    st.integers(0, 8),
)
def test_an_area_does_not_depend_on_where_its_drawing_began(
    latitude: float, longitude: float, rays: list[tuple[float, float]], turn: int
) -> None:
    rays = sorted(rays)
    gaps = [(b[0] - a[0]) % (2 * math.pi) for a, b in zip(rays, [*rays[1:], rays[0]], strict=True)]
    assume(all(0.05 < gap < math.pi - 0.05 for gap in gaps))
    # A star about a point is simple.
    corners = [
        {
            "latitude": latitude + length * math.sin(angle),
            "longitude": (longitude + length * math.cos(angle) + 180) % 360 - 180,
        }
        for angle, length in rays
    ]
    turn %= len(corners)
    one = Area.read({"corners": corners}, what="area")
    turned = Area.read({"corners": corners[turn:] + corners[:turn]}, what="area")
    back = Area.read({"corners": corners[::-1]}, what="area")
    assert turned.square_metres == pytest.approx(one.square_metres, rel=1e-6)
    assert back.square_metres == pytest.approx(one.square_metres, rel=1e-6)
    # Against the sphere: Girard's area of a small polygon, within what flattening adds.
    assert one.square_metres == pytest.approx(on_a_sphere(corners), rel=0.01)


def on_a_sphere(corners: list[dict[str, float]]) -> float:
    """Square metres by the trapezia between the sides and the equator of an equal-area cylinder."""
    total = 0.0
    for here, there in zip(corners, [*corners[1:], corners[0]], strict=True):
        east = math.radians(math.remainder(there["longitude"] - here["longitude"], 360))
        heights = math.sin(math.radians(here["latitude"])) + math.sin(
            math.radians(there["latitude"])
        )
        total += east * heights / 2
    return abs(total) * 6_371_007.2**2


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=3, max_size=8),
    st.tuples(st.floats(-2, 2), st.floats(-2, 2)),
)
def test_a_distance_is_none_inside_and_never_more_than_to_a_corner(
    corners: list[tuple[float, float]], point: tuple[float, float]
) -> None:
    assume(polygons.fault(corners, smallest=1e-3) is None)
    away = polygons.distance(corners, point)
    assert 0 <= away <= min(math.dist(point, corner) for corner in corners) + 1e-9
    for corner in corners:
        assert polygons.distance(corners, corner) == pytest.approx(0, abs=1e-9)
    assert polygons.distance(corners[::-1], point) == pytest.approx(away, abs=1e-9)
    assert polygons.extent(corners) <= 2 * math.sqrt(2)
