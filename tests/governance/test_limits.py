"""Limits of a deployment: small, short, and a force's own if it sets them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from deployment_values import ENDS, STARTS, application, location_values

from workbench.errors import RecordError
from workbench.governance.limits import DeploymentLimits
from workbench.governance.sources import Standing


def around(latitude: float, longitude: float, north: float, east: float) -> dict[str, Any]:
    """A location with an area of that size in degrees."""
    corners = [(0.0, 0.0), (0.0, east), (north, east), (north, 0.0)]
    return location_values(
        coordinates={"latitude": latitude, "longitude": longitude},
        area={
            "corners": [
                {"latitude": latitude + up, "longitude": longitude + right} for up, right in corners
            ]
        },
    )


def test_the_numbers_are_marked_as_the_products_own_choice() -> None:
    limits = DeploymentLimits()
    assert limits.source.standing is Standing.OWN_CHOICE
    assert (limits.largest_area_m2, limits.longest) == (250_000, timedelta(hours=12))
    assert DeploymentLimits.read(limits.plain(), what="limits") == limits


def test_a_street_for_six_hours_is_within_them() -> None:
    DeploymentLimits().check(application())


def test_a_neighbourhood_is_too_large() -> None:
    wide = application(location=around(51.375, -0.1, 0.005, 0.008))
    with pytest.raises(
        RecordError, match=r"the area has 30\d,\d{3} square metres, and 250,000 are allowed; draw"
    ):
        DeploymentLimits().check(wide)
    DeploymentLimits(largest_area_m2=400_000).check(wide)


def test_a_line_across_the_town_is_too_long() -> None:
    thin = application(location=around(51.375, -0.1, 0.05, 0.0001))
    assert thin.location.area.square_metres < 250_000
    with pytest.raises(RecordError, match=r"the area is 5,5\d\d m long, and 2,000 m are allowed"):
        DeploymentLimits().check(thin)
    DeploymentLimits(longest_extent_m=6_000).check(thin)


@pytest.mark.parametrize(
    ("length", "said"),
    [(timedelta(hours=12, seconds=36), "12 h 36 s"), (timedelta(days=3), "72 h")],
)
def test_a_deployment_is_not_longer_than_allowed(length: timedelta, said: str) -> None:
    long = application(ends=(STARTS + length).isoformat())
    with pytest.raises(
        RecordError, match=rf"deployment 2026-11/CROYDON-1 .* lasts {said}, and 12 h are allowed"
    ):
        DeploymentLimits().check(long)
    DeploymentLimits(longest=length).check(long)


def test_exactly_as_long_as_allowed_is_allowed() -> None:
    assert DeploymentLimits().faults_of_time(STARTS, STARTS + timedelta(hours=12)) == []
    assert DeploymentLimits(longest=ENDS - STARTS).faults_of_time(STARTS, ENDS) == []


def test_everything_broken_is_named_at_once() -> None:
    everywhere = application(
        location=around(51.375, -0.1, 0.5, 0.5), ends=(STARTS + timedelta(days=2)).isoformat()
    )
    with pytest.raises(RecordError) as refused:
        DeploymentLimits().check(everywhere)
    for words in ("square metres", "m long", "lasts 48 h"):
        assert words in str(refused.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("largest_area_m2", 0),
        ("largest_area_m2", float("inf")),
        ("longest_extent_m", -1),
        ("longest", "PT0S"),
        ("longest", -3600),
    ],
)
def test_limits_that_allow_nothing_or_everything_are_refused(field: str, value: object) -> None:
    with pytest.raises(RecordError, match=f"limits cannot be used: {field}: "):
        DeploymentLimits.read({field: value}, what="limits")


def test_cameras_stand_as_near_the_area_as_a_force_says() -> None:
    near = location_values(coordinates={"latitude": 51.3762, "longitude": -0.1008})
    DeploymentLimits().check(application(location=near))
    with pytest.raises(
        RecordError, match=r"the cameras stand 5\d m from the area, and 20 m are allowed; draw"
    ):
        DeploymentLimits(farthest_m=20).check(application(location=near))
    with pytest.raises(RecordError, match="farthest_m: input should be less than or equal to 200"):
        DeploymentLimits.read({"farthest_m": 201}, what="limits")


@pytest.mark.parametrize("field", ["name", "street"])
def test_a_name_that_a_force_calls_too_wide_is_refused(field: str) -> None:
    wide = application(location=location_values(**{field: "Old Town, Croydon"}))
    DeploymentLimits().check(wide)
    with pytest.raises(
        RecordError,
        match=f"{field} names nothing narrower than a place that the rules of the force",
    ):
        DeploymentLimits(too_wide=("Old Town",)).check(wide)
